"""The scene at one scale, and the kernel between it and what was observed."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.estimation._latent import Latent
from convolve_native.estimation._taps import fitted
from tests import pairs


@pytest.mark.parametrize("taps", [3, 9, 15])
@pytest.mark.parametrize("shape", [(40, 53), (64, 31)])
def test_no_part_of_the_margin_is_seen_from_both_ends_of_the_image(shape, taps):
    latent = Latent(np.zeros(shape, np.float32), np.ones(shape, bool), taps)
    for axis, size in enumerate(shape):
        period = latent.frame.shape[axis]
        for place in range(size, period):
            seen = {(place + step) % period for step in range(-(taps // 2), taps // 2 + 1)}
            assert not {0, size - 1} <= seen


def blocks(seed):
    """A scene of few differences, its blur, and what blurred it."""
    rng = np.random.default_rng(seed)
    scene = np.kron(rng.random((12, 12)), np.ones((8, 8))).astype(np.float32)
    psf = pairs.shake(rng, 9)
    return scene, cn.convolve(scene, psf, boundary="mirror"), psf


def test_a_scene_of_few_differences_is_found_with_its_kernel():
    scene, image, psf = blocks(0)
    latent = Latent(image, np.ones(image.shape, bool), 9)
    for _ in range(3):  # the margin follows the scene
        latent.sharpen(psf, 1e-4, 2.0)
    inside = (slice(12, -12),) * 2
    missed, before = (np.square(x - scene)[inside].mean() for x in (latent.image, image))
    assert missed < 0.01 * before  # 0.0006 of it; with no cut 0.08


def test_a_scene_hangs_on_the_one_before_in_the_margin_alone():
    _, image, psf = blocks(1)
    latent = Latent(image, np.ones(image.shape, bool), 9)
    start = latent.frame.copy()
    latent.sharpen(psf, 1e-3, 2.0)
    once = latent.image.copy()
    latent.frame = start
    inside = latent.frame[5:-40, 5:-40]  # whose blur reaches no margin
    inside[:] = np.random.default_rng(0).random(inside.shape)
    latent.sharpen(psf, 1e-3, 2.0)
    # Rounding, of transforms in single precision, keeps or cuts single differences.
    assert np.median(np.abs(latent.image - once)) < 1e-5


def test_the_taps_solve_the_equations():
    rng = np.random.default_rng(0)
    k, slopes = pairs.shake(rng, 9), rng.normal(size=(64, 64))
    spectrum = np.fft.fft2(slopes)
    power = np.fft.ifft2(np.abs(spectrum) ** 2).real
    blurred = np.fft.ifft2(np.fft.fft2(np.pad(k, (0, 55))) * np.abs(spectrum) ** 2).real
    lags, places = np.arange(-8, 9), np.arange(9)
    auto, cross = power[np.ix_(lags, lags)], blurred[np.ix_(places, places)]
    start = np.full((9, 9), 1 / 81)
    found = fitted(auto.astype(np.float32), cross.astype(np.float32), start)
    np.testing.assert_allclose(found, k, atol=0.02 * k.max())  # of thirty steps
