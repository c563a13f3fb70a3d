"""Tikhonov's regularisation: constrained least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import Scene, Shared, as_operator, as_positive, exposed
from convolve_native.fourier.transfer import spectrum_of
from convolve_native.restoration.quadratic import OPERATORS, Filters, penalty, restore
from convolve_native.restoration.task import Outcome, Task

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]


@exposed
def tikhonov(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    regularization: float,
    operator: Literal["gradient", "laplacian", "identity"] | ArrayLike = "gradient",
    **keywords: Unpack[Shared],
) -> Any:
    """Restore a blurred image by constrained least squares.

    Parameters
    ----------
    image : array_like of numbers
        The blurred image.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, on one or two axes.
    regularization : float
        Weight of the penalty, > 0: the larger, the smoother the result.
    operator : {'gradient', 'laplacian', 'identity'} or 2-D array_like
        What is kept small: both first differences, the five-point Laplacian, the pixels
        themselves, or the image convolved with a kernel of one's own.
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
        A regularization that is not positive, an unknown operator; and what `deconvolve` refuses.
    TypeError, MemoryError
        As `deconvolve`.

    Notes
    -----
    The minimum over x of ``|h*x - y|**2 + regularization |L x|**2``:
    ``X = conj(H) Y / (|H|**2 + regularization |L|**2)``.  Where the boundary is unknown, the sum
    runs over what was observed alone.

    References
    ----------
    B. R. Hunt, "The application of constrained least squares estimation to image restoration by
    digital computer", IEEE Trans. Comput. C-22(9), 1973;
    S. J. Reeves, "Fast image restoration without boundary artifacts", 2005.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.add.outer(np.arange(24.0), np.arange(32.0))
    >>> psf = cn.kernels.motion(5, 30)
    >>> blurred = cn.convolve(scene, psf)[2:-2, 2:-2]
    >>> restored = cn.tikhonov(blurred, psf, regularization=1e-3)
    >>> bool(np.abs(restored - scene[2:-2, 2:-2]).max() < 0.5)
    True
    """
    weight = as_positive("regularization", regularization)
    kernel = as_operator(operator, OPERATORS)
    task = Task(Scene.of("tikhonov", image, psf, keywords))
    if not isinstance(kernel, str):
        kernel = spectrum_of(kernel.astype(task.frame.key.dtype), task.frame.key, (0, 0))
    power = weight * penalty(task.frame, kernel)
    return restore(task, Filters(task.frame, power), Outcome("tikhonov", weight))
