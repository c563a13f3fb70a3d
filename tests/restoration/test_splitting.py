"""The splitting solver: its loops beside NumPy, and what it converges to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.loops import splitting as loops
from convolve_native.restoration.splitting import DEGREE, coupling, shares
from tests.cases import values, weights

FLOATS = ("float32", "float64")
SHAPES = [(1, 1), (1, 7), (6, 1), (2, 3), (17, 33)]


def some(shape, dtype, seed=0):
    return (values(shape, "float64", seed) / 5 - 1).astype(dtype)


def unit(taps, seed=0):
    psf = np.abs(weights(taps, seed=seed))
    return psf / psf.sum()


def shrunk(down, across, threshold, isotropic):
    """The nearest differences of total variation, as the paper has them."""
    sizes = [np.hypot(down, across)] * 2 if isotropic else [np.abs(down), np.abs(across)]
    left = [np.maximum(size - threshold, 0) / np.maximum(size, 1e-300) for size in sizes]
    return left[0] * down, left[1] * across


@pytest.mark.parametrize("isotropic", [True, False])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_differences_are_numpys(shape, dtype, isotropic):
    down, across, x = (some(shape, dtype, seed) for seed in range(3))
    threshold, compute = np.dtype(dtype).type(0.3), np.dtype(dtype)
    arguments = threshold, shares(1.0).astype(dtype), int(isotropic)
    out, rows = np.empty(shape, dtype), np.empty((3, shape[1]), dtype)
    loops.reflect_differences.compiled(compute)(down, across, *arguments, rows, out)
    p, q = shrunk(down.astype(float), across.astype(float), 0.3, isotropic)
    v, w = 2 * p - down, 2 * q - across
    expected = np.roll(v, 1, 0) - v + np.roll(w, 1, 1) - w
    # Ten roundings on numbers below 4, and a root and a quotient near the threshold.
    np.testing.assert_allclose(out, expected, rtol=0, atol=40 * np.finfo(dtype).eps)
    new = down.copy(), across.copy()
    loops.update_differences.compiled(compute)(*new, *arguments, x, compute.type(1.8))
    steps = np.roll(x, -1, 0) - x, np.roll(x, -1, 1) - x
    for after, before, step, near in zip(new, (down, across), steps, (p, q), strict=True):
        np.testing.assert_allclose(
            after, before + 1.8 * (step - near), rtol=0, atol=40 * np.finfo(dtype).eps
        )


@pytest.mark.parametrize("dtype", FLOATS)
def test_observations_and_bounds_are_numpys(dtype):
    v, y, x = (some((5, 9), dtype, seed).reshape(-1) for seed in range(3))
    known, compute = (np.arange(v.size) % 3 > 0).astype(np.uint8), np.dtype(dtype)
    near = np.where(known, y + 0.25 * (v - y), v)
    out, number = np.empty_like(v), compute.type
    # Each is three roundings on numbers below 4.
    close = {"rtol": 0, "atol": 16 * np.finfo(dtype).eps}
    loops.reflect_observed.compiled(compute)(v, y, known, number(0.25), out)
    np.testing.assert_allclose(out, 2 * near - v, **close)
    new = v.copy()
    loops.update_observed.compiled(compute)(new, y, known, number(0.25), x, number(1.8))
    np.testing.assert_allclose(new, v + 1.8 * (x - near), **close)
    clipped = np.clip(v, -0.5, 0.5)
    out[:] = x
    loops.reflect_bounded.compiled(compute)(v, number(-0.5), number(0.5), out)
    np.testing.assert_allclose(out, x + 2 * clipped - v, **close)
    new = v.copy()
    loops.update_bounded.compiled(compute)(new, number(-0.5), number(0.5), x, number(1.8))
    np.testing.assert_allclose(new, v + 1.8 * (x - clipped), **close)


@pytest.mark.parametrize("exponent", [1 / 3, 0.5, 2 / 3, 0.8, 0.9, 0.99, 1.0])
def test_shares_are_the_minimum(exponent):
    """Beside a search over a fine grid, below and above the threshold."""
    threshold, weight = 0.4, 0.03
    b = coupling(weight, threshold, exponent)
    grid = np.linspace(0, 6, 600_001)
    for v in (0.9 * threshold, 1.01 * threshold, 0.6, 1.0, 3.0, 6.0):
        best = grid[np.argmin(weight * grid**exponent + b / 2 * (grid - v) ** 2)]
        root = np.sqrt(threshold / v)
        share = np.polynomial.polynomial.polyval(root, shares(exponent)) if v > threshold else 0.0
        # The fit is within 0.002 of v, 0.02 near the threshold of exponents just below 1.
        assert abs(share * v - best) <= (0.02 if v < 0.5 else 0.004) * v
    assert shares(exponent).size == DEGREE + 1


def objective(image, psf, x, regularization):
    """1/2 |h*x - y|^2 + regularization TV(x) of periodic images."""
    residual = cn.convolve(x, psf, boundary="wrap") - image
    down, across = np.roll(x, -1, 0) - x, np.roll(x, -1, 1) - x
    return np.square(residual).sum() / 2 + regularization * np.hypot(down, across).sum()


@settings(max_examples=15)
@given(st.integers(0, 1000), st.sampled_from([(3, 3), (4, 2), (1, 5)]))
def test_total_variation_ends_at_the_minimum(seed, taps):
    """No small step from it, of 40 drawn ones, leads lower; convex, so that is the minimum."""
    image, psf = values((12, 14), "float64", seed), unit(taps, seed)
    options = {"regularization": 0.3, "boundary": "wrap", "iterations": 600}
    x = cn.total_variation(image, psf, **options)
    rng, least = np.random.default_rng(seed), objective(image, psf, x, 0.3)
    for size in (0.01, 0.1):
        for _ in range(20):
            step = size * rng.normal(size=image.shape)
            # 600 iterations leave the objective within a millionth of the least.
            assert objective(image, psf, x + step, 0.3) > least * (1 - 1e-6)


@pytest.mark.parametrize("function", [cn.total_variation, cn.hyper_laplacian])
def test_bounds_hold(function):
    image, psf = values((20, 31), "float64"), unit((3, 4))
    free = function(image, psf, regularization=1e-3)
    bound = function(image, psf, regularization=1e-3, bounds=(2, 7))
    assert free.min() < 2 < 7 < free.max()
    assert 2 <= bound.min() < bound.max() <= 7


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_do_not_show(workers):
    image, psf = values((400, 420), "float32"), unit((5, 6))
    expected = cn.total_variation(image, psf, regularization=0.01, iterations=3, workers=1)
    result = cn.total_variation(image, psf, regularization=0.01, iterations=3, workers=workers)
    np.testing.assert_array_equal(result, expected)


def test_the_objective_falls_and_is_told():
    image, psf = values((40, 50), "float64"), unit((4, 5))
    told = cn.total_variation(image, psf, regularization=0.1, iterations=40, full_output=True)
    assert told.iterations == len(told.objective) == len(told.residual) == 40
    assert told.objective[-1] < min(told.objective[:5])
    assert (told.parameter, told.rule, told.noise_gain) == (0.1, "given", None)
