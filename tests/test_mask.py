"""mask=, and the mask of a masked array: the pixels under it might as well not be there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests import reference
from tests.cases import (
    FUNCTIONS,
    LAYOUTS,
    MODES,
    able,
    allowed_error,
    calls,
    published,
    size,
    values,
    weights,
)
from tests.omission import BAD, assert_agrees_omitting, holed, masked, places

DTYPES = ("bool", "uint8", "int16", "int32", "float16", "float32", "float64", "complex64")


def kernel_of(method, shape=(3, 3)):
    """A kernel that the method takes."""
    return weights(shape, "uniform" if method == "box" else "outer")


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(dtypes=DTYPES), seed=st.integers(0, 2**16))
def test_every_method_is_the_oracle(name, call, seed):
    function, oracle = FUNCTIONS[name]
    options = call.options | {"mask": masked(call.image.shape, seed)}
    exact = oracle(call.image, call.kernel, **options)
    before = options["mask"].copy()
    for method in able(call.image, call.kernel, **options):
        result = function(call.image, call.kernel, method=method, **options)
        assert result.dtype.kind in "fc"
        assert_agrees_omitting(
            *(result, exact, method, call.image, call.kernel),
            turned=name == "correlate",
            **options,
        )
        np.testing.assert_array_equal(options["mask"], before)


@given(
    call=calls(dtypes=("float32", "float64", "complex128")),
    seed=st.integers(0, 2**16),
    nan=st.sampled_from(["propagate", "omit"]),
    data=st.data(),
)
def test_beside_pixels_that_are_not_finite(call, seed, nan, data):
    """Under the mask they are not there; beside it the policy has its say."""
    image = holed(call.image, data.draw(places(call.image.shape)), data.draw(st.sampled_from(BAD)))
    options = call.options | {"mask": masked(image.shape, seed), "nan": nan}
    exact = reference.convolve(image, call.kernel, **options)
    for method in able(image, call.kernel, **options):
        result = cn.convolve(image, call.kernel, method=method, **options)
        assert_agrees_omitting(result, exact, method, image, call.kernel, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_what_stands_under_a_mask_is_not_seen(method, boundary, mode):
    """Bitwise the same, whatever stands there."""
    mask, kernel = masked((9, 8), 3), kernel_of(method, (4, 3))
    assert not mask.all()
    options = {"mode": mode, "boundary": boundary, "mask": mask, "method": method}
    for dtype in ("float32", "float64"):
        image = values((9, 8), dtype)
        expected = cn.convolve(np.where(mask, image, 0), kernel, **options)
        for junk in (np.nan, np.inf, -np.inf, 1e30):
            result = cn.convolve(np.where(mask, image, junk), kernel, **options)
            np.testing.assert_array_equal(result, expected)
            for nan in ("omit", "raise"):
                result = cn.convolve(np.where(mask, image, junk), kernel, **options, nan=nan)
                np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("bad", BAD)
def test_raise_beside_a_mask(bad):
    """Of the valid pixels only, by call and by Convolver."""
    mask, kernel = masked((9, 8), 3), np.full((3, 3), 1 / 9)
    image = np.where(mask, values((9, 8), "float64"), bad)
    options = {"mask": mask, "nan": "raise"}
    convolver = cn.Convolver(kernel, image.shape, image.dtype, **options)
    np.testing.assert_array_equal(convolver(image), cn.convolve(image, kernel, **options))
    spoiled = holed(image, [tuple(np.argwhere(mask)[3])], bad)
    with pytest.raises(ValueError, match="image"):
        cn.convolve(spoiled, kernel, **options)
    with pytest.raises(ValueError, match="image"):
        convolver(spoiled)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_mask_of_the_convolved_axes_serves_all_the_others(name, method):
    ndim, axes, kernel_ndim = LAYOUTS[name]
    kernel = kernel_of(method, (4, 3)[:kernel_ndim])
    image = values((7, 6, 4, 3)[:ndim], np.float64)
    along = sorted(a % ndim for a in (axes or range(kernel_ndim)))
    mask = masked(tuple(image.shape[a] for a in along), 1)
    assert 0 < mask.sum() < mask.size
    others = tuple(a for a in range(ndim) if a not in along)
    whole = np.broadcast_to(np.expand_dims(mask, others), image.shape)
    exact = reference.convolve(image, kernel, axes=axes, mask=whole)
    for given_ in (mask, whole):
        options = {"axes": axes, "mask": given_}
        result = cn.convolve(image, kernel, method=method, **options)
        assert_agrees_omitting(result, exact, method, image, kernel, **options)


@pytest.mark.parametrize("method", METHODS)
def test_a_masked_array_brings_its_own(method):
    """And one given beside it masks as well; without any mask it is the array that it holds."""
    image, kernel = values((9, 8), "float64"), kernel_of(method)
    own, given_ = masked((9, 8), 1), masked((9, 8), 2)
    array = np.ma.array(holed(image, [tuple(np.argwhere(~own)[0])], np.nan), mask=~own)
    for options, mask in (({}, own), ({"mask": given_}, own & given_)):
        exact = reference.convolve(image, kernel, mask=mask)
        result = cn.convolve(array, kernel, method=method, **options)
        assert type(result) is np.ndarray
        assert_agrees_omitting(result, exact, method, image, kernel, mask=mask)
        np.testing.assert_array_equal(result, cn.convolve(image, kernel, mask=mask, method=method))
    bare = np.ma.array(image)
    expected = cn.convolve(image, kernel, method=method)
    np.testing.assert_array_equal(cn.convolve(bare, kernel, method=method), expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("bool", "float32"), ("uint8", "float32"), ("int32", "float64"), ("float32", "float32")],
)
def test_the_dtype_does_not_hang_on_what_a_masked_array_masks(dtype, expected, method):
    """Nor do the values where nothing is left out: they are bitwise the plain ones."""
    image, kernel = values((9, 8), dtype), np.ones((3, 3))
    some = ~masked((9, 8), 1)
    assert some.any()
    plain = cn.convolve(image, kernel, dtype=expected, method=method)
    for mask in (np.ma.nomask, np.zeros((9, 8), bool), some):
        result = cn.convolve(np.ma.array(image, mask=mask), kernel, method=method)
        assert result.dtype == expected
        if mask is not some:
            np.testing.assert_array_equal(result, plain)
    integers = cn.convolve(np.ma.array(image), kernel, dtype="int32", method=method)
    assert integers.dtype == "int32"


@pytest.mark.parametrize(
    "call",
    [
        lambda image: cn.correlate(image, np.full((3, 3), 1 / 9)),
        lambda image: cn.box_blur(image, 3),
        lambda image: cn.filter_bank(image, [np.full((3, 3), 1 / 9)])[0],
    ],
    ids=["correlate", "box_blur", "filter_bank"],
)
def test_a_masked_array_by_every_door(call):
    image, own = values((9, 8), "float64"), masked((9, 8), 1)
    kernel = np.full((3, 3), 1 / 9)
    exact = reference.convolve(image, kernel, mask=own)
    result = call(np.ma.array(image, mask=~own))
    assert_agrees_omitting(result, exact, "direct", image, kernel, mask=own)


def test_a_convolver_honours_or_refuses_a_masked_array():
    """Never takes it for the array beneath."""
    image, own = values((9, 8), "float64"), masked((9, 8), 1)
    convolver = cn.Convolver(np.full((3, 3), 1 / 9), image.shape, image.dtype)
    with pytest.raises(ValueError, match="masked"):
        convolver(np.ma.array(image, mask=~own))


@pytest.mark.parametrize("method", METHODS)
def test_all_or_nothing(method):
    image, kernel = values((9, 8), "float64"), kernel_of(method)
    everything = cn.convolve(image, kernel, mask=np.ones((9, 8), bool), method=method)
    # A quotient of a sum by one: twice the published bound.
    exact = reference.convolve(image, kernel)
    assert_agrees_omitting(everything, exact, method, image, kernel)
    nothing = cn.convolve(image, kernel, mask=np.zeros((9, 8), bool), method=method)
    assert np.isnan(nothing).all()


@pytest.mark.parametrize("method", METHODS)
def test_into_an_integer(method):
    image, kernel = values((9, 8), "uint8"), np.full((3, 3), 1 / 9)
    mask = np.ones((9, 8), bool)
    mask[2:4, 2:4] = False
    options = {"mask": mask, "dtype": "uint8", "method": method}
    result = cn.convolve(image, kernel, **options)
    exact = reference.convolve(image, kernel, mask=mask)
    assert result.dtype == "uint8"
    assert_agrees_omitting(result, exact, method, image, kernel, mask=mask)
    with pytest.raises(ValueError, match="NaN"):
        cn.convolve(image, kernel, **options | {"mask": np.zeros((9, 8), bool)})


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "uint64"])
@pytest.mark.parametrize("method", METHODS)
def test_integers_by_integers_into_integers(method, dtype):
    """Whose exact sums would be integers, were they not divided."""
    rng, mask = np.random.default_rng(0), masked((9, 8), 1)
    mask[4, :] = mask[:, 4] = mask[0, :] = mask[8, :] = mask[:, 0] = mask[:, 7] = True
    kernel = np.ones((3, 3), int)
    for source in ("bool", "uint8", "int16", "int32", "int64"):
        image = rng.integers(0, 2 if source == "bool" else 20, (9, 8)).astype(source)
        for options in ({"mask": mask}, {"mask": mask, "nan": "omit"}, {"nan": "omit"}):
            result = cn.convolve(image, kernel, dtype=dtype, method=method, **options)
            assert result.dtype == dtype
            exact = reference.convolve(image, kernel, **options)
            assert_agrees_omitting(result, exact, method, image, kernel, **options)


# ---- the adjoint of a fixed mask ----


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_the_matrix_is_the_oracle_s_transposed(method, boundary, mode):
    """Column by column; outputs that see no valid pixel are rows of zeros."""
    shape, kernel, mask = (4, 5), kernel_of(method, (3, 2)), np.ones((4, 5), bool)
    mask[0, 0] = mask[2, 2:4] = mask[1:4, 0:2] = False
    options = {"mode": mode, "boundary": boundary, "mask": mask}
    units = np.eye(20).reshape(20, *shape)
    columns = [reference.convolve(unit, kernel, **options).ravel() for unit in units]
    columns = np.nan_to_num(columns, nan=0.0)
    convolver = cn.Convolver(kernel, shape, np.float64, method=method, fill=7.0, **options)
    outputs = np.eye(columns.shape[1]).reshape(-1, *convolver.out_shape)
    rows = np.array([convolver.T(unit).ravel() for unit in outputs])
    valid = reference.valid_share(mask, kernel, mode=mode, boundary=boundary)
    least = valid[valid > 0].min()
    # Every entry is a weight over a share: twice the published bound, and the oracle's rounding.
    c = published(method, units[0], kernel, {"mode": mode, "boundary": boundary})
    allowed = 4 * allowed_error(c, 1.0, kernel, np.float64) / least
    np.testing.assert_allclose(rows, columns.T, rtol=0, atol=allowed)
    assert (rows.reshape(-1, *shape)[:, ~mask] == 0).all()


@given(
    call=calls(dtypes=("float32", "float64", "complex64", "complex128")),
    seed=st.integers(0, 2**16),
)
def test_dot_product(call, seed):
    """<A x, y> == <x, A.T y> over the outputs that see something."""
    x, kernel, plain = call.image, call.kernel, call.options
    options = plain | {"mask": masked(x.shape, seed)}
    linear = reference.convolve(x, kernel, **options | {"fill": 0.0})
    share = reference.valid_share(options["mask"], kernel, **plain)
    seen = share > 1e-2
    linear = np.where(seen, linear, 0)
    for method in able(x, kernel, **options):
        convolver = cn.Convolver(kernel, x.shape, x.dtype, method=method, **options)
        y = np.where(seen, values(linear.shape, convolver.T.dtype, 3), 0)
        y = y.astype(convolver.T.dtype)
        back = convolver.T(y)
        assert back.shape == x.shape
        c = published(method, x, kernel, plain)
        compute = np.float32 if y.dtype in (np.float32, np.complex64) else np.float64
        extended = np.prod([n + 2 * max(kernel.shape) for n in x.shape])
        # As without a mask (test_adjoint.py), twice, and over the least share.
        allowed = allowed_error(c, size(x)[0], kernel, compute) * size(y)[1]
        allowed += allowed_error(c, size(y)[0], kernel, compute) * size(x)[1] * extended
        allowed = 2 * allowed / share[seen].min(initial=1.0)
        allowed += 2 * y.size * 2.0**-52 * size(linear)[0] * size(y)[1]
        ours = np.vdot(back.astype(complex), x.astype(complex))
        assert abs(np.vdot(y.astype(complex), linear.astype(complex)) - ours) <= allowed


# ---- what is no mask ----

REFUSED = {
    "another shape": (np.ones((8, 9), bool), ValueError),
    "too few axes": (np.ones(9, bool), ValueError),
    "numbers": (np.ones((9, 8)), TypeError),
    "a list of another length": ([True, False], ValueError),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_mask(name):
    mask, error = REFUSED[name]
    for function in (cn.convolve, cn.correlate, cn.choose_method):
        with pytest.raises(error, match="mask"):
            function(values((9, 8), "float32"), np.ones((3, 3)), mask=mask)
    with pytest.raises(error, match="mask"):
        cn.Convolver(np.ones((3, 3)), (9, 8), mask=mask)
