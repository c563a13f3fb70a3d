"""Kernels and their factors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convolve_native import kernels
from convolve_native.factors import DROPPED, Kernel

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


def rebuilt(factors):
    return np.einsum("ti,tj->ij", factors.columns, factors.rows)


@pytest.mark.parametrize("terms", [1, 2, 5, 8])
def test_a_sum_of_outer_products_is_found(terms):
    random = np.random.default_rng(terms)
    whole = random.random((13, terms)) @ random.random((terms, 17))
    found = Kernel(whole).factors(FLOAT64, exact=False)
    assert found is not None
    assert found.terms == terms
    left = np.abs(rebuilt(found) - whole).sum()
    # The contract's bound, and as much again for multiplying the terms out here.
    assert left <= 2 * DROPPED * np.finfo(float).eps * np.abs(whole).sum()


def test_full_rank_has_no_factors():
    assert Kernel(np.random.default_rng(0).random((9, 9))).factors(FLOAT64, exact=False) is None


def test_rank_is_judged_by_the_dtype_of_computation():
    whole = np.outer([1.0, 2.0, 1.0], [1.0, 3.0]) + 1e-9 * np.eye(3, 2)
    single = Kernel(whole).factors(FLOAT32, exact=False)
    double = Kernel(whole).factors(FLOAT64, exact=False)
    assert single is not None
    assert double is not None
    assert (single.terms, double.terms) == (1, 2)


@given(
    hnp.arrays(np.int64, 4, elements=st.integers(-9, 9)),
    hnp.arrays(np.int64, 3, elements=st.integers(-9, 9)),
)
def test_integers_factor_into_integers(column, row):
    factors = Kernel(np.outer(column, row)).factors(FLOAT32, exact=True)
    assert factors is not None
    assert factors.columns.dtype == factors.rows.dtype == np.int64
    assert (rebuilt(factors) == np.outer(column, row)).all()


def test_integers_of_rank_two_have_no_integer_factors():
    assert Kernel(kernels.laplacian()).factors(FLOAT32, exact=True) is None


def test_sides_are_not_multiplied_out_to_be_factored():
    sides = np.ones(10**6), np.ones(10**6)  # whole: 8 TB
    kernel = Kernel(None, sides)
    factors = kernel.factors(FLOAT64, exact=False)
    assert factors is not None
    assert factors.terms == 1
    assert kernel.gain == 1e12
    assert kernel.turned().shape == (10**6, 10**6)


def test_gain_of_integers_is_exact():
    assert Kernel(np.full((1, 3), 2**62)).gain == 3 * 2**62


def test_kernels_that_differ_are_remembered_apart():
    ones = np.ones((2, 8))
    keys = {
        Kernel(ones).key,
        Kernel(ones.reshape(8, 2)).key,
        Kernel(ones.astype(np.int64)).key,
        Kernel(ones * 2).key,
        Kernel(None, (np.ones(2), np.ones(8))).key,
    }
    assert len(keys) == 5
