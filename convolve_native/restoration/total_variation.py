"""Total variation and hyper-Laplacian priors: a sparse gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import (
    Scene,
    Shared,
    as_bounds,
    as_positive,
    as_times,
    as_weight,
    exposed,
)
from convolve_native.restoration.splitting import Prior, restore
from convolve_native.restoration.task import Outcome, Task
from convolve_native.spans import called

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]

EXPONENTS = (1 / 3, 1)  # between which the shares of shrinking are fitted


@exposed
@called
def total_variation(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    regularization: float | Literal["auto"] = "auto",
    isotropic: bool = True,
    bounds: tuple[float, float] | None = None,
    iterations: int = 30,
    **keywords: Unpack[Shared],
) -> Any:
    """Restore a blurred image whose gradient is sparse: by total variation.

    Parameters
    ----------
    image : array_like of real numbers
        The blurred image.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, on one to three axes, or one for each plane: see `deconvolve`.
    regularization : float or 'auto'
        Weight of the penalty, > 0, in the unit of the image: the larger, the flatter the result.
        'auto' fits noise and scene to the spectrum of what was observed, as `tikhonov` does, and
        takes ``0.75 noise**2 / gradient`` of both standard deviations.
    isotropic : bool
        Whether both differences of a pixel count as one length, or each alone.
    bounds : (float, float), optional
        Darkest and brightest value of a restored pixel.
    iterations : int
        At least 1.
    boundary, anchor, axes, dtype, mask, nan, start, callback, full_output, workers
        As for `deconvolve`.

    Returns
    -------
    ndarray or Restoration
        Shape and dtype of the image.  Floats keep their scale, and are clipped to `bounds` alone;
        integers are rounded half to even and saturated.

    Raises
    ------
    ValueError
        A regularization that is not positive, fewer than 1 iteration, bounds that are not in
        order; and what `deconvolve` refuses.
    TypeError, MemoryError
        As `deconvolve`.

    Notes
    -----
    The minimum over x of ``1/2 |M (h*x - y)|**2 + regularization sum |grad x|``, where M keeps what
    was observed, by the alternating direction method of multipliers.

    References
    ----------
    L. I. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal algorithms",
    Physica D 60, 1992; M. S. C. Almeida, M. A. T. Figueiredo, "Deconvolving images with unknown
    boundaries using the alternating direction method of multipliers", 2013.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((40, 40))
    >>> scene[10:25, 14:30] = 1
    >>> psf = cn.kernels.motion(7, 20)
    >>> blurred = cn.convolve(scene, psf)
    >>> restored = cn.total_variation(blurred, psf, regularization=1e-4, iterations=100)
    >>> bool(np.abs(restored - scene).max() < 0.1 < np.abs(blurred - scene).max())
    True
    """
    weight = as_weight("regularization", regularization, ("auto",))
    prior = Prior(1.0, bool(isotropic), as_bounds(bounds))
    count = as_times("iterations", iterations)
    task = Task(Scene.of("total_variation", image, psf, keywords, real=True))
    return restore(task, weight, prior, count, Outcome("total_variation"))


@exposed
@called
def hyper_laplacian(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    exponent: float = 2 / 3,
    regularization: float | Literal["auto"] = "auto",
    isotropic: bool = True,
    bounds: tuple[float, float] | None = None,
    iterations: int = 60,
    **keywords: Unpack[Shared],
) -> Any:
    """Restore a blurred image whose gradient is sparser than total variation has it.

    Parameters
    ----------
    image : array_like of real numbers
        The blurred image.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, on one to three axes, or one for each plane: see `deconvolve`.
    exponent : float
        Of the length of the gradient, 1/3 to 1; photographs have about 2/3.
    regularization : float or 'auto'
        Weight of the penalty, > 0, in the unit of the image to the power of ``2 - exponent``;
        'auto' as for `total_variation`, with the gradient to the power of `exponent`.
    isotropic, bounds, iterations
        As for `total_variation`.
    boundary, anchor, axes, dtype, mask, nan, start, callback, full_output, workers
        As for `deconvolve`.

    Returns
    -------
    ndarray or Restoration
        As of `total_variation`.

    Raises
    ------
    ValueError
        An exponent beyond its range; and what `total_variation` refuses.
    TypeError, MemoryError
        As `deconvolve`.

    Notes
    -----
    A low point over x of ``1/2 |M (h*x - y)|**2 + regularization sum |grad x|**exponent``, which is
    not convex, by the same method as `total_variation`.

    References
    ----------
    D. Krishnan, R. Fergus, "Fast image deconvolution using hyper-Laplacian priors", NIPS 2009.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((40, 40))
    >>> scene[10:25, 14:30] = 1
    >>> psf = cn.kernels.motion(7, 20)
    >>> blurred = cn.convolve(scene, psf)
    >>> restored = cn.hyper_laplacian(blurred, psf, regularization=1e-4, iterations=100)
    >>> bool(np.abs(restored - scene).max() < 0.1 < np.abs(blurred - scene).max())
    True
    """
    power = as_positive("exponent", exponent)
    if not EXPONENTS[0] <= power <= EXPONENTS[1]:
        raise ValueError(f"exponent must lie between 1/3 and 1; got {exponent!r}")
    weight = as_weight("regularization", regularization, ("auto",))
    prior = Prior(power, bool(isotropic), as_bounds(bounds))
    count = as_times("iterations", iterations)
    task = Task(Scene.of("hyper_laplacian", image, psf, keywords, real=True))
    return restore(task, weight, prior, count, Outcome("hyper_laplacian"))
