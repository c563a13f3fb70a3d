"""The noise of an image, from the image alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import as_axes, as_image

Array = NDArray[Any]

SIDE = 8  # pixels of a block's side, where the image has them
FINE = 9 / 14  # of the highest frequency along both axes together: from there, noise is measured
ENOUGH = 2000  # coefficients, whose mean square strays by 3 %
STRAY = 5  # standard deviations by which more texture must show before fewer blocks are believed


def estimate_noise(image: ArrayLike, *, axes: tuple[int, int] | None = None) -> float:
    """Estimate the standard deviation of the white noise in a photograph, blurred or not.

    Parameters
    ----------
    image : array_like of real numbers
        Finite, of two axes or more.
    axes : (int, int), optional
        The axes of the picture; by default the first two of an image in grey or colour.  All
        others are further pictures, whose mean variance counts.

    Returns
    -------
    float
        In the unit of the image.  0 for a constant image, and for one of no pixels.

    Raises
    ------
    ValueError
        An image that is not finite or has fewer than two axes; axes that are not there, or not
        given for a stack.
    TypeError
        Complex numbers.

    Notes
    -----
    Blocks of 8 x 8 pixels are sorted by the energy of their coarse cosine waves.  White noise has
    it by chance, apart from its energy in the finest 21 waves, whose mean square over the smoothest
    blocks is the variance.  Of all blocks, half of them, a quarter and so on, and of all these
    waves, the finest half and so on, down to 2000 coefficients, those count whose mean square is
    the least, its own uncertainty added: all of a strongly blurred image, the smoothest and finest
    of a sharp one.  Blocks at the darkest or the brightest value of the image,
    where noise is cut off, are left out if they are not all.

    On photographs blurred by motion, defocus or shake, noise of 1 to 15 of 255 is found within
    2 % on the mean and 8 % at worst; rounding to integers is noise of 0.29 more, in quadrature.
    Where nothing blurred the finest texture it counts as noise, as does the noise that a photograph
    had before: over sharp ones half of a noise of 1 of 255 on the mean, and 4 % of a noise of 5.

    References
    ----------
    N. N. Ponomarenko, V. V. Lukin, M. S. Zriakhov, A. Kaarna, J. Astola, "An automatic approach to
    lossy compression of AVIRIS images", IGARSS 2007.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> slope = np.add.outer(np.arange(200.0), np.arange(300.0))
    >>> round(cn.estimate_noise(slope + rng.normal(scale=3, size=slope.shape)), 1)
    3.0
    """
    pixels = as_image(image)
    if pixels.dtype.kind == "c":
        raise TypeError("image must be real; got complex numbers")
    if pixels.ndim < 2:
        raise ValueError(f"image must have at least 2 axes; got shape {pixels.shape}")
    if not np.isfinite(pixels).all():
        raise ValueError("image must be finite; got NaN or Inf")
    along = as_axes(axes, pixels.shape, (1, 1), "picture")
    if pixels.size == 0:
        return 0.0
    planes = np.moveaxis(pixels, along, (-2, -1))
    deviations = [_deviation(planes[index]) for index in np.ndindex(planes.shape[:-2])]
    return math.hypot(*deviations) / math.sqrt(len(deviations))


def _deviation(plane: Array) -> float:
    """The standard deviation of the noise in one picture."""
    low, high = plane.min(), plane.max()
    if low == high:
        return 0.0
    rows, columns = (min(SIDE, n) for n in plane.shape)
    blocks = _blocks(plane, rows, columns)
    cut = ((blocks == low) | (blocks == high)).any(axis=1)
    if cut.any() and not cut.all():
        blocks = blocks[~cut]
    peak = max(abs(float(low)), abs(float(high)))  # squares could overflow
    compute = np.dtype(np.float32 if plane.dtype.itemsize <= 4 else np.float64)
    values = blocks.astype(compute)
    values /= compute.type(peak)
    values -= values.mean(axis=1, keepdims=True)
    finest = values @ waves(rows, columns).astype(compute)
    finest *= finest
    coarse = np.einsum("ij,ij->i", values, values) - finest.sum(axis=1)
    return peak * math.sqrt(_least(finest[np.argsort(coarse, kind="stable")]))


def _least(squares: Array) -> float:
    """The least mean over the first blocks and the last waves, its uncertainty added."""
    found: list[tuple[float, float]] = []
    for waves in _halves(squares.shape[1]):
        sums = np.cumsum(squares[:, -waves:].sum(axis=1), dtype=np.float64)
        for blocks in _halves(sums.size):
            count = blocks * waves
            if found and count < ENOUGH:
                break
            square = float(sums[blocks - 1]) / count
            found.append((square * (1 + STRAY * math.sqrt(2 / count)), square))
    return min(found)[1]


def _halves(count: int) -> Iterator[int]:
    """All of them, half, a quarter and so on.

    >>> list(_halves(21))
    [21, 10, 5, 2, 1]
    """
    while count:
        yield count
        count //= 2


def _blocks(plane: Array, rows: int, columns: int) -> Array:
    """Whole blocks, one a row."""
    down, across = plane.shape[0] // rows, plane.shape[1] // columns
    tiled = plane[: down * rows, : across * columns].reshape(down, rows, across, columns)
    return np.asarray(tiled.swapaxes(1, 2).reshape(-1, rows * columns))


@cache
def waves(rows: int, columns: int) -> Array:
    """The finest cosine waves over a block, orthonormal, one a column, the finest last.

    >>> waves(8, 8).shape
    (64, 21)
    """

    def sides(size: int) -> Array:
        frequencies = np.arange(size)
        phases = np.outer(frequencies, 2 * np.arange(size) + 1) * np.pi / (2 * size)
        lengths = np.where(frequencies == 0, 1, math.sqrt(2)) / math.sqrt(size)
        return np.asarray(np.cos(phases) * lengths[:, None])

    products = np.einsum("ui,vj->uvij", sides(rows), sides(columns))
    fineness = np.add.outer(np.arange(rows), np.arange(columns)).reshape(-1)
    order = np.argsort(fineness, kind="stable")
    finest = order[fineness[order] >= FINE * (rows + columns - 2) - 1e-9]
    return np.asarray(products.reshape(-1, rows * columns)[finest].T)
