"""Pieces that the loops share: an extended line, a sum of taps along it, a line of the result."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from convolve_native.loops._jit import FLAGS, piece


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
def add_taps(line: Any, weights: Any, step: Any, total: Any) -> None:
    """total[j] += sum_v weights[v] * line[j + v * step], v ascending."""
    taps = weights.size
    fours = taps - taps % 4  # four taps a pass: one load and store of the total for four products
    for v in range(0, fours, 4):
        w0, w1, w2, w3 = weights[v], weights[v + 1], weights[v + 2], weights[v + 3]
        a = line[v * step :]
        b = line[(v + 1) * step :]
        c = line[(v + 2) * step :]
        d = line[(v + 3) * step :]
        for j in range(total.size):
            total[j] = total[j] + w0 * a[j] + w1 * b[j] + w2 * c[j] + w3 * d[j]
    for v in range(fours, taps):
        w0 = weights[v]
        a = line[v * step :]
        for j in range(total.size):
            total[j] = total[j] + w0 * a[j]


@piece
def add_lines(lines: Any, oldest: Any, weights: Any, total: Any) -> None:
    """total[j] += sum_u weights[u] * lines[(oldest + u) % len(lines), j], u ascending."""
    taps = weights.size
    fours = taps - taps % 4
    for u in range(0, fours, 4):
        w0, w1, w2, w3 = weights[u], weights[u + 1], weights[u + 2], weights[u + 3]
        a = lines[(oldest + u) % taps]
        b = lines[(oldest + u + 1) % taps]
        c = lines[(oldest + u + 2) % taps]
        d = lines[(oldest + u + 3) % taps]
        for j in range(total.size):
            total[j] = total[j] + w0 * a[j] + w1 * b[j] + w2 * c[j] + w3 * d[j]
    for u in range(fours, taps):
        w0 = weights[u]
        a = lines[(oldest + u) % taps]
        for j in range(total.size):
            total[j] = total[j] + w0 * a[j]


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
