import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from convolve_native.kernels import airy, gaussian, moffat
from convolve_native.kernels._bessel import FIRST_ZERO, j1
from tests.kernels.moments import offsets


@pytest.mark.parametrize("furthest", [0.0, 1e-9, 0.1, 1, 3.8, 10, 30, 100, 542, 3000])
def test_j1_is_scipys(furthest):
    x = np.linspace(-furthest, furthest, 2001)
    # Either function's error is that of its argument.
    np.testing.assert_allclose(j1(x), special.j1(x), rtol=0, atol=1e-15 + 1e-16 * furthest)


@given(st.floats(-700, 700))
def test_j1_anywhere(x):
    assert j1(np.array([x])) == pytest.approx(special.j1(x), abs=1e-14)


def test_j1_near_0_keeps_its_digits():
    x = np.array([1e-300, 1e-9, 1e-3, 1.0])
    np.testing.assert_allclose(j1(x), special.j1(x), rtol=4e-15)


def test_first_zero_is_scipys():
    assert special.jn_zeros(1, 1)[0] == FIRST_ZERO


def light(y, x, radius):
    v = FIRST_ZERO * max(np.hypot(x, y), 1e-12) / radius
    return (2 * special.j1(v) / v) ** 2


@pytest.mark.parametrize("radius", [0.4, 1.0, 2.7])
def test_airy_is_the_light_on_each_pixel(radius):
    weights = airy(radius, truncate=2)
    expected = [
        integrate.dblquad(
            light, column - 0.5, column + 0.5, row - 0.5, row + 0.5, args=(radius,), epsabs=1e-13
        )[0]
        for row, column in zip(*(grid.flat for grid in offsets(weights)), strict=True)
    ]
    np.testing.assert_allclose(weights.ravel(), expected / np.sum(expected), rtol=0, atol=1e-12)


def test_a_large_airy_disk_is_its_profile():
    radius = 20.0
    weights = airy(radius)
    center = len(weights) // 2
    far = np.hypot(*offsets(weights))
    v = FIRST_ZERO * np.maximum(far, 1e-9) / radius
    # The mean over a pixel differs from the middle by 1/24 of the second derivatives, v^2 / r^2.
    profile = np.square(2 * special.j1(v) / v) * weights[center, center]
    assert np.abs(weights - profile).max() < 1 / 12 * (FIRST_ZERO / radius) ** 2 * weights.max()
    assert weights[center, center + 20] < 1e-3 * weights.max()  # the first dark ring


def test_airy_keeps_the_light_that_its_docstring_says():
    for truncate, left in ((4, 0.04), (10, 0.017)):
        v = FIRST_ZERO * truncate
        outside = special.j0(v) ** 2 + special.j1(v) ** 2
        assert outside == pytest.approx(left, abs=1e-3)


@pytest.mark.parametrize("make", [airy, moffat])
@given(length=st.floats(0.01, 12), truncate=st.floats(0.1, 5))
def test_a_star_is_round_and_positive_and_of_sum_one(make, length, truncate):
    weights = make(length, truncate=truncate)
    for other in (weights[::-1], weights[:, ::-1], weights.T):
        np.testing.assert_array_equal(weights, other)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-13)
    assert len(weights) == 2 * int(truncate * length + 0.5) + 1


@pytest.mark.parametrize("make", [airy, moffat])
def test_a_vanishing_star_is_the_identity(make):
    np.testing.assert_array_equal(make(1e-300), [[1.0]])


@pytest.mark.parametrize(("fwhm", "beta"), [(3.0, 2.5), (5.5, 1.2), (2.0, 4.765)])
def test_moffat_is_its_formula(fwhm, beta):
    weights = moffat(fwhm, beta)
    alpha = fwhm / (2 * np.sqrt(2 ** (1 / beta) - 1))
    rows, columns = offsets(weights)
    expected = (1 + (rows**2 + columns**2) / alpha**2) ** -beta
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-13)


@pytest.mark.parametrize("beta", [1.01, 2.5, 100])
def test_moffat_falls_to_half_at_half_its_width(beta):
    weights = moffat(8, beta)
    center = len(weights) // 2
    assert weights[center, center + 4] == pytest.approx(weights.max() / 2, rel=1e-14)


def test_moffat_tends_to_a_gaussian():
    sigma = 2.0
    weights = moffat(sigma * np.sqrt(8 * np.log(2)), 1e9, truncate=3)
    expected = gaussian(sigma, truncate=(len(weights) // 2) / sigma)
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-8)


def test_moffat_of_a_vanishing_width_and_wide_cut_has_no_neighbours():
    np.testing.assert_array_equal(moffat(1e-250, truncate=1e250), np.pad([[1.0]], 1))


def test_airy_of_the_least_radius_that_has_neighbours():
    weights = airy(0.02, truncate=100)
    assert weights.shape == (5, 5)
    assert weights[2, 2] > 0.98
