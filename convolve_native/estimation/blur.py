"""What kind of blur an image has, from the image alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from numpy.typing import ArrayLike, NDArray

from convolve_native import kernels
from convolve_native.estimation import defocus, gaussian, motion
from convolve_native.estimation._verdict import examine
from convolve_native.estimation.defocus import DefocusEstimate
from convolve_native.estimation.gaussian import GaussianEstimate
from convolve_native.estimation.motion import MotionEstimate

Array = NDArray[Any]
BlurName = Literal["sharp", "motion", "defocus", "gaussian"]


@dataclass(frozen=True)
class BlurEstimate:
    """The likeliest kind of blur, and what each would be.

    Attributes
    ----------
    model : {"sharp", "motion", "defocus", "gaussian"}
        The likeliest.
    confidence : float
        Its chance; 0 to 1.
    motion, defocus, gaussian
        The best of each kind, with a confidence of its own.
    warnings : tuple of str
        What is odd, in words.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.estimate_blur(cn.images.read(cn.images.sample())[::2, ::2]).psf
    array([[1.]])
    """

    model: BlurName
    confidence: float
    motion: MotionEstimate
    defocus: DefocusEstimate
    gaussian: GaussianEstimate
    warnings: tuple[str, ...] = ()

    @property
    def psf(self) -> Array:
        """The kernel of the likeliest kind: of a single pixel where the image is sharp."""
        if self.model == "sharp":
            return kernels.identity()
        return cast(Array, getattr(self, self.model).psf)


def estimate_blur(image: ArrayLike, *, axes: tuple[int, int] | None = None) -> BlurEstimate:
    """Tell whether motion, defocus or a Gaussian blurred a photograph, or nothing did.

    Parameters
    ----------
    image : array_like of real numbers
        Finite and not constant, at least 64 pixels along both axes of the picture.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.  The mean
        over all others is looked at.

    Returns
    -------
    BlurEstimate
        With `model`, `confidence`, the best `motion`, `defocus` and `gaussian`, `warnings`, and the
        kernel of the likeliest, `psf`.

    Raises
    ------
    ValueError
        An image that is not finite, constant or too small, or has fewer than two axes; axes that
        are not there, or not given for a stack.
    TypeError
        Complex numbers.

    Notes
    -----
    Chances go by the likelihood of the spectrum for the best kernel of each kind, as in
    `estimate_motion`.  A kernel that blurs by less than 0.9 pixels, root mean square of both
    directions, counts as sharp rather than not.

    References
    ----------
    P. Whittle, "Estimation and information in stationary time series", Ark. Mat. 2, 1953.

    Examples
    --------
    >>> import convolve_native as cn
    >>> photo = cn.images.read(cn.images.sample())
    >>> cn.estimate_blur(cn.convolve(photo, cn.kernels.disk(4), mode="valid")).model
    'defocus'
    """
    verdict = examine(image, axes)
    model = max(verdict.chances, key=lambda name: verdict.chances[name])
    return BlurEstimate(
        cast(BlurName, model),
        verdict.chances[model],
        motion.of(verdict),
        defocus.of(verdict),
        gaussian.of(verdict),
        verdict.warnings,
    )
