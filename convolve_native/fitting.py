"""From measured seconds to a Machine: every method's seconds are linear in its figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convolve_native.machine import DEFAULT, Machine
from convolve_native.methods import METHODS
from convolve_native.problem import Problem

Array = NDArray[np.float64]
Cell = tuple[str, Problem]  # a method, and what it was measured on


def fit(cells: Sequence[Cell], seconds: Array) -> dict[str, float]:
    """Find the machine whose predictions have the least squares of relative errors.

    Parameters
    ----------
    cells : sequence of (str, Problem)
        Methods, and the problems they were measured on.
    seconds : (n_cells,) ndarray
        How long each took.

    Returns
    -------
    dict of str to float
        Its figures; one that no cell hangs on is the shipped one.

    Notes
    -----
    ``min_x sum_i ((A x)_i / seconds_i - 1)^2`` over ``x >= 0``, where column j of A is what the
    methods predict for a machine whose figure j is one second and all others are nothing.

    Examples
    --------
    >>> fit([], np.empty(0)) == DEFAULT.figures
    True
    """
    figures = DEFAULT.figures
    predicted = np.empty((len(cells), len(figures)))
    for column, name in enumerate(figures):
        unit = Machine.of("", {**dict.fromkeys(figures, 0.0), name: 1.0})
        predicted[:, column] = [METHODS[method].seconds(each, unit) for method, each in cells]
    fitted = non_negative(predicted / seconds[:, None], np.ones(len(cells)))
    measured = [name for name, column in zip(figures, predicted.T, strict=True) if column.any()]
    found = dict(zip(figures, fitted, strict=True))
    return {**figures, **{name: found[name] for name in measured}}


def non_negative(matrix: Array, right: Array) -> list[float]:
    """Solve min ``|matrix x - right|`` over ``x >= 0``, by sets of unknowns that are not zero.

    References
    ----------
    C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems", 1974, chapter 23.

    Examples
    --------
    >>> matrix, right = np.array([[1.0, 1.0], [1.0, 2.0]]), np.array([2.0, 1.0])
    >>> np.linalg.solve(matrix, right)
    array([ 3., -1.])
    >>> [round(x, 6) for x in non_negative(matrix, right)]
    [1.5, 0.0]
    """
    size = np.linalg.norm(matrix, axis=0)
    size[size == 0] = 1.0
    scaled = matrix / size
    x = np.zeros(size.size)
    free = np.zeros(size.size, bool)
    for _ in range(3 * size.size):  # they suffice, but for rounding
        gain = np.where(free, 0.0, scaled.T @ (right - scaled @ x))
        if gain.max() <= 1e-9 * np.linalg.norm(right):
            break
        free[gain.argmax()] = True
        best = _solved(scaled, right, free)
        while (below := np.flatnonzero(free & (best < 0))).size:
            steps = x[below] / (x[below] - best[below])
            x += steps.min() * (best - x)  # towards the best, as far as the first zero
            free[below[steps.argmin()]] = False
            best = _solved(scaled, right, free)
        x = best
    return [float(each) for each in x / size]


def _solved(matrix: Array, right: Array, free: NDArray[np.bool_]) -> Array:
    """Least squares in the unknowns that are free, the others zero."""
    x = np.zeros(free.size)
    x[free] = np.linalg.lstsq(matrix[:, free], right, rcond=None)[0]
    return x
