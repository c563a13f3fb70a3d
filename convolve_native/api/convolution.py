"""convolve, correlate, gaussian_blur and choose_method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike, NDArray

from convolve_native import calibration, kernels
from convolve_native.checks import (
    Keywords,
    Options,
    Request,
    as_image,
    as_out,
    blurred_axes,
    expose,
)
from convolve_native.convolver import look, plan, prepare, run
from convolve_native.planner import Choice

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]
KernelLike = ArrayLike | tuple[ArrayLike, ...]


def _run(
    function: str,
    image: ArrayLike,
    kernel: KernelLike,
    keywords: Keywords,
    out: Array | None,
    *,
    correlate: bool = False,
) -> Array:
    pixels = as_image(image)
    options = Options.of(function, keywords)
    request = Request.of(
        pixels.shape, pixels.dtype, kernel, options, image=pixels, correlate=correlate
    )
    target = None if out is None else as_out(out, request.shape, request.dtype)
    choice = plan(request)
    planes = request.layout.planes(pixels, request.problem.source)
    problem, choice = look(request, choice, planes)
    operator = prepare(request, problem, choice.method)
    return run(request, operator, choice.workers, pixels, planes, target)


@expose
def convolve(
    image: ArrayLike,
    kernel: KernelLike,
    *,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Convolve an image with a kernel.

    Parameters
    ----------
    image : array_like of numbers
        One axis or more.
    kernel : array_like, or tuple of 1-D array_like
        Finite weights on one or two axes.  A tuple holds one array an axis and means their outer
        product (a list is an array).  The kernel may be larger than the image.
    mode : {'same', 'full', 'valid'}
        Extent of the result on each convolved axis, for N pixels and K taps: N, N + K - 1, or
        N - K + 1, the outputs that need no pixel from outside.
    boundary : {'symmetric', 'constant', 'nearest', 'mirror', 'wrap'}
        How the image goes on outside: ``b a | a b c d | d c``, ``k k | a b c d | k k``,
        ``a a | a b c d | d d``, ``c b | a b c d | c b``, ``c d | a b c d | a b``.
    fill : number
        The value outside for ``boundary='constant'``; the others ignore it.
    anchor : int or tuple of int, optional
        The tap that sits on the output pixel, one index a kernel axis; ``(K - 1) // 2`` by default.
        Only for ``mode='same'``.
    axes : int or tuple of int, optional
        The image axes that the kernel's axes run along; all other axes are independent.  Default:
        all axes, or the first two of a picture whose last axis holds up to four channels.
    method : {'auto', 'direct', 'separable', 'fft'}
        The algorithm.  The result does not depend on it, up to the bound below.
    dtype : dtype, optional
        Dtype of the result; float64 also asks for computation in float64.
    nan : {'propagate'}
        An output whose window, the kernel's whole rectangle, holds a NaN is NaN; one that holds an
        Inf is not finite; all others are as if the pixel were not there.
    workers : int, optional
        Threads to use at most; by default as many as pay, up to the CPUs of this process.  The
        result is bitwise the same for any number.
    out : ndarray, optional
        Takes the result: exact shape and dtype, any strides; it may overlap the image.

    Returns
    -------
    ndarray
        The image's own dtype by default (float32 for bool, complex for a complex kernel).  Integer
        results are rounded half to even and saturated.

    Raises
    ------
    ValueError
        A wrong shape, name or number; NaN or Inf on the way into an integer result.
    TypeError
        Something that is not numbers.
    OverflowError
        Sums of integers that not even int64 holds.
    MemoryError
        A request that would not fit the memory available.

    Notes
    -----
    ``out[n] = sum_j kernel[j] * image[n + c - j]`` with c the anchor, on each axis.

    Computed in float32 for bool, 8- and 16-bit integers, float16 and float32, in float64 for other
    reals, in complex64 or complex128 for complex.  Integers on both sides give exact sums, in the
    first of float32, float64 and int64 that holds the largest one.  Elsewhere
    ``|error| <= c * eps * max|image| * sum|kernel|``, with the c of each method in
    ``methods.METHODS``.

    References
    ----------
    R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th ed., 2018, section 3.4.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.convolve([0.0, 1.0, 0.0, 0.0], [1.0, 2.0, 3.0], boundary="constant")
    array([1., 2., 3., 0.])
    >>> cn.convolve([1, 2, 3], [1, 1, 1], mode="full", boundary="constant")
    array([1, 3, 6, 5, 3])
    """
    return _run("convolve", image, kernel, keywords, out)


