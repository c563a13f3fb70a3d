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


# Up to four products are summed before they join the total: a quarter of the roundings at the size
# of the total, and one load and store of it for four products.


@piece
def add_four(w: Any, v: Any, a: Any, b: Any, c: Any, d: Any, total: Any) -> None:
    """total += w[v] a + w[v + 1] b + w[v + 2] c + w[v + 3] d."""
    w0, w1, w2, w3 = w[v], w[v + 1], w[v + 2], w[v + 3]
    for j in range(total.size):
        total[j] += w0 * a[j] + w1 * b[j] + w2 * c[j] + w3 * d[j]


@piece
def add_three(w: Any, v: Any, a: Any, b: Any, c: Any, total: Any) -> None:
    """total += w[v] a + w[v + 1] b + w[v + 2] c."""
    w0, w1, w2 = w[v], w[v + 1], w[v + 2]
    for j in range(total.size):
        total[j] += w0 * a[j] + w1 * b[j] + w2 * c[j]


@piece
def add_two(w: Any, v: Any, a: Any, b: Any, total: Any) -> None:
    """total += w[v] a + w[v + 1] b."""
    w0, w1 = w[v], w[v + 1]
    for j in range(total.size):
        total[j] += w0 * a[j] + w1 * b[j]


@piece
def add_one(w: Any, v: Any, a: Any, total: Any) -> None:
    """total += w[v] a."""
    w0 = w[v]
    for j in range(total.size):
        total[j] += w0 * a[j]


@piece
def add_line(line: Any, total: Any) -> None:
    """total += line."""
    for j in range(total.size):
        total[j] += line[j]


@piece
def add_taps(line: Any, weights: Any, step: Any, total: Any) -> None:
    """total[j] += sum_v weights[v] * line[j + v * step], v ascending in fours."""
    taps = weights.size
    rest = taps % 4
    last = taps - rest
    for v in range(0, last, 4):
        a, b = line[v * step :], line[(v + 1) * step :]
        c, d = line[(v + 2) * step :], line[(v + 3) * step :]
        add_four(weights, v, a, b, c, d, total)
    if rest > 0:
        a = line[last * step :]
        b = line[min(last + 1, taps - 1) * step :]
        if rest == 3:
            add_three(weights, last, a, b, line[(last + 2) * step :], total)
        elif rest == 2:
            add_two(weights, last, a, b, total)
        else:
            add_one(weights, last, a, total)


@piece
def add_lines(lines: Any, oldest: Any, weights: Any, total: Any) -> None:
    """total[j] += sum_u weights[u] * lines[(oldest + u) % len(lines), j], u ascending in fours."""
    taps = weights.size
    rest = taps % 4
    last = taps - rest
    for u in range(0, last, 4):
        a, b = lines[(oldest + u) % taps], lines[(oldest + u + 1) % taps]
        c, d = lines[(oldest + u + 2) % taps], lines[(oldest + u + 3) % taps]
        add_four(weights, u, a, b, c, d, total)
    if rest > 0:
        a, b = lines[(oldest + last) % taps], lines[(oldest + last + 1) % taps]
        if rest == 3:
            add_three(weights, last, a, b, lines[(oldest + last + 2) % taps], total)
        elif rest == 2:
            add_two(weights, last, a, b, total)
        else:
            add_one(weights, last, a, total)


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
