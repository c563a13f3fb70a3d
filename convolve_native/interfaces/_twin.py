"""How scikit-image's restorations read their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import as_arrays, as_image, as_kernel

Array = NDArray[Any]


def as_pixels(image: Any) -> Array:
    """Check an image, and bring it to the dtype that scikit-image computes in."""
    pixels = as_image(image)
    if pixels.dtype.kind == "c":
        raise TypeError(f"image must be real; got dtype {pixels.dtype}")
    if pixels.size == 0:
        raise ValueError(f"image must not be empty; got shape {pixels.shape}")
    short = pixels.dtype.kind == "f" and pixels.dtype.itemsize <= 4
    return np.ascontiguousarray(pixels, np.float32 if short else np.float64)


def as_response(name: str, response: Any, image: Array) -> Array:
    """Check a PSF or an operator, one axis for each of the image's."""
    bare = as_arrays(response, name)
    weights = as_kernel(np.asarray(bare), name, (image.ndim,), image.shape)
    if not weights.any():
        raise ValueError(f"{name} must not be zero everywhere")
    return weights


def as_real_response(name: str, response: Any, image: Array) -> Array:
    """Check one that lies among pixels, and bring it to the image's dtype."""
    weights = as_response(name, response, image)
    if weights.dtype.kind == "c":
        raise TypeError(f"{name} must be real; got dtype {weights.dtype}")
    return weights.astype(image.dtype)
