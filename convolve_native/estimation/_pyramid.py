"""The scales of an estimation, from the coarsest on, and pictures resized to them."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

STEP = math.sqrt(0.5)  # from a scale to the next coarser one
COARSEST = 9  # taps of the kernel from which an estimation starts: from fewer it goes astray
LOOK = 17  # taps of the finest scale that a first look takes
SHARPNESS = -0.5  # of the cubic: it is exact for parabolas


class Scale(NamedTuple):
    """What a scale works on."""

    share: float  # of the finest scale's samples along an axis
    taps: int  # of the kernel along an axis, odd
    shape: tuple[int, int]  # of the image


def scales(shape: tuple[int, int], taps: int) -> list[Scale]:
    """The scales for a kernel of so many taps, the coarsest first.

    >>> [(scale.taps, scale.shape) for scale in scales((64, 100), 17)]
    [(9, (32, 50)), (13, (46, 71)), (17, (64, 100))]
    """
    found = [Scale(1.0, taps, shape)]
    while found[-1].taps > COARSEST:
        share = found[-1].share * STEP
        rows, columns = (math.ceil(share * n - 1e-9) for n in shape)
        found.append(Scale(share, math.ceil(share * taps - 1e-9) | 1, (rows, columns)))
    return found[::-1]


def coarse(every: list[Scale]) -> list[Scale]:
    """The scales of a first look."""
    return [scale for scale in every[:-1] if scale.taps <= LOOK] or every[:1]


@cache
def _taps(size: int, wanted: int) -> tuple[Array, Array]:
    """Sources and weights of every new sample along an axis, one a column; a cubic, widened."""
    ratio = size / wanted
    reach = max(ratio, 1.0)
    place = (np.arange(wanted) + 0.5) * ratio - 0.5
    near = np.floor(place - 2 * reach).astype(np.intp)
    source = near[:, None] + np.arange(math.ceil(4 * reach) + 2)
    t = np.abs(source - place[:, None]) / reach
    a = SHARPNESS
    inner = ((a + 2) * t - (a + 3)) * t * t + 1
    outer = a * (((t - 5) * t + 8) * t - 4)
    weight = np.where(t < 1, inner, np.where(t < 2, outer, 0.0))
    weight /= weight.sum(axis=1, keepdims=True)
    return np.clip(source, 0, size - 1).T.copy(), weight.T.copy()


def resized(image: Array, shape: tuple[int, int]) -> Array:
    """An image of another size over the same extent, without what is too fine for it."""
    for axis, wanted in enumerate(shape):
        if image.shape[axis] == wanted:
            continue
        along = [-1 if axis == a else 1 for a in range(2)]
        pairs = zip(*_taps(image.shape[axis], wanted), strict=True)
        image = sum(
            image.take(source, axis=axis) * weight.astype(image.dtype).reshape(along)
            for source, weight in pairs
        )
    return np.ascontiguousarray(image)
