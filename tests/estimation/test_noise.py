"""The noise found in images whose noise is known."""

import itertools
import math

import numpy as np
import pytest
import scipy.fft

import convolve_native as cn
from convolve_native.estimation.noise import waves

BLURS = {
    "motion": cn.kernels.motion(15, 30),
    "defocus": cn.kernels.disk(4),
    "gaussian": cn.kernels.gaussian(2.0),
}
ROUNDING = 1 / math.sqrt(12)  # the standard deviation of what rounding takes away


def noise(shape, scale=1.0, seed=0):
    return np.random.default_rng(seed).normal(scale=scale, size=shape)


@pytest.fixture(scope="module", params=BLURS)
def blurred(request, grey):
    return cn.convolve(grey.astype(np.float64), BLURS[request.param], mode="valid")


# 5 % is what is promised; chance has a share of 0.5 % in it, texture under the least blur the rest.
@pytest.mark.parametrize("sigma", [1, 2, 5, 10, 15])
def test_the_noise_of_blurred_photographs(blurred, sigma):
    noisy = blurred + noise(blurred.shape, sigma, seed=sigma)
    assert cn.estimate_noise(noisy) == pytest.approx(sigma, rel=0.05)
    eight = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    assert cn.estimate_noise(eight) == pytest.approx(math.hypot(sigma, ROUNDING), rel=0.05)
    assert cn.estimate_noise(eight / 255) * 255 == pytest.approx(cn.estimate_noise(eight), rel=1e-5)


def test_the_noise_of_a_sharp_photograph(grey):
    """Texture fills most blocks; the smoothest ones have little of it."""
    assert cn.estimate_noise(grey + noise(grey.shape, 10.0)) == pytest.approx(10, rel=0.05)


# 21504 waves stray by 0.5 %, the longdouble's 8-bit neighbours by their rounding too.
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "longdouble", "i1", "i2", ">i4", "u8"])
def test_every_real_dtype(dtype):
    pixels = (64 + noise((256, 256), 8)).astype(dtype)
    assert cn.estimate_noise(pixels) == pytest.approx(8, rel=0.025)


def test_a_mask_of_booleans_is_an_image_too():
    pixels = noise((256, 256)) > 0
    assert cn.estimate_noise(pixels) == pytest.approx(0.5, rel=0.025)


def test_clipped_parts_do_not_hide_it():
    pixels = 100 + noise((128, 256), 10)
    pixels[:, :100] = 0
    pixels[:, 200:] = 255
    assert cn.estimate_noise(pixels) == pytest.approx(10, rel=0.05)  # 1536 waves a half: 1.5 %


def test_planes_count_by_their_variance():
    planes = [noise((96, 128), scale, seed=scale) for scale in (1, 2, 3)]
    wanted = math.sqrt(sum(cn.estimate_noise(plane) ** 2 for plane in planes) / 3)
    assert cn.estimate_noise(np.stack(planes, axis=2)) == pytest.approx(wanted, rel=1e-12)
    assert cn.estimate_noise(np.stack(planes), axes=(1, 2)) == pytest.approx(wanted, rel=1e-12)
    turned = np.stack(planes, axis=1)
    assert cn.estimate_noise(turned, axes=(0, -1)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("scale", [2.0**-1030, 2.0**-300, 2.0**10, 2.0**1000])
def test_it_goes_with_the_scale(scale):
    """Exactly, by a power of two; but for what is lost of numbers that are not normal."""
    pixels = noise((64, 80)) + np.arange(80)
    kept = 1e-9 if scale < np.finfo(np.float64).tiny else 0
    found = cn.estimate_noise(pixels * scale)
    assert found == pytest.approx(cn.estimate_noise(pixels) * scale, rel=kept, abs=0)


def test_it_does_not_go_with_the_level():
    """But for what float32 holds of a level a thousand times the noise: 1e-4 of it."""
    pixels = noise((64, 80))
    wanted = pytest.approx(cn.estimate_noise(pixels), rel=1e-4)
    assert cn.estimate_noise(pixels + 1000) == wanted
    assert cn.estimate_noise((pixels + 1000).astype(np.float32)) == wanted


def test_constant_images_have_none():
    for value, dtype in itertools.product([0, 1, 77], ["f4", "f8", "u1", "?"]):
        assert cn.estimate_noise(np.full((40, 50), value, dtype)) == 0


@pytest.mark.parametrize(
    "shape", [(0, 4), (1, 1), (1, 2), (5, 1), (2, 2), (3, 9), (8, 8), (4, 5, 3)]
)
def test_tiny_images(shape):
    found = cn.estimate_noise(noise(shape))
    assert 0 <= found < 4  # the largest of the few numbers


def test_waves_are_those_of_the_cosine_transform():
    basis = waves(8, 5)
    for wave in basis.T:
        spectrum = scipy.fft.dctn(wave.reshape(8, 5), norm="ortho")
        (place,) = np.argwhere(np.abs(spectrum) > 0.5)
        assert sum(place) * 14 >= 9 * 11
        assert np.abs(spectrum).sum() == pytest.approx(1, abs=1e-12)  # rounding of 40 terms
    assert basis.shape[1] == 4 + 3 + 2 + 1  # (8 + 5 - 2) 9/14 = 7.07: sums of 8 to 11


def test_the_image_is_left_alone():
    pixels = noise((32, 32))
    pixels.flags.writeable = False
    kept = pixels.copy()
    assert cn.estimate_noise(pixels) == cn.estimate_noise(pixels)
    assert (pixels == kept).all()


@pytest.mark.parametrize(
    ("image", "axes", "error", "words"),
    [
        (np.ones((4, 4), complex), None, TypeError, "image must be real; got complex numbers"),
        (np.array([["a"]]), None, TypeError, "image must hold numbers"),
        (np.ones(4), None, ValueError, r"at least 2 axes; got shape \(4,\)"),
        ([[1.0, np.nan], [0.0, 1.0]], None, ValueError, "image must be finite; got NaN or Inf"),
        (np.ones((9, 8, 7)), None, ValueError, "axes must be given for an image of shape"),
        (np.ones((9, 8)), (0, 2), ValueError, "axes must lie within the image's 2 axes"),
        (np.ones((9, 8)), 0, ValueError, "axes must name one image axis for each axis of picture"),
    ],
)
def test_bad_input(image, axes, error, words):
    with pytest.raises(error, match=words):
        cn.estimate_noise(image, axes=axes)


def test_texture_in_some_of_the_finest_waves_is_left_out():
    """Of three of twenty-one in every block, as strong as the noise is in all."""
    rng, basis = np.random.default_rng(0), waves(8, 8)
    texture = rng.normal(scale=2.6, size=(900, 3)) @ basis[:, :3].T
    plane = texture.reshape(30, 30, 8, 8).swapaxes(1, 2).reshape(240, 240)
    found = cn.estimate_noise(plane + rng.normal(size=plane.shape))
    assert found == pytest.approx(1, rel=0.05)  # 9000 coefficients: 1 % by chance
