"""More than 2**31 samples: no index and no offset has 32 bits."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.checks.memory import available_memory

SHAPE = (2**15 + 1, 2**16)
NEEDED = 3 * 2**31  # bytes: what is read of the image is its marks alone, what is written all

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif((available_memory() or NEEDED) < NEEDED, reason="takes six gibibytes"),
]
MARKS = {(0, 0): 3, (16384, 7): 5, (-2, 40000): 7, (-1, -1): 11}  # the last beyond 2**31


@pytest.fixture(scope="module")
def image():
    pixels = np.zeros(SHAPE, np.uint8)
    assert pixels.size > 2**31
    for place, value in MARKS.items():
        pixels[place] = value
    return pixels


@pytest.mark.parametrize("method", ["direct", "separable", "box", "overlap_save"])
def test_every_mark_is_found_where_it_belongs(image, method):
    result = cn.convolve(image, np.ones((3, 3), int), boundary="constant", method=method)
    total = 0
    for (row, column), value in MARKS.items():
        rows, columns = (np.arange(n)[at] for n, at in zip(SHAPE, (row, column), strict=True))
        window = result[max(rows - 1, 0) : rows + 2, max(columns - 1, 0) : columns + 2]
        assert (window == value).all()
        total += window.size * value
    assert result.sum(dtype=np.int64) == total


@pytest.mark.parametrize("method", ["direct", "separable", "box"])
def test_the_last_rows_are_read(image, method):
    """From a kernel nearly as tall as the image: two rows of the result read all of it."""
    kernel = (np.ones(SHAPE[0] - 1, int), np.ones(1, int))
    result = cn.convolve(image, kernel, mode="valid", dtype=np.int64, method=method)
    columns = {0: (3, 0), 7: (5, 5), 40000: (7, 7), SHAPE[1] - 1: (0, 11)}
    for column, sums in columns.items():
        assert tuple(result[:, column]) == sums
    assert result.sum() == sum(map(sum, columns.values()))


def test_a_stack_of_many_images(image):
    """Planes and channels count as well as rows and columns do."""
    stack = image[:-1].reshape(2**11, 2**10, 2**10)
    result = cn.convolve(stack, np.ones((3, 3), int), axes=(1, 2), boundary="constant")
    assert (result[0, :2, :2] == 3).all()
    assert (result[1024, :2, 6:9] == 5).all()
    assert (result[2047, 998:1001, 63:66] == 7).all()
    assert result.sum(dtype=np.int64) == 4 * 3 + 6 * 5 + 9 * 7
