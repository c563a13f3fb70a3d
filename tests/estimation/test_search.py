"""What the search for a kernel believes, and where it ends."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.estimation import _search
from convolve_native.estimation._evidence import Evidence
from convolve_native.estimation._taps import LOOSE, cleaned
from convolve_native.estimation._trust import DULL, UNSEEN
from tests import pairs


def shaken(seed, side=180):
    """A part of the bundled photograph at half its size, and what shook it."""
    rng = np.random.default_rng(seed)
    psf = pairs.shake(rng, 15)
    scene = pairs.photograph()[: 2 * (side + 14), 300 : 300 + 2 * (side + 14)]
    scene = scene.reshape(side + 14, 2, side + 14, 2).mean(axis=(1, 3))
    image = cn.convolve(scene, psf, mode="valid") + rng.normal(scale=1e-3, size=2 * [side])
    return (image - image.mean()).astype(np.float32), psf


@pytest.mark.parametrize("seed", range(4))
def test_the_spectrum_speaks_for_the_kernel_that_blurred(seed):
    image, psf = shaken(seed)
    spectrum = Evidence(image)
    true = spectrum.of(psf)
    assert true > 0
    for other in (pairs.shake(np.random.default_rng(100 + seed), 15), cn.kernels.disk(5)):
        assert spectrum.of(other) < true


def test_a_spectrum_does_not_tell_a_kernel_from_its_mirror_image():
    image, psf = shaken(0)
    spectrum = Evidence(image)
    # Of single precision, and of sums of thousands of logarithms.
    assert spectrum.of(psf[::-1, ::-1]) == pytest.approx(spectrum.of(psf), abs=0.1)


def test_a_kernel_wider_than_a_piece_of_the_image_has_its_spectrum():
    image, psf = shaken(0, side=80)
    spectrum = Evidence(image)
    # As above; the pieces are of 64 pixels.
    assert spectrum.of(np.pad(psf, 33)) == pytest.approx(spectrum.of(psf), abs=0.1)


def test_an_image_too_small_for_a_spectrum_says_nothing():
    assert Evidence(np.eye(20, dtype=np.float32)).of(np.eye(3) / 3) == 0
    found = cn.estimate_psf(np.random.default_rng(0).random((24, 30)), 5)
    assert (found.confidence, found.warnings) == (0, (DULL,))


def test_of_parts_that_are_all_light_the_heaviest_stays():
    k = np.zeros((9, 9))
    k[::2, ::2] = 1.0
    k[4, 4] = 1.5
    kept = cleaned(k, LOOSE)
    assert kept[4, 4] == kept.sum() == 1


def test_it_ends_where_the_callback_returns_true():
    image, _ = shaken(0)
    found = cn.estimate_psf(image, 21, callback=lambda step: step.number == 2)
    assert [step.number for step in found.scales] == [1, 2]
    assert found.psf.shape == (21, 21)
    assert found.psf.sum() == pytest.approx(1, abs=1e-12)  # rounding
    assert found.latent.shape == image.shape


def test_a_kernel_that_the_spectrum_does_not_speak_for_is_not_given(monkeypatch):
    monkeypatch.setattr(_search.Evidence, "of", lambda self, psf: -1.0)
    found = cn.estimate_psf(shaken(0)[0], 15)
    assert (found.confidence, found.warnings, found.sharp) == (0, (UNSEEN,), False)
    assert found.psf[7, 7] == found.psf.sum() == 1
