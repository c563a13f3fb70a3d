"""Photographs made small enough for every pixel, or a whole row of pictures, to be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from convolve_native.checks import as_photograph
from convolve_native.views.spectrum import luminance

Grey = NDArray[np.float32]

BYTE = 255  # white of signed integers, whose largest no camera means


def reduced(image: ArrayLike, longest: int) -> Grey:
    """The luminance of a photograph, averaged down to a longest side; white is 1."""
    pixels = as_photograph("image", image)
    grey = luminance(pixels) / np.float32(_white(pixels.dtype))
    scale = min(1.0, longest / max(grey.shape))
    height, width = (max(1, round(scale * side)) for side in grey.shape)
    picture: Any = Image.fromarray(grey).resize((width, height), Image.Resampling.BOX)
    return np.array(picture, np.float32)


def _white(dtype: np.dtype[Any]) -> int:
    """What is white in a dtype; of floating-point numbers 1."""
    if dtype.kind == "u":
        return int(np.iinfo(dtype).max)
    return BYTE if dtype.kind == "i" else 1
