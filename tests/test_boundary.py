"""Every row of the boundary table against numpy.pad, overhangs deeper than the image included."""

from typing import get_args

import numpy as np
import pytest

from convolve_native.boundary import BOUNDARIES, OUTSIDE, BoundaryName, source_index
from tests.reference import NUMPY_PAD, extend

# What stands to the left of [1, 2, 3, 4, 5], seven samples deep; 0 is the fill.
SEVEN_TO_THE_LEFT = {
    "constant": [0, 0, 0, 0, 0, 0, 0],
    "nearest": [1, 1, 1, 1, 1, 1, 1],
    "symmetric": [4, 5, 5, 4, 3, 2, 1],
    "mirror": [2, 3, 4, 5, 4, 3, 2],
    "wrap": [4, 5, 1, 2, 3, 4, 5],
}


def take(samples, index):
    """The samples that an index names, 0 where it names none."""
    return np.where(index == OUTSIDE, 0, samples[index])


def test_the_five_names():
    assert tuple(BOUNDARIES) == get_args(BoundaryName) == tuple(NUMPY_PAD)
    assert [row.name for row in BOUNDARIES.values()] == list(BOUNDARIES)
    assert [name for name, row in BOUNDARIES.items() if row.circular] == ["wrap"]


@pytest.mark.parametrize("n", range(1, 8))
@pytest.mark.parametrize("name", BOUNDARIES)
def test_as_numpy_pads(name, n):
    samples = np.arange(1, n + 1)
    for before in range(20):
        for after in (0, 1, n, 19):
            index = source_index(n, before, before + n + after, BOUNDARIES[name])
            assert index.dtype == np.intp
            expected = extend(samples, [(before, after)], name)
            np.testing.assert_array_equal(take(samples, index), expected)


@pytest.mark.parametrize("name", BOUNDARIES)
def test_seven_to_the_left_of_five(name):
    samples = np.arange(1, 6)
    index = source_index(5, 7, 7, BOUNDARIES[name])
    assert take(samples, index).tolist() == SEVEN_TO_THE_LEFT[name]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_a_single_sample_goes_on_as_itself(name):
    index = source_index(1, 3, 8, BOUNDARIES[name])
    expected = [OUTSIDE] * 3 + [0] + [OUTSIDE] * 4 if name == "constant" else [0] * 8
    assert index.tolist() == expected


@pytest.mark.parametrize("name", BOUNDARIES)
def test_a_window_that_begins_inside(name):
    """`valid` asks for no overhang; a part of the image is named as it stands."""
    assert source_index(5, 0, 5, BOUNDARIES[name]).tolist() == [0, 1, 2, 3, 4]
    assert source_index(5, 0, 2, BOUNDARIES[name]).tolist() == [0, 1]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_the_picture_is_true(name):
    """The picture that messages and documents print is what the rule does."""
    letters = "k" + "abcd"
    index = source_index(4, 2, 8, BOUNDARIES[name])
    drawn = " ".join(letters[i + 1] for i in index)
    assert BOUNDARIES[name].picture.replace(" | ", " ") == drawn
