"""Between the numbers of a photograph and the light they stand for.

The transfer function of sRGB, IEC 61966-2-1, for a value v and its light L, both from 0 to 1::

    L = v / 12.92                        where v <= 0.04045
    L = ((v + 0.055) / 1.055) ** 2.4     elsewhere

    v = 12.92 L                          where L <= 0.0031308
    v = 1.055 L ** (1 / 2.4) - 0.055     elsewhere

Light is held in the range of the photograph's own dtype, white being the same number in both.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.images.formats import peak

Light = NDArray[np.float32]


def decode(values: NDArray[Any]) -> Light:
    """Give the light that values of uint8 or uint16 stand for, by table."""
    if values.dtype.kind != "u":
        raise ValueError(
            f"linear_light needs uint8 or uint16 pixels; got {values.dtype}, "
            "which says nothing of how it stands for light"
        )
    light: Light = _table(values.dtype.newbyteorder("="))[values]
    return light


def encode(light: NDArray[Any], dtype: np.dtype[Any]) -> Light:
    """Give the values, not rounded yet, that stand for light; beyond it is black or white."""
    white = np.float32(peak(dtype))
    part = np.clip(light, 0, white).astype(np.float32) / white
    curved = np.float32(1.055) * np.power(part, np.float32(1 / 2.4)) - np.float32(0.055)
    values: Light = white * np.where(part <= 0.0031308, np.float32(12.92) * part, curved)
    return values


@cache
def _table(dtype: np.dtype[Any]) -> Light:
    white = peak(dtype)
    part = np.arange(white + 1) / white
    light = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    table: Light = (white * light).astype(np.float32)
    table.flags.writeable = False
    return table
