"""Defocus, from the image alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike, NDArray

from convolve_native import kernels
from convolve_native.estimation._verdict import Verdict, examine

Array = NDArray[Any]


@dataclass(frozen=True)
class DefocusEstimate:
    """Defocus, as it was found.

    Attributes
    ----------
    radius : float
        Pixels, of the disk that a point became.
    confidence : float
        Chance that defocus blurred the image, rather than anything else or nothing; 0 to 1.
    warnings : tuple of str
        What is odd, in words.

    Examples
    --------
    >>> DefocusEstimate(2.5, 0.9).psf.shape
    (5, 5)
    """

    radius: float
    confidence: float
    warnings: tuple[str, ...] = ()

    @property
    def psf(self) -> Array:
        """The kernel, as `kernels.disk` draws it."""
        return kernels.disk(self.radius)


def estimate_defocus(image: ArrayLike, *, axes: tuple[int, int] | None = None) -> DefocusEstimate:
    """Estimate how large a disk a lens out of focus made of a point.

    Parameters
    ----------
    image : array_like of real numbers
        Finite and not constant, at least 64 pixels along both axes of the picture.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.  The mean
        over all others is looked at.

    Returns
    -------
    DefocusEstimate
        With `radius`, `confidence`, `warnings` and the kernel, `psf`.

    Raises
    ------
    ValueError
        An image that is not finite, constant or too small, or has fewer than two axes; axes that
        are not there, or not given for a stack.
    TypeError
        Complex numbers.

    Notes
    -----
    As `estimate_motion`, with radii up to an eighth of a piece: those are proposed for which the
    mean power over circles is likeliest.  On 19 photographs with radii of 3 to 12, in 8 bits, all
    are right within 0.25 pixels, down to noise of 22 dB below the blurred image.

    References
    ----------
    D. B. Gennery, "Determination of optical transfer function by inspection of frequency-domain
    plot", J. Opt. Soc. Am. 63(12), 1973; P. Whittle, "Estimation and information in stationary
    time series", Ark. Mat. 2, 1953.

    Examples
    --------
    >>> import convolve_native as cn
    >>> photo = cn.images.read(cn.images.sample())
    >>> soft = cn.convolve(photo, cn.kernels.disk(5.2), mode="valid")
    >>> round(cn.estimate_defocus(soft).radius, 1)
    5.2
    """
    return of(examine(image, axes))


def of(verdict: Verdict) -> DefocusEstimate:
    """The defocus of a verdict."""
    (radius,) = verdict.found["defocus"]
    return DefocusEstimate(radius, verdict.chances["defocus"], verdict.warnings)
