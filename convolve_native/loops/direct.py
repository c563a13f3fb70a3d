"""Direct correlation of one plane.

    out[i, j] = sum_{u, v} weights[u, v] * extended[i + u, j + v * step]

over lines of (columns x channels) samples, so that `step`, the channels, stands between two taps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop, scalar
from convolve_native.loops._lines import add_line, add_taps, convert_line, extend_line

CHAIN = 64  # taps summed in one run; runs add up to blocks, blocks to the total:
RUNS = 16  # runs in a block; so the rounding of large kernels stays small


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    lines, line = array(compute, 2, written=True), array(compute, 1, written=True)
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(compute), array(compute, 2), COUNT),
        *(lines, line, line, line, array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    weights: Any,
    step: Any,
    lines: Any,
    run: Any,
    block: Any,
    total: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + P - 1,); columns (samples of a line + (Q - 1) * step,);
    weights (P, Q), reversed; out (out rows, samples of a line).  Scratch: lines (P, columns.size),
    a ring of extended lines; run, block and total, a line of the result each.
    """
    tall, wide = weights.shape
    together = max(1, CHAIN // wide)  # kernel rows in a run
    for p in range(start, start + tall - 1):
        extend_line(image, rows[p], columns, first, fill, lines[p % tall])
    for i in range(start, stop):
        last = i + tall - 1
        extend_line(image, rows[last], columns, first, fill, lines[last % tall])
        total[:] = 0
        if tall <= together:
            for u in range(tall):
                add_taps(lines[(i + u) % tall], weights[u], step, total)
        else:
            for v in range(0, tall, together * RUNS):
                block[:] = 0
                for w in range(v, min(v + together * RUNS, tall), together):
                    run[:] = 0
                    for u in range(w, min(w + together, tall)):
                        add_taps(lines[(i + u) % tall], weights[u], step, run)
                    add_line(run, block)
                add_line(block, total)
        convert_line(total, out[i])
