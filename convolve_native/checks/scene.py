"""The arguments that all restorations share, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import BOUNDARIES, FOREIGN
from convolve_native.checks import dtypes
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import as_workers, one_of
from convolve_native.checks.placement import place
from convolve_native.factors import Kernel
from convolve_native.problem import Layout

Array = NDArray[Any]

FRAMES = 8  # arrays of the image's extended size that one plane's restoration holds at a time


@dataclass(frozen=True, eq=False)
class Scene:
    """A blurred image's PSF on rows and columns, its layout, and the dtypes of its restoration."""

    psf: Kernel
    shift: tuple[int, int]  # that brings the PSF's anchor to the origin
    layout: Layout
    compute: np.dtype[Any]
    dtype: np.dtype[Any]  # of the result
    workers: int

    @classmethod
    def of(
        cls,
        image: Array,
        psf: Any,
        boundary: str,
        anchor: Any,
        axes: Any,
        dtype: Any,
        workers: Any,
    ) -> Scene:
        """Check everything but the method's own parameters."""
        one_of("boundary", boundary, BOUNDARIES, FOREIGN)
        placed = place(psf, image.shape, axes, anchor, "same", name="psf")
        if placed.kernel.gain == 0:
            raise ValueError("psf must not be zero everywhere")
        if image.size == 0:
            raise ValueError(f"image must not be empty; got shape {image.shape}")
        kinds = dtypes.resolve(
            image.dtype, placed.kernel.dtype, dtype, False, None, placed.kernel.gain
        )
        sizes = placed.layout.shape(image.shape)
        frame = math.prod(n + 2 * k for n, k in zip(sizes[1:3], placed.kernel.shape, strict=True))
        samples = FRAMES * frame + 2 * image.size
        check_memory(samples * kinds.compute.itemsize)
        if not np.isfinite(image).all():
            raise ValueError("image must be finite; got NaN or Inf")
        if len(placed.kernel.shape) == 3:
            raise ValueError(f"psf must have 1 or 2 axes; got shape {placed.kernel.shape}")
        shift = (-placed.anchor[0], -placed.anchor[1])
        return cls(
            placed.kernel,
            shift,
            placed.layout,
            kinds.compute,
            kinds.result,
            as_workers(workers),
        )


def as_positive(name: str, value: Any) -> float:
    """Check a parameter that must be a positive number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number; got {value!r}") from None
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be finite and > 0; got {value!r}")
    return number
