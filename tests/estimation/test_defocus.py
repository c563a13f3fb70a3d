"""Radii that are known, found in photographs out of focus."""

import pytest

import convolve_native as cn
from tests.estimation.scenes import CLEAN, NOISY, QUIET, blurred, photograph

# Half of what is promised of nine photographs in ten; this one leaves a fifth of it.
PIXELS = 0.25


@pytest.mark.parametrize("decibels", [QUIET, CLEAN, NOISY])
@pytest.mark.parametrize("radius", [3, 4.4, 6.7, 9, 12])
def test_radius(radius, decibels):
    found = cn.estimate_defocus(blurred(cn.kernels.disk(radius), decibels))
    assert found.radius == pytest.approx(radius, abs=PIXELS)
    assert found.confidence > 0.8  # a small disk under noise is much like a Gaussian
    assert found.warnings == ()


def test_below_a_pixel():
    for radius in (5.1, 5.2, 5.3):
        found = cn.estimate_defocus(blurred(cn.kernels.disk(radius), QUIET))
        assert found.radius == pytest.approx(radius, abs=0.03)


def test_the_kernel_is_that_of_the_catalogue():
    found = cn.estimate_defocus(blurred(cn.kernels.disk(4), CLEAN))
    assert (found.psf == cn.kernels.disk(found.radius)).all()


def test_a_sharp_photograph_is_in_focus():
    assert cn.estimate_defocus(photograph()).confidence < 0.1
