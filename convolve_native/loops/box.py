"""Sums over a rectangle of equal weights, at a cost that does not grow with its area.

    out[i, j] = after * sum_{u < tall, v < wide} before * extended[i + u, j + v * step]

Sums of integers are exact, so that they may run: down the columns what enters a window is added and
what leaves it subtracted, and so along a line.  Nothing is subtracted from floats, so that rounding
does not drift, positive pixels give no negative sum, and a NaN reaches just its own windows.  Down
the columns the windows of a few rows share what all of them hold; tall ones are what is left of a
block of `tall` rows and the beginning of the next, where every block is summed once from its end
backwards and once from its beginning.  Along a line windows double: 7 is twice 3 and one.

Lines are read where the image has them; it is the sums of columns that are extended sideways.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._counts import divide_into, run_divide_into, run_into, slide
from convolve_native.loops._jit import ADDRESSES, COUNT, INDEX, array, loop, piece, scalar
from convolve_native.loops._lines import copy_past
from convolve_native.loops._memory import address, await_streams, copy
from convolve_native.loops._sweeps import OVERHANG, add, add_four, add_into, add_line, add_two

CHUNK = 1024  # samples of a line whose windows double, so that they stay in the nearest cache
# dtypes of images whose sums run -> of the sums of their columns
COLUMNS: dict[np.dtype[Any], np.dtype[Any]] = {
    np.dtype(np.uint8): np.dtype(np.uint16),
    np.dtype(np.uint16): np.dtype(np.int32),
}


@piece
def locate(image: Any, source: Any, blank: Any, spare: Any, slot: Any) -> Any:
    """The address of a line of the image, or of fill, with OVERHANG samples behind it.

    Lines at the image's end are copied to spare[slot].
    """
    own = image.shape[1]
    if source < 0:
        return address(blank, 0)
    if (source + 1) * own + OVERHANG <= image.size:
        return address(image, source * own)
    copy(image, source * own, spare, slot * spare.shape[1], own)
    return address(spare, slot * spare.shape[1])


@piece
def fits(out: Any, i: Any, stop: Any) -> Any:
    """Whether what is written behind line i is ours, and written after it."""
    samples = out.shape[1]
    return samples % OVERHANG == 0 or (i + 1) * samples + OVERHANG <= stop * samples


@piece
def locate_result(out: Any, i: Any, stop: Any, patch: Any, streams: Any) -> Any:
    """The address to write line i to: its own, or that of `patch`."""
    if streams or not fits(out, i, stop):
        return address(patch, 0)
    return address(out, i * out.shape[1])


@piece
def settle(out: Any, i: Any, stop: Any, patch: Any, streams: Any) -> None:
    """Bring line i to its place."""
    samples = out.shape[1]
    if streams:
        copy_past(patch, 0, out, i * samples, samples)
    elif not fits(out, i, stop):
        copy(patch, 0, out, i * samples, samples)


@piece
def extend_sums(line: Any, begin: Any, columns: Any, first: Any, own: Any, beyond: Any) -> None:
    """line[begin + q] = line[begin + first + columns[q]], or beyond where an index is negative.

    From `first` on the image's own columns stand in order.
    """
    for side in range(2):
        enter, leave = (0, first) if side == 0 else (first + own, columns.size)
        for q in range(enter, leave):
            column = columns[q]
            # Unsigned, lest it be asked whether they count from the end.
            value = line[np.uintp(begin + first + column)] if column >= 0 else beyond
            line[np.uintp(begin + q)] = value


@piece
def double_along(sums: Any, begin: Any, wide: Any, step: Any, n: Any) -> Any:
    """Sum n windows of wide // 2 columns, from `begin` on; returns where in `sums` they stand.

    The bits of `wide` are taken from the highest down: each doubles the window, and adds one more
    column where it is set.  The lowest is left, to be taken on the way to the result.
    """
    window, windows, row = 1, begin, 1
    bits = 0
    while wide >> bits > 1:
        bits += 1
    for bit in range(bits - 1, 0, -1):
        doubled = wide >> bit
        to = (sums.shape[0] - row) * sums.shape[1]  # in the last two rows by turns
        add(
            *(sums, windows, windows + window * step, begin + 2 * window * step),
            *(2 + doubled % 2, sums, to, n + (wide - doubled) * step),
        )
        window, windows, row = doubled, to, 3 - row
    return windows


@piece
def sum_block(
    image: Any,
    rows: Any,
    weights: Any,
    tall: Any,
    blank: Any,
    spare: Any,
    block: Any,
    i: Any,
    reached: Any,
) -> Any:
    """Sum rows i to i + tall: those of its block in block[i % tall], and those after in block[-1].

    A block is summed from its end back to row i when it is entered.  `reached` is the row behind
    the last one in block[-1], or i for none; returns the new one.
    """
    own, pitch = image.shape[1], block.shape[1]
    left = i % tall
    ahead = (tall + 1) * pitch
    if reached == i or left == 0:
        for p in range(tall - 1, left - 1, -1):
            line = locate(image, rows[i - left + p], blank, spare, 0)
            add_line(image, line, weights, block, (p + 1) * pitch, p * pitch, own)
        block[tall + 1] = 0
        reached = i - left + tall
    for row in range(reached, i + tall):
        line = locate(image, rows[row], blank, spare, 0)
        add_line(image, line, weights, block, ahead, ahead, own)
    return i + tall


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    lines, numbers = array(source, 2, written=True), array(compute, 2, written=True)
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(source)),
        *(array(compute, 1), scalar(compute), COUNT, COUNT, COUNT, COUNT, COUNT),
        *(ADDRESSES, lines, lines, numbers, numbers),
        *(array(stored, 1, written=True), array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    weights: Any,
    beyond: Any,
    tall: Any,
    wide: Any,
    step: Any,
    begin: Any,
    streams: Any,
    table: Any,
    blank: Any,
    spare: Any,
    block: Any,
    sums: Any,
    patch: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + tall - 1,); columns (samples of a line
    + (wide - 1) * step,); weights (before, after), the first real; `beyond` is the sum of a column
    of fill; out (out rows, samples of a line).  Windows of `group` rows are summed together, of one
    in blocks.  Scratch, in lines of OVERHANG samples more than said: table (1, tall + group - 1);
    blank (1, N * step); spare (tall + group - 1, N * step); block (tall + 2, N * step), of no lines
    for groups; sums (group + 2, begin + columns.size); patch, a line of the result.
    """
    own, samples, pitch = image.shape[1], out.shape[1], sums.shape[1]
    group = sums.shape[0] - 2
    half, parts = wide // 2 * step, 2 + wide % 2 if wide > 1 else 1
    blank[:] = fill
    if group == 1:
        block[tall] = 0
    reached = start
    for i in range(start, stop):
        place = i % group
        if group == 1:
            reached = sum_block(image, rows, weights, tall, blank, spare, block, i, reached)
            left, ahead = i % tall * block.shape[1], (tall + 1) * block.shape[1]
            add(block, left, ahead, 0, 2, sums, begin + first, own)
        elif i == start or place == 0:
            for u in range(table.shape[1]):  # where the result ends within a group, so do the rows
                source = rows[min(i - place + u, rows.size - 1)]
                table[0, u] = locate(image, source, blank, spare, u)
            if group == 2:
                add_two(image, table, tall, weights, sums, begin + first, pitch, own)
            else:
                add_four(image, table, tall, weights, sums, begin + first, pitch, own)
        extend_sums(sums[place], begin, columns, first, own, beyond)
        line = locate_result(out, i, stop, patch, streams)
        for x in range(0, samples, CHUNK):
            n = min(CHUNK, samples - x)
            one = place * pitch + begin + x
            windows = double_along(sums, one, wide, step, n)
            add_into(
                *(sums, windows, windows + half, one + 2 * half, parts),
                *(weights, out, line + x * out.itemsize, n),
            )
        settle(out, i, stop, patch, streams)
    if streams:
        await_streams()


