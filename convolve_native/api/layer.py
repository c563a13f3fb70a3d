"""conv2d, relu and max_pool2d: what a layer of a neural network sees in pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native import threads
from convolve_native.checks import Layer, Window, as_pooling, as_reals, check_memory, lowest
from convolve_native.loops import layer as loops
from convolve_native.loops._simd import samples_across, vectors_across
from convolve_native.loops._tiles import HEIGHT
from convolve_native.problem import PAYS
from convolve_native.spans import called

Array = NDArray[Any]
Part = tuple[int, int, int, int]  # an image, a group, the first row of the result and the last + 1

LAID_OUT = 2**18  # bytes of laid out lines, at most or one row's: they stay in a core's cache


@called
def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | Literal["valid", "same"] = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> Array:
    """Correlate pictures of several channels with several kernels, as a convolutional layer does.

    Parameters
    ----------
    x : (N, C, H, W) or (C, H, W) array_like of real numbers
        A batch of pictures, or one.
    weight : (O, C / groups, P, Q) array_like of real numbers
        A kernel for each channel out and each channel of its group; not turned round.
    bias : (O,) array_like, optional
        Added to each channel out.
    stride : int >= 1 or (int, int)
        Pixels between two places of the window, along rows and columns.
    padding : int >= 0, (int, int), 'valid' or 'same'
        Zeros around the picture; 'valid' is 0.  'same' gives a result of the picture's size, for
        stride 1; of an odd number of zeros one more stands after the picture.
    dilation : int >= 1 or (int, int)
        Pixels between two taps.
    groups : int >= 1
        The channels in and those out fall into so many groups, which see nothing of one another.

    Returns
    -------
    (N, O, H', W') or (O, H', W') ndarray
        ``H' = (H + 2 padding - dilation (P - 1) - 1) // stride + 1``, and likewise W'.  In the
        dtype of floating-point pictures; float32 for bool, 8- and 16-bit integers, float64 for
        others.

    Raises
    ------
    ValueError
        Shapes that do not fit one another, numbers below the least, an unknown padding, a window
        that exceeds the padded picture, and 'same' with a stride.
    TypeError
        Something that is not real numbers.
    MemoryError
        A request that would not fit the memory available.

    Notes
    -----
    ``out[n, o, y, x] = bias[o] + sum_{i, u, v} weight[o, i, u, v] *
    image[n, i, y * stride + u * dilation - padding, x * stride + v * dilation - padding]`` over the
    channels i of the group of o: ``torch.nn.functional.conv2d``.  Computed in float32 for float16,
    float32, bool and integers of up to 16 bits, else in float64.  Uses as many threads as
    `set_workers` allows; the result is bitwise the same for any number.

    References
    ----------
    Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 86, 1998.

    Examples
    --------
    >>> import convolve_native as cn
    >>> edges = [[[[-1.0, 1.0]]], [[[1.0, -1.0]]]]  # two channels out, one in
    >>> cn.conv2d([[[0.0, 0.0, 5.0, 5.0]]], edges, bias=[0.5, 0.0])
    array([[[ 0.5,  5.5,  0.5]],
           [[ 0. , -5. ,  0. ]]])
    """
    layer = Layer.of(x, weight, bias, stride, padding, dilation, groups)
    check_memory(layer.nbytes)
    out = np.empty(layer.shape, layer.compute)
    if out.size:
        _sum(layer, out)
    result = out.astype(layer.dtype, copy=False)
    return result if layer.batched else result[0]


def relu(x: ArrayLike) -> Array:
    """Cut off what is below 0: what a layer passes on of what its kernels found.

    Parameters
    ----------
    x : array_like of real numbers
        Any shape.

    Returns
    -------
    ndarray
        ``max(x, 0)``, in the shape and dtype of x; NaN stays NaN.

    Raises
    ------
    TypeError
        Something that is not real numbers.

    References
    ----------
    V. Nair, G. E. Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines", 2010.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.relu([-1.5, 0.0, 2.0])
    array([0., 0., 2.])
    """
    values = as_reals("x", x)
    result: Array = np.maximum(values, values.dtype.type(0))
    return result


def max_pool2d(
    x: ArrayLike,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> Array:
    """Keep the largest pixel of every window: smaller pictures, in which places matter less.

    Parameters
    ----------
    x : (N, C, H, W) or (C, H, W) array_like of real numbers
        A batch of pictures, or one.
    kernel_size : int >= 1 or (int, int)
        Rows and columns of the window.
    stride : int >= 1 or (int, int), optional
        Pixels between two windows; by default those that touch, `kernel_size`.
    padding : int >= 0 or (int, int)
        Pixels around the picture that are never the largest; at most half a window.

    Returns
    -------
    (N, C, H', W') or (C, H', W') ndarray
        ``H' = (H + 2 padding - rows) // stride + 1``, and likewise W', in the dtype of x.  A window
        that holds a NaN gives NaN.

    Raises
    ------
    ValueError
        Numbers below the least, a padding beyond half a window, a window that exceeds the padded
        picture.
    TypeError
        Something that is not real numbers.

    Notes
    -----
    ``out[n, c, y, x] = max_{u, v} x[n, c, y * stride + u - padding, x * stride + v - padding]``:
    ``torch.nn.functional.max_pool2d``.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.max_pool2d([[[1.0, 2.0, 5.0, 0.0], [3.0, 4.0, 1.0, 1.0]]], 2)
    array([[[4., 5.]]])
    """
    images, windows, batched = as_pooling(x, kernel_size, stride, padding)
    for axis, window in windows.items():
        images = _largest(images, axis, window)
    return images if batched else images[0]


def _largest(images: Array, axis: int, window: Window) -> Array:
    """Take the largest sample of every window along one axis."""
    if window.before:
        around = [(0, 0)] * images.ndim
        around[axis] = window.before, window.after
        images = np.pad(images, around, constant_values=lowest(images.dtype))
    along = np.moveaxis(images, axis, -1)
    last = window.stride * (window.length - 1) + 1
    out = along[..., : last : window.stride].copy()
    for tap in range(1, window.taps):
        np.maximum(out, along[..., tap : tap + last : window.stride], out=out)
    return np.moveaxis(out, -1, axis)


def _sum(layer: Layer, out: Array) -> None:
    """Write the sums of a layer."""
    dtype, height, groups = layer.compute, out.shape[2], layer.groups
    single = samples_across(dtype) // vectors_across(dtype)
    images = np.ascontiguousarray(layer.images, dtype)
    weights = np.ascontiguousarray(layer.weights, dtype).reshape(groups, -1, layer.taps)
    channels, outputs = images.shape[1] // groups, weights.shape[1]
    start = np.zeros((groups, 2, outputs), dtype)  # of the first run of taps, and of the others
    if layer.bias is not None:
        start[:, 0] = layer.bias.reshape(groups, outputs)
    band = _band(layer, single)
    shape = (channels, *_lines(layer, band, single))
    taps, step = _taps(layer, shape), layer.rows.step * shape[2] * shape[3]
    lay_out, correlate = loops.lay_out.compiled(dtype), loops.correlate.compiled(dtype)

    def begin() -> Callable[[Part], None]:
        lines, patch = np.empty(shape, dtype), np.empty(HEIGHT * samples_across(dtype), dtype)
        flat = lines.reshape(-1)

        def work(part: Part) -> None:
            image, group, first, last = part
            seen = images[image, group * channels : (group + 1) * channels]
            made = out[image, group * outputs : (group + 1) * outputs]
            top = first * layer.rows.step - layer.rows.before
            lay_out(seen, top, layer.columns.before, lines)
            sums = weights[group], start[group], patch, single
            correlate(flat, taps, step, *sums, made, first, last)

        return work

    parts = [
        (image, group, first, min(first + band, height))
        for image in range(len(images))
        for group in range(groups)
        for first in range(0, height, band)
    ]
    paying = max(1, len(images) * groups * height * layer.products // PAYS)
    threads.run(begin, parts, min(threads.available_workers(), paying))


def _lines(layer: Layer, band: int, single: int) -> tuple[int, int, int]:
    """Lines that so many rows of the result are summed from, their phases, and samples of each."""
    rows, columns = layer.rows, layer.columns
    samples = max(columns.length, single) + (columns.reach - 1) // columns.step
    return (band - 1) * rows.step + rows.reach, columns.step, samples


def _band(layer: Layer, single: int) -> int:
    """Rows of the result that are summed at a time, whoever may work on them."""
    lines, phases, samples = _lines(layer, 1, single)
    line = phases * samples * layer.compute.itemsize * layer.channels
    fitting = (LAID_OUT // line - lines) // layer.rows.step + 1
    count = -(-layer.rows.length // max(1, min(fitting, PAYS // layer.products)))
    return -(-layer.rows.length // count)


def _taps(layer: Layer, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Where among laid out lines the samples of each tap begin, for the first row."""
    rows, columns = layer.rows, layer.columns
    places = np.arange(columns.taps) * columns.dilation
    channel = np.arange(shape[0])[:, None, None]
    line = (np.arange(rows.taps) * rows.dilation)[:, None]
    at = channel, line, places % columns.step, places // columns.step
    return np.ravel_multi_index(at, shape).ravel()
