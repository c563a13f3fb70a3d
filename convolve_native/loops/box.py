"""Sums over a rectangle of equal weights, at a cost that does not grow with its area.

    out[i, j] = after * sum_{u < tall, v < wide} before * extended[i + u, j + v * step]

Down the columns the window of row i is what is left of its block of `tall` rows, and the beginning
of the next: every block is summed once from its end backwards and once from its beginning.  Along
a line windows double: one of 7 is one of 1, 2 and 4.  Nothing is ever subtracted, so that rounding
does not drift, positive pixels give no negative sum, and a NaN reaches just its own windows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop, piece, scalar
from convolve_native.loops._lines import convert_line, extend_line


@piece
def add_row(
    image: Any, source: Any, columns: Any, first: Any, fill: Any, before: Any, line: Any, total: Any
) -> None:
    """total[j] += before * extended[source, j]; `line` is scratch."""
    extend_line(image, source, columns, first, fill, line)
    for j in range(total.size):
        total[j] += before * line[j]


@piece
def sum_along(sums: Any, doubled: Any, wide: Any, step: Any, total: Any) -> None:
    """total[j] = sum_{v < wide} sums[j + v * step]; `sums` and `doubled` are scratch from here on.

    After k passes sums[j] holds the window of 2**k; the windows that make up `wide` are laid end
    to end, the smallest first.
    """
    total[:] = 0
    length, window, done, rest = sums.size, 1, 0, wide
    while rest > 0:
        if rest % 2 == 1:
            shifted = sums[done * step :]
            for j in range(total.size):
                total[j] += shifted[j]
            done += window
        rest //= 2
        if rest > 0:
            length -= window * step
            shifted = sums[window * step :]
            for j in range(length):
                doubled[j] = sums[j] + shifted[j]
            sums, doubled = doubled, sums
            window *= 2


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    number, line = scalar(compute), array(compute, 1, written=True)
    return (
        *(
            array(source, 2),
            INDEX,
            INDEX,
            COUNT,
            scalar(source),
            number,
            number,
            COUNT,
            COUNT,
            COUNT,
        ),
        *(array(compute, 2, written=True), line, line, line, line, line),
        *(array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    before: Any,
    after: Any,
    tall: Any,
    wide: Any,
    step: Any,
    block: Any,
    ahead: Any,
    line: Any,
    sums: Any,
    doubled: Any,
    total: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + tall - 1,); columns (samples of a line
    + (wide - 1) * step,); out (out rows, samples of a line).  Scratch: block (tall, columns.size);
    ahead, line, sums and doubled, columns.size each; total, a line of the result.
    """
    reached = start  # the row behind the last one summed in `ahead`
    for i in range(start, stop):
        place = i % tall
        if i == start or place == 0:  # sum the block from its end back to this row
            for p in range(tall - 1, place - 1, -1):
                if p == tall - 1:
                    block[p] = 0
                else:
                    for j in range(block.shape[1]):
                        block[p, j] = block[p + 1, j]
                add_row(image, rows[i - place + p], columns, first, fill, before, line, block[p])
            ahead[:] = 0
            reached = i - place + tall
        while reached < i + tall:
            add_row(image, rows[reached], columns, first, fill, before, line, ahead)
            reached += 1
        for j in range(sums.size):
            sums[j] = block[place, j] + ahead[j]
        sum_along(sums, doubled, wide, step, total)
        for j in range(total.size):
            total[j] *= after
        convert_line(total, out[i])