def _counting(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    lines = array(source, 2, written=True)
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(source)),
        *(array(compute, 1), INDEX, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT),
        *(lines, lines, array(COLUMNS[source], 2, written=True)),
        *(array(stored, 1, written=True), array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_counting)
def count(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    weights: Any,
    division: Any,
    beyond: Any,
    tall: Any,
    wide: Any,
    step: Any,
    begin: Any,
    doubling: Any,
    blank: Any,
    spare: Any,
    sums: Any,
    patch: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """The same of unsigned integers, by sums that run down the columns.

    Along a line they run as well, or windows double, which then must fit the dtype of columns.
    `division` (half, factor, shift) stands in for the weight where it has a factor, and windows fit
    16 bits.  Scratch: blank and spare (2, N * step); sums (3, begin + columns.size), of which the
    first OVERHANG stay zero; patch.
    """
    own, samples = image.shape[1], out.shape[1]
    half, parts = wide // 2 * step, 2 + wide % 2 if wide > 1 else 1
    reach = (wide - 1) * step
    divides = division[1] > 0
    blank[0] = fill
    blank[1] = 0
    sums[0] = 0
    for i in range(start, stop):
        leave = address(blank, blank.shape[1])
        if i > start:
            leave = locate(image, rows[i - 1], blank, spare, 1)
        for row in range(i if i == start else i + tall - 1, i + tall):
            enter = locate(image, rows[row], blank, spare, 0)
            slide(image, enter, leave, sums, begin + first, own)
        extend_sums(sums[0], begin, columns, first, own, beyond)
        line = locate_result(out, i, stop, patch, 0)
        if doubling:
            windows = double_along(sums, begin, wide, step, samples)
            both, one = windows + half, begin + 2 * half
            if divides:
                divide_into(sums, windows, both, one, parts, division, out, line, samples)
            else:
                add_into(sums, windows, both, one, parts, weights, out, line, samples)
        elif divides:
            run_divide_into(sums, begin, reach, step, division, out, line, samples)
        else:
            run_into(sums, begin, reach, step, weights, out, line, samples)
        settle(out, i, stop, patch, 0)
