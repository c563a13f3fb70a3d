"""Where pixels that are not finite show in the result.

An output is reached when its window, the kernel's whole rectangle, zero taps included, holds such a
pixel.  Methods that sum a window see it by themselves; a transform has to be told.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import OUTSIDE
from convolve_native.problem import Problem

Flags = NDArray[np.bool_]


def reached(bad: Flags, problem: Problem) -> Flags:
    """Outputs (rows, columns) reached by the bad pixels of one plane, and by a bad fill."""
    rows, columns = problem.indices
    extended = bad[np.ix_(rows, columns)]
    outside = (rows == OUTSIDE)[:, None] | (columns == OUTSIDE)[None, :]
    extended[outside] = not np.isfinite(problem.fill)
    return _windows(extended, problem)


def reached_back(bad: Flags, problem: Problem) -> Flags:
    """Pixels that the adjoint reaches from the bad outputs of one plane."""
    extended = reached(bad, problem.transposed)
    rows, columns = problem.indices
    inside = extended[np.ix_(rows != OUTSIDE, columns != OUTSIDE)]
    image = np.zeros((problem.rows.size, problem.columns.size), dtype=bool)
    np.logical_or.at(image, np.ix_(rows[rows != OUTSIDE], columns[columns != OUTSIDE]), inside)
    return image


def _windows(extended: Flags, problem: Problem) -> Flags:
    """Whether anything is set in the kernel's rectangle over each output."""
    counts: NDArray[Any] = extended.astype(np.intp)
    for number, axis in enumerate(problem.axes):
        ends = np.insert(np.cumsum(counts, axis=number), 0, 0, axis=number)
        upper = np.take(ends, np.arange(axis.length) + axis.taps, axis=number)
        counts = upper - np.take(ends, np.arange(axis.length), axis=number)
    return counts > 0
