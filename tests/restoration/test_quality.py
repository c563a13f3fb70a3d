"""What restorations are for: drawn pairs gain, no ring stands, and scenes stay where they were.

All as they are by default, with the parameter or the number of iterations that they find.
"""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.fourier import pieces, spectra
from convolve_native.restoration import planes
from convolve_native.restoration.deconvolve import METHODS
from tests import pairs

# Decibels that each method has to gain on the drawn pair, two thirds of what the least of them did.
PAIRS = {
    "shake": (pairs.pair("shake", 1, side=128, quantised=True), 2.9),
    "motion": (pairs.pair("motion", 0, side=128, quantised=True), 2.5),
    "defocus": (pairs.pair("defocus", 0, side=128, quantised=True), 2.1),
    "gaussian": (pairs.pair("gaussian", 2, side=128, quantised=True), 2.8),
}

methods = pytest.mark.parametrize("method", METHODS)
drawn = pytest.mark.parametrize("kind", PAIRS)


def restored(image, psf, method, **keywords):
    return cn.deconvolve(image, psf, method=method, **keywords)


def at_frame(result, scene, width=10):
    """Root of the squared errors within `width` pixels of the frame."""
    error = np.square(result - scene)
    return np.sqrt(error.sum() - error[width:-width, width:-width].sum())


def offset(result, scene, cut=12):
    """Pixels by which a result lies beside the scene, along each axis, by least squares."""
    inside = (slice(cut, -cut), slice(cut, -cut))
    slopes = [slope[inside].ravel() for slope in np.gradient(scene)]
    difference = (scene - result)[inside].ravel()
    return np.linalg.lstsq(np.stack(slopes, axis=1), difference, rcond=None)[0]


@methods
@drawn
def test_it_gains(method, kind):
    """Over the blurred image, and far more over a filter that takes the outside for the inside."""
    pair, least = PAIRS[kind]
    result = restored(pair.blurred, pair.psf, method)
    before, after = (pairs.psnr(image, pair.scene) for image in (pair.blurred, result))
    usual = cn.wiener(pair.blurred, pair.psf, nsr=0.01, boundary="wrap")
    assert after > before + least
    assert after > pairs.psnr(usual, pair.scene) + 1


@methods
@drawn
def test_no_ring_stands_at_the_frame(method, kind):
    """The same pixels are hardly worse where the frame cuts them off than amid a photograph.

    Richardson-Lucy, which begins flat outside, is 1.53 times as far off under the shake.
    """
    pair, _ = PAIRS[kind]
    most = 1.6 if method == "richardson_lucy" else 1.5
    cut = slice(24, -24), slice(24, -24)
    scene = pair.scene[cut]
    whole = restored(pair.blurred, pair.psf, method)[cut]
    result = restored(pair.blurred[cut], pair.psf, method)
    assert at_frame(result, scene) <= most * at_frame(whole, scene)


def test_a_ring_would_be_seen():
    pair, _ = PAIRS["defocus"]
    cut = slice(24, -24), slice(24, -24)
    whole = cn.wiener(pair.blurred, pair.psf)[cut]
    result = cn.wiener(pair.blurred[cut], pair.psf, boundary="wrap")
    assert at_frame(result, pair.scene[cut]) > 1.5 * at_frame(whole, pair.scene[cut])


@methods
@drawn
def test_a_tenth_of_the_pixels_may_be_missing(method, kind):
    pair, _ = PAIRS[kind]
    mask = np.random.default_rng(1).random(pair.blurred.shape) > 0.1
    spoilt = np.where(mask, pair.blurred, 7)
    whole, rest = (
        pairs.psnr(restored(image, pair.psf, method, mask=known), pair.scene)
        for image, known in ((pair.blurred, None), (spoilt, mask))
    )
    assert rest > whole - 1


