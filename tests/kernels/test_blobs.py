import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.signal import convolve2d

from convolve_native.kernels import (
    difference_of_gaussians,
    gaussian,
    gaussian_derivative,
    laplacian_of_gaussian,
)
from tests.kernels.moments import offsets

SIGMAS = st.floats(0.3, 6)


def impulse_beyond(weights):
    """An impulse in an array one pixel wider all round: what is there and not here is seen."""
    impulse = np.pad(np.zeros(weights.shape), 1)
    impulse[tuple(n // 2 for n in impulse.shape)] = 1.0
    return impulse


@given(SIGMAS, st.integers(0, 6), st.floats(0.1, 6))
def test_taps_are_scipys(sigma, order, truncate):
    taps = gaussian_derivative(sigma, order, truncate=truncate, ndim=1)
    impulse = impulse_beyond(taps)
    expected = ndimage.gaussian_filter1d(
        impulse, sigma, order=order, truncate=truncate, mode="constant"
    )
    # SciPy sums powers, which cancel; its error is eps of the largest of them, not of the weight.
    powers = max(truncate, 1) ** order * sigma ** (-order) * 100
    np.testing.assert_allclose(np.pad(taps, 1), expected, rtol=0, atol=1e-15 * powers)


@given(st.tuples(SIGMAS, SIGMAS), st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_derivative_is_scipys_on_two_axes(sigma, order):
    weights = gaussian_derivative(sigma, order)
    expected = ndimage.gaussian_filter(impulse_beyond(weights), sigma, order, mode="constant")
    largest = np.abs(weights).max()
    np.testing.assert_allclose(np.pad(weights, 1), expected, rtol=0, atol=1e-13 * largest)


def test_order_0_is_the_gaussian():
    for sigma in (0, 1.0, (0.4, 2.0)):
        np.testing.assert_array_equal(gaussian_derivative(sigma, 0), gaussian(sigma))
    np.testing.assert_array_equal(gaussian_derivative((0, 2), (0, 1)).shape, (1, 17))


def test_derivative_is_the_outer_product_of_its_axes():
    taps = [gaussian_derivative(s, n, ndim=1) for s, n in ((1.0, 2), (2.0, 0), (1.5, 1))]
    expected = np.einsum("i,j,k->ijk", *taps)
    weights = gaussian_derivative((1.0, 2.0, 1.5), (2, 0, 1), ndim=3)
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


@given(SIGMAS, st.integers(0, 20))
def test_parity_is_that_of_the_order_to_the_last_bit(sigma, order):
    taps = gaussian_derivative(sigma, order, ndim=1)
    assert np.isfinite(taps).all()
    np.testing.assert_array_equal(taps[::-1], taps if order % 2 == 0 else -taps)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("sigma", [1.5, 2.5])
def test_response_to_a_power_is_its_derivative(sigma, order):
    taps = gaussian_derivative(sigma, order, truncate=9, ndim=1)
    x = np.arange(taps.size) - taps.size // 2
    # Convolution at 0: sum taps[x] * (-x)^n / n!, which is 1 for the derivative of order n.
    value = (taps * (-1.0 * x) ** order).sum() / np.prod(np.arange(1, order + 1))
    assert value == pytest.approx(1, abs=1e-9)


def test_extreme_parameters_stay_finite():
    for sigma, order in itertools.product((1e-3, 1.0, 300.0), (1, 2, 20)):
        assert np.isfinite(gaussian_derivative(sigma, order, ndim=1)).all()
    assert np.isfinite(gaussian_derivative(1e-3, 20, truncate=1e5, ndim=1)).all()


@given(st.tuples(SIGMAS, SIGMAS), st.floats(2, 6))
def test_laplacian_is_scipys_apart_from_its_sum(sigma, truncate):
    weights = laplacian_of_gaussian(sigma, truncate=truncate)
    impulse = impulse_beyond(weights)
    scipys = ndimage.gaussian_laplace(impulse, sigma, truncate=truncate, mode="constant")
    smooth = np.pad(gaussian(sigma, truncate=truncate), 1)
    expected = scipys - scipys.sum() * smooth
    largest = np.abs(weights).max()
    np.testing.assert_allclose(np.pad(weights, 1), expected, rtol=0, atol=1e-13 * largest)
    assert weights.sum() == pytest.approx(0, abs=1e-13 * largest)


@pytest.mark.parametrize("sigma", [1.0, 3.0])
def test_laplacian_at_the_default_cut_is_within_what_it_says_of_scipys(sigma):
    weights = laplacian_of_gaussian(sigma)
    impulse = impulse_beyond(weights)[1:-1, 1:-1]
    scipys = ndimage.gaussian_laplace(impulse, sigma, mode="constant")
    assert abs(scipys.sum()) < 2.2e-3 / sigma**2


def test_laplacian_of_a_paraboloid():
    weights = laplacian_of_gaussian(1.5, truncate=8)
    rows, columns = offsets(weights)
    assert (weights * (rows**2 + 3 * columns**2)).sum() == pytest.approx(8, abs=1e-9)


def test_laplacian_is_strongest_in_the_middle_of_a_disk_of_its_size():
    rows, columns = np.indices((81, 81)) - 40
    bright = (np.hypot(rows, columns) <= 5 * 2**0.5).astype(float)
    sigmas = np.arange(3, 8, 0.25)
    strengths = [s**2 * (laplacian_at(bright, s)) for s in sigmas]
    assert sigmas[np.argmin(strengths)] == pytest.approx(5, abs=0.26)  # a pixelled disk


def laplacian_at(image, sigma):
    return float(convolve2d(image, laplacian_of_gaussian(sigma), mode="same")[40, 40])


def test_blobs_of_other_ranks():
    taps = laplacian_of_gaussian(1.5, ndim=1)
    second = gaussian_derivative(1.5, 2, ndim=1)
    np.testing.assert_allclose(taps, second - second.sum() * gaussian(1.5, ndim=1), rtol=1e-15)
    assert laplacian_of_gaussian((1, 2, 3), ndim=3).shape == (9, 17, 25)
    assert difference_of_gaussians(1.0, 2.0, ndim=3).shape == (17, 17, 17)


@given(st.tuples(SIGMAS, SIGMAS), st.floats(1.05, 4))
def test_difference_is_of_scipys_gaussians(sigma, ratio):
    weights = difference_of_gaussians(sigma, ratio)
    impulse = impulse_beyond(weights)
    narrow = ndimage.gaussian_filter(impulse, sigma, mode="constant")
    wide = ndimage.gaussian_filter(impulse, np.multiply(sigma, ratio), mode="constant")
    np.testing.assert_allclose(np.pad(weights, 1), narrow - wide, rtol=0, atol=1e-15)


@pytest.mark.parametrize("make", [laplacian_of_gaussian, difference_of_gaussians])
def test_blobs_are_symmetric_to_the_last_bit(make):
    weights = make(1.7)
    for other in (weights[::-1], weights[:, ::-1]):
        np.testing.assert_array_equal(weights, other)
    np.testing.assert_allclose(weights, weights.T, rtol=0, atol=1e-17)


def test_difference_tends_to_minus_the_laplacian():
    difference, laplacian = difference_of_gaussians(4.0, 1.01), laplacian_of_gaussian(4.0)
    scale = (1.01**2 - 1) / 2 * 4.0**2
    np.testing.assert_allclose(
        difference, -scale * laplacian, rtol=0, atol=0.02 * scale * np.abs(laplacian).max()
    )
