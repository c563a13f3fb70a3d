"""Uniform straight motion, from the image alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike, NDArray

from convolve_native import kernels
from convolve_native.estimation._verdict import Verdict, examine

Array = NDArray[Any]


@dataclass(frozen=True)
class MotionEstimate:
    """Uniform straight motion, as it was found.

    Attributes
    ----------
    length : float
        Pixels, along which a point was spread.
    angle : float
        Degrees from +column towards +row, from 0 up to 180.
    confidence : float
        Chance that motion blurred the image, rather than anything else or nothing; 0 to 1.
    warnings : tuple of str
        What is odd, in words.

    Examples
    --------
    >>> MotionEstimate(4.0, 0.0, 0.9).psf
    array([[0.125, 0.25 , 0.25 , 0.25 , 0.125]])
    """

    length: float
    angle: float
    confidence: float
    warnings: tuple[str, ...] = ()

    @property
    def psf(self) -> Array:
        """The kernel, as `kernels.motion` draws it."""
        return kernels.motion(self.length, self.angle)


def estimate_motion(image: ArrayLike, *, axes: tuple[int, int] | None = None) -> MotionEstimate:
    """Estimate how far and which way a photograph was moved while it was exposed.

    Parameters
    ----------
    image : array_like of real numbers
        Finite and not constant, at least 64 pixels along both axes of the picture.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.  The mean
        over all others is looked at.

    Returns
    -------
    MotionEstimate
        With `length`, `angle`, `confidence`, `warnings` and the kernel, `psf`.

    Raises
    ------
    ValueError
        An image that is not finite, constant or too small, or has fewer than two axes; axes that
        are not there, or not given for a stack.
    TypeError
        Complex numbers.

    Notes
    -----
    The mean power over windowed pieces of 256 pixels (fewer where the image is small) is compared
    with ``scene(f) (|OTF(f)|^2 + error) + noise``, where the scene is a power of the frequency that
    varies a little with it and with the direction.  The sinks of the cepstrum propose motions up to
    a third of a piece long; the likelihood of the whole spectrum decides among them and is climbed
    for the last fraction of a pixel.  What is fainter than 3 % of the image's standard deviation is
    left out of it: compression and rounding have made of that what they liked.

    On 19 photographs with motions of 8 to 40 pixels, in 8 bits, 97 % or more are right within 1
    pixel and 2 degrees, down to noise of 22 dB below the blurred image; half of the lengths are off
    by less than 0.1.

    References
    ----------
    M. Cannon, "Blind deconvolution of spatially invariant image blurs with phase", IEEE Trans. ASSP
    24(1), 1976; P. Whittle, "Estimation and information in stationary time series", Ark. Mat. 2,
    1953.

    Examples
    --------
    >>> import convolve_native as cn
    >>> photo = cn.images.read(cn.images.sample())
    >>> moved = cn.convolve(photo, cn.kernels.motion(15, 30), mode="valid")
    >>> found = cn.estimate_motion(moved)
    >>> round(found.length), round(found.angle), round(found.confidence, 2)
    (15, 30, 1.0)
    """
    return of(examine(image, axes))


def of(verdict: Verdict) -> MotionEstimate:
    """The motion of a verdict."""
    length, angle = verdict.found["motion"]
    return MotionEstimate(length, angle % 180.0, verdict.chances["motion"], verdict.warnings)
