"""What convolution is, whatever computes it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests.cases import (
    DTYPES,
    GENERAL,
    INTEGERS,
    LAYOUTS,
    TRANSFORMS,
    assert_agrees,
    calls,
    size,
    values,
    weights,
)

FULL = {"mode": "full", "boundary": "constant"}
SEEDS = st.integers(0, 2**16)
SIDES = st.tuples(st.integers(1, 8), st.integers(1, 8))
EPS = 2.0**-52


def assert_close(one, other, *factors):
    """Two chains of float64 sums over `factors` agree.

    A chain is off by c * eps times what its factors can at most reach, the largest sample of one
    times the sums of the others; 64 holds c of two or three links, on either side, with room.
    """
    reach = size(factors[0])[0] * np.prod([size(factor)[1] for factor in factors[1:]])
    np.testing.assert_allclose(one, other, rtol=0, atol=64 * EPS * reach)


def random(shape, seed):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("method", ["auto", "direct", "fft"])
@given(a=SIDES, b=SIDES, seed=SEEDS)
def test_commutes(method, a, b, seed):
    f, g = random(a, [seed, 0]), random(b, [seed, 1])
    options = FULL | {"method": method}
    assert_close(cn.convolve(f, g, **options), cn.convolve(g, f, **options), f, g)


@pytest.mark.parametrize("method", ["auto", "direct", "fft"])
@given(a=SIDES, b=SIDES, c=SIDES, seed=SEEDS)
def test_associates(method, a, b, c, seed):
    f, g, h = (random(shape, [seed, i]) for i, shape in enumerate((a, b, c)))
    options = FULL | {"method": method}
    left = cn.convolve(cn.convolve(f, g, **options), h, **options)
    right = cn.convolve(f, cn.convolve(g, h, **options), **options)
    assert_close(left, right, f, g, h)


@pytest.mark.parametrize("method", GENERAL)
@given(shape=SIDES, rows=st.integers(1, 6), columns=st.integers(1, 6), seed=SEEDS)
def test_splits(method, shape, rows, columns, seed):
    f, u, v = random(shape, [seed, 0]), random(rows, [seed, 1]), random(columns, [seed, 2])
    options = FULL | {"method": method}
    whole = cn.convolve(f, np.outer(u, v), **options)
    passes = cn.convolve(cn.convolve(f, u[:, None], **options), v[None], **options)
    assert_close(whole, passes, f, u, v)
    one_axis_each = cn.convolve(cn.convolve(f, u, axes=(0,), **options), v, axes=(1,), **options)
    assert_close(whole, one_axis_each, f, u, v)
    assert_close(whole, cn.convolve(f, (u, v), **options), f, u, v)


@given(call=calls(dtypes=("float64", "complex128")), a=st.floats(-8, 8), b=st.floats(-8, 8))
def test_is_linear(call, a, b):
    f, g = call.image, values(call.image.shape, call.image.dtype, 99)
    options = call.options | {"fill": 0.0}
    together = cn.convolve(a * f + b * g, call.kernel, **options)
    apart = a * cn.convolve(f, call.kernel, **options) + b * cn.convolve(g, call.kernel, **options)
    assert_close(together, apart, 8 * (np.abs(f) + np.abs(g)), call.kernel)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_delta_is_the_identity(dtype, method, boundary):
    image = values((6, 5), dtype)
    kernel = np.zeros((3, 4))
    kernel[2, 1] = 1.0
    options = {"anchor": (2, 1), "boundary": boundary}
    result = cn.convolve(image, kernel, method=method, **options)
    if method in TRANSFORMS and result.dtype.kind in "fc":
        exact = image.astype(np.complex128)
        assert_agrees(result, exact, method, image, kernel, **options)
    else:  # a product with 1 and sums with 0 are exact; rounding restores what a transform blurs
        np.testing.assert_array_equal(result, image)


@pytest.mark.parametrize("boundary", [name for name in BOUNDARIES if name != "constant"])
@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("dtype", [*INTEGERS, "float32", "float64"])
def test_a_flat_image_stays_flat(dtype, method, boundary):
    level = 100
    image = np.full((7, 9), level, dtype)
    kernel = np.outer(np.hanning(6)[1:], np.hanning(8)[1:-1])
    kernel /= kernel.sum()
    result = cn.convolve(image, kernel, boundary=boundary, method=method)
    if image.dtype.kind in "iu":
        assert (result == level).all()
    else:
        # Exact to the bound for a kernel that sums to 1 within rounding of its 30 weights.
        exact = np.full(image.shape, level * kernel.sum())
        assert_agrees(result, exact, method, image, kernel, boundary=boundary)


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("level", [0.5, -3.0])
def test_a_flat_world_stays_flat_under_its_own_fill(level, method):
    image, kernel = np.full((4, 5), level), np.full((7, 6), 1 / 42)
    options = {"boundary": "constant", "fill": level, "mode": "full", "method": method}
    assert_close(cn.convolve(image, kernel, **options), np.full((10, 10), level), image, kernel)


@pytest.mark.parametrize("method", GENERAL)
@given(shape=SIDES, taps=SIDES, by=st.tuples(st.integers(-9, 9), st.integers(-9, 9)), seed=SEEDS)
def test_wrap_commutes_with_roll(method, shape, taps, by, seed):
    image, kernel = random(shape, [seed, 0]), weights(taps, "outer", seed)
    options = {"boundary": "wrap", "method": method}
    rolled = cn.convolve(np.roll(image, by, (0, 1)), kernel, **options)
    expected = np.roll(cn.convolve(image, kernel, **options), by, (0, 1))
    assert_close(rolled, expected, image, kernel)


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("name", LAYOUTS)
def test_axes_are_moveaxis(name, method):
    ndim, axes, kernel_ndim = LAYOUTS[name]
    image = values((5, 4, 3, 2)[:ndim], "float64")
    kernel = weights((3, 4)[:kernel_ndim], "outer")
    along = axes or tuple(range(kernel_ndim))
    result = cn.convolve(image, kernel, axes=axes, mode="full", method=method)
    first_axes = tuple(range(kernel_ndim))
    first = np.moveaxis(image, along, first_axes)
    moved = cn.convolve(first, kernel, axes=first_axes, mode="full", method=method)
    assert_close(result, np.moveaxis(moved, first_axes, along), image, kernel)


@given(call=calls(dtypes=("float64", "complex128"), modes=("same",)))
def test_correlating_is_convolving_with_the_kernel_turned(call):
    """corr(k, c) == conv(conj(flip(k)), K - 1 - c)."""
    taps = call.kernel.shape
    anchor = call.options.get("anchor", tuple((k - 1) // 2 for k in taps))
    turned = call.options | {"anchor": tuple(k - 1 - c for k, c in zip(taps, anchor, strict=True))}
    correlated = cn.correlate(call.image, call.kernel, **call.options)
    convolved = cn.convolve(call.image, np.conj(np.flip(call.kernel)), **turned)
    fill = np.full(1, call.options.get("fill", 0.0))
    assert_close(correlated, convolved, np.append(call.image, fill), call.kernel)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.3])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_gaussian_is_two_passes(boundary, sigma):
    image = values((20, 17), "float64")
    whole = cn.convolve(image, cn.kernels.gaussian(sigma), boundary=boundary)
    line = cn.kernels.gaussian(sigma, ndim=1)
    passes = image
    for axis in (0, 1):
        passes = cn.convolve(passes, line, axes=(axis,), boundary=boundary)
    assert_close(whole, passes, image, line, line)
    assert_close(cn.gaussian_blur(image, sigma, boundary=boundary), whole, image, line, line)
