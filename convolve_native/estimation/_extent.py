"""How far a blur reaches, from a first look at coarse scales."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.estimation._pyramid import coarse, scales
from convolve_native.estimation._search import climb

Array = NDArray[Any]

SIZES = 19, 27, 39, 51  # taps that are tried, up to the image's shorter side over `SHARE`
SHARE = 4
PILED = 0.03  # of the mass on an outermost line of taps: the kernel would go on beyond
TAIL = 0.02  # of the mass at either end of an axis, which may be noise
ROOM, MORE = 1.2, 2  # of the extent, and taps beyond it


def extent(image: Array, known: Array, noise: float) -> int:
    """Taps for a kernel: the smallest size is tried first, as a larger one holds more noise."""
    most: int = max(3, min(SIZES[-1], min(image.shape) // SHARE) - 1 | 1)
    wanted = most
    for taps in (*(size for size in SIZES if size < most), most):
        look = coarse(scales(image.shape, taps))
        k = climb(image, known, look, noise).kernel
        sides = [k.sum(axis=axis) for axis in range(2)]
        reach = max(map(_span, sides)) / look[-1].share
        wanted = math.ceil(ROOM * reach) + MORE | 1
        if max(max(side[0], side[-1]) for side in sides) < PILED:
            break
    return min(most, wanted)


def _span(along: Array) -> int:
    """Taps between the tails.

    >>> _span(np.array([0.005, 0.1, 0.8, 0.095, 0.0]))
    3
    """
    held = np.flatnonzero((np.cumsum(along) > TAIL) & (np.cumsum(along[::-1])[::-1] > TAIL))
    return int(held[-1] - held[0]) + 1
