"""`Convolver.T` is the conjugate transpose of the linear part, for every boundary and extent."""

import numpy as np
import pytest
from hypothesis import given

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests import reference
from tests.cases import (
    GENERAL,
    LAYOUTS,
    MODES,
    able,
    allowed_error,
    calls,
    computed,
    published,
    size,
    values,
    weights,
)

PARITIES = [(3, 3), (4, 4), (3, 4), (1, 6), (9, 8)]


def operator(image, kernel, **options):
    return cn.Convolver(kernel, image.shape, image.dtype, **options)


def inner(a, b):
    return np.vdot(b.astype(complex), a.astype(complex))


def assert_adjoint(convolver, method, kernel, x, y, linear, **options):
    """<A x, y> == <x, A.T y>, where `linear` is A x without what fill adds.

    Each sample of A x may be off by the published bound for x, and meets one of y; each sample of
    A.T y by that for y, once for every place where the boundary lets a sample of x stand, which
    is at most as often as the extended image has samples.
    """
    back = convolver.T(y)
    assert back.shape == x.shape
    assert back.dtype == y.dtype
    c = published(method, x, kernel, options)
    compute = np.float32 if y.dtype in (np.float32, np.complex64) else np.float64
    extended = np.prod([n + 2 * max(kernel.shape) for n in x.shape])
    allowed = allowed_error(c, size(x)[0], kernel, compute) * size(y)[1]
    allowed += allowed_error(c, size(y)[0], kernel, compute) * size(x)[1] * extended
    # The two dot products themselves: one rounding a product, each below the sum of magnitudes.
    allowed += 2 * y.size * 2.0**-52 * size(linear)[0] * size(y)[1]
    assert abs(inner(linear, y) - inner(x, back)) <= allowed


@pytest.mark.parametrize("complex_", [False, True], ids=["real", "complex"])
@pytest.mark.parametrize("taps", PARITIES, ids=str)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", GENERAL)
def test_dot_product(method, boundary, mode, taps, complex_):
    dtype = np.complex128 if complex_ else np.float64
    shape = (10, 9) if mode == "valid" else (6, 7)
    kernel = weights(taps, "outer", complex_=complex_)
    x = values(shape, dtype, 1)
    anchors = {"same": [None, (0, 0), tuple(k - 1 for k in taps)]}.get(mode, [None])
    for anchor in anchors:
        options = {"mode": mode, "boundary": boundary, "anchor": anchor, "fill": 2.5}
        convolver = operator(x, kernel, method=method, **options)
        linear = convolver(x) - convolver(np.zeros_like(x))
        y = values(linear.shape, dtype, 2)
        assert_adjoint(convolver, method, kernel, x, y, linear, **options)


@given(call=calls(dtypes=("float32", "float64", "complex64", "complex128")))
def test_dot_product_of_drawn_calls(call):
    x, kernel, options = call.image, call.kernel, call.options
    linear = reference.convolve(x, kernel, **options | {"fill": 0.0})
    for method in able(x, kernel, **options):
        convolver = operator(x, kernel, method=method, **options)
        y = values(linear.shape, convolver.dtype, 3)
        assert_adjoint(convolver, method, kernel, x, y, linear, **options)


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("mode", MODES)
def test_the_matrix_is_the_oracle_s_transposed(mode, boundary, method):
    """Column by column, which no chance can satisfy."""
    shape, kernel = (4, 5), weights((3, 4), "outer")
    options = {"mode": mode, "boundary": boundary}
    units = np.eye(20).reshape(20, *shape)
    columns = [reference.convolve(unit, kernel, **options).ravel() for unit in units]
    convolver = operator(units[0], kernel, fill=7, method=method, **options)
    outputs = np.eye(columns[0].size).reshape(-1, *convolver.out_shape)
    rows = [convolver.T(unit).ravel() for unit in outputs]
    # Sums of at most 12 of the kernel's weights, all below 10: 12 * 120 eps, and 5 times that for
    # a Fourier transform.
    np.testing.assert_allclose(rows, np.transpose(columns), rtol=0, atol=2e-12)


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float16", "bool"])
def test_rounding_and_saturation_do_not_enter(dtype, method):
    """It takes and returns the dtype of computation, and nothing is rounded or cut."""
    image, kernel = values((6, 7), dtype), weights((3, 4), "outer")
    convolver = operator(image, kernel, method=method)
    y = values((6, 7), np.float32, 4) * 1000
    x = image.astype(np.float32)
    linear = reference.convolve(x, kernel)
    assert computed(image.dtype, y.dtype) == np.float32
    assert_adjoint(convolver, method, kernel, x, y, linear)


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout(name, method):
    ndim, axes, kernel_ndim = LAYOUTS[name]
    kernel = weights((4, 3)[:kernel_ndim], "outer")
    x = values((5, 4, 3, 2)[:ndim], np.float64)
    options = {"boundary": "mirror", "mode": "full", "axes": axes}
    linear = reference.convolve(x, kernel, **options)
    convolver = operator(x, kernel, method=method, **options)
    assert convolver.out_shape == linear.shape
    y = values(linear.shape, np.float64, 5)
    assert_adjoint(convolver, method, kernel, x, y, linear, **options)


@pytest.mark.parametrize("boundary", ["wrap", "constant"])
def test_correlate_with_the_same_anchor_is_the_adjoint(boundary):
    x, y = values((6, 7), np.complex128, 6), values((6, 7), np.complex128, 7)
    kernel = weights((4, 3), complex_=True)
    options = {"boundary": boundary, "anchor": (0, 2)}
    convolver = operator(x, kernel, **options)
    expected = cn.correlate(y, kernel, **options)
    # 12 products of numbers below 20: 12 * 240 eps, twice.
    np.testing.assert_allclose(convolver.T(y), expected, rtol=0, atol=2e-12)
