"""Gaussians that are known, found in photographs."""

import pytest

import convolve_native as cn
from tests.estimation.scenes import CLEAN, NOISY, QUIET, blurred, turned

SHARE = 0.15  # what is promised of nine photographs in ten


@pytest.mark.parametrize("decibels", [QUIET, CLEAN, NOISY])
@pytest.mark.parametrize("sigma", [1.4, 1.8, 2.4, 3])
def test_one_width(sigma, decibels):
    found = cn.estimate_gaussian(blurred(cn.kernels.gaussian(sigma), decibels))
    assert found.along == pytest.approx(sigma, rel=SHARE)
    assert found.across == pytest.approx(sigma, rel=SHARE)
    assert found.across <= found.along


# A second width must be told from the scene's own directions, of which this one has its share.
@pytest.mark.parametrize(("along", "across", "angle"), [(3, 1.2, 25), (2.5, 1, 90), (3, 1.5, 160)])
def test_two_widths(along, across, angle):
    psf = cn.kernels.oriented_gaussian(along, across, angle)
    found = cn.estimate_gaussian(blurred(psf, CLEAN))
    assert found.along == pytest.approx(along, rel=0.2)
    assert found.across == pytest.approx(across, rel=0.2)
    assert turned(found.angle, angle) <= 10
    assert 0 <= found.angle < 180


def test_the_kernel_is_that_of_the_catalogue():
    found = cn.estimate_gaussian(blurred(cn.kernels.gaussian(2), CLEAN))
    wanted = cn.kernels.oriented_gaussian(found.along, found.across, found.angle)
    assert (found.psf == wanted).all()
