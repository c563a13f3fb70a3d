"""Derivatives of the Gaussian, and what stands for them: edges and blobs at a chosen scale."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import outer
from convolve_native.kernels._parameters import number, per_axis, whole
from convolve_native.kernels.smoothing import gaussian, gaussian_radii, gaussian_taps

MAX_ORDER = 20
"""Of a derivative; with `LEAST_SIGMA` it keeps every weight, and what leads to it, finite."""

LEAST_SIGMA = 1e-3
"""Pixels, on an axis that is differentiated."""


def gaussian_derivative(
    sigma: float | Sequence[float],
    order: int | Sequence[int],
    *,
    truncate: float = 4.0,
    ndim: int = 2,
) -> NDArray[np.float64]:
    """Return a derivative of a Gaussian, weight for weight ``scipy.ndimage.gaussian_filter``'s.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in pixels, one for all axes or one an axis ``(rows, columns)``; >= 0,
        and >= 0.001 on an axis whose order is not 0.
    order : int or sequence of int
        How often to differentiate, 0 to 20, one for all axes or one an axis: ``(0, 1)`` is the
        slope to the right, 1 the mixed derivative, 0 the `gaussian` itself.
    truncate : float, default 4.0
        Where to cut, in standard deviations, >= 0.
    ndim : {1, 2, 3}, default 2
        Number of axes; 1 gives the taps of a separable pass.

    Returns
    -------
    ndarray, float64
        Extent ``2 * r + 1`` on each axis, ``r = int(truncate * sigma + 0.5)``. An axis of order n
        is even or odd as n is. Odd ones sum to 0; even ones from 2 on to nearly 0: the tails that
        the cut takes are missing (at the default, 1e-3 of ``sigma**-2`` for the second).

    Raises
    ------
    ValueError
        A sigma, order or truncate out of its range, or one too many or too few.

    Notes
    -----
    ``(-1 / sigma)**n * He_n(x / sigma) * g[x]`` for x = -r ... r on each axis, g the taps of
    `gaussian` (of sum 1) and He_n Hermite's polynomial as probabilists write it; and the outer
    product of the axes. It is the derivative sampled, not a difference of samples, so a sigma
    below about 0.7 falls short of the slope.

    For *convolution*: the response is the derivative of the smoothed image in grey levels a
    pixel**n, positive where the image increases for order 1. SciPy's function correlates, and
    turns these same taps before it does.

    Hermite's polynomials: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions",
    26.2.31.

    Examples
    --------
    >>> gaussian_derivative(1.0, 1, truncate=2.0, ndim=1).round(3)
    array([ 0.109,  0.244,  0.   , -0.244, -0.109])
    """
    sigmas = per_axis("sigma", sigma, ndim, number, least=0)
    orders = per_axis("order", order, ndim, whole, least=0, most=MAX_ORDER)
    for each, times in zip(sigmas, orders, strict=True):
        if times and each < LEAST_SIGMA:
            raise ValueError(
                f"sigma must be >= {LEAST_SIGMA:g} on an axis of order {times}; got {each!r}"
            )
    return outer(map(_derivative_taps, sigmas, orders, gaussian_radii(sigma, sigmas, truncate)))


def _derivative_taps(sigma: float, order: int, radius: int) -> NDArray[np.float64]:
    x = np.arange(-radius, radius + 1) / max(sigma, LEAST_SIGMA)
    hermite, before = np.ones(x.shape), np.zeros(x.shape)
    for n in range(order):
        # He_(n + 1)(x) = x He_n(x) - n He_(n - 1)(x), with -1 / sigma for each derivative. Taken
        # from 0, since minus 0 would print as -0.
        hermite, before = 0.0 - (x * hermite + n / sigma * before) / sigma, hermite
    return hermite * gaussian_taps(sigma, radius)


def laplacian_of_gaussian(
    sigma: float | Sequence[float], *, truncate: float = 4.0, ndim: int = 2
) -> NDArray[np.float64]:
    """Return the Laplacian of a Gaussian: dark blobs of one size, and edges by its zeros.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in pixels, one for all axes or one an axis ``(rows, columns)``; at
        least ``0.5 / truncate``, and 0.001, so that the kernel reaches its neighbours.
    truncate : float, default 4.0
        Where to cut, in standard deviations, > 0.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        Extent ``2 * r + 1`` on each axis, ``r = int(truncate * sigma + 0.5)``; sums to 0.

    Raises
    ------
    ValueError
        A sigma or truncate out of its range, or one sigma too many or too few.

    Notes
    -----
    ``sum_a (x_a**2 / sigma_a**4 - 1 / sigma_a**2) * g[x] - c * g[x]``, g being `gaussian`. The
    small c, at the default up to 2e-3 of ``sigma**-2`` in size, makes up for the tails cut off;
    without it a flat image would not give 0, and these would be the weights of
    ``scipy.ndimage.gaussian_laplace``.

    The response is positive where the image is darker than its surroundings, as of `laplacian`.
    It is strongest at the centre of a disk of radius ``sigma * sqrt(2)``; multiply by
    ``sigma**2`` to compare scales.

    D. Marr and E. Hildreth, "Theory of edge detection", Proc. Royal Society London B 207, 1980.

    Examples
    --------
    >>> laplacian_of_gaussian(0.5, truncate=2.0).round(3)
    array([[ 0.286,  0.77 ,  0.286],
           [ 0.77 , -4.222,  0.77 ],
           [ 0.286,  0.77 ,  0.286]])
    """
    sigmas = per_axis("sigma", sigma, ndim, number, least=LEAST_SIGMA)
    truncate = number("truncate", truncate, above=0)
    radii = gaussian_radii(sigma, sigmas, truncate)
    _reaching(sigma, radii)
    smooth = [gaussian_taps(*pair) for pair in zip(sigmas, radii, strict=True)]
    weights = np.zeros([taps.size for taps in smooth])
    for axis, (each, radius) in enumerate(zip(sigmas, radii, strict=True)):
        second = _derivative_taps(each, 2, radius)
        flat = second - second.sum() * smooth[axis]
        weights += outer([*smooth[:axis], flat, *smooth[axis + 1 :]])
    return weights


def difference_of_gaussians(
    sigma: float | Sequence[float], ratio: float = 1.6, *, truncate: float = 4.0, ndim: int = 2
) -> NDArray[np.float64]:
    """Return a narrow Gaussian less a wide one: bright blobs of one size, a band of scales.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation of the narrow one in pixels, one for all axes or one an axis ``(rows,
        columns)``; > 0, and wide enough for the wide one to reach its neighbours.
    ratio : float, default 1.6
        Standard deviation of the wide one over that of the narrow one, > 1. 1.6 is nearest to
        the `laplacian_of_gaussian`, by Marr and Hildreth's measure.
    truncate : float, default 4.0
        Where to cut each of them, in its own standard deviations, > 0.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        Extent ``2 * r + 1`` on each axis, ``r = int(truncate * ratio * sigma + 0.5)``; sums to 0.

    Raises
    ------
    ValueError
        A sigma, ratio or truncate out of its range, or one sigma too many or too few.

    Notes
    -----
    ``gaussian(sigma) - gaussian(ratio * sigma)``, each of sum 1. The response is positive where
    the image is brighter than its surroundings: opposite in sign to `laplacian_of_gaussian`, and
    ``(ratio**2 - 1) / 2 * sigma**2`` times as large for a ratio close to 1.

    D. Marr and E. Hildreth, "Theory of edge detection", Proc. Royal Society London B 207, 1980;
    D. G. Lowe, "Distinctive image features from scale-invariant keypoints", International Journal
    of Computer Vision 60, 2004.

    Examples
    --------
    >>> difference_of_gaussians(0.5, 2.0, truncate=1.0).round(3)
    array([[-0.064, -0.04 , -0.064],
           [-0.04 ,  0.415, -0.04 ],
           [-0.064, -0.04 , -0.064]])
    """
    sigmas = per_axis("sigma", sigma, ndim, number, above=0)
    ratio = number("ratio", ratio, above=1)
    wide_sigmas = [ratio * each for each in sigmas]
    truncate = number("truncate", truncate, above=0)
    radii = gaussian_radii(sigma, wide_sigmas, truncate)
    _reaching(sigma, radii)
    narrow, wide = (gaussian(s, truncate=truncate, ndim=ndim) for s in (sigmas, wide_sigmas))
    margins = [(w - n) // 2 for w, n in zip(wide.shape, narrow.shape, strict=True)]
    inner = tuple(slice(m, w - m) for m, w in zip(margins, wide.shape, strict=True))
    weights = 0.0 - wide
    weights[inner] += narrow
    return weights


def _reaching(sigma: object, radii: list[int]) -> None:
    """Refuse a kernel of one weight on an axis: it would be 0, or miss the axis."""
    if min(radii) == 0:
        raise ValueError(f"sigma must be wide enough to reach a neighbour; got {sigma!r}")
