"""`skimage.restoration`'s Wiener filters and Richardson-Lucy: its signatures and results, faster.

Images are not rescaled.  float16 and float32 are computed in float32, all else in float64.
Differences from scikit-image 0.26: bad input is refused in a sentence, and where a float32
transform of the whole image would let rounding grow (Richardson-Lucy beside black pixels), here it
does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import as_positive, as_times
from convolve_native.convolver import Convolver
from convolve_native.fourier.plans import Plan
from convolve_native.fourier.spectra import Spectra
from convolve_native.interfaces._sampler import Sampler, as_params
from convolve_native.interfaces._spectra import Given, Impulse, Laplacian
from convolve_native.interfaces._twin import as_pixels, as_real_response, as_response
from convolve_native.loops import deconvolution
from convolve_native.methods._transform import real

Array = NDArray[Any]

FLOOR = 1e-12  # added to every divisor


def wiener(
    image: ArrayLike,
    psf: ArrayLike,
    balance: float,
    reg: ArrayLike | None = None,
    is_real: bool = True,
    clip: bool = True,
) -> Array:
    """Restore an image by Wiener-Hunt deconvolution, as `skimage.restoration.wiener`.

    Parameters
    ----------
    image : array_like of real numbers
        The blurred image, of any number of axes.
    psf : array_like
        The kernel that blurred it, around its middle ``K // 2``; or, in the shape of the spectrum,
        its transform, of which scikit-image takes the real part.
    balance : float
        Weight of the penalty, >= 0.
    reg : array_like, optional
        The operator of the penalty: real, a kernel; complex, its transform.  The real part of the
        transform counts.  Default: the Laplacian.
    is_real : bool
        Whether spectra are half ones, of shape (..., N // 2 + 1), and the result is real.
    clip : bool
        Whether the result is clipped to [-1, 1].

    Returns
    -------
    ndarray
        Shape of the image; float32 or float64, complex where `is_real` is False.

    Raises
    ------
    ValueError
        A negative balance; a psf or reg that is empty, zero, not finite, larger than the image, or
        of another number of axes; a transform of another shape than the spectrum's.
    TypeError
        What does not hold numbers, or complex ones in the image.

    Notes
    -----
    ``X = conj(H) Y / (|H|**2 + balance * R**2)``, the image taken for periodic.

    References
    ----------
    F. Orieux, J.-F. Giovannelli, T. Rodet, "Bayesian estimation of regularization and point spread
    function parameters for Wiener-Hunt deconvolution", J. Opt. Soc. Am. A 27, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from convolve_native.interfaces import skimage_restoration
    >>> scene = np.zeros((16, 16))
    >>> scene[5:9, 6:12] = 1
    >>> blurred = sum(np.roll(scene, shift, 1) for shift in (-1, 0, 1)) / 3
    >>> restored = skimage_restoration.wiener(blurred, np.full((1, 3), 1 / 3), 1e-6)
    >>> bool(np.abs(restored - scene).max() < 0.01)
    True
    """
    pixels = as_pixels(image)
    weight = as_positive("balance", balance, zero=True)
    spectra = Spectra(pixels.shape, pixels.dtype, is_real)
    otf, penalty = _otf(psf, pixels, spectra), _penalty(reg, pixels, spectra)
    lines = spectra.along(pixels)
    invert = deconvolution.invert.compiled(pixels.dtype)
    scales = pixels.dtype.type(weight), pixels.dtype.type(1 / spectra.size)

    def work(first: int, plan: Plan) -> None:
        weights = np.ascontiguousarray(penalty.columns(first, plan).real)
        spectra.enter(lines, first, plan)
        with spectra.plan() as other:
            blur = otf.columns(first, other)
            invert(real(plan.spectrum), real(blur), weights.reshape(-1), *scales)
        spectra.leave(plan, first, lines)

    spectra.columns(work)
    return spectra.back(lines, clip)


def unsupervised_wiener(
    image: ArrayLike,
    psf: ArrayLike,
    reg: ArrayLike | None = None,
    user_params: Mapping[str, Any] | None = None,
    is_real: bool = True,
    clip: bool = True,
    *,
    rng: np.random.Generator | int | None = None,
) -> tuple[Array, dict[str, list[float]]]:
    """Restore an image and estimate its noise, as `skimage.restoration.unsupervised_wiener`.

    Parameters
    ----------
    image : array_like of real numbers
        The blurred image, on two axes.
    psf, reg, is_real, clip
        As for `wiener`.
    user_params : mapping, optional
        threshold (1e-4), burnin (15), min_num_iter (30), max_num_iter (200), and callback, which
        is given the spectrum of every sample.
    rng : Generator or int, optional
        Where the samples come from; with one seed they are scikit-image's.

    Returns
    -------
    mean : ndarray
        Mean of the samples after the first `burnin`.
    chains : dict of lists
        The precisions of noise and prior, sample by sample.

    Raises
    ------
    ValueError
        An image that has not two axes or but one pixel, an unknown parameter, a max_num_iter that
        leaves no sample after burnin; and what `wiener` refuses.
    TypeError
        As `wiener`.

    Notes
    -----
    Gibbs sampling: the spectrum given both precisions, then each precision given the spectrum.
    It ends when another sample moves the mean by less than `threshold`.

    References
    ----------
    As for `wiener`.

    Examples
    --------
    >>> import numpy as np
    >>> from convolve_native.interfaces import skimage_restoration
    >>> noisy = np.random.default_rng(0).normal(0.5, 0.01, (32, 32))
    >>> mean, chains = skimage_restoration.unsupervised_wiener(noisy, np.ones((1, 1)), rng=0)
    >>> mean.shape, sorted(chains)
    ((32, 32), ['noise', 'prior'])
    """
    pixels = as_pixels(image)
    if pixels.ndim != 2 or pixels.size == 1:  # which has no differences to estimate from
        raise ValueError(f"image must have 2 axes and 2 pixels or more; got shape {pixels.shape}")
    params = as_params(user_params)
    spectra = Spectra(pixels.shape, pixels.dtype, is_real)
    sampler = Sampler(pixels, _otf(psf, pixels, spectra), _penalty(reg, pixels, spectra), spectra)
    mean = sampler.run(params, np.random.default_rng(rng))
    return sampler.restored(mean, clip), sampler.chains


def richardson_lucy(
    image: ArrayLike,
    psf: ArrayLike,
    num_iter: int = 50,
    clip: bool = True,
    filter_epsilon: float | None = None,
) -> Array:
    """Restore an image by Richardson-Lucy iterations, as `skimage.restoration.richardson_lucy`.

    Parameters
    ----------
    image : array_like of real numbers
        The blurred image, on one to three axes; outside it is zero.
    psf : array_like of real numbers
        The kernel that blurred it, on as many axes; it may be larger than the image.
    num_iter : int
        Iterations, at least 1.
    clip : bool
        Whether the result is clipped to [-1, 1].
    filter_epsilon : float, optional
        Where the blurred estimate is below this, its ratio to the image counts as 0.

    Returns
    -------
    ndarray
        Shape of the image; float32 or float64.

    Raises
    ------
    ValueError
        num_iter below 1; a psf that is empty, zero, not finite or of another number of axes.
    TypeError
        What does not hold real numbers.

    Notes
    -----
    From ``x = 0.5``: ``x *= flip(psf) * (image / (psf * x + 1e-12))``, both convolutions "same" in
    SciPy's sense.  For an even PSF they are not quite each other's adjoint, as in scikit-image.

    References
    ----------
    W. H. Richardson, "Bayesian-Based Iterative Method of Image Restoration", J. Opt. Soc. Am. 62,
    1972; L. B. Lucy, "An iterative technique for the rectification of observed distributions",
    Astron. J. 79, 1974.

    Examples
    --------
    >>> import numpy as np
    >>> from convolve_native.interfaces import skimage_restoration
    >>> star = np.zeros((9, 9))
    >>> star[3:6, 3:6] = 1 / 9
    >>> restored = skimage_restoration.richardson_lucy(star, np.full((3, 3), 1 / 9), 50)
    >>> bool(restored[4, 4] > 0.9)
    True
    """
    pixels = as_pixels(image)
    weights = as_real_response("psf", psf, pixels)
    times = as_times("num_iter", num_iter)
    least = (
        0.0 if filter_epsilon is None else as_positive("filter_epsilon", filter_epsilon, zero=True)
    )
    kind = pixels.dtype
    blur, back = (
        Convolver(kernel, pixels.shape, kind, boundary="constant")
        for kernel in (weights, np.flip(weights))
    )
    divide = deconvolution.divide.compiled(kind)
    floor, least = kind.type(FLOOR), kind.type(least or -np.inf)
    estimate = np.full(pixels.shape, 0.5, kind)
    ratio, gain = np.empty_like(estimate), np.empty_like(estimate)
    for _ in range(times):
        blur(estimate, out=ratio)
        divide(pixels.reshape(-1), floor, least, ratio.reshape(-1))
        back(ratio, out=gain)
        estimate *= gain
    return np.clip(estimate, -1, 1, out=estimate) if clip else estimate


def _otf(psf: ArrayLike, image: Array, spectra: Spectra) -> Impulse | Given:
    response = as_response("psf", psf, image)
    if response.shape == spectra.whole:
        return Given(spectra, response.real.astype(image.dtype))
    return _impulse("psf", response, image, spectra)


def _penalty(reg: ArrayLike | None, image: Array, spectra: Spectra) -> Impulse | Given | Laplacian:
    if reg is None:
        return Laplacian(spectra)
    response = as_response("reg", reg, image)
    if response.dtype.kind == "c" and response.shape == spectra.whole:
        return Given(spectra, response.real.astype(image.dtype))
    return _impulse("reg", response, image, spectra)


def _impulse(name: str, response: Array, image: Array, spectra: Spectra) -> Impulse:
    if response.dtype.kind == "c":
        raise ValueError(
            f"{name} as a transform must have the spectrum's shape {spectra.whole}; "
            f"got {response.shape}"
        )
    if any(k > n for k, n in zip(response.shape, image.shape, strict=True)):
        raise ValueError(
            f"{name} must not be larger than the image; got {response.shape} for {image.shape}"
        )
    return Impulse(spectra, response.astype(image.dtype))
