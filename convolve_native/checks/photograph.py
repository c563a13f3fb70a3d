"""Checks of a photograph whose kernel is looked for."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks.arrays import as_array
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import as_integer, as_workers
from convolve_native.checks.pictures import as_planes

Array = NDArray[Any]

SMALLEST = 3  # taps of a kernel along an axis
CUT_OFF = 1e-3  # of the pixels, from which on the darkest or the brightest are where a scale ended
MOSTLY = 0.8  # of them: where fewer stand between both, it is a page, and all count
FRAMES = 20  # arrays of the image's extended size that are held at a time


class Photograph(NamedTuple):
    """What a kernel is looked for in."""

    grey: Array  # from 0 to 1
    low: float  # what 0 stands for
    span: float  # what 1 stands for beyond it
    known: Array  # where it is neither left out nor cut off
    taps: int | None  # of the kernel along an axis; None to find them
    workers: int

    @classmethod
    def of(cls, image: Any, size: Any, axes: Any, mask: Any, workers: Any) -> Photograph:
        """Check an image and the size asked for."""
        planes = as_planes(image, axes)
        shape = planes.shape[1:]
        taps = _taps(size, min(shape))
        check_memory(FRAMES * 4 * math.prod(n + 2 * (taps or n // 4) for n in shape))
        low, high = float(planes.min()), float(planes.max())
        if low == high:
            raise ValueError(f"image must not be constant; got {low:g} everywhere")
        peak = max(abs(low), abs(high))  # a sum could overflow
        mean = np.mean([plane / peak for plane in planes], axis=0)
        ends = [planes == end for end in (low, high)]
        cut_off = [end.any(axis=0) for end in ends if end.mean() > CUT_OFF]
        known = ~np.any(cut_off, axis=0) if cut_off else np.ones(shape, np.bool_)
        if known.mean() < MOSTLY:
            known[:] = True
        if mask is not None:
            known = known & as_valid(mask, shape)
        first, last = float(mean.min()), float(mean.max())
        if first == last:
            raise ValueError(f"image must not be constant in grey; got {peak * first:g} everywhere")
        grey = ((mean - first) / (last - first)).astype(np.float32)
        return cls(grey, peak * first, peak * (last - first), known, taps, as_workers(workers))


def _taps(size: Any, most: int) -> int | None:
    """The size of a kernel that is looked for; None to find it."""
    if most < SMALLEST:
        raise ValueError(f"image must be at least {SMALLEST} pixels along both axes; got {most}")
    if isinstance(size, str):
        if size != "auto":
            raise ValueError(f"size must be an odd number of taps, or 'auto'; got {size!r}")
        return None
    taps = as_integer("size", size)
    if taps % 2 == 0 or not SMALLEST <= taps <= most:
        raise ValueError(
            f"size must be odd, at least {SMALLEST} and at most the image's shorter side, {most}; "
            f"got {taps}"
        )
    return taps


def as_valid(mask: Any, shape: tuple[int, ...]) -> Array:
    """Check a mask of valid pixels, of the picture's shape."""
    valid = as_array("mask", mask)
    if valid.dtype.kind != "b" or valid.shape != shape:
        raise ValueError(
            f"mask must hold booleans in the shape of the picture, {shape}; got {valid.dtype} of "
            f"{valid.shape}"
        )
    if not valid.any():
        raise ValueError("mask must leave a pixel; all are left out")
    return valid
