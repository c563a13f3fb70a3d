"""The transfer function of sRGB: to the standard, and back without loss."""

import numpy as np
import pytest

from convolve_native.images import light

LEVELS = {dtype: np.arange(np.iinfo(dtype).max + 1).astype(dtype) for dtype in ("uint8", "uint16")}


def standard(value):
    """IEC 61966-2-1, a number at a time."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("dtype", LEVELS)
def test_decoding_is_the_standard(dtype):
    levels = LEVELS[dtype]
    white = float(levels[-1])
    expected = [white * standard(level / white) for level in levels.tolist()]
    decoded = light.decode(levels)
    assert decoded.dtype == np.float32
    np.testing.assert_allclose(decoded, expected, rtol=1e-7)
    assert (decoded[0], decoded[-1]) == (0, white)


@pytest.mark.parametrize("dtype", LEVELS)
def test_every_level_comes_back(dtype):
    levels = LEVELS[dtype]
    back = light.encode(light.decode(levels), levels.dtype)
    assert np.abs(back - levels).max() < 0.03  # of a level: its rounding is never in doubt


def test_known_values():
    """Half the light of white is 188, a fifth of it 124: the mid grey of a photographer's card."""
    values = light.encode(np.array([0.5, 0.2, 1, 0]) * 255, np.dtype(np.uint8))
    assert np.rint(values).tolist() == [188, 124, 255, 0]


def test_what_is_beyond_light_is_black_or_white():
    values = light.encode(np.array([-1e9, -1, 256, 1e9]), np.dtype(np.uint8))
    assert np.rint(values).tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("dtype", [">u2", "<u2"])
def test_any_byte_order(dtype):
    levels = LEVELS["uint16"].astype(dtype)
    np.testing.assert_array_equal(light.decode(levels), light.decode(LEVELS["uint16"]))