@expose
def correlate(
    image: ArrayLike,
    kernel: KernelLike,
    *,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Correlate an image with a kernel: slide it over without turning it round.

    Parameters, dtypes and errors are those of `convolve`.

    Returns
    -------
    ndarray
        As from `convolve`.

    Notes
    -----
    ``out[n] = sum_j conj(kernel[j]) * image[n - c + j]`` with c the anchor, ``(K - 1) // 2`` by
    default, on each axis.  With one anchor, mode 'same', and boundary 'wrap' or 'constant' with
    fill 0, it is the adjoint of `convolve`; for everything else that is `Convolver.T`.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.correlate([0.0, 1.0, 0.0, 0.0], [1.0, 2.0, 3.0], boundary="constant")
    array([3., 2., 1., 0.])
    """
    return _run("correlate", image, kernel, keywords, out, correlate=True)


@expose
def gaussian_blur(
    image: ArrayLike,
    sigma: float | Sequence[float],
    *,
    truncate: float = 4.0,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Blur an image with a Gaussian.

    Parameters
    ----------
    image : array_like of numbers
        One axis or more.
    sigma : float or sequence of float
        Standard deviation in pixels, for all blurred axes or one for each; 0 leaves an axis as it
        is.
    truncate : float
        The kernel ends at ``int(truncate * sigma + 0.5)`` pixels from its centre.
    **keywords
        Those of `convolve`.  By default the first two axes are blurred, or the only one.

    Returns
    -------
    ndarray
        As from `convolve`.

    Raises
    ------
    ValueError
        A negative or non-finite sigma or truncate, and what `convolve` refuses.

    Notes
    -----
    The weights are ``exp(-x**2 / (2 sigma**2))`` at whole pixels, normalised to sum 1: those of
    `scipy.ndimage.gaussian_filter`.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.gaussian_blur([0.0, 0.0, 1.0, 0.0, 0.0], 0.5).round(3)
    array([0.   , 0.106, 0.787, 0.106, 0.   ])
    """
    pixels = as_image(image)
    count = blurred_axes(pixels.shape, keywords.get("axes"))
    sigmas = tuple(sigma) if isinstance(sigma, Sequence) else (sigma,) * count
    sides = tuple(kernels.gaussian(s, truncate=truncate, ndim=1) for s in sigmas)
    return _run("gaussian_blur", pixels, sides, keywords, out)


@expose
def choose_method(
    image: ArrayLike,
    kernel: KernelLike,
    *,
    measure: bool = False,
    **keywords: Unpack[Keywords],
) -> Choice:
    """Tell which method `convolve` would use for the same arguments, and why.

    Parameters
    ----------
    image, kernel, **keywords
        As for `convolve`.
    measure : bool
        Also run every method that can, and choose by the seconds measured.

    Returns
    -------
    Choice
        `method`, `reason`, `workers`, predicted `seconds` and `refused` by method, and `measured`
        seconds or None.  Printed, it is a table.

    Raises
    ------
    ValueError, TypeError, OverflowError, MemoryError
        As `convolve`.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> choice = cn.choose_method(np.zeros((512, 512)), cn.kernels.box(31))
    >>> choice.method
    'separable'
    """
    pixels = as_image(image)
    options = Options.of("choose_method", keywords)
    request = Request.of(pixels.shape, pixels.dtype, kernel, options, image=pixels)
    choice = plan(request)
    planes = request.layout.planes(pixels, request.problem.source)
    problem, choice = look(request, choice, planes, anyway=True)
    return calibration.measure(choice, problem, request, planes) if measure else choice
