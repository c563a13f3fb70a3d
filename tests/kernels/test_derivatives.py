import numpy as np
import pytest
from scipy import ndimage
from scipy.signal import convolve2d

from convolve_native.kernels import kirsch, laplacian, prewitt, scharr, sobel
from convolve_native.kernels.derivatives import COMPASS

ROWS, COLUMNS = np.indices((7, 9))


SLOPES = [(sobel, 8), (scharr, 32), (prewitt, 6)]


@pytest.mark.parametrize(("slope", "scale"), SLOPES)
@pytest.mark.parametrize(("axis", "ramp"), [(0, ROWS), (1, COLUMNS), (-2, ROWS), (-1, COLUMNS)])
def test_response_is_positive_where_the_image_increases(slope, scale, axis, ramp):
    assert (convolve2d(5 * ramp, slope(axis), mode="valid") == 5 * scale).all()


@pytest.mark.parametrize(("slope", "scale"), SLOPES)
@pytest.mark.parametrize(("axis", "ramp"), [(0, COLUMNS), (1, ROWS)])
def test_a_slope_does_not_see_the_other_axis(slope, scale, axis, ramp):
    assert (convolve2d(ramp, slope(axis), mode="valid") == 0).all()


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("slope", "scipys"), [(sobel, ndimage.sobel), (prewitt, ndimage.prewitt)])
def test_sobel_and_prewitt_are_scipys(slope, scipys, axis):
    image = np.random.default_rng(0).integers(0, 256, (12, 15))
    expected = scipys(image, axis, mode="reflect")[1:-1, 1:-1]
    np.testing.assert_array_equal(convolve2d(image, slope(axis), mode="valid"), expected)


def test_scharr_tells_the_direction_of_a_slow_wave_best():
    rows, columns = np.indices((3, 3)) - 1
    errors = {}
    for slope, _ in SLOPES:
        angles = np.linspace(0, np.pi / 2, 50)
        waves = [np.sin(0.8 * (np.cos(a) * columns + np.sin(a) * rows)) for a in angles]
        across = [float((slope(1)[::-1, ::-1] * wave).sum()) for wave in waves]
        along = [float((slope(0)[::-1, ::-1] * wave).sum()) for wave in waves]
        errors[slope.__name__] = np.abs(np.arctan2(along, across) - angles).max()
    assert errors["scharr"] < errors["sobel"] < errors["prewitt"]


@pytest.mark.parametrize("direction", COMPASS)
def test_kirsch_is_fifteen_times_a_step_towards_its_direction(direction):
    down, right = COMPASS[direction]
    step = 4 * ((down * (ROWS - 3) + right * (COLUMNS - 4)) > 0)
    response = convolve2d(step, kirsch(direction), mode="valid")
    assert response.max() == 60
    others = [convolve2d(step, kirsch(each), mode="valid").max() for each in COMPASS]
    assert max(others) == 60


def test_kirsch_turns_clockwise_by_an_eighth():
    ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    around = [[int(kirsch(direction)[place]) for place in ring] for direction in COMPASS]
    for before, after in zip(around, around[1:] + around[:1], strict=True):
        assert after == before[-1:] + before[:-1]


@pytest.mark.parametrize(("neighbors", "scale"), [(4, 1), (8, 3)])
def test_laplacian_of_a_paraboloid(neighbors, scale):
    # The second derivatives of r^2 + 3 c^2 + r c are 2 and 6.
    image = ROWS**2 + 3 * COLUMNS**2 + ROWS * COLUMNS
    response = convolve2d(image, laplacian(neighbors), mode="valid")
    assert (response == 8 * scale).all()


def test_a_caller_may_spoil_what_it_was_given():
    laplacian()[:] = 7
    assert laplacian().sum() == 0
