"""Short kernels slide along long lines: the oracle's answer wherever a line's last block falls."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.problem import Problem
from tests import reference
from tests.cases import MODES, assert_agrees, values, weights


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize(
    ("dtype", "width", "taps"),
    [
        ("float32", 320, (3, 3)),  # whole blocks
        ("float32", 321, (1, 9)),  # one sample more
        ("float32", 351, (9, 5)),  # one fewer
        ("float64", 333, (4, 2)),
        ("float64", 300, (7, 9)),
    ],
)
def test_long_lines(mode, boundary, dtype, width, taps):
    image, kernel = values((11, width), dtype, 1), weights(taps, "outer", 2)
    options = {"mode": mode, "boundary": boundary, "fill": 2.0}
    exact = reference.convolve(image, kernel, **options)
    result = cn.convolve(image, kernel, method="separable", **options)
    assert_agrees(result, exact, "separable", image, kernel, **options)
    image[5, [0, width // 2, -1]] = np.nan
    spoilt = cn.convolve(image, kernel, method="separable", **options)
    np.testing.assert_array_equal(
        np.isnan(spoilt), np.isnan(reference.convolve(image, kernel, **options))
    )
    np.testing.assert_array_equal(spoilt[~np.isnan(spoilt)], result[~np.isnan(spoilt)])


def test_colour():
    image, kernel = values((9, 130, 3), "float32", 3), weights((5, 5), "outer", 4)
    exact = reference.convolve(image, kernel)
    result = cn.convolve(image, kernel, method="separable")
    assert_agrees(result, exact, "separable", image, kernel)


def test_bands_of_fewer_rows_than_a_tile(monkeypatch):
    image, kernel = values((9, 400), "float32", 5), weights((3, 3), "outer", 6)
    whole = cn.Convolver(kernel, image.shape, method="separable")(image)
    monkeypatch.setattr(
        Problem, "bands", lambda problem, *_: [(0, y, min(y + 2, 9)) for y in range(0, 9, 2)]
    )
    cut = cn.Convolver(kernel, image.shape, method="separable")(image)
    np.testing.assert_array_equal(cut, whole)
