"""The drawn pairs are what they say: a window of the photograph, a kernel that blurs, and noise."""

import numpy as np
import pytest

import convolve_native as cn
from tests import pairs

kinds = pytest.mark.parametrize("kind", pairs.KINDS)


@kinds
def test_a_pair_is_its_scene_blurred(kind):
    pair = pairs.pair(kind, 3, noise=0, side=90)
    assert pair.scene.shape == pair.blurred.shape == (90, 90)
    assert pair.psf.min() >= 0
    assert pair.psf.sum() == pytest.approx(1)
    within = tuple(slice(k, -k) for k in pair.psf.shape)  # where nothing from outside comes in
    blurred = cn.convolve(pair.scene, pair.psf)
    np.testing.assert_allclose(blurred[within], pair.blurred[within], rtol=1e-12)  # sums, float64
    outside = np.abs(blurred - pair.blurred)
    assert outside[[0, -1]].max() > 0.01  # no boundary, this one neither, knows what was there


@kinds
def test_a_seed_draws_the_same_pair_and_another_another(kind):
    first, again, other = (pairs.pair(kind, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.blurred, again.blurred)
    assert not np.array_equal(first.blurred, other.blurred)


@pytest.mark.parametrize("noise", [1, 15])
def test_noise_and_levels(noise):
    clean, noisy = (pairs.pair("motion", noise=each) for each in (0, noise))
    levels = pairs.pair("motion", noise=noise, quantised=True).blurred
    # The deviation of 160² draws is known to 0.5 %.
    assert (noisy.blurred - clean.blurred).std() * 255 == pytest.approx(noise, rel=0.02)
    np.testing.assert_array_equal(levels * 255, np.rint(levels * 255))
    assert np.abs(levels - np.clip(noisy.blurred, 0, 1)).max() <= 0.5 / 255 + 1e-12


@pytest.mark.parametrize("size", [15, 31])
def test_a_shake_is_one_path_from_frame_to_frame(size):
    psf = pairs.shake(np.random.default_rng(size), size)
    rows, columns = np.nonzero(psf)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 >= size - 2
    assert 2 * size < rows.size < size * size / 2


def test_the_scores_are_the_known_ones():
    scene = np.zeros((40, 40))
    assert pairs.psnr(scene + 0.1, scene) == pytest.approx(20)
    framed = np.pad(np.full((20, 20), 0.1), 10, constant_values=0.2)
    assert pairs.framing(framed, scene) == pytest.approx(2)
    assert pairs.psnr(framed, scene, cut=10) == pytest.approx(20)
