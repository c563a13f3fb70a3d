"""The kernel catalogue: plain arrays to convolve with, or to deconvolve by.

Conventions, kept by every kernel here:

* Axes are (rows, columns), rows go down, and lengths are in pixels. A parameter that may differ
  between axes takes one value for all, or one an axis.
* The centre is the default anchor, ``(K - 1) // 2`` on each axis; extents are odd wherever no size
  is asked for, so that the centre is a pixel.
* Weights are for convolution, not correlation; those that change with the difference say so.
* Angles are in degrees from +column towards +row.
* What smooths or sharpens is float64 and sums to 1. What differentiates sums to 0 (but for the
  cut of `gaussian_derivative`); it is int64 and unscaled where it is 3 by 3, so that integer images
  give exact sums, and float64 where it has a scale.
* Every call returns a new, C-contiguous, writable array.
* A parameter out of range is a ValueError; so is one that asks for more than 2**28 weights.

`KERNELS` holds by name all that make one kernel of numbers and words. A new family is a file here
and its rows there. Beside them, `gabor_bank` makes a list, `compose` one kernel of several, and
`describe` says what a kernel is and does.
"""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from convolve_native.kernels.basic import emboss, identity, sharpen, unsharp
from convolve_native.kernels.blobs import (
    difference_of_gaussians,
    gaussian_derivative,
    laplacian_of_gaussian,
)
from convolve_native.kernels.composition import compose
from convolve_native.kernels.derivatives import kirsch, laplacian, prewitt, scharr, sobel
from convolve_native.kernels.description import Description, describe
from convolve_native.kernels.disks import disk, ring
from convolve_native.kernels.gabor import gabor, gabor_bank
from convolve_native.kernels.motion import motion
from convolve_native.kernels.optics import airy, moffat
from convolve_native.kernels.smoothing import binomial, box, gaussian, oriented_gaussian

KERNELS: dict[str, Callable[..., NDArray[Any]]] = {
    "box": box,
    "gaussian": gaussian,
    "oriented_gaussian": oriented_gaussian,
    "binomial": binomial,
    "disk": disk,
    "ring": ring,
    "motion": motion,
    "airy": airy,
    "moffat": moffat,
    "sobel": sobel,
    "scharr": scharr,
    "prewitt": prewitt,
    "kirsch": kirsch,
    "laplacian": laplacian,
    "gaussian_derivative": gaussian_derivative,
    "laplacian_of_gaussian": laplacian_of_gaussian,
    "difference_of_gaussians": difference_of_gaussians,
    "gabor": gabor,
    "identity": identity,
    "sharpen": sharpen,
    "unsharp": unsharp,
    "emboss": emboss,
}

__all__ = [
    "KERNELS",
    "Description",
    "airy",
    "binomial",
    "box",
    "compose",
    "describe",
    "difference_of_gaussians",
    "disk",
    "emboss",
    "gabor",
    "gabor_bank",
    "gaussian",
    "gaussian_derivative",
    "identity",
    "kirsch",
    "laplacian",
    "laplacian_of_gaussian",
    "moffat",
    "motion",
    "oriented_gaussian",
    "prewitt",
    "ring",
    "scharr",
    "sharpen",
    "sobel",
    "unsharp",
]
