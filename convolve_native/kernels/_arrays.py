"""What several kernel families do to arrays."""

from collections.abc import Iterable
from functools import reduce

import numpy as np
from numpy.typing import NDArray


def outer(taps: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the outer product of 1-D arrays, one an axis."""
    return reduce(np.multiply.outer, taps)


def normalized(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights over their sum."""
    return weights / float(weights.sum())


def trimmed(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least array about the same centre that holds all weights that are not 0.

    `weights` is 2-D, of odd extents, and not all 0.
    """
    center = np.array(weights.shape) // 2
    rows, columns = np.abs(np.argwhere(weights) - center).max(axis=0)
    row, column = center
    return weights[row - rows : row + rows + 1, column - columns : column + columns + 1]
