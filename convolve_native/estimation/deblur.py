"""A blurred photograph made sharp, with nothing known of what blurred it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any, Literal, NamedTuple, get_args

from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import one_of
from convolve_native.checks.photograph import Photograph, as_valid
from convolve_native.checks.pictures import as_picture, as_region
from convolve_native.estimation._search import PRIORS, PriorName, Step
from convolve_native.estimation._spectrum import LEAST
from convolve_native.estimation.blur import estimate_blur
from convolve_native.estimation.psf import PSFEstimate, estimate_psf
from convolve_native.restoration.deconvolve import method_of

Array = NDArray[Any]

# A kernel that was estimated is not quite the one that blurred: what it would ring by is held down
# by so many times the weight that would be best for the true one.
CARE = 1.5
ModelName = Literal["auto", "any", "motion", "defocus", "gaussian"]
MODELS: tuple[str, ...] = get_args(ModelName)
# Confidence from which on a model is nearer to the truth than a free kernel.  Not a Gaussian's: its
# spectrum is much like that of a shaking hand.
SURE = {"motion": 0.95, "defocus": 0.95}
WEIGHTS = ("regularization", "nsr")  # by their names in the methods that choose them


@dataclass(frozen=True, eq=False)
class Deblurred:
    """A photograph made sharp, and how: what ``full_output=True`` returns.

    Attributes
    ----------
    image : ndarray
        Shape and dtype of the image that was given.
    model : str
        'any', or which model the kernel is of, or 'sharp' where the image is left as it was.
    psf : (K, K) ndarray
        The kernel that was undone.
    confidence : float
        How sure it is, 0 to 1.
    parameter : float or None
        The weight that the method held ringing down by, if it has one and was used.
    warnings : tuple of str
        What is odd, in words.

    Examples
    --------
    >>> import convolve_native as cn
    >>> photograph = cn.images.read(cn.images.sample())[::2, ::2]
    >>> told = cn.deblur(photograph, full_output=True)
    >>> told.model, bool((told.image == photograph).all())
    ('sharp', True)
    """

    image: Array
    model: str
    psf: Array
    confidence: float
    parameter: float | None
    warnings: tuple[str, ...]


def deblur(
    image: ArrayLike,
    size: int | Literal["auto"] = "auto",
    *,
    method: str = "total_variation",
    model: ModelName = "auto",
    prior: PriorName = "gradient",
    roi: tuple[int, int, int, int] | None = None,
    axes: tuple[int, int] | None = None,
    mask: ArrayLike | None = None,
    callback: Callable[[Step], object] | None = None,
    full_output: bool = False,
    workers: int | None = None,
    **keywords: Any,
) -> Any:
    """Make a blurred photograph sharp: estimate the kernel that blurred it, and undo that.

    Parameters
    ----------
    image : array_like of real numbers
        The photograph: (H, W), or in colour (H, W, C), or with `axes` a stack of pictures that
        one kernel blurred.
    size : int or 'auto'
        Taps of the kernel along both axes, odd, from 3; rather too large than too small.
    method : {'total_variation', 'hyper_laplacian', 'richardson_lucy', 'tikhonov', 'wiener'}
        What undoes the blur: see `deconvolve`.
    model : {'auto', 'any', 'motion', 'defocus', 'gaussian'}
        What the kernel may be: of any shape, as `estimate_psf` finds it, or the motion, disk or
        Gaussian that `estimate_blur` finds.  'auto' takes a motion or a disk where that is sure.
    prior : {'gradient', 'patch-minimum'}
        What a kernel of any shape is found by: see `estimate_psf`.
    roi : (int, int, int, int), optional
        First row, first column, rows and columns of the part that the kernel is estimated on: where
        the contours are; the whole image is restored.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.
    mask : array_like of bool, optional
        True where a pixel is valid, in the shape of the picture.
    callback : callable, optional
        Called with every scale of `estimate_psf` that is done.
    full_output : bool
        Return a `Deblurred`, which holds the estimate.
    workers : int, optional
        Threads to use at most; the result is bitwise the same for any number.
    **keywords
        The method's own: `regularization`, `iterations` ...

    Returns
    -------
    ndarray or Deblurred
        Shape and dtype of the image.  Floats keep their scale; integers are rounded half to even
        and saturated.  An image that looks sharp, or has too little texture to tell, comes back as
        it is.

    Raises
    ------
    ValueError
        What `estimate_psf` and `deconvolve` refuse; a region that does not lie in the image.
    TypeError
        What holds no real numbers; a keyword that the method does not know.
    MemoryError
        A request that would not fit the memory available.

    Notes
    -----
    An estimated kernel is not quite the one that blurred, and its error would ring along the
    contours.  Where the method's weight is 'auto', it is 1.5 times what the method would choose: on
    photographs with estimated kernels that costs nothing in the mean, and rings less.

    References
    ----------
    As of `estimate_psf` and the methods.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> photograph = cn.images.read(cn.images.sample())[::2, ::2].mean(axis=2)[:128, :160]
    >>> blurred = cn.convolve(photograph, cn.kernels.motion(9, 30), boundary="nearest")
    >>> sharp = cn.deblur(blurred, 13)
    >>> error, before = (np.square(each - photograph).mean() for each in (sharp, blurred))
    >>> bool(error < before)
    True
    """
    function = method_of(method, keywords)
    one_of("model", model, MODELS)
    one_of("prior", prior, PRIORS)
    pixels = as_picture("image", image)
    part = as_region(roi, pixels, axes)
    valid = None if mask is None else as_valid(mask, part.whole)[part.window]
    looked_at = part.of(pixels)
    shared: dict[str, Any] = {"axes": axes, "workers": workers}
    if model == "auto" and min(looked_at.shape[axis] for axis in part.axes) < LEAST:
        model = "any"  # too few pixels to tell a model by
    asked = {"prior": prior, "mask": valid, "callback": callback}
    found = _found(looked_at, size, model, **asked, **shared)
    result, parameter = pixels.copy(), None
    if found.model != "sharp":
        probe = partial(function, looked_at, found.psf, mask=valid, full_output=True, **shared)
        given, parameter = _careful(probe, keywords)
        result = function(pixels, found.psf, mask=mask, **given, **shared)
    if not full_output:
        return result
    return Deblurred(result, found.model, found.psf, found.confidence, parameter, found.warnings)


class _Found(NamedTuple):
    model: str
    psf: Array
    confidence: float
    warnings: tuple[str, ...]


def _found(image: Array, size: Any, model: str, **keywords: Any) -> _Found:
    """The kernel that blurred an image."""
    if model != "any":
        # What the search would refuse is refused before a model is looked for, too.
        Photograph.of(image, size, keywords["axes"], keywords["mask"], keywords["workers"])
        blur = estimate_blur(image, axes=keywords["axes"])
        name = blur.model if model == "auto" else model
        best = None if name == "sharp" else getattr(blur, name)
        if best is not None and (model != "auto" or best.confidence >= SURE.get(name, math.inf)):
            return _Found(name, best.psf, best.confidence, best.warnings)
    free: PSFEstimate = estimate_psf(image, size, **keywords)
    left = free.sharp or free.confidence == 0
    return _Found("sharp" if left else "any", free.psf, free.confidence, free.warnings)


def _careful(
    probe: Callable[..., Any], keywords: dict[str, Any]
) -> tuple[dict[str, Any], float | None]:
    """The method's keywords, with a weight that holds ringing down, and that weight if it has one.

    The method tells what it would choose at its first iteration, for it hangs on no later one.
    """
    known = signature(probe).parameters
    name = next((each for each in WEIGHTS if each in known), None)
    if name is None:
        return keywords, None
    weight = keywords.get(name, "auto")
    if weight == "auto":
        once = {"iterations": 1} if "iterations" in known else {}
        weight = CARE * probe(**{**keywords, **once}).parameter
    return {**keywords, name: weight}, weight
