"""Separable correlation of one plane by a short kernel, both passes in registers.

    out[i, j] = sum_u sum_v columns[u] * rows[v] * extended[i + u, j + v * step]

As in direct, lines are read where the image has them, but for strips of them on the left and on the
right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import ADDRESSES, COUNT, INDEX, array, loop, scalar
from convolve_native.loops._lines import to_line
from convolve_native.loops._memory import address, await_streams, copy
from convolve_native.loops._slides import slide
from convolve_native.loops._tiles import HEIGHT
from convolve_native.loops.direct import open_line


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(source)),
        *(array(compute, 1), array(compute, 1), COUNT, COUNT, COUNT, COUNT, COUNT),
        *(ADDRESSES, array(source, 2, written=True), array(source, 2, written=True)),
        *(array(source, 1, written=True), array(stored, 2, written=True)),
        *(array(stored, 2, written=True), COUNT, COUNT),
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
    shifts: Any,
    blocks: Any,
    right: Any,
    rest: Any,
    streams: Any,
    table: Any,
    lefts: Any,
    rights: Any,
    blank: Any,
    few: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + P - 1,); columns (samples of a line + (Q - 1) * step,);
    column_weights (P,) and row_weights (Q,), reversed; `shifts` has the bits v * step set; out (out
    rows, samples of a line), of which `blocks` of a slide read the image itself and then, from
    sample `right` on, the `rest` of them the strip on the right.  Where the result `streams` past
    the caches, the blocks begin with a line of them, and what stands before and behind them is
    written by way of `few`: a line that a stream is writing would be read again.  Scratch: table
    (3, stop - start + P + HEIGHT - 1); lefts and rights (P + 2 * HEIGHT - 1, samples of a strip);
    blank (N * step,); few (HEIGHT, samples of a line), also where fewer lines than these are made.
    """
    tall, samples, length = column_weights.size, out.shape[1], table.shape[1]
    wide = (samples - right) // rest  # of a block
    whole = stop - start >= HEIGHT
    blank[:] = fill
    opened = start
    slot = 0
    bottom = stop + tall - 2  # the last line that is read
    for top in range(start, stop, HEIGHT):
        y = max(start, min(top, stop - HEIGHT))
        while opened < y + HEIGHT + tall - 1:
            open_line(
                *(image, rows[min(opened, bottom)], columns, first, fill, blank, right),
                *(lefts, rights, slot, table, opened - start),
            )
            opened += 1
            slot = slot + 1 if slot + 1 < lefts.shape[0] else 0
        begin, head, tail = 0, 0 if whole else samples, samples  # what is written apart at the ends
        flows = 0
        if streams and whole and to_line(out, 0) >= 0:
            flows = 1
            begin = head = to_line(out, 0)
            tail = begin + blocks * wide
        for part in range(3):
            before, at = y - start, y - start + length
            x, count, past = begin, blocks, flows
            if part == 0:
                x, count, past = 0, (begin + wide - 1) // wide, 0
            elif part == 2:
                before = at = y - start + 2 * length
                x, count, past = right, rest, 0
            place = address(few, 0)
            if whole and past == flows:
                place = address(out, y * samples)
            if count > 0:
                slide(
                    *(image, table, before, at, x, column_weights, row_weights, shifts),
                    *(out, place, samples, count, past),
                )
        if head > 0 or tail < samples:
            for r in range(min(HEIGHT, stop - start)):
                line = (y + r) * samples
                copy(few, r * samples, out, line, head)
                copy(few, r * samples + tail, out, line + tail, samples - tail)
    if streams:
        await_streams()
