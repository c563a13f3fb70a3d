"""What transforms must be spared, and where pixels that are not finite show in the result.

An output is reached when its window, the kernel's whole rectangle, zero taps included, holds such a
pixel.  Methods that sum a window see it by themselves; a transform has to be told.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import OUTSIDE
from convolve_native.problem import Problem

Array = NDArray[Any]
Flags = NDArray[np.bool_]

BAND = 64  # rows that are looked at together


def calm(numbers: Array, headroom: int) -> tuple[Flags, int]:
    """Make numbers bearable for a transform, in place: return those that were bad, and the shift.

    What is not finite in one of its parts, along the last axis, becomes zero; the rest is scaled by
    2^shift, so that no exponent is above the headroom.
    """
    bad = np.any(~np.isfinite(numbers), axis=-1)
    numbers[bad] = 0
    peak = float(max(numbers.max(), -numbers.min()))
    shift = min(0, headroom - math.frexp(peak)[1])
    np.ldexp(numbers, shift, out=numbers)
    return bad, shift


def uncalm(numbers: Array, shift: int) -> None:
    """Scale back; a sum that its dtype cannot hold is infinite."""
    with np.errstate(over="ignore"):
        np.ldexp(numbers, -shift, out=numbers)


def reached(bad: Flags, taps: tuple[int, int]) -> Flags:
    """The windows of so many taps, within an extended image, that hold a bad sample."""
    counts: NDArray[Any] = bad
    for axis, width in enumerate(taps):
        ends = np.insert(np.cumsum(counts, axis=axis, dtype=np.int32), 0, 0, axis=axis)
        windows = ends.shape[axis] - width
        starts, stops = (np.take(ends, np.arange(n, n + windows), axis) for n in (0, width))
        counts = stops - starts
    return counts > 0


def spoil(plane: Array, out: Array, problem: Problem) -> None:
    """Mark the outputs of one plane that its bad pixels reach, and a bad fill."""
    rows, columns = problem.indices
    taps = problem.rows.taps, problem.columns.taps
    filled = not np.isfinite(problem.fill)
    spoiled = np.append(~np.isfinite(plane).all(axis=1), filled)  # OUTSIDE, -1, is the last
    beside = filled and OUTSIDE in columns
    for start in range(0, problem.rows.length, BAND):
        band = rows[start : min(start + BAND, problem.rows.length) + taps[0] - 1]
        if beside or spoiled[band].any():
            bad = ~np.isfinite(plane[np.ix_(band, columns)])
            bad[(band == OUTSIDE)[:, None] | (columns == OUTSIDE)] = filled
            out[start : start + BAND][reached(bad, taps)] = np.nan


def spoil_back(plane: Array, out: Array, problem: Problem) -> None:
    """Mark the pixels that the adjoint reaches from the bad outputs of one plane."""
    transposed = problem.transposed
    extended = np.zeros((transposed.rows.length, transposed.columns.length))
    spoil(plane, extended, transposed)
    rows, columns = problem.indices
    ends = np.ix_(rows != OUTSIDE, columns != OUTSIDE)
    image = np.zeros(out.shape, bool)
    np.logical_or.at(
        image, np.ix_(rows[rows != OUTSIDE], columns[columns != OUTSIDE]), np.isnan(extended[ends])
    )
    out[image] = np.nan
