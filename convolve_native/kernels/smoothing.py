"""Kernels that smooth: non-negative, symmetric, and of sum 1."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import normalized, outer
from convolve_native.kernels._directions import direction
from convolve_native.kernels._parameters import fitting, number, per_axis, whole

LEAST_WIDTH = 1e-3
"""Pixels: a Gaussian across which nothing is seen; the squares of less could overflow."""

MAX_BINOMIAL = 2**14
"""Pixels. The weights are exact integers of as many bits, and this many take a moment."""


def box(size: int | Sequence[int], *, ndim: int = 2) -> NDArray[np.float64]:
    """Return equal weights: the mean over a rectangle.

    Parameters
    ----------
    size : int or sequence of int
        Extent in pixels, one for all axes or one an axis ``(rows, columns)``; odd or even.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        Shape `size`, every weight ``1 / number of weights``; sums to 1.

    Raises
    ------
    ValueError
        A size that is not an integer >= 1, or one too many or too few of them.

    Examples
    --------
    >>> box((2, 4))
    array([[0.125, 0.125, 0.125, 0.125],
           [0.125, 0.125, 0.125, 0.125]])
    """
    shape = per_axis("size", size, ndim, whole, least=1)
    fitting("size", size, *shape)
    return np.full(shape, 1 / math.prod(shape))


def gaussian(
    sigma: float | Sequence[float], *, truncate: float = 4.0, ndim: int = 2
) -> NDArray[np.float64]:
    """Return a sampled Gaussian, weight for weight that of ``scipy.ndimage.gaussian_filter``.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in pixels, >= 0, one for all axes or one an axis ``(rows, columns)``.
        0 leaves an axis alone: its one tap is 1.
    truncate : float, default 4.0
        Where to cut, in standard deviations, >= 0.
    ndim : {1, 2, 3}, default 2
        Number of axes; 1 gives the taps of a separable pass.

    Returns
    -------
    ndarray, float64
        Extent ``2 * r + 1`` on each axis, ``r = int(truncate * sigma + 0.5)``; sums to 1.

    Raises
    ------
    ValueError
        A sigma or truncate that is negative or not finite, or one sigma too many or too few.

    Notes
    -----
    ``g[x] = exp(-x**2 / (2 * sigma**2)) / sum`` for x = -r ... r on each axis, and the outer
    product of the axes. It is the sampled Gaussian, not the pixel's integral nor Lindeberg's
    discrete one, so below a sigma of about 0.5 its standard deviation falls short of `sigma`.

    Examples
    --------
    >>> gaussian(1.0, truncate=1.0).round(3)
    array([[0.075, 0.124, 0.075],
           [0.124, 0.204, 0.124],
           [0.075, 0.124, 0.075]])
    """
    sigmas = per_axis("sigma", sigma, ndim, number, least=0)
    return outer(map(gaussian_taps, sigmas, gaussian_radii(sigma, sigmas, truncate)))


def gaussian_radii(given: Any, sigmas: Iterable[float], truncate: float) -> list[int]:
    """Return how far the Gaussian of each axis reaches; `given` is the sigma that asks for it."""
    cut = number("truncate", truncate, least=0)
    reaches = [cut * sigma + 0.5 for sigma in sigmas]
    # Before int(): the product of two large numbers may be infinite.
    fitting("sigma", given, *(2 * reach + 1 for reach in reaches))
    return [int(reach) for reach in reaches]


def gaussian_taps(sigma: float, radius: int) -> NDArray[np.float64]:
    """Return the Gaussian at -radius ... radius, over its sum."""
    offsets = np.arange(-radius, radius + 1)
    # The floor keeps a sigma of 0 from dividing by it; there the neighbours, if any, vanish anyway.
    variance = max(sigma * sigma, 1e-200)
    return normalized(np.exp(-0.5 / variance * offsets**2))


def oriented_gaussian(
    along: float, across: float, angle: float, *, truncate: float = 4.0
) -> NDArray[np.float64]:
    """Return a sampled Gaussian that is longer one way than the other, at any angle.

    Parameters
    ----------
    along, across : float
        Standard deviations in pixels in the direction of `angle` and square to it, >= 0.001.
    angle : float
        Direction in degrees from +column towards +row (rows go down). Any finite angle; 180
        degrees apart is the same.
    truncate : float, default 4.0
        Where to cut, in standard deviations along rows and along columns, >= 0.

    Returns
    -------
    ndarray, float64
        Extent ``2 * int(truncate * s + 0.5) + 1`` on each axis, s the standard deviation along it;
        sums to 1.

    Raises
    ------
    ValueError
        A standard deviation below 0.001 or not finite, an angle that is not finite, a truncate
        that is negative or not finite.

    Notes
    -----
    ``exp(-u**2 / (2 * along**2) - v**2 / (2 * across**2)) / sum``, u and v the distances of a pixel
    from the central one along the direction and square to it. Sampled as `gaussian` is, which it
    equals for an angle of 0 or 90, or two widths alike.

    J.-M. Geusebroek, A. W. M. Smeulders, J. van de Weijer, "Fast anisotropic Gauss filtering",
    IEEE Trans. Image Process. 12(8), 2003.

    Examples
    --------
    >>> oriented_gaussian(1.0, 0.4, 45, truncate=1.0).round(3)
    array([[0.154, 0.068, 0.001],
           [0.068, 0.418, 0.068],
           [0.001, 0.068, 0.154]])
    """
    along = number("along", along, least=LEAST_WIDTH)
    across = number("across", across, least=LEAST_WIDTH)
    cosine, sine = direction(number("angle", angle))
    sigmas = math.hypot(along * sine, across * cosine), math.hypot(along * cosine, across * sine)
    radii = gaussian_radii(max(along, across), sigmas, truncate)
    rows, columns = (np.arange(-radius, radius + 1) for radius in radii)
    u = (cosine * columns + sine * rows[:, None]) / along
    v = (cosine * rows[:, None] - sine * columns) / across
    return normalized(np.exp(-0.5 * (u * u + v * v)))


def binomial(size: int | Sequence[int], *, ndim: int = 2) -> NDArray[np.float64]:
    """Return a row of Pascal's triangle on each axis: the smoothest kernel of its size.

    Parameters
    ----------
    size : int or sequence of int
        Extent in pixels, 1 to 16384, one for all axes or one an axis ``(rows, columns)``.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        Shape `size`; sums to 1.

    Raises
    ------
    ValueError
        A size that is not an integer from 1 to 16384, or one too many or too few of them.

    Notes
    -----
    ``b[k] = C(K - 1, k) / 2**(K - 1)`` for k = 0 ... K - 1 on an axis of extent K, each correctly
    rounded, and the outer product of the axes: the box of 2 convolved K - 1 times. Its variance is
    ``(K - 1) / 4``, so it stands for a Gaussian of sigma ``sqrt(K - 1) / 2``.

    P. J. Burt, "Fast filter transforms for image processing", Computer Graphics and Image
    Processing 16, 1981.

    Examples
    --------
    >>> binomial(3)
    array([[0.0625, 0.125 , 0.0625],
           [0.125 , 0.25  , 0.125 ],
           [0.0625, 0.125 , 0.0625]])
    """
    shape = per_axis("size", size, ndim, whole, least=1, most=MAX_BINOMIAL)
    fitting("size", size, *shape)
    return outer(map(_pascal_row, shape))


def _pascal_row(extent: int) -> NDArray[np.float64]:
    order = extent - 1
    entries = [1]
    for k in range(order):
        entries.append(entries[-1] * (order - k) // (k + 1))
    # Python divides its integers with one rounding, however long they are.
    return np.array([entry / 2**order for entry in entries])
