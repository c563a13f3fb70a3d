"""How a result is cut into bands: whole, none too short to pay, none too long to interrupt."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.problem import LONGEST, Axis, Problem
from tests.cases import weights
from tests.test_planner import problem

PLAIN = problem()


def wide(rows, columns, taps, planes=1, channels=1):
    """A Problem of mode 'same', which needs no image to be described."""
    axes = (Axis.of(n, k, "same", (k - 1) // 2) for n, k in zip((rows, columns), taps, strict=True))
    tall, along = axes
    return replace(PLAIN, rows=tall, columns=along, planes=planes, channels=channels)


def heights(bands):
    return [stop - start for _, start, stop in bands]


@given(
    rows=st.integers(0, 5000),
    columns=st.integers(0, 5000),
    taps=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    planes=st.integers(0, 3),
    channels=st.integers(0, 4),
    products=st.integers(1, 10**6),
)
def test_every_row_is_in_one_band(rows, columns, taps, planes, channels, products):
    bands = wide(rows, columns, taps, planes, channels).bands(products)
    covered = [(plane, row) for plane, start, stop in bands for row in range(start, stop)]
    assert covered == [(plane, row) for plane in range(planes) for row in range(rows)]
    assert all(height > 0 for height in heights(bands))


def test_a_band_is_worth_handing_over_and_four_times_the_kernel():
    assert set(heights(wide(4000, 250, (1, 1)).bands(1))) == {4000}  # a million products in all
    assert heights(wide(3200, 2**20, (2, 1)).bands(2))[0] == 16
    repeated = heights(wide(4000, 4096, (101, 3)).bands(10, repeated=101))
    assert repeated[0] >= 4 * 101


def test_bands_are_alike_and_begin_where_tiles_do():
    cut = wide(2048, 2048, (7, 7)).bands(49)
    assert max(heights(cut)) - heights(cut)[-1] < 8 * len(cut)
    assert all(start % 8 == 0 for _, start, _ in cut)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("factor", [1, 4], ids=["real", "complex"])
def test_the_widest_direct_sum_can_be_interrupted(factor, channels):
    tall = wide(4096, 4096, (255, 255), channels=channels)
    products = factor * 255 * 255
    height = heights(tall.bands(products))[0]
    line = 4096 * channels * products
    assert height * line <= LONGEST < (height + 1) * line
    assert 1 <= height < 255


def test_a_row_is_not_cut():
    assert set(heights(wide(300, 2**20, (255, 255)).bands(255 * 255))) == {1}


def test_a_sum_of_few_products_keeps_its_long_bands():
    """As those of a box of the same size, which would sum 254 rows anew for each."""
    assert heights(wide(4096, 4096, (255, 255)).bands(20, repeated=255))[0] >= 4 * 255


@pytest.mark.parametrize(
    ("method", "dtype", "products"),
    [
        ("direct", "float32", 9 * 8),
        ("direct", "complex64", 4 * 9 * 8),
        ("separable", "float32", 9 + 8),
        ("separable", "complex128", 4 * (9 + 8)),
    ],
)
def test_a_method_tells_its_own_products(monkeypatch, method, dtype, products):
    told, bands = [], Problem.bands
    monkeypatch.setattr(Problem, "bands", lambda self, *n: told.append(n) or bands(self, *n))
    cn.convolve(np.ones((20, 30), dtype), weights((9, 8), "outer"), method=method)
    assert told == [(products,)]
