"""How far a blur reaches, from a first look with several sizes of kernel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.estimation._evidence import Evidence
from convolve_native.estimation._pyramid import resized, scales
from convolve_native.estimation._search import WHOLE, Walk

Array = NDArray[Any]

SIZES = 13, 19, 27, 39, 51  # taps that are tried, up to the image's shorter side over `SHARE`
SHARE = 4
LOOKED = 2**17  # pixels of the image that is looked at, at most
# Log-likelihood that a larger kernel must gain: it holds more noise, and more ways to go astray.
GAIN = 6.0
TAIL = 0.02  # of the mass at either end of an axis, which may be noise
ROOM, MORE = 1.2, 2  # of the extent, and taps beyond it


def extent(image: Array, known: Array, noise: float) -> int:
    """Taps for a kernel: of the smallest size that explains the spectrum as well as larger ones."""
    share = min(1.0, math.sqrt(LOOKED / image.size))
    rows, columns = (math.ceil(share * n) for n in image.shape)
    looked = resized(image, (rows, columns))
    whole = resized(known.astype(image.dtype), (rows, columns)) > WHOLE
    most: int = max(3, min(SIZES[-1], min(image.shape) // SHARE) - 1 | 1)
    sizes = (*(size for size in SIZES if size < most), most)
    kernels: dict[int, Array] = {}

    def look(size: int) -> None:
        every = scales(looked.shape, max(3, math.ceil(share * size) | 1))
        kernels[size] = Walk(looked, whole, every, share * noise).along(every, looked)

    threads.run(lambda: look, sizes[::-1], threads.available_workers())
    spectrum = Evidence(looked)
    evidence = {size: spectrum.of(kernels[size]) for size in sizes}
    enough = max(evidence.values()) - GAIN
    size = next(size for size in sizes if evidence[size] >= enough)
    reach = max(_span(kernels[size].sum(axis=axis)) for axis in range(2)) / share
    return min(size, math.ceil(ROOM * reach) + MORE | 1)


def _span(along: Array) -> int:
    """Taps between the tails.

    >>> _span(np.array([0.005, 0.1, 0.8, 0.095, 0.0]))
    3
    """
    held = np.flatnonzero((np.cumsum(along) > TAIL) & (np.cumsum(along[::-1])[::-1] > TAIL))
    return int(held[-1] - held[0]) + 1
