"""The kernel catalogue: plain arrays to convolve with, or to deconvolve by.

Conventions, kept by every kernel here:

* Axes are (rows, columns), rows go down, and lengths are in pixels. A parameter that may differ
  between axes takes one value for all, or one an axis.
* The centre is the default anchor, ``(K - 1) // 2`` on each axis; extents are odd wherever no size
  is asked for, so that the centre is a pixel.
* Weights are for convolution, not correlation; only those of `sobel` change with the difference.
* What smooths or sharpens is float64 and sums to 1; what differentiates is int64, unscaled, and
  sums to 0, so that integer images give exact sums.
* Every call returns a new, C-contiguous, writable array.
* A parameter out of range is a ValueError; so is one that asks for more than 2**28 weights.

`KERNELS` holds them all by name. A new family is a file here and its rows there.
"""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from convolve_native.kernels.basic import identity, sharpen
from convolve_native.kernels.derivatives import laplacian, sobel
from convolve_native.kernels.motion import motion
from convolve_native.kernels.smoothing import binomial, box, disk, gaussian

__all__ = [
    "KERNELS",
    "binomial",
    "box",
    "disk",
    "gaussian",
    "identity",
    "laplacian",
    "motion",
    "sharpen",
    "sobel",
]

KERNELS: dict[str, Callable[..., NDArray[Any]]] = {
    "box": box,
    "gaussian": gaussian,
    "binomial": binomial,
    "disk": disk,
    "motion": motion,
    "sobel": sobel,
    "laplacian": laplacian,
    "identity": identity,
    "sharpen": sharpen,
}
