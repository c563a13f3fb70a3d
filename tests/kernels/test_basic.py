import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.signal import convolve2d

from convolve_native.kernels import emboss, identity, laplacian, sharpen, unsharp


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


@pytest.mark.parametrize(("sigma", "amount", "truncate"), [(1.5, 0.6, 4), ((0, 2.5), 3, 2)])
def test_unsharp_adds_what_the_gaussian_takes(sigma, amount, truncate):
    weights = unsharp(sigma, amount, truncate=truncate)
    impulse = identity(weights.shape)
    smooth = ndimage.gaussian_filter(impulse, sigma, truncate=truncate, mode="constant")
    expected = impulse + amount * (impulse - smooth)
    np.testing.assert_allclose(weights, expected, rtol=1e-14, atol=1e-16)


def test_unsharp_by_nothing_is_the_identity():
    np.testing.assert_array_equal(unsharp(1.0, 0), identity(9))
    np.testing.assert_array_equal(unsharp(0, 5.0), [[1.0]])
    assert unsharp(1.0, ndim=3).shape == (9, 9, 9)


def test_emboss_at_45_degrees_is_the_textbooks():
    np.testing.assert_allclose(
        emboss(225, 2**0.5)[::-1, ::-1], [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], atol=1e-15
    )


@pytest.mark.parametrize(
    ("angle", "weights"),
    [
        (0, [[-1, 0, 1], [-1, 1, 1], [-1, 0, 1]]),
        (90, [[-1, -1, -1], [0, 1, 0], [1, 1, 1]]),
        (-180, [[1, 0, -1], [1, 1, -1], [1, 0, -1]]),
        (270, [[1, 1, 1], [0, 1, 0], [-1, -1, -1]]),
    ],
)
def test_emboss_along_an_axis_has_integers(angle, weights):
    np.testing.assert_array_equal(emboss(angle), weights)


@given(st.floats(-720, 720))
def test_emboss_lights_the_slopes_that_face_the_light(angle):
    rows, columns = np.indices((5, 5))
    toward = np.cos(np.deg2rad(angle)) * columns + np.sin(np.deg2rad(angle)) * rows
    # Downhill towards the light is what faces it.
    response = convolve2d(-toward, emboss(angle, 0.5), mode="valid")
    np.testing.assert_allclose(response, 3 - toward[1:-1, 1:-1], atol=1e-12)
