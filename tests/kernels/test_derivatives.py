import numpy as np
import pytest
from scipy.signal import convolve2d

from convolve_native.kernels import laplacian, sobel

ROWS, COLUMNS = np.indices((7, 9))


@pytest.mark.parametrize(("axis", "ramp"), [(0, ROWS), (1, COLUMNS), (-2, ROWS), (-1, COLUMNS)])
def test_sobel_is_eight_times_the_slope_where_the_image_increases(axis, ramp):
    assert (convolve2d(5 * ramp, sobel(axis), mode="valid") == 40).all()


@pytest.mark.parametrize(("axis", "ramp"), [(0, COLUMNS), (1, ROWS)])
def test_sobel_does_not_see_the_other_axis(axis, ramp):
    assert (convolve2d(ramp, sobel(axis), mode="valid") == 0).all()


@pytest.mark.parametrize(("neighbors", "scale"), [(4, 1), (8, 3)])
def test_laplacian_of_a_paraboloid(neighbors, scale):
    # The second derivatives of r^2 + 3 c^2 + r c are 2 and 6.
    image = ROWS**2 + 3 * COLUMNS**2 + ROWS * COLUMNS
    response = convolve2d(image, laplacian(neighbors), mode="valid")
    assert (response == 8 * scale).all()


def test_a_caller_may_spoil_what_it_was_given():
    laplacian()[:] = 7
    assert laplacian().sum() == 0
