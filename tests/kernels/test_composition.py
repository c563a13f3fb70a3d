import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, signal

from convolve_native.kernels import binomial, box, compose, gaussian, laplacian, sobel

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))


def drawn(shape, seed=0):
    return np.random.default_rng(seed).integers(-9, 10, shape)


@given(SHAPES, SHAPES, st.integers(0, 99))
def test_two_kernels_compose_to_scipys_full_convolution(first, second, seed):
    a, b = drawn(first, seed), drawn(second, seed + 1)
    expected = signal.convolve2d(a, b)
    result = compose(a, b)
    assert result.dtype == np.int64
    np.testing.assert_array_equal(result, expected)
    floats = compose(a / 8, b)
    assert floats.dtype == np.float64
    np.testing.assert_array_equal(floats, expected / 8)
    complexes = compose(a * 1j, b)
    assert complexes.dtype == np.complex128
    np.testing.assert_array_equal(complexes, expected * 1j)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4)])
def test_any_order_gives_the_same(shape):
    kernels = [drawn(shape, seed) for seed in range(3)]
    expected = signal.convolve(signal.convolve(kernels[0], kernels[1], method="direct"), kernels[2])
    for order in itertools.permutations(kernels):
        np.testing.assert_array_equal(compose(*order), expected)


def test_one_after_the_other_is_the_composed_one():
    image = np.random.default_rng(1).random((40, 50))
    kernels = [gaussian(1.2), sobel(0), laplacian(8)]
    expected = image
    for each in kernels:
        expected = ndimage.convolve(expected, each, mode="wrap")
    result = ndimage.convolve(image, compose(*kernels), mode="wrap")
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12)


def test_boxes_of_two_compose_to_binomials():
    np.testing.assert_array_equal(compose(*[box(2)] * 4), binomial(5))


def test_a_tuple_is_an_outer_product():
    sides = ([1, 2, 1], [1, 0, -1])
    np.testing.assert_array_equal(compose(sides), sobel(1))
    np.testing.assert_array_equal(compose(sides, laplacian()), compose(sobel(1), laplacian()))
    np.testing.assert_array_equal(compose(([1, 2],)), [1, 2])
    triple = compose(([1, 2], [3, 4], [5, 6]))
    np.testing.assert_array_equal(triple, np.einsum("i,j,k", [1, 2], [3, 4], [5, 6]))


def test_integers_are_exact_to_the_last_of_int64():
    most = 2**63 - 1
    np.testing.assert_array_equal(compose([most], [1, -1]), [most, -most])
    np.testing.assert_array_equal(compose([-(2**63)], [1]), [-(2**63)])
    # The sums of the magnitudes exceed int64, the weights do not.
    wide = compose([2**31, -(2**31)], [2**31, 2**31])
    np.testing.assert_array_equal(wide, [2**62, 0, -(2**62)])
    assert wide.dtype == np.int64
    # Sums on the way exceed int64 too, and come back.
    np.testing.assert_array_equal(compose([2**40], [2**30, 3], [0]), [0, 0])


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, ">i4", np.uint64])
def test_integers_of_any_kind_become_int64(dtype):
    result = compose(np.ones((2, 2), dtype), np.ones((1, 2), dtype))
    assert result.dtype == np.int64
    assert result.dtype.isnative
    np.testing.assert_array_equal(result, [[1, 2, 1]] * 2)


@pytest.mark.parametrize("kernel", [drawn((3, 4)), drawn((3, 4)).T / 2, drawn((4, 4))[::-1]])
def test_one_kernel_is_a_new_plain_array(kernel):
    kernel.setflags(write=False)
    result = compose(kernel)
    np.testing.assert_array_equal(result, kernel)
    assert type(result) is np.ndarray
    assert result.flags.c_contiguous
    assert result.flags.writeable
    assert not np.shares_memory(result, kernel)


def test_zeros_compose_to_zeros():
    np.testing.assert_array_equal(compose([[0, 0]], [[1], [2]]), np.zeros((2, 2)))
