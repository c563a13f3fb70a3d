import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, ndimage

from convolve_native.kernels import binomial, box, disk, gaussian
from convolve_native.kernels.smoothing import _disk_areas

EPS = np.finfo(np.float64).eps


@pytest.mark.parametrize(("size", "shape"), [(3, (3, 3)), ((2, 5), (2, 5)), (4.0, (4, 4))])
def test_box_is_uniform(size, shape):
    np.testing.assert_array_equal(box(size), np.full(shape, 1 / math.prod(shape)))


def test_box_of_other_ranks():
    assert box(4, ndim=1).shape == (4,)
    assert box((1, 2, 3), ndim=3).shape == (1, 2, 3)


@given(
    sigma=st.tuples(st.floats(0, 6), st.floats(0.0, 6)),
    truncate=st.floats(0.1, 6),
)
def test_gaussian_is_scipys(sigma, truncate):
    weights = gaussian(sigma, truncate=truncate)
    # One pixel wider all round: weights that scipy has and we have not would be seen.
    impulse = np.pad(np.zeros(weights.shape), 1)
    impulse[tuple(n // 2 for n in impulse.shape)] = 1.0
    expected = ndimage.gaussian_filter(impulse, sigma, truncate=truncate, mode="constant")
    # The same formula in the same order; scipy multiplies by the impulse and adds zeros.
    np.testing.assert_allclose(np.pad(weights, 1), expected, rtol=4 * EPS, atol=0)


def test_gaussian_of_sigma_zero_is_one_tap():
    np.testing.assert_array_equal(gaussian(0), [[1.0]])
    assert gaussian((0, 1.0)).shape == (1, 9)
    np.testing.assert_array_equal(gaussian((0, 1.0))[0], gaussian(1.0, ndim=1))


def test_gaussian_of_vanishing_sigma_and_wide_cut_has_no_neighbours():
    np.testing.assert_array_equal(gaussian(1e-250, truncate=2e250, ndim=1), [0, 0, 1, 0, 0])


def test_gaussian_is_the_outer_product_of_its_axes():
    rows, columns = gaussian(1.0, ndim=1), gaussian(2.0, ndim=1)
    np.testing.assert_array_equal(gaussian((1.0, 2.0)), np.outer(rows, columns))


@pytest.mark.parametrize("size", [1, 2, 3, 8, 57, 1100])
def test_binomial_weights_are_correctly_rounded(size):
    expected = [float(Fraction(math.comb(size - 1, k), 2 ** (size - 1))) for k in range(size)]
    np.testing.assert_array_equal(binomial(size, ndim=1), expected)


def test_binomial_takes_a_size_an_axis():
    np.testing.assert_array_equal(binomial((2, 3)), [[0.125, 0.25, 0.125]] * 2)


RADII = st.one_of(
    st.floats(0.5, 60), st.integers(1, 40).map(float), st.integers(0, 40).map(lambda n: n + 0.5)
)


@given(RADII)
def test_disk_areas_add_up_to_the_disk(radius):
    areas = _disk_areas(radius)
    # Each of the ~8 r border pixels errs by about r eps (the sine of a small angle).
    assert areas.sum() == pytest.approx(math.pi * radius**2, rel=10 * EPS)
    assert areas.min() >= 0
    assert areas.max() <= 1 + 8 * EPS


def test_disk_areas_are_the_integral_over_each_pixel():
    radius = 3.3
    areas = _disk_areas(radius)

    def height(x, bottom):
        arc = math.sqrt(max(radius**2 - x**2, 0.0))
        return max(0.0, min(arc, bottom + 1) - max(-arc, bottom))

    for row, column in np.ndindex(areas.shape):
        bottom, left = row - areas.shape[0] / 2, column - areas.shape[1] / 2
        # Quadrature wants to be told where the integrand has corners.
        corners = {math.sqrt(max(radius**2 - y**2, 0.0)) for y in (bottom, bottom + 1)}
        inside = [x for c in corners for x in (c, -c) if left < x < left + 1]
        expected, _ = integrate.quad(height, left, left + 1, args=(bottom,), points=inside or None)
        # The quadrature's own default tolerance is 1.5e-8; it does better than that here.
        assert areas[row, column] == pytest.approx(expected, abs=1e-9)


@given(RADII)
def test_disk_is_symmetric_and_no_larger_than_needed(radius):
    weights = disk(radius)
    np.testing.assert_array_equal(weights, weights[::-1])
    np.testing.assert_array_equal(weights, weights[:, ::-1])
    np.testing.assert_array_equal(weights, weights.T)
    assert weights[0].any()
    assert weights.shape[0] == 2 * math.ceil(radius - 0.5) + 1


@given(st.floats(1, 60))
def test_disk_has_the_variance_of_a_disk_and_of_a_pixel(radius):
    weights = disk(radius)
    x = np.arange(len(weights)) - len(weights) // 2
    # r^2 / 4, and the square pixel's 1/12; sampling moves it by less than a tenth of a pixel.
    assert (weights.sum(axis=0) * x**2).sum() == pytest.approx(radius**2 / 4 + 1 / 12, abs=0.1)


@pytest.mark.parametrize("radius", [1e-300, 0.1, 0.5])
def test_disk_within_the_central_pixel_is_the_identity(radius):
    np.testing.assert_array_equal(disk(radius), [[1.0]])


@pytest.mark.parametrize("edge", [0.5, 1.5, 10.5])
def test_disk_has_no_empty_ring_where_it_just_passes_a_border(edge):
    assert disk(np.nextafter(edge, np.inf))[0].any()
    assert disk(edge)[0].any()
