"""The kernel that blurred a photograph, of whatever shape, from the photograph alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import one_of
from convolve_native.checks.photograph import Photograph
from convolve_native.estimation import _trust
from convolve_native.estimation._extent import extent
from convolve_native.estimation._search import PRIORS, PriorName, Step, search
from convolve_native.estimation.noise import estimate_noise
from convolve_native.threads import set_workers

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class PSFEstimate:
    """A kernel that blurred a photograph, as it was found.

    Attributes
    ----------
    psf : ndarray, float64
        Square, of odd extent, none of its taps negative, of sum 1; its mass lies about its middle,
        as far as its extent allows.  A single tap where there was nothing to find.
    latent : ndarray, float32
        The scene in grey that the kernel was found with, in the unit of the image; without the
        image's fine noise and texture, so restore the image itself by `deconvolve`.
    confidence : float
        From 0 to 1: how far searches from several starts agree on the kernel.
    noise : float
        Standard deviation of the noise that was found, in the unit of the image in grey.
    sharp : bool
        Whether the photograph looks sharp already.
    warnings : tuple of str
        What is odd, in words.
    scales : tuple of Step
        Of each scale, the coarsest first: its `number` and the `count` of all, the `shape` of the
        image, the `weight` of its differences, the `psf`.

    Examples
    --------
    >>> import numpy as np
    >>> PSFEstimate(np.ones((1, 1)), np.zeros((9, 9)), 0.0, 0.0, False, ()).psf.shape
    (1, 1)
    """

    psf: Array
    latent: Array
    confidence: float
    noise: float
    sharp: bool
    warnings: tuple[str, ...]
    scales: tuple[Step, ...] = field(default=(), repr=False)


def estimate_psf(
    image: ArrayLike,
    size: int | Literal["auto"] = "auto",
    *,
    prior: PriorName = "gradient",
    axes: tuple[int, int] | None = None,
    mask: ArrayLike | None = None,
    callback: Callable[[Step], object] | None = None,
    workers: int | None = None,
) -> PSFEstimate:
    """Estimate the kernel that blurred a photograph: a shaken camera's path, or any other.

    Parameters
    ----------
    image : array_like of real numbers
        Finite and not constant, of two axes or more.
    size : int or 'auto'
        Taps of the kernel along either axis, odd, 3 at least and no more than the image's shorter
        side; somewhat more than the blur reaches.  'auto' looks first how far it does, up to a
        fourth of the shorter side or 51 pixels.
    prior : {'gradient', 'patch-minimum'}
        What the scene is known by: that few of its differences are not 0, or also that the darkest
        pixel of most patches is black, as in scenes of high contrast and pages of text.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.  The mean
        over all others is looked at: one kernel for all.
    mask : array_like of bool, optional
        True where a pixel is valid, in the shape of the picture.
    callback : callable, optional
        Called as ``callback(step)`` when a scale is done, with an entry of `PSFEstimate.scales`;
        the last one is the finest, or the one at which it returns true.
    workers : int, optional
        Threads to use at most; the result is bitwise the same for any number.

    Returns
    -------
    PSFEstimate

    Raises
    ------
    ValueError
        A constant image, one that is not finite, has fewer than two axes or is smaller than the
        kernel; a size that is even, below 3 or too large; a mask of another shape.
    TypeError
        Complex numbers, or none at all; a size that is no integer.
    MemoryError
        A request that would not fit the memory available.

    Notes
    -----
    From coarse to fine, scene x and kernel k are found in turn: ``min over x of |k*x - y|^2 +
    weight |D x|_0`` by splitting, so that of all differences D x few are left, and ``min over k >=
    0 of |k * D x - D y|^2`` from the strongest of them in each direction.  Only where the whole
    blur of a difference was seen does it count; what lies outside the frame, pixels at the darkest
    or brightest value where many are, and those left out by `mask`, are filled by the blur of the
    scene.  Strong noise is smoothed before the search, by as much as `estimate_noise` says.

    Which kernel such a search finds hangs on how the weight falls.  So there are four of them, the
    two likeliest up to the finest scale, and the kernel is taken under which the spectrum of the
    image is the likeliest: where a kernel lets little by, a photograph that it blurred shows
    little.  At every scale the kernels climb that likelihood a few steps, too, before they are
    fitted to the scene again.  The size is found by it as well.

    Where too little texture stands out of the noise, or the spectrum speaks for no kernel that was
    found, or halves of a photograph with sharp edges speak for different ones, the result is a
    single tap with confidence 0.

    References
    ----------
    J. Pan, Z. Hu, Z. Su, M.-H. Yang, "Deblurring text images via L0-regularized intensity and
    gradient prior", CVPR 2014; L. Xu, J. Jia, "Two-phase kernel estimation for robust motion
    deblurring", ECCV 2010; J. Anger, M. Delbracio, G. Facciolo, "Efficient blind deblurring under
    high noise levels", ISPA 2019; F. Wen, R. Ying, Y. Liu, P. Liu, T.-K. Truong, "A simple local
    minimal intensity prior and an improved algorithm for blind image deblurring", IEEE Trans. CSVT
    31(8), 2021 (the darkest pixels); P. Whittle, "Estimation and information in stationary time
    series", Ark. Mat. 2, 1953 (the likelihood of a spectrum).

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> scene = np.kron(rng.random((16, 16)), np.ones((6, 6)))
    >>> shaken = cn.convolve(scene, np.eye(7) / 7, mode="valid")
    >>> found = cn.estimate_psf(shaken, 9)
    >>> found.psf.shape, found.sharp, found.warnings
    ((9, 9), False, ())
    """
    one_of("prior", prior, PRIORS)
    photograph = Photograph.of(image, size, axes, mask, workers)
    grey, known = photograph.grey, photograph.known
    with set_workers(photograph.workers):
        noise = estimate_noise(grey)
        reason = _trust.hopeless(grey, noise, photograph.workers)
        if reason is not None:
            return _untouched(photograph, noise, *reason)
        centred = grey - grey.mean(dtype=np.float64).astype(grey.dtype)
        taps = photograph.taps or extent(centred, known, noise)
        found = search(centred, known, taps, noise, prior, callback or (lambda step: None))
        if found.evidence <= 0:
            return _untouched(photograph, noise, _trust.UNSEEN)
        confidence, warnings = _trust.judged(centred, known, found, noise)
        if _trust.VARIES in warnings and _trust.crisp(grey, noise, photograph.workers):
            return _untouched(photograph, noise, _trust.VARIES)
    latent = found.scene - centred.mean() + grey.mean()
    return PSFEstimate(
        psf=found.kernel,
        latent=(photograph.low + photograph.span * latent).astype(np.float32),
        confidence=confidence,
        noise=photograph.span * noise,
        sharp=False,
        warnings=warnings,
        scales=found.steps,
    )


def _untouched(
    photograph: Photograph, noise: float, warning: str, sharp: bool = False
) -> PSFEstimate:
    """A single tap."""
    psf = np.zeros((photograph.taps or 1,) * 2)
    psf[psf.shape[0] // 2, psf.shape[1] // 2] = 1
    latent = photograph.low + photograph.span * photograph.grey
    found = latent.astype(np.float32), float(sharp), photograph.span * noise, sharp, (warning,)
    return PSFEstimate(psf, *found)
