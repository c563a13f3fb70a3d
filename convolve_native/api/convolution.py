"""convolve, correlate, filter_bank and choose_method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native import calibration
from convolve_native.checks import (
    Keywords,
    Options,
    Request,
    as_axes,
    as_bank,
    as_image,
    as_out,
    as_stride,
    check_memory,
    check_same_shape,
    expose,
    kernel_shape,
    own_mask,
    peak_of,
)
from convolve_native.machine import current
from convolve_native.planner import Choice
from convolve_native.prepared import plan, prepared, survey
from convolve_native.spans import called, span

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]
KernelLike = ArrayLike | tuple[ArrayLike, ...]


def run_named(
    function: str,
    image: ArrayLike,
    kernel: KernelLike,
    keywords: Keywords,
    out: Array | None,
    *,
    correlate: bool = False,
) -> Array:
    """Check, choose, prepare and run for a public function of that name."""
    with span("call", function):
        pixels = as_image(image, masked=True)
        options = Options.of(function, keywords)
        ready = prepared(pixels, kernel, options, own=own_mask(image), correlate=correlate)
        return ready.convolve(pixels, out, choosing=True)


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
        Finite weights on one to three axes.  A tuple holds one array an axis and means their outer
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
    method : {'auto', 'direct', 'separable', 'box', 'fft', 'overlap_save'}
        The algorithm.  The result does not depend on it, up to the bound below.
    dtype : dtype, optional
        Dtype of the result; float64 also asks for computation in float64.
    nan : {'propagate', 'omit', 'raise'}
        'propagate': an output whose window, the kernel's whole rectangle, holds a NaN is NaN; one
        that holds an Inf is not finite; all others are as if the pixel were not there.  'omit':
        pixels that are not finite are left out, as below.  'raise': they are a ValueError.
    mask : array_like of bool, optional
        True where a pixel is valid, in the shape of the image or of its convolved axes; the others
        are left out.  A masked array's own mask is honoured as well, one that masks nothing too.
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

    Pixels left out: ``sum_valid(k x) * sum|k| / sum_valid|k|``, NaN where the divisor is not above
    ``8 eps sum|k|``, so everywhere for a kernel of zeros; a fill value counts as valid.  Where some
    may be left out, by 'omit' or a mask, integer images give floats by default.

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
    return run_named("convolve", image, kernel, keywords, out)


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
    return run_named("correlate", image, kernel, keywords, out, correlate=True)


@expose
@called
def filter_bank(
    image: ArrayLike,
    kernels: Sequence[KernelLike] | Array,
    *,
    stride: int = 1,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Convolve an image with several kernels.

    Parameters
    ----------
    image : array_like of numbers
        As for `convolve`.
    kernels : sequence of kernels, or an array of them along its first axis
        Each as `convolve` takes it; all must give results of one shape and dtype.
    stride : int
        Take every `stride`-th sample of the results along the convolved axes.
    out : ndarray, optional
        Takes the result: exact shape and dtype.
    **keywords
        Those of `convolve`.

    Returns
    -------
    (n_kernels, ...) ndarray
        The results, one after the other, as `convolve` gives them.

    Raises
    ------
    ValueError
        No kernels, a stride below 1, and what `convolve` refuses.

    Notes
    -----
    ``out[i] = convolve(image, kernels[i])[::s, ::s]``.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> bank = [cn.kernels.sobel(axis) for axis in (0, 1)]
    >>> cn.filter_bank(np.zeros((6, 8, 3)), bank, stride=2).shape
    (2, 3, 4, 3)
    """
    step, bank = as_stride(stride), as_bank(kernels)
    pixels, own = as_image(image, masked=True), own_mask(image)
    options = Options.of("filter_bank", keywords)
    ready = [prepared(pixels, kernel, options, own=own) for kernel in bank]
    check_same_shape("kernels", [each.request.shape for each in ready])
    axes = as_axes(options.axes, pixels.shape, kernel_shape(bank[0]), "kernels")
    steps = tuple(slice(None, None, step if a in axes else 1) for a in range(pixels.ndim))
    sizes = zip(ready[0].request.shape, steps, strict=True)
    shape = (len(bank), *(-(-size // step.step) for size, step in sizes))
    dtype = np.result_type(*(each.request.dtype for each in ready))
    target = None if out is None else as_out(out, shape, dtype)
    most = max(each.request.nbytes(each.choice.method) for each in ready)
    check_memory(math.prod(shape) * dtype.itemsize + most)
    maps = np.empty(shape, dtype)  # a refusal by the pixels of a later one leaves `out` as it was
    for each, result in zip(ready, maps, strict=True):
        if step == 1 and each.request.dtype == dtype:
            each.convolve(pixels, result, choosing=True)
        else:
            result[...] = each.convolve(pixels, None, choosing=True)[steps]
    if target is None:
        return maps
    target[...] = maps
    return target


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
    >>> choice = cn.choose_method(np.zeros((512, 512)), cn.kernels.box(101))
    >>> choice.method
    'box'
    """
    pixels, own = as_image(image, masked=True), own_mask(image)
    options = Options.of("choose_method", keywords)
    request = Request.of(pixels.shape, pixels.dtype, kernel, options, peak=peak_of(pixels), own=own)
    machine = current()
    check_memory(request.nbytes(plan(request, machine).method))
    planes = request.layout.planes(pixels, request.problem.source)
    problem = survey(request, planes, request.workers)
    choice = plan(request, machine, problem)
    return calibration.measure(choice, problem, request, planes) if measure else choice
