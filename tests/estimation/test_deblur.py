"""Photographs made sharp, with nothing known of what blurred them."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import kernels
from convolve_native.estimation import deblur as module
from convolve_native.restoration.deconvolve import METHODS
from tests import pairs

RNG = np.random.default_rng(3)
PHOTOGRAPH = pairs.photograph()[40:220, 60:300]


def leaves(rng, shape):
    """Discs of all sizes, one over the other: as many edges as a photograph, and known."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    scene = np.zeros(shape)
    for _ in range(600):
        radius = 4 / np.sqrt(rng.uniform(0.01, 1))
        row, column = rng.uniform(0, shape)
        scene[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = rng.uniform(0.1, 0.9)
    return scene


def blurred(psf, noise=0.0, scene=PHOTOGRAPH):
    """A scene, blurred where all of it was seen, and itself in the same window."""
    result = cn.convolve(scene, psf, mode="valid")
    sides = zip(psf.shape, result.shape, strict=True)
    cut = tuple(slice((k - 1) // 2, (k - 1) // 2 + n) for k, n in sides)
    return result + RNG.normal(scale=noise, size=result.shape), scene[cut]


def decibels(image, scene):
    """At the shift that is best: where the scene stood, a blurred photograph does not tell."""
    inner = scene[12:-12, 12:-12]
    shifts = np.lib.stride_tricks.sliding_window_view(image[8:-8, 8:-8], inner.shape)
    return -10 * np.log10(np.square(shifts - inner).mean(axis=(2, 3)).min())


def test_a_motion_is_undone_by_its_model():
    image, scene = blurred(kernels.motion(15, 25), 1 / 255)
    told = cn.deblur(image, full_output=True)
    assert told.model == "motion"
    # With the true kernel it gains 6 dB: half of that is left for an estimated one.
    assert decibels(told.image, scene) > decibels(image, scene) + 3


@pytest.mark.parametrize("prior", ["gradient", "patch-minimum"])
@pytest.mark.parametrize("seed", range(3))
def test_a_shake_is_undone(seed, prior):
    rng = np.random.default_rng(seed)
    image, scene = blurred(pairs.shake(rng, 15), 1 / 255, leaves(rng, (200, 220)))
    told = cn.deblur(image, 17, model="any", prior=prior, full_output=True)
    assert told.model == "any"
    assert told.psf.shape == (17, 17)
    assert (
        decibels(told.image, scene) > decibels(image, scene) + 6
    )  # of 15 to 19 with the true kernel


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_a_sharp_photograph_comes_back(dtype):
    image = (PHOTOGRAPH * 255).astype(dtype)
    told = cn.deblur(image, full_output=True)
    assert (told.model, told.parameter) == ("sharp", None)
    assert told.image is not image
    np.testing.assert_array_equal(told.image, image)
    assert told.image.dtype == dtype


def test_what_holds_nothing_comes_back():
    image = RNG.normal(size=(80, 90))
    np.testing.assert_array_equal(cn.deblur(image), image)


def test_the_weight_is_a_careful_one():
    image, _ = blurred(kernels.motion(11, 60), 1 / 255)
    told = cn.deblur(image, model="motion", full_output=True)
    chosen = cn.total_variation(image, told.psf, full_output=True).parameter
    assert told.parameter == module.CARE * chosen
    given = cn.total_variation(image, told.psf, regularization=told.parameter)
    np.testing.assert_array_equal(told.image, given)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_restores(method):
    image, _ = blurred(kernels.motion(11, 60), 1 / 255)
    result = cn.deblur(image, method=method, model="motion")
    assert result.shape == image.shape
    assert np.isfinite(result).all()
    assert not np.array_equal(result, image)


def test_a_part_is_looked_at_and_all_is_restored():
    image, _ = blurred(kernels.motion(11, 60), 1 / 255)
    colour = np.stack([image, image / 2, image + 1], axis=-1)
    part = colour[20:120, 30:180]
    told = cn.deblur(colour, model="motion", roi=(20, 30, 100, 150), full_output=True)
    assert told.image.shape == colour.shape
    np.testing.assert_array_equal(told.psf, cn.estimate_blur(part).motion.psf)


def test_workers_change_nothing():
    image, _ = blurred(kernels.motion(9, 110))
    one, two = (cn.deblur(image, 11, model="any", workers=n) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"prior": "dark"}, "prior must be one of 'gradient', 'patch-minimum'"),
        ({"model": "shake"}, "model must be one of 'auto', 'any', 'motion', 'defocus', 'gaussian'"),
        ({"roi": (0, 0, 10)}, "roi must hold first row, first column, rows, columns; got"),
        ({"roi": (0, 0, 500, 10)}, "roi must lie in the image of"),
        ({"roi": (-1, 0, 50, 50)}, "roi must lie in the image of"),
        ({"size": 8}, "size must be odd"),
        ({"method": "magic"}, "method must be one of"),
    ],
)
def test_bad_arguments(keywords, message):
    with pytest.raises(ValueError, match=message):
        cn.deblur(PHOTOGRAPH, **keywords)


def test_a_foreign_keyword():
    with pytest.raises(TypeError, match="nsr"):
        cn.deblur(PHOTOGRAPH, nsr=0.1)


def test_a_mask_of_another_shape():
    with pytest.raises(ValueError, match="mask"):
        cn.deblur(PHOTOGRAPH, mask=np.ones(7, bool))
