"""Kernels made of kernels."""

import math
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.kernels._parameters import fitting, weights

Array = NDArray[Any]
LARGEST = int(np.iinfo(np.int64).max)


def compose(*kernels: ArrayLike | tuple[ArrayLike, ...]) -> Array:
    """Return the kernel that does what convolving with several, one after the other, does.

    Parameters
    ----------
    *kernels : array_like or tuple of 1-D array_like
        One or more, real or complex, all of 1, of 2 or of 3 axes. A tuple of 1-D arrays, one an
        axis, means their outer product, as in `convolve_native.convolve`.

    Returns
    -------
    ndarray
        The full convolution of them all: extents ``sum(K) - (number of kernels - 1)``, gains
        multiplied. int64 where all are of integers or bools, and exact; else complex128 where one
        is complex; else float64.

    Raises
    ------
    ValueError
        No kernel, an empty one, one with a weight that is not finite, another number of axes than
        the first one's, or more than 2**28 weights to return.
    TypeError
        A kernel that does not hold numbers.
    OverflowError
        A weight that int64, or float64, does not hold.

    Notes
    -----
    ``k[n] = sum_j a[j] * b[n - j]``, so the order does not matter. Convolving an image with k in
    one go gives what one after the other gives, apart from rounding and from a frame about the
    image as wide as k reaches, where the boundary rule is applied once and not after each.

    Default anchors add, ``(K - 1) // 2`` each, unless two kernels or more have even extents on an
    axis: then name ``anchor=`` their sum, or the result moves by a pixel.

    The sum is direct, over the weights of the smaller kernel that are not 0.

    Examples
    --------
    >>> compose([1, 1], [1, 1], [1, -1])
    array([ 1,  1, -1, -1])
    >>> compose(([1, 2, 1], [1, 0, -1]), [[0, 1, 0]])
    array([[ 0,  1,  0, -1,  0],
           [ 0,  2,  0, -2,  0],
           [ 0,  1,  0, -1,  0]])
    """
    if not kernels:
        raise ValueError("kernels must be one or more; got none")
    factors = [factors_of(f"kernels[{i}]", kernel) for i, kernel in enumerate(kernels)]
    ndim = factors[0][0].ndim
    for i, (first, *_) in enumerate(factors):
        if first.ndim != ndim:
            raise ValueError(
                f"kernels[{i}] must have as many axes as kernels[0], {ndim}; got {first.ndim}"
            )
    return composed("kernels", [array for arrays in factors for array in arrays])


def factors_of(name: str, kernel: ArrayLike | tuple[ArrayLike, ...]) -> list[Array]:
    """Return the arrays that compose to a kernel: itself, or a tuple's sides, each on its axis."""
    if not isinstance(kernel, tuple):
        return [weights(name, kernel)]
    ndim = len(kernel)
    if not 1 <= ndim <= 3:
        raise ValueError(f"{name} as a tuple must hold 1 to 3 arrays, one an axis; got {ndim}")
    sides = []
    for axis, each in enumerate(kernel):
        side = weights(f"{name}[{axis}]", each)
        if side.ndim != 1:
            raise ValueError(f"{name}[{axis}] must have one axis; got shape {side.shape}")
        sides.append(np.expand_dims(side, [other for other in range(ndim) if other != axis]))
    return sides


def composed(name: str, arrays: list[Array]) -> Array:
    """Return the full convolution of arrays, which parameter `name` gave, as a new one."""
    shapes = tuple(array.shape for array in arrays)
    fitting(name, shapes, *(sum(each) - len(arrays) + 1 for each in zip(*shapes, strict=True)))
    if all(array.dtype == np.int64 for array in arrays):
        return _exact(name, arrays)
    with np.errstate(over="ignore", invalid="ignore"):
        result = reduce(_full, arrays)
    if not np.isfinite(result).all():
        raise OverflowError(f"{name} must give weights that fit float64; got some that do not")
    return np.array(result, order="C")


def _exact(name: str, arrays: list[Array]) -> NDArray[np.int64]:
    """Compose integers in int64 where no sum can exceed it, and else in Python's own integers."""
    unlimited = [array.astype(object) for array in arrays]
    if math.prod(int(np.abs(array).sum()) for array in unlimited) <= LARGEST:
        return np.array(reduce(_full, arrays), order="C")
    exact = reduce(_full, unlimited)
    least, most = int(exact.min()), int(exact.max())
    if least < -LARGEST - 1 or most > LARGEST:
        worst = most if most > LARGEST else least
        raise OverflowError(f"{name} must give weights that fit int64; got {worst}")
    return exact.astype(np.int64)


def _full(a: Array, b: Array) -> Array:
    """Return the full convolution of two arrays of as many axes."""
    small, large = sorted((a, b), key=lambda array: array.size)
    shape = [m + n - 1 for m, n in zip(a.shape, b.shape, strict=True)]
    result = np.zeros(shape, np.result_type(a, b))
    for start in np.argwhere(small):
        at = tuple(slice(s, s + n) for s, n in zip(start, large.shape, strict=True))
        result[at] += small[tuple(start)] * large
    return result
