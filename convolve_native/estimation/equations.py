"""The normal equations of a kernel that maps one picture onto another, over the valid interior.

Pixel p of the result, where the whole kernel lies within the picture, is one equation:

    blurred[p - (K - 1) + c] = sum_j kernel[j] sharp[p - j]         K - 1 <= p < N on each axis

Their matrix is never formed.  What of its Gram matrix belongs to one lag differs from tap to tap by
the rows and columns at the picture's ends alone, so that the correlations of two patches with the
picture, and the products of its ends, give all of it exactly.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from convolve_native.api.convolution import convolve, correlate

Array = NDArray[np.float64]
Taps = tuple[int, int]


def onto(sharp: Array, kernel: Array) -> Array:
    """The left side of the equations: the kernel's result over the interior."""
    return np.asarray(convolve(sharp, kernel, mode="valid", method="fft"))


def against(sharp: Array, residual: Array) -> Array:
    """Their transpose: for every tap, the sum of what it reads times the residual."""
    return np.asarray(correlate(sharp, residual, mode="valid", method="fft"))[::-1, ::-1]


def gram(sharp: Array, taps: Taps) -> Array:
    """Sum of sharp[p - j] sharp[p - l] over the interior, for taps j and l in a row.

    The level is set aside, or the rounding of its squares would hide a faint texture.

    >>> gram(np.array([[1.0, 2.0, 3.0]]), (1, 2))  # 2 3 and 1 2 are read
    array([[13.,  8.],
           [ 8.,  5.]])
    """
    interior = np.ones([n - k + 1 for n, k in zip(sharp.shape, taps, strict=True)])
    level, size = float(sharp.mean()), 2 * (math.prod(taps),)
    centred = sharp - level
    sums = level * against(centred, interior).reshape(-1)
    squares: Array = _centred(centred, taps).reshape(size)
    return squares + (np.add.outer(sums, sums) + level**2 * interior.size)


def _centred(sharp: Array, taps: Taps) -> Array:
    """The same of a picture about 0, by the taps' (rows, columns) twice."""
    (tall, wide), (height, width) = taps, sharp.shape
    sums = np.empty(taps + taps)
    sums[0, 0] = against(sharp, sharp[tall - 1 :, wide - 1 :])
    sums[0, -1] = against(sharp, sharp[tall - 1 :, : width - wide + 1])
    step = _columns(sharp[:, : wide - 1], tall) - _columns(sharp[:, width - wide + 1 :], tall)
    for j in range(wide - 1):
        sums[0, j + 1, :, j + 1 :] = sums[0, j, :, j:-1] + step[j, :, j:]
    for j in reversed(range(1, wide - 1)):
        sums[0, j, :, : j + 1] = sums[0, j + 1, :, 1 : j + 2] - step[j, :, : j + 1]
    sums[:, :, 0] = sums[0].transpose(1, 2, 0)
    rows = _rows(sharp[: tall - 1], wide) - _rows(sharp[height - tall + 1 :], wide)
    for j in range(tall - 1):
        sums[j + 1, :, 1:] = sums[j, :, :-1] + rows[j]
    return sums


def _columns(ends: Array, tall: int) -> Array:
    """Products of columns, the last one first: of (j) in the first row's window and (row, l)."""
    turned = ends[:, ::-1]
    windows = sliding_window_view(turned, ends.shape[0] - tall + 1, axis=0)[::-1]
    return np.tensordot(turned[tall - 1 :], windows, (0, 2))


def _rows(ends: Array, wide: int) -> Array:
    """Products of rows, the last one first: (row j, column, row l, column)."""
    windows = sliding_window_view(ends[::-1], ends.shape[1] - wide + 1, axis=1)[:, ::-1]
    return np.tensordot(windows, windows, (2, 2))
