"""Kinds of blur told apart, and the spectrum that they are told by."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.estimation._likelihood import SETTLED, Family, Hill, Law
from convolve_native.estimation._models import _sinks, axes_of, covariance, sharp
from convolve_native.estimation._spectrum import cells_of, observe
from tests.estimation.scenes import CLEAN, NOISY, QUIET, blurred, photograph

BLURS = {
    "sharp": cn.kernels.identity(),
    "motion": cn.kernels.motion(13, 25),
    "defocus": cn.kernels.disk(4.3),
    "gaussian": cn.kernels.gaussian(2.5),
}


@pytest.mark.parametrize("decibels", [QUIET, CLEAN, NOISY])
@pytest.mark.parametrize("kind", BLURS)
def test_the_kind(kind, decibels):
    found = cn.estimate_blur(blurred(BLURS[kind], decibels))
    assert found.model == kind
    assert 0.5 < found.confidence <= 1
    others = [getattr(found, name).confidence for name in BLURS if name not in ("sharp", kind)]
    assert max(others) < found.confidence
    if kind != "sharp":
        best = getattr(found, kind)
        assert best.confidence == found.confidence
        assert (found.psf == best.psf).all()
    else:
        assert (found.psf == [[1.0]]).all()


def test_it_says_what_the_others_say():
    image = blurred(BLURS["motion"], CLEAN)
    found = cn.estimate_blur(image)
    assert found.motion == cn.estimate_motion(image)
    assert found.defocus == cn.estimate_defocus(image)
    assert found.gaussian == cn.estimate_gaussian(image)


SLOPE = np.add.outer(np.arange(200.0), np.arange(300.0))
POINT = np.pad([[True]], ((99, 100), (149, 150)))


@pytest.mark.parametrize(
    "image",
    [np.random.default_rng(0).normal(size=(200, 300)), SLOPE, POINT],
    ids=["noise", "slope", "point"],
)
def test_too_little_texture_tells_nothing(image):
    found = cn.estimate_blur(image)
    assert found.warnings == found.motion.warnings == ("too little texture to tell a blur from",)
    assert found.confidence == 0
    assert found.motion.confidence == found.defocus.confidence == found.gaussian.confidence == 0


def test_cells_hold_each_frequency_of_the_disk_once():
    cells = cells_of(96)
    # The half disk of radius 48, less what is coarser than a window shows; by the area, to 2 %.
    assert cells.counts.sum() == pytest.approx(np.pi * 48**2 / 2, rel=0.02)
    assert cells.radii.min() >= 1.5 / 96
    assert cells.radii.max() <= 0.5


def test_what_a_kernel_lets_by_is_the_mean_spectrum_of_blurred_noise():
    """Chance leaves 2 % of 16 pieces' mean over a few hundred cells of a ring."""
    psf = cn.kernels.motion(6, 30)
    noise = np.random.default_rng(1).normal(size=(700, 700)).astype(np.float32)
    observed = observe(cn.convolve(noise, psf, mode="valid")[:640, :640])
    cells = observed.cells
    passed = cells.transfer(psf)
    rings = np.digitize(cells.radii, [0.1, 0.2, 0.3, 0.4])
    ratios = np.bincount(rings, observed.power) / np.bincount(rings, passed / passed.mean())
    assert ratios == pytest.approx(1, abs=0.06)


def test_the_cepstrum_sinks_at_the_motion():
    """Within a pixel and a half: as near as a climb must start."""
    observed = observe(blurred(cn.kernels.motion(13, 25), CLEAN).astype(np.float32))
    sinks = np.array(_sinks(observed, sharp(observed)))
    lags = sinks[:, 0] * np.exp(1j * np.radians(sinks[:, 1]))
    assert abs(lags - 13 * np.exp(1j * np.radians(25))).min() < 1.5


def test_a_climb_ends_where_no_coefficient_and_no_parameter_goes_further_up():
    cells, rng = cells_of(64), np.random.default_rng(2)
    law = Law(cells.rows, cells.columns, (2, 4))
    family = Family(lambda p: cells.transfer(cn.kernels.disk(*p)), (0.01,), tuple)
    power = np.exp(law.means[:-2] @ law.basis + law.own) * (family.passed((3.3,)) + 1e-4) + 1e-4
    hill = Hill(power * rng.exponential(size=power.size), cells.counts, law, family)
    top = hill.climb(hill.start((3.0,)))
    assert top.parameters == pytest.approx((3.3,), abs=0.2)
    beside = [hill.start((top.parameters[0] + step,)) for step in (-0.1, 0.1)]
    for at, step in np.ndindex(top.coefficients.size, 2):
        moved = top.coefficients.copy()
        moved[at] += (-0.1, 0.1)[step]
        beside.append(hill._peak(top.parameters, top.passed, moved))
    # What a last step may still gain.
    assert max(peak.likelihood for peak in beside) < top.likelihood + SETTLED


@pytest.mark.parametrize("axes", [(2.5, 1.0, 30.0), (1.7, 0.6, -60.0), (1.2, 1.2, 0.0)])
def test_variances_and_widths_are_each_others(axes):
    assert axes_of(covariance(*axes)) == pytest.approx(axes)
    psf = cn.kernels.oriented_gaussian(*axes, truncate=6)
    reach = [np.arange(n) - n // 2 for n in psf.shape]
    rows, columns = np.meshgrid(*reach, indexing="ij")
    moments = [(psf * a * b).sum() for a, b in ((rows, rows), (rows, columns), (columns, columns))]
    # Below a width of 0.6 or so a sampled Gaussian is narrower than its name.
    assert moments == pytest.approx(covariance(*axes), rel=0.02, abs=0.01)


def test_the_photograph_is_sharp():
    assert cn.estimate_blur(photograph()).model == "sharp"
