"""Kernels found in photographs that were shaken, and what is said where there is none."""

from functools import cache

import numpy as np
import pytest
from scipy import ndimage
from skimage import data

import convolve_native as cn
from convolve_native.estimation._taps import likeness
from convolve_native.estimation._trust import CLEAR, DULL, VARIES
from tests import pairs

ALIKE = 0.75  # two kernels, each softened by a pixel; those of two different paths come to 0.5
GAIN = 0.8  # of the blurred image's error: what a restoration by a wrong kernel never comes to
STEPS = range(-3, 4)  # pixels, then quarters, by which scene and kernel may be displaced


@cache
def photograph():
    """The bundled photograph at half its size: its edges are as sharp as its pixels."""
    whole = pairs.photograph()
    rows, columns = (n // 2 for n in whole.shape)
    return whole[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))


def blurred(seed, noise=0.5, side=200, size=15):
    """A part of that, shaken, cut to what was seen, and rounded to 8 bits."""
    rng = np.random.default_rng(seed)
    psf = pairs.shake(rng, size)
    whole = photograph()
    tall = side + size - 1
    top, left = (int(rng.integers(0, n - tall)) for n in whole.shape)
    scene = whole[top : top + tall, left : left + tall]
    seen = cn.convolve(scene, psf, mode="valid") + rng.normal(scale=noise / 255, size=2 * [side])
    half = size // 2
    return scene[half:-half, half:-half], np.rint(np.clip(seen, 0, 1) * 255).astype(np.uint8), psf


def error(result, scene):
    """Least mean square of the difference, displaced or not, 20 pixels from the frame."""

    def missed(down, across):
        moved = ndimage.shift(result, (down, across), order=3, mode="nearest")
        return float(np.square(moved - scene)[20:-20, 20:-20].mean())

    best = 0.0, 0.0
    for step in (1.0, 0.25):
        near = [(best[0] + step * i, best[1] + step * j) for i in STEPS for j in STEPS]
        best = min(near, key=lambda at: missed(*at))
    return missed(*best)


def test_shakes_are_found():
    """Fur is hard to see edges in: two shakes of eight may be missed, by rounding other ones."""
    found = []
    for seed in range(8):
        scene, image, psf = blurred(seed)
        estimate = cn.estimate_psf(image, 17)
        assert estimate.psf.shape == (17, 17)
        assert estimate.psf.min() >= 0
        assert estimate.psf.sum() == pytest.approx(1, abs=1e-12)
        restored = cn.total_variation(image / 255, estimate.psf)
        gain = error(restored, scene) / error(image / 255, scene)
        found.append((likeness(estimate.psf, psf), gain))
    alike, gains = np.array(found).T
    assert (alike > ALIKE).sum() >= 6
    assert (gains < GAIN).sum() >= 6
    assert np.median(gains) < 0.5


def test_the_same_bits_by_any_number_of_workers():
    image = blurred(0)[1]
    one, two = (cn.estimate_psf(image, 15, workers=workers) for workers in (1, 2))
    np.testing.assert_array_equal(one.psf, two.psf)
    np.testing.assert_array_equal(one.latent, two.latent)
    assert one.confidence == two.confidence


def test_the_unit_of_the_image_does_not_matter():
    image = blurred(0)[1]
    plain, other = cn.estimate_psf(image, 15), cn.estimate_psf(-300.0 + 7.0 * image, 15)
    assert likeness(plain.psf, other.psf) > 0.999  # rounding alone differs
    # The scene is in the image's unit, of single precision.
    np.testing.assert_allclose(other.latent.mean(), -300 + 7 * plain.latent.mean(), rtol=1e-3)
    assert other.noise == pytest.approx(7 * plain.noise, rel=1e-3)


def test_colour_is_seen_as_its_mean():
    image = blurred(0)[1]
    colours = np.stack([image.astype(int) + shift for shift in (-20, 0, 20)], axis=2)
    assert likeness(cn.estimate_psf(colours, 15).psf, cn.estimate_psf(image, 15).psf) > 0.999


