"""Photographs made small enough for every pixel, or a whole row of pictures, to be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from convolve_native.checks import as_photograph
from convolve_native.images.formats import peak
from convolve_native.views.spectrum import luminance

Grey = NDArray[np.float32]


def reduced(image: ArrayLike, longest: int) -> Grey:
    """The luminance of a photograph, averaged down to a longest side; of integers white is 1."""
    pixels = as_photograph("image", image)
    grey = luminance(pixels)
    if pixels.dtype.kind == "u":
        grey = grey / np.float32(peak(pixels.dtype))
    scale = min(1.0, longest / max(grey.shape))
    height, width = (max(1, round(scale * side)) for side in grey.shape)
    picture: Any = Image.fromarray(grey).resize((width, height), Image.Resampling.BOX)
    return np.array(picture, np.float32)
