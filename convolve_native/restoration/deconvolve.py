"""One entry to all restorations, and the table of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from numpy.typing import ArrayLike

from convolve_native.checks import one_of
from convolve_native.restoration.richardson_lucy import richardson_lucy
from convolve_native.restoration.tikhonov import tikhonov
from convolve_native.restoration.total_variation import hyper_laplacian, total_variation
from convolve_native.restoration.wiener import wiener

METHODS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (total_variation, hyper_laplacian, richardson_lucy, tikhonov, wiener)
}


def method_of(method: str, keywords: dict[str, Any]) -> Callable[..., Any]:
    """Check the name of a method and those of its keywords; give its function."""
    function = METHODS[one_of("method", method, METHODS)]
    _, _, *known = inspect.signature(function).parameters
    for name in keywords:
        if name not in known:
            listed = ", ".join(known)
            raise TypeError(f"method {method!r} takes the keywords {listed}; got {name!r}")
    return function


def deconvolve(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    method: str = "total_variation",
    **keywords: Any,
) -> Any:
    """Restore a blurred image, the kernel that blurred it known.

    Parameters
    ----------
    image : array_like of numbers
        The blurred image.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, the point spread function, on one to three axes; zeros around it
        cost nothing.  One that has negative taps or does not sum to 1 is warned of and used as it
        is.  A PSF for each channel, or for each image of a stack, is an array of as many axes as
        the image, as long as it, or 1, along those that `axes` does not name: (K, L, 3) for
        (H, W, 3) and ``axes=(0, 1)``, (N, K, L) for (N, H, W) and ``axes=(1, 2)``.
    method : {'total_variation', 'hyper_laplacian', 'richardson_lucy', 'tikhonov', 'wiener'}
        The function that does it.  The first two are slower and better: a photograph's gradient is
        sparse.  The third is for light that was counted: stars, cells.
    boundary : {'unknown', 'constant', 'nearest', 'symmetric', 'mirror', 'wrap'}
        How the scene goes on outside.  'unknown': what lies outside is found with the scene, so
        that no ring stands at the frame.  A named one: the image is extended by ``K - 1`` pixels on
        each side by its rule, the seam blended; with 'wrap' it is taken as it is.
    anchor : int or tuple of int, optional
        The PSF tap that stands on the scene point; ``(K - 1) // 2`` on each axis by default.  The
        result stands where the scene stood.
    axes : int or tuple of int, optional
        The image axes that the PSF's axes run along, as for `convolve`: a colour photograph is
        restored channel by channel, with one regularisation for all.  Without it, a PSF of as many
        axes as the image is one for a volume.
    dtype : dtype, optional
        Dtype of the result; float64 also asks for computation in float64.
    mask : array_like of bool, optional
        True where a pixel is valid, in the shape of the image or of its blurred axes; the others,
        dead or saturated, are found with the scene.  A masked array's own mask is honoured too.
    nan : {'raise', 'omit'}
        Whether a pixel that is not finite is an error, or left out as by `mask`.
    start : array_like, optional
        The scene to start from, of the image's shape; a former result resumes the work.
    callback : callable, optional
        Called as ``callback(iteration, estimate)`` after every iteration; where it returns true the
        work stops there.
    full_output : bool
        Return a `Restoration`, which tells how the image came about.
    workers : int, optional
        Threads to use at most; the result is bitwise the same for any number.
    **keywords
        The method's own: `regularization`, `iterations` ...

    Returns
    -------
    ndarray or Restoration
        Shape and dtype of the image.  Floats keep their scale and are never clipped; integers are
        rounded half to even and saturated.

    Raises
    ------
    ValueError
        A PSF that is empty, all zero, not finite, of the wrong number of axes, or larger than the
        image where no boundary is named; one that could be a volume's or one for each channel; an
        image that is empty or not finite; a parameter out of its range; a wrong name.
    TypeError
        What holds no numbers; a keyword that the method does not know.
    MemoryError
        A request that would not fit the memory available.

    Notes
    -----
    The parameter of each method is "auto" by default: see `tikhonov`.

    References
    ----------
    As of the methods.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((48, 48))
    >>> scene[12:30, 16:36] = 1
    >>> psf = cn.kernels.motion(7, 20)
    >>> blurred = cn.convolve(scene, psf)
    >>> restored = cn.deconvolve(blurred, psf, method="wiener")
    >>> bool(np.square(restored - scene).mean() < 0.3 * np.square(blurred - scene).mean())
    True
    """
    return method_of(method, keywords)(image, psf, **keywords)
