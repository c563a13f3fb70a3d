"""Kernels that smooth: non-negative, symmetric, and of sum 1."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import normalized, outer, trimmed
from convolve_native.kernels._parameters import fitting, number, per_axis, whole

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
    reaches = [number("truncate", truncate, least=0) * each + 0.5 for each in sigmas]
    # Before int(): the product of two large numbers may be infinite.
    fitting("sigma", sigma, *(2 * reach + 1 for reach in reaches))
    return outer(map(_gaussian_taps, sigmas, map(int, reaches)))


def _gaussian_taps(sigma: float, radius: int) -> NDArray[np.float64]:
    offsets = np.arange(-radius, radius + 1)
    # The floor keeps a sigma of 0 from dividing by it; there the neighbours, if any, vanish anyway.
    variance = max(sigma * sigma, 1e-200)
    return normalized(np.exp(-0.5 / variance * offsets**2))


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


def disk(radius: float) -> NDArray[np.float64]:
    """Return a uniform disk with exact edges: the blur of a lens out of focus.

    Parameters
    ----------
    radius : float
        Radius in pixels, > 0, whole or not. Up to 0.5 the disk lies within the central pixel, and
        the kernel is the identity.

    Returns
    -------
    (K, K) ndarray, float64
        K odd, as small as holds the disk; sums to 1.

    Raises
    ------
    ValueError
        A radius that is not a finite number > 0.

    Notes
    -----
    A weight is the area that the disk, centred on the central pixel, has in common with the
    pixel, over ``pi * radius**2``: within the pixel, the rectangle under the arc, the trapezoid
    below its chord and the circular segment above it. The areas are in closed form, so the
    weights vary continuously with `radius`.

    The "pillbox", the limit by geometrical optics of a focusing error: J. W. Goodman,
    "Introduction to Fourier Optics", chapter on the frequency analysis of imaging systems.

    Examples
    --------
    >>> disk(1.0).round(3)
    array([[0.025, 0.145, 0.025],
           [0.145, 0.318, 0.145],
           [0.025, 0.145, 0.025]])
    """
    radius = number("radius", radius, above=0)
    fitting("radius", radius, 2 * radius + 1, 2 * radius + 1)
    # Within the central pixel every radius gives the same kernel; 0.5 keeps its square from 0.
    return normalized(trimmed(_disk_areas(max(radius, 0.5))))


def _disk_areas(radius: float) -> NDArray[np.float64]:
    """Return the area of the disk within every pixel."""
    reach = int(np.ceil(radius - 0.5))
    # One quadrant, where the arc falls: the central pixels enter it as halves.
    edges = np.concatenate([[0.0], np.arange(reach + 1) + 0.5])
    left, right = edges[:-1], edges[1:]
    bottom, top = left[:, None], right[:, None]
    chord = np.sqrt(np.maximum((radius - edges) * (radius + edges), 0.0))
    at_low, at_high = chord[:-1], chord[1:]
    # Where the arc enters the pixel and where it leaves it.
    x_in, y_in = np.clip(at_high[:, None], left, right), np.clip(at_low, bottom, top)
    x_out, y_out = np.clip(at_low[:, None], left, right), np.clip(at_high, bottom, top)
    angle = 2 * np.arcsin(np.hypot(x_out - x_in, y_in - y_out) / (2 * radius))
    quadrant = (
        (x_in - left) * (top - bottom)
        + (x_out - x_in) * ((y_in + y_out) / 2 - bottom)
        + radius**2 / 2 * (angle - np.sin(angle))
    )
    # Rounding knows rows from columns; a disk does not.
    quadrant = (quadrant + quadrant.T) / 2
    quadrant[0] *= 2
    quadrant[:, 0] *= 2
    unfold = np.abs(np.arange(-reach, reach + 1))
    areas: NDArray[np.float64] = quadrant[np.ix_(unfold, unfold)]
    return areas