def test_the_size_is_found():
    _, image, psf = blurred(1, size=19)
    found = cn.estimate_psf(image)
    assert found.psf.shape[0] % 2 == 1
    assert 15 <= found.psf.shape[0] <= 39  # twice what it is, at most
    assert likeness(found.psf, psf) > ALIKE


def test_every_scale_is_told():
    told = []
    found = cn.estimate_psf(blurred(0)[1], 21, callback=told.append)
    assert tuple(told) == found.scales
    assert [step.number for step in told] == list(range(1, told[0].count + 1))
    assert told[-1].shape == (200, 200)
    assert all(step.psf.sum() == pytest.approx(1) for step in told)


def test_pixels_left_out_have_no_share():
    _, image, _ = blurred(0)
    mask = np.ones(image.shape, bool)
    mask[60:64, 60:64] = False
    wild = image.copy()
    wild[~mask] = 255
    one, other = (cn.estimate_psf(each, 15, mask=mask) for each in (image, wild))
    assert likeness(one.psf, other.psf) > 0.9  # what begins in their place is the image's own


def test_a_sharp_photograph_is_left_alone():
    found = cn.estimate_psf(photograph()[:200, :200], 15)
    assert found.sharp
    assert found.warnings == (CLEAR,)
    assert found.psf.max() == 1


@pytest.mark.parametrize("level", [0.0, 3.0])
def test_where_no_texture_stands_out_there_is_nothing_to_find(level):
    rng = np.random.default_rng(0)
    ramp = np.add.outer(np.arange(90.0), np.arange(80.0))
    found = cn.estimate_psf(ramp + rng.normal(scale=level, size=ramp.shape), 9)
    assert found.confidence == 0
    assert found.warnings == (DULL,)
    assert found.psf[4, 4] == found.psf.sum() == 1


def test_a_blur_that_varies_is_told():
    rng = np.random.default_rng(0)
    whole = photograph()[20:240, 200:420]
    ways = cn.kernels.motion(17, 45), cn.kernels.motion(17, 135)
    left, right = (cn.convolve(whole, k)[20:-20, 20:-20] for k in ways)
    noise = rng.normal(scale=1e-3, size=left.shape)
    both = np.hstack((left[:, :90], right[:, 90:]))
    assert VARIES in cn.estimate_psf(both + noise, 17).warnings
    assert VARIES not in cn.estimate_psf(left + noise, 17).warnings


def test_sharp_bricks_are_left_alone():
    """Their spectrum speaks for a kernel, but that of either half for one of its own."""
    bricks = data.brick()
    for found in (cn.estimate_psf(bricks, 19), cn.estimate_psf(bricks)):
        assert found.confidence == 0
        assert found.psf.max() == 1


@pytest.mark.parametrize(
    ("image", "size", "words"),
    [
        (np.ones((40, 40)), 5, "image must not be constant"),
        (np.full((40, 40), np.nan), 5, "image must be finite"),
        (np.eye(40), 4, "size must be odd"),
        (np.eye(40), 1, "size must be odd, at least 3"),
        (np.eye(40), 41, "the image's shorter side, 40; got 41"),
        (np.eye(40), "large", "size must be an odd number of taps, or 'auto'"),
        (np.arange(9.0), 3, "image must have at least 2 axes"),
        (np.eye(2), "auto", "image must be at least 3 pixels"),
        (np.zeros((0, 9)), 3, "image must hold pixels"),
    ],
)
def test_bad_input_is_refused(image, size, words):
    with pytest.raises(ValueError, match=words):
        cn.estimate_psf(image, size)


def test_a_mask_is_checked():
    with pytest.raises(ValueError, match=r"mask must hold booleans in the shape of the picture"):
        cn.estimate_psf(np.eye(40), 5, mask=np.ones((4, 4), bool))
    with pytest.raises(ValueError, match="mask must leave a pixel"):
        cn.estimate_psf(np.eye(40), 5, mask=np.zeros((40, 40), bool))