@methods
@pytest.mark.parametrize("taps", [(7, 7), (6, 6), (4, 9)])
def test_it_stands_where_the_scene_stood(method, taps):
    """A smooth scene, all of which passes the blur, so that no error is taken for a shift.

    What is left of that falls with the number of pixels: it is 0.008 at worst on these.
    """
    psf = np.random.default_rng(3).random(taps) ** 3
    psf /= psf.sum()
    soft = cn.gaussian_blur(pairs.photograph()[200:456, 300:556], 2.0)
    first = [k - 1 - (k - 1) // 2 for k in taps]
    blurred = cn.convolve(soft, psf, mode="valid")
    scene = soft[tuple(slice(f, f + n) for f, n in zip(first, blurred.shape, strict=True))]
    assert np.abs(offset(blurred, scene)).max() > 0.05  # this psf does move its image
    result = restored(blurred, psf, method)
    assert np.abs(offset(result, scene)).max() < 0.01


ODD = {
    "zeros": np.zeros((41, 40)),
    "flat": np.full((41, 40), 3.0),
    "pixel": np.full((1, 1), 0.3),
    "row": np.linspace(0, 1, 40)[None],
    "negative": PAIRS["motion"][0].blurred[:41, :40] - 2,
    "faint": PAIRS["motion"][0].blurred[:41, :40] * 1e-9,
    "bright": PAIRS["motion"][0].blurred[:41, :40] * 1e9,
    "saturated": np.clip(3 * PAIRS["motion"][0].blurred[:41, :40], 0, 1),
    "noise": np.random.default_rng(0).normal(size=(41, 40)),
    "star": np.pad(np.ones((1, 1)), 20),
    "step": np.repeat([[0.0], [1.0]], 20, axis=0) * np.ones(40),
}


@methods
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_nothing_is_off_scale(method, odd, dtype):
    """Finite, and no further from the image's values than four times what lies between them.

    A sharp step that is said to be blurred is the worst: its inverse overshoots by 3.6 such.
    """
    image = ODD[odd]
    if dtype == "uint8":
        image = np.rint(255 * np.clip(image, 0, 1))
    image = image.astype(dtype)
    psf = cn.kernels.motion(9, 20) if min(image.shape) > 9 else np.ones((1, 1))
    result = restored(image, psf, method)
    assert (result.shape, result.dtype) == (image.shape, image.dtype)
    low, high = float(image.min()), float(image.max())
    slack = 4 * (high - low) + 1e-5 * abs(high)  # what is flat is so up to its rounding
    assert result.min() >= low - slack
    assert result.max() <= high + slack


@methods
def test_integers_come_back_as_integers(method):
    pair, least = PAIRS["motion"]
    grey = np.rint(255 * np.clip(pair.blurred, 0, 1))
    colour = np.stack([grey, 255 - grey, grey[::-1]], axis=2).astype(np.uint8)
    result = restored(colour, pair.psf, method)
    assert (result.dtype, result.shape) == (np.uint8, colour.shape)
    before, after = (pairs.psnr(x[..., 0] / 255, pair.scene) for x in (colour, result))
    assert after > before + least / 2  # the mean parameter of three planes, one of them upside down


@methods
def test_workers_give_the_same_bits(method):
    image = np.tile(PAIRS["motion"][0].blurred, (3, 3)).astype(np.float32)  # large enough to split
    alone, shared = (
        restored(image, PAIRS["motion"][0].psf, method, workers=workers) for workers in (1, 2)
    )
    np.testing.assert_array_equal(alone, shared)


@methods
def test_planes_in_pieces_give_the_same_scene(method, monkeypatch):
    """As large ones are transformed, by two workers: up to the rounding of another order."""
    pair, _ = PAIRS["shake"]
    whole = restored(pair.blurred, pair.psf, method)
    monkeypatch.setattr(pieces, "PAYS", 1)
    monkeypatch.setattr(spectra, "BLOCK", 2**14)
    monkeypatch.setattr(planes, "PAYS", 1)
    result = restored(pair.blurred, pair.psf, method, workers=2)
    np.testing.assert_allclose(result, whole, rtol=0, atol=1e-9)  # float64, 60 iterations at most
