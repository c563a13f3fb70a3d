"""What a telescope makes of a star: diffraction, and the air's turbulence."""

import math

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import normalized
from convolve_native.kernels._bessel import FIRST_ZERO, j1
from convolve_native.kernels._parameters import fitting, number

MAX_TRUNCATE = 100
"""Radii of the Airy disk; all but 0.2% of the light, and J1 takes longer the further it goes."""


def airy(radius: float, *, truncate: float = 4.0) -> NDArray[np.float64]:
    """Return the Airy disk and its rings: the blur of a perfect lens with a round opening.

    Parameters
    ----------
    radius : float
        Radius of the first dark ring in pixels, > 0; ``1.22 * wavelength * f_number / pitch``.
    truncate : float, default 4.0
        Where to cut, in radii, > 0 and <= 100. Beyond 4 lie 4% of the light, beyond 10 lie 1.7%:
        in inverse proportion.

    Returns
    -------
    (K, K) ndarray, float64
        ``K = 2 * int(truncate * radius + 0.5) + 1``; sums to 1.

    Raises
    ------
    ValueError
        A radius or truncate out of its range.

    Notes
    -----
    A weight is the mean over its pixel of ``(2 * J1(v) / v)**2``, ``v = 3.8317 * r / radius``,
    over the sum: the light that falls on the pixel, which the value in its middle misses where
    the disk is only a few pixels across. The mean is by Gauss and Legendre's rule, with as many
    points as leave less than 1e-12; J1 is by Bessel's integral.

    G. B. Airy, "On the diffraction of an object-glass with circular aperture", Transactions of
    the Cambridge Philosophical Society 5, 1835; J. W. Goodman, "Introduction to Fourier Optics",
    section on Fraunhofer diffraction by a circular aperture.

    Examples
    --------
    >>> airy(1.0, truncate=1.0).round(3)
    array([[0.012, 0.056, 0.012],
           [0.056, 0.727, 0.056],
           [0.012, 0.056, 0.012]])
    """
    radius = number("radius", radius, above=0)
    truncate = number("truncate", truncate, above=0, most=MAX_TRUNCATE)
    reach = _reach("radius", radius, truncate)
    if reach == 0:
        return np.ones((1, 1))
    nodes, shares = _gauss_legendre(2 * FIRST_ZERO / radius)
    offsets = np.arange(reach + 1)[:, None] + nodes
    quadrant = np.empty((reach + 1, reach + 1))
    for row, within in zip(quadrant, offsets, strict=True):
        light = _airy_profile(np.hypot(within[:, None], offsets.ravel()) / radius)
        row[:] = (shares @ light).reshape(offsets.shape) @ shares
    return normalized(_unfolded(quadrant))


def _airy_profile(radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the light at distances in radii of the first dark ring, 1 in the middle."""
    v = FIRST_ZERO * np.maximum(radii, 1e-9)  # there 1 - v^2 / 4 is 1, and 0 would divide
    return np.square(2 * j1(v) / v)


def _gauss_legendre(frequency: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points in [-0.5, 0.5] and their shares, for waves of up to so many radians a pixel.

    n points leave ``f**(2 n) * (n!)**4 / ((2 n + 1) * ((2 n)!)**3)`` of a wave of frequency f.
    """
    points, left = 1, frequency**2 / 24
    while left > 1e-14:
        points += 1
        pair = 2 * points * (2 * points - 1)
        left *= frequency**2 * points**4 / pair**3 * (2 * points - 1) / (2 * points + 1)
    nodes, shares = np.polynomial.legendre.leggauss(points)
    return nodes / 2, shares / 2


def moffat(fwhm: float, beta: float = 2.5, *, truncate: float = 4.0) -> NDArray[np.float64]:
    """Return Moffat's profile: a star seen through the air, with wings that a Gaussian lacks.

    Parameters
    ----------
    fwhm : float
        Full width at half maximum in pixels, > 0.
    beta : float, default 2.5
        How steeply the wings fall, > 1; 4.765 is Kolmogorov's turbulence, larger ones tend to a
        Gaussian.
    truncate : float, default 4.0
        Where to cut, in full widths, > 0.

    Returns
    -------
    (K, K) ndarray, float64
        ``K = 2 * int(truncate * fwhm + 0.5) + 1``; sums to 1.

    Raises
    ------
    ValueError
        A fwhm, beta or truncate out of its range.

    Notes
    -----
    ``(1 + (r / alpha)**2)**-beta`` in the middle of each pixel, over the sum, with
    ``alpha = fwhm / (2 * sqrt(2**(1 / beta) - 1))``. ``(1 + (R / alpha)**2)**(1 - beta)`` of the
    light lies further out than R: 1% at the defaults.

    A. F. J. Moffat, "A theoretical investigation of focal stellar images in the photographic
    emulsion and application to photographic photometry", Astronomy and Astrophysics 3, 1969;
    I. Trujillo et al., "The effects of seeing on Sersic profiles - II. The Moffat PSF", Monthly
    Notices of the Royal Astronomical Society 328, 2001.

    Examples
    --------
    >>> moffat(2.0, truncate=0.5).round(3)
    array([[0.07, 0.12, 0.07],
           [0.12, 0.24, 0.12],
           [0.07, 0.12, 0.07]])
    """
    fwhm, beta = number("fwhm", fwhm, above=0), number("beta", beta, above=1)
    reach = _reach("fwhm", fwhm, number("truncate", truncate, above=0))
    offsets = np.arange(reach + 1) / fwhm
    # (r / alpha)^2; of a vanishing fwhm it may be infinite, and the weight is 0, as it should be.
    with np.errstate(over="ignore"):
        squares = 4 * math.expm1(math.log(2) / beta) * np.square(offsets)
        quadrant = np.exp(-beta * np.log1p(squares[:, None] + squares))
    return normalized(_unfolded(quadrant))


def _reach(name: str, length: float, truncate: float) -> int:
    extent = 2 * (truncate * length + 0.5) + 1
    fitting(name, length, extent, extent)
    return int(truncate * length + 0.5)


def _unfolded(quadrant: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the whole of which this is the quarter down and to the right; its own transpose."""
    whole = np.abs(np.arange(1 - len(quadrant), len(quadrant)))
    # Rounding may know rows from columns; what is round does not.
    quadrant = (quadrant + quadrant.T) / 2
    weights: NDArray[np.float64] = quadrant[np.ix_(whole, whole)]
    return weights
