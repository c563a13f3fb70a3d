"""Separable correlation of one plane, both passes in one sweep.

    out[i, j] = sum_t sum_u columns[t, u] * (sum_v rows[t, v] * extended[i + u, j + v * step])

A line of the image is extended once and filtered along itself once for each term, into that term's
ring of P lines; a line of the result sums the rings across.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop, scalar
from convolve_native.loops._lines import add_lines, add_taps, convert_line, extend_line


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    line, weights = array(compute, 1, written=True), array(compute, 2)
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(compute), weights, weights, COUNT),
        *(line, array(compute, 3, written=True), line, array(stored, 2, written=True)),
        *(COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    column_weights: Any,
    row_weights: Any,
    step: Any,
    line: Any,
    rings: Any,
    total: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + P - 1,); columns (samples of a line + (Q - 1) * step,);
    column_weights (terms, P) and row_weights (terms, Q), reversed; out (out rows, samples of a
    line).  Scratch: line (columns.size,); rings (terms, P, samples of a line); total, a line of
    the result.
    """
    terms, tall = column_weights.shape
    for p in range(start, stop + tall - 1):
        extend_line(image, rows[p], columns, first, fill, line)
        for t in range(terms):
            ring = rings[t, p % tall]
            ring[:] = 0
            add_taps(line, row_weights[t], step, ring)
        i = p - tall + 1
        if i >= start:
            total[:] = 0
            for t in range(terms):
                add_lines(rings[t], i, column_weights[t], total)
            convert_line(total, out[i])
