"""What the spectrum of an image says of a kernel, and which taps it would rather see."""

import numpy as np
import pytest

from convolve_native.estimation import _models
from convolve_native.estimation._evidence import Evidence
from convolve_native.estimation._passing import passing
from convolve_native.estimation._spectrum import cells_of, observe
from convolve_native.estimation._taps import likeness
from tests import pairs
from tests.estimation.test_search import shaken


def taken(taps, seed):
    """A path, smoothed so that no tap is 0."""
    return (pairs.shake(np.random.default_rng(seed), taps) + 1e-3) / (1 + 1e-3 * taps**2)


@pytest.mark.parametrize(("side", "taps"), [(32, 3), (64, 9), (96, 49), (256, 51)])
def test_over_lags_the_same_passes_as_by_transforms(side, taps):
    cells, psf = cells_of(side), taken(taps, 0)
    # Single precision, of at most 1.
    np.testing.assert_allclose(
        passing(cells, taps).of(psf), cells.transfer(psf.astype(np.float32)), atol=2e-6
    )


@pytest.mark.parametrize(("side", "taps"), [(64, 9), (96, 49)])
def test_slopes_of_what_passes_are_its_differences(side, taps):
    rng = np.random.default_rng(0)
    kernels, psf = passing(cells_of(side), taps), taken(taps, 0)
    rises = rng.normal(size=cells_of(side).counts.size)
    slopes = kernels.slopes(psf, rises)
    for _ in range(3):
        way = rng.normal(size=psf.shape) * psf
        # What passes is a parabola of the taps, whose middle difference is its slope, by any step.
        ends = [rises @ kernels.of(psf + step * way) for step in (0.5, -0.5)]
        rounding = 1e-5 * np.abs(rises).sum()  # in single precision
        assert (slopes * way).sum() == pytest.approx(ends[0] - ends[1], rel=1e-3, abs=rounding)


def test_slopes_of_the_likelihood_are_its_differences():
    image, psf = shaken(0)
    psf = 0.9 * psf + 0.1 / psf.size
    observed = observe(image)
    kernels = passing(observed.cells, psf.shape[0])

    def top(k):
        """The likelihood with the best scene for every kernel."""
        return _models.known(observed, kernels.of(k))

    here = top(psf)
    hill = _models.hill_of(observed, _models.only(here.passed))
    slopes = kernels.slopes(psf, hill.slopes(here))
    rng = np.random.default_rng(0)
    for _ in range(4):
        way = rng.normal(size=psf.shape) * psf
        step = 0.02  # of every tap: small beside the bends of the likelihood
        ends = [top(psf + sign * step * way).likelihood for sign in (1, -1)]
        found = (ends[0] - ends[1]) / (2 * step)
        # A climb to the best scene ends within 0.01 of its likelihood.
        assert (slopes * way).sum() == pytest.approx(found, rel=0.03, abs=0.5)


@pytest.mark.parametrize("seed", range(4))
def test_a_polished_kernel_is_likelier_and_nearer_to_the_true_one(seed):
    image, psf = shaken(seed)
    spectrum = Evidence(image)
    start = 0.7 * psf + 0.3 * taken(15, 100 + seed)
    polished = spectrum.polished(start)
    assert polished.min() >= 0
    assert polished.sum() == pytest.approx(1, abs=1e-12)  # rounding
    assert spectrum.of(polished) > spectrum.of(start) + 1
    assert likeness(polished, psf) > likeness(start, psf)


def test_a_single_tap_stays_alone():
    psf = np.zeros((9, 9))
    psf[3, 4] = 1
    np.testing.assert_array_equal(Evidence(shaken(0)[0]).polished(psf), psf)


def test_of_no_spectrum_a_kernel_stays_as_it_is():
    psf = taken(5, 0)
    assert Evidence(np.eye(20, dtype=np.float32)).polished(psf) is psf
