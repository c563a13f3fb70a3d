import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convolve_native.kernels import motion
from convolve_native.kernels.motion import RASTERIZATIONS, RasterizationName
from tests.kernels.moments import centroid, offsets
from tests.tutorial import build_blur_kernel

LENGTHS = st.one_of(st.floats(1, 40), st.integers(1, 40))
ANGLES = st.one_of(st.floats(-400, 400), st.integers(-24, 24).map(lambda n: 15 * n))
# Integers: 90 - angle and 180 - angle are exact, so symmetries can be asked to the last bit.
DEGREES = st.integers(-360, 360)


def clipped_area(polygon, row, column):
    """Area of a convex polygon within a pixel: Sutherland and Hodgman's clipping, shoelace."""
    for axis, sign, limit in (
        (0, 1, column - 0.5),
        (0, -1, -column - 0.5),
        (1, 1, row - 0.5),
        (1, -1, -row - 0.5),
    ):
        kept = []
        for first, second in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            a, b = sign * first[axis] - limit, sign * second[axis] - limit
            if a >= 0:
                kept.append(first)
            if (a >= 0) != (b >= 0):
                kept.append(first + a / (a - b) * (second - first))
        polygon = kept
    following = polygon[1:] + polygon[:1]
    return sum(p[0] * q[1] - p[1] * q[0] for p, q in zip(polygon, following, strict=True)) / 2


def bar(length, angle):
    """Corners (x, y) of the bar of `length` by 1."""
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    across = np.array([-along[1], along[0]])
    return [
        u * length / 2 * along + v / 2 * across for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]


def test_the_names_are_the_table():
    assert get_args(RasterizationName) == tuple(RASTERIZATIONS)


@pytest.mark.parametrize("angle", [0, 10, 30, 45, 60, 90, 123.4, 170, -20])
@pytest.mark.parametrize("length", [1, 2, 3.7, 8])
def test_weights_are_the_areas_that_the_bar_covers(length, angle):
    weights = motion(length, angle)
    rows, columns = offsets(weights)
    corners = bar(length, angle)
    expected = [
        clipped_area(corners, row, column) / length
        for row, column in zip(rows.flat, columns.flat, strict=True)
    ]
    # Both add a handful of terms of at most 1.
    np.testing.assert_allclose(weights.ravel(), expected, rtol=0, atol=1e-14)


@given(LENGTHS, ANGLES)
def test_weights_sum_to_one_about_the_central_pixel(length, angle):
    weights = motion(length, angle)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-14)  # about 100 weights of eps/2 of 1 at most
    assert all(extent % 2 == 1 for extent in weights.shape)
    # Symmetric to the last bit, so what remains is the rounding of this very sum.
    assert centroid(weights) == pytest.approx([0, 0], abs=1e-12)
    np.testing.assert_array_equal(weights, weights[::-1, ::-1])
    assert weights[0].any()
    assert weights[:, 0].any()


@given(LENGTHS, ANGLES)
def test_variance_is_that_of_the_segment_and_of_the_pixels(length, angle):
    weights = motion(length, angle)
    rows, columns = offsets(weights)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along = float((weights * (columns * c + rows * s) ** 2).sum()) - length**2 / 12
    across = float((weights * (rows * c - columns * s) ** 2).sum())
    # The bounds of the docstring, and room for the rounding of sums of some 100.
    assert -1 / 12 - 1e-11 <= along < 0.18
    assert -1e-11 <= across <= 0.23


@given(LENGTHS, DEGREES)
def test_turns_and_flips_are_exact(length, angle):
    weights = motion(length, angle)
    np.testing.assert_array_equal(motion(length, angle + 180), weights)
    np.testing.assert_array_equal(motion(length, -angle), weights[::-1])
    # At 45 degrees the bar is its own transpose, up to rounding.
    np.testing.assert_allclose(motion(length, 90 - angle), weights.T, rtol=0, atol=1e-15)
    np.testing.assert_allclose(motion(length, angle + 90), np.rot90(weights), rtol=0, atol=1e-15)


@pytest.mark.parametrize("length", [1, 3, 9, 101])
def test_an_odd_length_along_an_axis_is_equal_taps(length):
    taps = np.full((1, length), 1 / length)
    for turns in range(-4, 5):
        expected = taps if turns % 2 == 0 else taps.T
        np.testing.assert_array_equal(motion(length, 90 * turns), expected)


def test_any_length_along_an_axis_has_equal_taps_and_shared_ends():
    np.testing.assert_allclose(motion(4.5, 0), [[0.75 / 4.5] + [1 / 4.5] * 3 + [0.75 / 4.5]])


def test_direction_is_from_column_towards_row():
    weights = motion(15, 30)
    rows, columns = offsets(weights)
    assert float((weights * rows * columns).sum()) > 0  # falls to the right
    assert weights.shape[1] > weights.shape[0]


@given(LENGTHS, st.floats(0, 180))
def test_a_slight_turn_changes_little(length, angle):
    turned, still = motion(length, angle + 1e-7), motion(length, angle)
    shape = np.maximum(turned.shape, still.shape)
    padded = [
        np.pad(each, [((n - k) // 2,) * 2 for n, k in zip(shape, each.shape, strict=True)])
        for each in (turned, still)
    ]
    # The bar's edge moves by at most length / 2 * 1e-7 * pi / 180 = 4e-8 pixels at 40 pixels.
    assert np.abs(padded[0] - padded[1]).max() < 1e-7


@pytest.mark.parametrize("angle", [-0.0, -1e-20, 5e-324, 1e-12, 1e300])
def test_extreme_angles(angle):
    weights = motion(5, angle)
    assert np.isfinite(weights).all()
    if abs(angle) < 1e-18:
        np.testing.assert_array_equal(weights[weights.shape[0] // 2], [0.2] * 5)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 9, 10, 15, 31, 64])
def test_tutorial_is_the_documents_builder_bit_for_bit(size):
    for angle in [*range(-360, 361, 5), 33.3, 1e-9, 89.999]:
        made = motion(size, angle, rasterization="tutorial")
        np.testing.assert_array_equal(made, build_blur_kernel(size, angle))


@given(st.integers(1, 40), st.floats(-1e4, 1e4))
def test_tutorial_at_any_angle(size, angle):
    made = motion(size, angle, rasterization="tutorial")
    np.testing.assert_array_equal(made, build_blur_kernel(size, angle))
