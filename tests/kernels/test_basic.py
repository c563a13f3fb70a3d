import numpy as np
import pytest

from convolve_native.kernels import identity, laplacian, sharpen


@pytest.mark.parametrize(("size", "index"), [(1, (0, 0)), (4, (1, 1)), ((2, 5), (0, 2))])
def test_identity_stands_on_the_default_anchor(size, index):
    weights = identity(size)
    assert weights[index] == 1
    assert np.count_nonzero(weights) == 1


def test_identity_of_other_ranks():
    np.testing.assert_array_equal(identity(3, ndim=1), [0, 1, 0])
    assert identity(3, ndim=3)[1, 1, 1] == 1


@pytest.mark.parametrize("neighbors", [4, 8])
def test_sharpen_subtracts_the_laplacian(neighbors):
    expected = identity(3) - 0.25 * laplacian(neighbors)
    np.testing.assert_array_equal(sharpen(0.25, neighbors=neighbors), expected)


def test_sharpen_by_nothing_is_the_identity():
    np.testing.assert_array_equal(sharpen(0), identity(3))
