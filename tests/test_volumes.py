"""Kernels of three axes: sums over planes, by every method, on any three axes of an image."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, signal

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests import reference
from tests.cases import (
    DTYPES,
    FUNCTIONS,
    INTEGERS,
    MODES,
    able,
    allowed_error,
    assert_agrees,
    calls,
    poisoned,
    published,
    size,
    values,
    weights,
)
from tests.omission import BAD, assert_agrees_omitting, holed, masked, places

# As tests.cases.LAYOUTS, for kernels of three axes.
VOLUMES = {
    "volume": (3, None, 3),
    "volume of colour": (4, None, 3),
    "stack of volumes": (4, (1, 2, 3), 3),
    "volume apart": (4, (0, 2, 3), 3),
    "volume turned": (3, (2, 0, 1), 3),
    "volume backwards": (3, (-1, -2, -3), 3),
}
NDIMAGE = {
    "constant": "constant",
    "nearest": "nearest",
    "symmetric": "reflect",
    "mirror": "mirror",
    "wrap": "wrap",
}
# Two sums of at most 60 products of numbers below 10 in size, in float64 and another order:
# 60 * 6000 * 2**-53 is certain, and a transform is within the same.
CLOSE = {"rtol": 0, "atol": 1e-10}


def kernel_of(method, shape):
    """A kernel that the method takes."""
    return weights(shape, "uniform" if method == "box" else "outer")


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(layouts=VOLUMES), dirty=st.booleans())
def test_every_method_is_the_oracle(name, call, dirty):
    function, oracle = FUNCTIONS[name]
    exact = oracle(call.image, call.kernel, **call.options)
    for method in able(call.image, call.kernel, **call.options):
        plain = function(call.image, call.kernel, method=method, **call.options)
        out = poisoned(plain.shape, plain.dtype) if dirty else None
        result = function(call.image, call.kernel, method=method, out=out, **call.options)
        assert_agrees(result, exact, method, call.image, call.kernel, **call.options)
        np.testing.assert_array_equal(result, plain)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_as_ndimage_has_it(method, boundary):
    image = values((5, 6, 7), "float64")
    for shape in ((3, 3, 3), (2, 4, 3), (1, 3, 2), (5, 1, 1), (7, 2, 3)):
        kernel = kernel_of(method, shape)
        anchor = tuple(k // 2 for k in shape)
        options = {"boundary": boundary, "fill": 1.5, "method": method}
        theirs = {"mode": NDIMAGE[boundary], "cval": 1.5}
        ours = cn.convolve(image, kernel, anchor=anchor, **options)
        np.testing.assert_allclose(ours, ndimage.convolve(image, kernel, **theirs), **CLOSE)
        ours = cn.correlate(image, kernel, anchor=anchor, **options)
        np.testing.assert_allclose(ours, ndimage.correlate(image, kernel, **theirs), **CLOSE)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("method", METHODS)
def test_as_signal_has_it(method, mode):
    image, kernel = values((5, 6, 7), "complex128"), kernel_of(method, (2, 4, 3))
    ours = cn.convolve(image, kernel, mode=mode, boundary="constant", method=method)
    theirs = signal.convolve(image, kernel, mode=mode, method="direct")
    np.testing.assert_allclose(ours, theirs, **CLOSE)


@given(call=calls(dtypes=("float32", "float64"), kinds=("outer",), layouts=VOLUMES))
def test_a_tuple_is_the_outer_product(call):
    sides = tuple(weights((k,), seed=i) for i, k in enumerate(call.kernel.shape))
    whole = reduce(np.multiply.outer, sides)
    exact = reference.convolve(call.image, whole, **call.options)
    for method in able(call.image, sides, **call.options):
        result = cn.convolve(call.image, sides, method=method, **call.options)
        assert_agrees(result, exact, method, call.image, whole, **call.options)


@given(call=calls(dtypes=INTEGERS, kinds=("integers",), layouts=VOLUMES))
def test_integers_are_exact(call):
    options = call.options | {"fill": float(round(call.options.get("fill", 0)))}
    exact = reference.convolve(call.image, call.kernel, **options)
    for method in able(call.image, call.kernel, **options):
        result = cn.convolve(call.image, call.kernel, method=method, **options)
        np.testing.assert_array_equal(result, reference.cast(exact, call.image.dtype))
        wide = cn.convolve(call.image, call.kernel, method=method, dtype="int64", **options)
        np.testing.assert_array_equal(wide, reference.cast(exact, np.int64))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", METHODS)
def test_every_dtype(method, dtype):
    image, kernel = values((4, 5, 6), dtype), kernel_of(method, (3, 2, 3))
    exact = reference.convolve(image, kernel, boundary="mirror")
    result = cn.convolve(image, kernel, boundary="mirror", method=method)
    assert result.dtype == ("float32" if dtype == "bool" else dtype)
    assert_agrees(result, exact, method, image, kernel, boundary="mirror")


@pytest.mark.parametrize("fill", [0.25, -7.5, 300.25, 1e6])
@pytest.mark.parametrize("method", METHODS)
def test_a_fill_that_the_image_could_not_hold(method, fill):
    """Whole planes of it lie outside."""
    for dtype in ("bool", "uint8", "uint16", "int16", "int32"):
        image, kernel = values((4, 5, 6), dtype), kernel_of(method, (3, 2, 3))
        options = {"boundary": "constant", "fill": fill, "mode": "full"}
        exact = reference.convolve(image, kernel, **options)
        result = cn.convolve(image, kernel, dtype="float64", method=method, **options)
        assert_agrees(result, exact, method, image, kernel, **options)
        result = cn.convolve(image, kernel, dtype="float32", method=method, **options)
        assert_agrees(result, exact, method, image, kernel, **options)


@given(
    call=calls(dtypes=("float32", "float64", "complex64"), layouts=VOLUMES),
    data=st.data(),
    seed=st.integers(0, 2**16),
)
def test_pixels_that_are_not_finite_and_masks(call, data, seed):
    """Propagated in their own windows, omitted, or under a mask."""
    bad = data.draw(st.sampled_from(BAD))
    where = data.draw(places(call.image.shape))
    image, healed = holed(call.image, where, bad), holed(call.image, where, 0)
    marks = holed(np.zeros(call.image.shape), where, np.nan)
    reached = np.isnan(
        reference.convolve(marks, np.ones(call.kernel.shape), **call.options | {"fill": 0.0})
    )
    exact = reference.convolve(healed, call.kernel, **call.options)
    for method in able(call.image, call.kernel, **call.options):
        result = cn.convolve(image, call.kernel, method=method, **call.options)
        np.testing.assert_array_equal(~np.isfinite(result), reached, method)
        rest = result[~reached], exact[~reached]
        assert_agrees(*rest, method, healed, call.kernel, **call.options)
        for more in ({"nan": "omit"}, {"mask": masked(image.shape, seed)}):
            options = call.options | more
            left = reference.convolve(image, call.kernel, **options)
            result = cn.convolve(image, call.kernel, method=method, **options)
            assert_agrees_omitting(result, left, method, image, call.kernel, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_the_adjoint_is_the_oracle_s_transposed(method, boundary, mode):
    """Column by column; with a mask in `same`."""
    shape, kernel = (3, 4, 3), kernel_of(method, (2, 3, 3))
    options = {"mode": mode, "boundary": boundary}
    if mode == "same":
        options["mask"] = masked(shape, 4)
    units = np.eye(36).reshape(36, *shape)
    columns = [reference.convolve(unit, kernel, **options).ravel() for unit in units]
    columns = np.nan_to_num(columns, nan=0.0)
    convolver = cn.Convolver(kernel, shape, np.float64, fill=7, method=method, **options)
    outputs = np.eye(columns.shape[1]).reshape(-1, *convolver.out_shape)
    rows = [convolver.T(unit).ravel() for unit in outputs]
    np.testing.assert_allclose(rows, columns.T, **CLOSE)


@given(call=calls(dtypes=("float32", "float64", "complex128"), layouts=VOLUMES))
def test_dot_product(call):
    """<A x, y> == <x, A.T y>: each side off by the published bound, as in test_adjoint.py."""
    x, kernel, options = call.image, call.kernel, call.options
    linear = reference.convolve(x, kernel, **options | {"fill": 0.0})
    for method in able(x, kernel, **options):
        convolver = cn.Convolver(kernel, x.shape, x.dtype, method=method, **options)
        y = values(linear.shape, convolver.T.dtype, 3)
        back = convolver.T(y)
        c = published(method, x, kernel, options)
        compute = np.float32 if y.dtype in (np.float32, np.complex64) else np.float64
        extended = np.prod([n + 2 * max(kernel.shape) for n in x.shape])
        allowed = allowed_error(c, size(x)[0], kernel, compute) * size(y)[1]
        allowed += allowed_error(c, size(y)[0], kernel, compute) * size(x)[1] * extended
        allowed += 2 * y.size * 2.0**-52 * size(linear)[0] * size(y)[1]
        difference = np.vdot(y.astype(complex), linear) - np.vdot(back.astype(complex), x)
        assert abs(difference) <= allowed


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("method", METHODS)
def test_the_same_for_any_number_of_workers(method, dtype):
    image, kernel = values((6, 70, 80), dtype), kernel_of(method, (3, 9, 8))
    alone = cn.convolve(image, kernel, method=method, workers=1)
    assert_agrees(alone, reference.convolve(image, kernel), method, image, kernel)
    for workers in (2, 5):
        shared = cn.convolve(image, kernel, method=method, workers=workers)
        np.testing.assert_array_equal(shared, alone)


def test_no_kernel_of_four_axes():
    with pytest.raises(ValueError, match="kernel"):
        cn.convolve(np.ones((3, 3, 3, 3)), np.ones((2, 2, 2, 2)))
    with pytest.raises(ValueError, match="kernel"):
        cn.convolve(np.ones((3, 3)), np.ones((2, 2, 2)))
    with pytest.raises(ValueError, match="axes"):
        cn.convolve(np.ones((3, 3, 3)), np.ones((2, 2, 2)), axes=(0, 1))


def test_a_stack_of_volumes_asks_for_axes():
    with pytest.raises(ValueError, match="axes"):
        cn.convolve(np.ones((3, 4, 5, 6)), np.ones((2, 2, 2)))
