import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from convolve_native.kernels import disk, ring
from convolve_native.kernels.disks import disk_areas
from tests.kernels.moments import offsets

EPS = np.finfo(np.float64).eps
RADII = st.one_of(
    st.floats(0.5, 60), st.integers(1, 40).map(float), st.integers(0, 40).map(lambda n: n + 0.5)
)


@given(RADII)
def testdisk_areas_add_up_to_the_disk(radius):
    areas = disk_areas(radius)
    # Each of the ~8 r border pixels errs by about r eps (the sine of a small angle).
    assert areas.sum() == pytest.approx(math.pi * radius**2, rel=10 * EPS)
    assert areas.min() >= 0
    assert areas.max() <= 1 + 8 * EPS


def testdisk_areas_are_the_integral_over_each_pixel():
    radius = 3.3
    areas = disk_areas(radius)

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


RINGS = st.tuples(st.floats(0.3, 20), st.floats(0.01, 1)).map(
    lambda pair: (pair[0], max(0.01, 2 * pair[0] * pair[1]))
)


def sampled_ring(radius, width, shape, parts):
    """Share of `parts` by `parts` points of every pixel that lie within the ring."""
    grids = [np.linspace(-n / 2, n / 2, n * parts, endpoint=False) + 0.5 / parts for n in shape]
    far = np.hypot(grids[0][:, None], grids[1])
    inside = (far >= radius - width / 2) & (far <= radius + width / 2)
    counts = inside.reshape(shape[0], parts, shape[1], parts).sum(axis=(1, 3))
    return counts / counts.sum()


@pytest.mark.parametrize(("radius", "width"), [(3.3, 1.2), (1, 0.5), (0.7, 0.9), (6, 0.3)])
def test_ring_is_the_area_within_each_pixel(radius, width):
    weights = ring(radius, width)
    expected = sampled_ring(radius, width, weights.shape, parts=400)
    # Points a 400th of a pixel apart miss areas by about that along the two edges.
    area = 2 * np.pi * radius * width
    np.testing.assert_allclose(weights, expected, rtol=0, atol=2 * 2**0.5 / 400 / area)


@given(RINGS)
def test_ring_is_symmetric_and_positive_and_hollow(pair):
    radius, width = pair
    weights = ring(radius, width)
    for other in (weights[::-1], weights[:, ::-1], weights.T):
        np.testing.assert_array_equal(weights, other)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-13)
    far = np.hypot(*(np.abs(offset) + 0.5 for offset in offsets(weights)))
    assert (weights[far <= radius - width / 2] == 0).all()


@given(st.floats(0.01, 20))
def test_ring_that_closes_is_a_disk(radius):
    np.testing.assert_array_equal(ring(radius, 2 * radius), disk(2 * radius))


def test_disk_is_a_ring_and_the_disk_within():
    inner, outer = 2.5, 4.1
    whole, hole = disk(outer), np.pad(disk(inner), 2)
    band = ring((inner + outer) / 2, outer - inner)
    areas = (outer**2 - inner**2) * band + inner**2 * hole
    np.testing.assert_allclose(areas, outer**2 * whole, atol=1e-14)
