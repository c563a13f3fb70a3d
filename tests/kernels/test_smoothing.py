import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from convolve_native.kernels import binomial, box, gaussian, oriented_gaussian

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


@pytest.mark.parametrize(
    ("oriented", "sigmas"),
    [((2.3, 0.7, 0), (0.7, 2.3)), ((2.3, 0.7, -90), (2.3, 0.7)), ((1.4, 1.4, 33), (1.4, 1.4))],
)
def test_an_oriented_gaussian_that_lies_along_the_axes_is_the_gaussian(oriented, sigmas):
    # Sums and products of a few rounded terms, whose exponents reach 16.
    wanted = gaussian(sigmas)
    np.testing.assert_allclose(oriented_gaussian(*oriented), wanted, rtol=64 * EPS, atol=0)


@given(along=st.floats(0.9, 5), across=st.floats(0.9, 5), angle=st.floats(-400, 400))
def test_an_oriented_gaussian_has_the_variances_of_its_widths(along, across, angle):
    weights = oriented_gaussian(along, across, angle, truncate=7)
    rows, columns = np.indices(weights.shape) - np.reshape(weights.shape, (2, 1, 1)) // 2
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    u, v = cosine * columns + sine * rows, cosine * rows - sine * columns
    moments = [(weights * a * b).sum() for a, b in ((u, u), (u, v), (v, v))]
    # Samples a pixel apart of a width of 0.9 tell its variance to exp(-2 pi^2 0.9^2) = 1e-7, times
    # the square of a frequency, 40.
    np.testing.assert_allclose(moments, [along**2, 0, across**2], atol=1e-4)


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
