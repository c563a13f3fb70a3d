"""Pieces that the loops share: an extended line, a sum of taps along it, a line of the result."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from convolve_native.loops._jit import FLAGS, piece
from convolve_native.loops._memory import LINE, address, copy, gather, pour

FAR = 2**20  # bytes of an image from which on its lines are asked for ahead: what a cache holds


@piece
def extend_line(image: Any, source: Any, columns: Any, first: Any, fill: Any, line: Any) -> None:
    """line[p] = image[source, columns[p]], or fill where an index is negative.

    `columns` counts samples, channels included; from `first` on the image's own row stands in
    order, so that it is copied without looking up an index.
    """
    if source < 0:
        line[:] = fill
        return
    row = image[source]
    inside = min(row.size, line.size - first)
    for p in range(first):
        line[p] = row[columns[p]] if columns[p] >= 0 else fill
    middle = line[first : first + inside]
    for p in range(inside):
        middle[p] = row[p]
    for p in range(first + inside, line.size):
        line[p] = row[columns[p]] if columns[p] >= 0 else fill


@piece
def extend_part(
    image: Any, source: Any, columns: Any, begin: Any, first: Any, fill: Any, part: Any, row: Any
) -> None:
    """part[row, q] = image[source, columns[begin + q]], or fill where an index is negative.

    `columns` counts samples, channels included; from `first` on the image's own row stands in
    order, so that it is copied without looking up an index.
    """
    if source < 0:
        part[row] = fill
        return
    size = min(part.shape[1], columns.size - begin)
    enter = min(max(first - begin, 0), size)
    leave = min(max(first + image.shape[1] - begin, enter), size)
    own, place = source * image.shape[1], row * part.shape[1]
    gather(image, own, columns, begin, fill, part, place, enter)
    copy(image, own + begin + enter - first, part, place + enter, leave - enter)
    gather(image, own, columns, begin + leave, fill, part, place + leave, size - leave)


@piece
def to_line(out: Any, place: Any) -> Any:
    """Samples from a place of `out` to where the next line of the cache begins; -1 if none does."""
    nbytes = -address(out, place) % LINE
    return nbytes // out.itemsize if nbytes % out.itemsize == 0 else -1


@piece
def copy_past(source: Any, begin: Any, out: Any, place: Any, samples: Any) -> None:
    """out[place + j] = source[begin + j] for j < samples, whole lines of the caches past them."""
    head = to_line(out, place)
    if head < 0 or head > samples:
        head = samples
    tail = (samples - head) * out.itemsize // LINE * LINE // out.itemsize
    copy(source, begin, out, place, head)
    if tail > 0:
        pour(source, begin + head, out, place + head, tail)
    tail += head
    copy(source, begin + tail, out, place + tail, samples - tail)


@piece
def settle(patch: Any, out: Any, y: Any, rows: Any, x: Any, samples: Any) -> None:
    """out[y + r, x + j] = patch[r, j], rounded where `out` holds integers."""
    for r in range(rows):
        convert_line(patch[r, :samples], out[y + r, x : x + samples])


def rounded(value: Any, like: Any) -> Any:
    """`value` as an element of `like`: integers round half to even and saturate."""
    raise TypeError("a piece of compiled loops; see convert_line")


@overload(rounded, jit_options=FLAGS)  # type: ignore[arg-type]  # its stub wants literals
def _rounded(value: Any, like: Any) -> Any:
    result = like.dtype

    def cast(value: Any, like: Any) -> Any:
        return value

    if not isinstance(result, types.Integer):
        return cast
    bounds = np.iinfo(str(result))
    low, high = int(bounds.min), int(bounds.max)
    if isinstance(value, types.Integer):  # sums in int64: of the bounds only what it can hold
        low, high = max(low, -(2**63)), min(high, 2**63 - 1)

        def saturate(value: Any, like: Any) -> Any:
            return min(max(value, low), high)

        return saturate

    # As floats the bounds may round outwards: whatever reaches them takes the integer bound.
    lowest, highest = float(low), float(high)

    def round_and_saturate(value: Any, like: Any) -> Any:
        nearest = np.rint(value)
        if nearest >= highest:
            return result(high)
        if nearest <= lowest:
            return result(low)
        return result(nearest)

    return round_and_saturate


@piece
def convert_line(values: Any, out: Any) -> None:
    """out[j] = values[j], rounded and saturated where `out` holds integers."""
    for j in range(values.size):
        out[j] = rounded(values[j], out)
