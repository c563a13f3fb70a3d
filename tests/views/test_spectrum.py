"""Spectra: a wave is two points where its frequency says, and the frame leaves no cross."""

import numpy as np
import pytest

from convolve_native import images
from convolve_native.views.spectrum import _magnitude, luminance, spectrum


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (5, 1), (6, 8), (7, 9), (6, 9), (7, 8)])
def test_half_a_plane_gives_the_whole(shape):
    image = np.random.default_rng(0).random(shape, np.float32)
    np.testing.assert_allclose(_magnitude(image), np.abs(np.fft.fft2(image)), atol=1e-5)


@pytest.mark.parametrize(("rows", "columns"), [(0, 8), (16, 0), (8, 16), (8, -16)])
def test_a_wave_is_two_points(rows, columns):
    y, x = np.mgrid[:64, :96]
    wave = np.cos(2 * np.pi * (rows * y / 64 + columns * x / 96))
    picture = spectrum(wave)
    points = sorted([(32 - rows, 48 - columns), (32 + rows, 48 + columns)])
    assert sorted(map(tuple, np.argwhere(picture == 255))) == points


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3), (20, 30, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float64, np.bool_])
def test_any_photograph(shape, dtype):
    image = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    picture = spectrum(image)
    assert (picture.shape, picture.dtype) == (shape[:2], np.uint8)
    assert picture.max() == 255


def test_what_is_transparent_is_black():
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 4), np.uint8)
    image[..., 3] = 255 * (image[..., 3] > 99)
    seen = np.where(image[..., 3:] > 0, image[..., :3], 0).astype(np.uint8)
    np.testing.assert_array_equal(luminance(image), luminance(seen))
    np.testing.assert_array_equal(spectrum(image), spectrum(seen))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_spectrum_of_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match=r"^image must be finite; got NaN or Inf$"):
        spectrum(np.array([[0, value]], np.float32))


@pytest.mark.parametrize("level", [0, 7, 255])
def test_a_flat_image_is_black(level):
    assert not spectrum(np.full((6, 8, 3), level, np.uint8)).any()


def test_the_frame_draws_no_cross():
    ramp = np.linspace(0, 1, 128) * np.ones((128, 1))  # its ends differ: a bright line, unwindowed
    picture = spectrum(ramp + np.random.default_rng(0).normal(0, 1e-3, ramp.shape))
    assert picture[64, 80:].mean() < picture[80:].mean() + 16


def test_the_contrast_suits_a_photograph():
    picture = spectrum(images.read(images.sample()))
    assert 20 < np.median(picture) < 128
