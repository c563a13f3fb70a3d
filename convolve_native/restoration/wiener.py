"""The Wiener filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import Scene, Shared, as_weight, exposed
from convolve_native.restoration.frame import Frame
from convolve_native.restoration.quadratic import bank, regularized, restore
from convolve_native.restoration.rules import RULES
from convolve_native.restoration.task import Outcome, Task
from convolve_native.spans import called

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]


@exposed
@called
def wiener(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    nsr: float | str | Callable[[Array], ArrayLike] = "auto",
    **keywords: Unpack[Shared],
) -> Any:
    """Restore a blurred image by the Wiener filter.

    Parameters
    ----------
    image : array_like of numbers
        The blurred image.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, on one to three axes, or one for each plane: see `deconvolve`.
    nsr : float, {'auto', 'likelihood', 'gcv', 'sure', 'discrepancy'} or callable
        Noise-to-signal power ratio, > 0: the larger, the smoother the result.  A name is that of
        the rule that finds it, one for all planes; see `tikhonov`.  A function is given the
        frequencies of the spectrum in cycles a pixel, as one array, and returns the ratio at each:
        noise spectrum over signal spectrum.
    boundary, anchor, axes, dtype, mask, nan, start, callback, full_output, workers
        As for `deconvolve`.

    Returns
    -------
    ndarray or Restoration
        Shape and dtype of the image.  Floats keep their scale and are never clipped; integers are
        rounded half to even and saturated.

    Raises
    ------
    ValueError
        An nsr that is not positive; and what `deconvolve` refuses.
    TypeError, MemoryError
        As `deconvolve`.

    Notes
    -----
    ``X = conj(H) Y / (|H|**2 + nsr)``, with H and Y the transforms of the PSF and of the extended
    image.  With an unknown boundary the mean is set aside, and so kept.  With a named one a
    constant image is scaled by ``1 / (1 + nsr)``, as the formula has it, and the rules know.

    ``boundary='wrap', anchor=(0, 0)`` is the usual textbook program, in which the PSF is padded
    with zeros and transformed as it lies.

    References
    ----------
    N. Wiener, "Extrapolation, Interpolation, and Smoothing of Stationary Time Series", 1949;
    R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th ed., 2018, section 5.8.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((16, 16))
    >>> scene[5:9, 6:12] = 1
    >>> psf = cn.kernels.box(3)
    >>> blurred = cn.convolve(scene, psf, boundary="wrap")
    >>> restored = cn.wiener(blurred, psf, nsr=1e-6, boundary="wrap")
    >>> bool(np.abs(restored - scene).max() < 0.01)
    True
    """
    ratio = nsr if callable(nsr) else as_weight("nsr", nsr, ("auto", *RULES))
    task, outcome = Task(Scene.of("wiener", image, psf, keywords)), Outcome("wiener")
    if callable(ratio):
        outcome.rule = "given by frequency"
        return restore(task, bank(task, _spectrum(ratio, task.frame)), outcome)
    power = np.ones_like(task.frame.otfs[0].real)
    return restore(task, regularized(task, ratio, power, outcome), outcome)


def _spectrum(ratio: Callable[[Array], ArrayLike], frame: Frame) -> Array:
    """Ask for the ratio at every frequency, and check what comes."""
    given = np.asarray(ratio(reduce(np.hypot.outer, frame.frequencies)), np.float64)
    if given.shape not in ((), frame.half):
        raise ValueError(f"nsr must return one ratio a frequency; got shape {given.shape}")
    if not (np.isfinite(given).all() and (given >= 0).all() and (given > 0).any()):
        raise ValueError("nsr must return finite ratios >= 0, not all of them 0")
    return np.broadcast_to(given, frame.half)
