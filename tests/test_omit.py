"""nan="omit" leaves out what is not finite and makes up for it; nan="raise" refuses it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests import reference
from tests.cases import FUNCTIONS, GENERAL, MODES, able, assert_agrees, calls, values, weights
from tests.omission import BAD, assert_agrees_omitting, holed, places

FLOATING = ("float16", "float32", "float64", "complex64", "complex128")


def kernel_of(method, shape=(3, 3)):
    """A kernel that the method takes."""
    return weights(shape, "uniform" if method == "box" else "outer")


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(dtypes=FLOATING), data=st.data())
def test_every_method_is_the_oracle(name, call, data):
    function, oracle = FUNCTIONS[name]
    where = data.draw(places(call.image.shape))
    image = holed(call.image, where, data.draw(st.sampled_from(BAD)))
    before = image.copy()
    options = call.options | {"nan": "omit"}
    exact = oracle(image, call.kernel, **options)
    for method in able(image, call.kernel, **options):
        result = function(image, call.kernel, method=method, **options)
        turned = name == "correlate"
        assert_agrees_omitting(result, exact, method, image, call.kernel, turned=turned, **options)
        np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_the_corners_through_every_boundary(method, boundary, mode):
    kernel = kernel_of(method, (3, 4))
    options = {"mode": mode, "boundary": boundary, "fill": 2.5, "nan": "omit"}
    for place in ((0, 0), (0, 7), (6, 7), (3, 4)):
        for dtype in ("float32", "float64"):
            image = holed(values((7, 8), dtype), [place], np.nan)
            exact = reference.convolve(image, kernel, **options)
            result = cn.convolve(image, kernel, method=method, **options)
            assert_agrees_omitting(result, exact, method, image, kernel, **options)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("method", METHODS)
def test_a_flat_image_with_holes_stays_flat(method, bad):
    """As it does for weights of either sign, whose sums over the holes differ."""
    image = holed(np.full((20, 21), 3.0), [(0, 0), (4, 5), (4, 6), (5, 5), (19, 20)], bad)
    kernel = np.full((3, 3), 1 / 9) if method == "box" else np.outer([1, 2, 1], [1, 2, 1]) / 16
    result = cn.convolve(image, kernel, nan="omit", method=method)
    # 2 c / share of the bound at worst: c of a transform is below 13, the share above a quarter.
    np.testing.assert_allclose(result, 3.0, rtol=104 * 2.0**-52)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("method", METHODS)
def test_inside_a_hole_there_is_nothing(method, dtype):
    """A divisor of zero must be known for one, however a transform has rounded it."""
    image = values((150, 140), dtype) + 100
    image[40:100, 30:110] = np.nan
    kernel = kernel_of(method, (21, 20))
    exact = reference.convolve(image, kernel, nan="omit")
    assert np.isnan(exact).sum() == (60 - 20) * (80 - 19)
    result = cn.convolve(image, kernel, nan="omit", method=method)
    assert_agrees_omitting(result, exact, method, image, kernel, nan="omit")


@pytest.mark.parametrize("method", GENERAL)
def test_a_pixel_under_a_zero_tap_does_not_count(method):
    """It is not needed where its tap is zero, and where it is all there is there is nothing."""
    kernel = np.zeros((3, 3))
    kernel[1, 1] = 2.0
    image = holed(values((9, 8), "float64"), [(2, 2), (2, 3), (8, 0)], np.nan)
    result = cn.convolve(image, kernel, nan="omit", method=method)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(image))
    exact = reference.convolve(image, kernel, nan="omit")
    assert_agrees_omitting(result, exact, method, image, kernel, nan="omit")


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize(("small", "is_nan"), [(1e-18, True), (1e-4, False)])
def test_a_divisor_that_is_nothing_but_rounding(method, small, is_nan):
    """On either side of 8 eps of the whole, by far more than any method's rounding."""
    kernel = np.array([[1.0, small]])
    image = np.full((4, 6), 2.0)
    image[:, 3] = np.nan
    result = cn.convolve(image, kernel, nan="omit", boundary="nearest", method=method)
    hole = result[:, 3]  # the large tap is on the hole, the small one on its neighbour
    if is_nan:
        assert np.isnan(hole).all()
    else:
        # 2 c eps over a share of 1e-4, with c of a transform below 13.
        np.testing.assert_allclose(hole, 2.0 * (1 + small), rtol=26e4 * 2.0**-52)


@pytest.mark.parametrize("method", METHODS)
def test_what_lies_outside_counts(method):
    """By a fill, as a pixel of that value; by the other rules, as the pixel it is a copy of."""
    image = np.array([[np.nan, 2.0, 4.0]])
    kernel = np.full((1, 3), 1 / 3)
    options = {"nan": "omit", "method": method}
    result = cn.convolve(image, kernel, boundary="constant", fill=6.0, **options)
    np.testing.assert_allclose(result, [[4.0, 3.0, 4.0]], rtol=1e-14)
    result = cn.convolve(image, kernel, boundary="symmetric", **options)
    np.testing.assert_allclose(result, [[2.0, 3.0, 10 / 3]], rtol=1e-14)
    result = cn.convolve(image, kernel, boundary="wrap", **options)
    np.testing.assert_allclose(result, [[3.0, 3.0, 3.0]], rtol=1e-14)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_nothing_to_omit_is_the_plain_sum(dtype, method):
    image, kernel = values((9, 8), dtype), kernel_of(method)
    plain = cn.convolve(image, kernel, method=method)
    np.testing.assert_array_equal(cn.convolve(image, kernel, nan="omit", method=method), plain)
    np.testing.assert_array_equal(cn.convolve(image, kernel, nan="raise", method=method), plain)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_but_nan_is_nan(method):
    result = cn.convolve(np.full((5, 6), np.nan), kernel_of(method), nan="omit", method=method)
    assert np.isnan(result).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "complex64"])
def test_a_kernel_of_zeros_has_nothing_to_divide_by(dtype, method):
    """Whether a pixel was left out or none, by the policy, a mask or a masked array."""
    image, kernel = values((9, 8), dtype), np.zeros((3, 3))
    plain = cn.convolve(image, kernel, method=method)
    assert not plain.any()
    all_valid, one_hole = np.ones((9, 8), bool), np.ones((9, 8), bool)
    one_hole[4, 4] = False
    for mask in (None, all_valid, one_hole):
        result = cn.convolve(image, kernel, nan="omit", mask=mask, method=method)
        assert np.isnan(result).all()
        assert np.isnan(reference.convolve(image, kernel, nan="omit", mask=mask)).all()
    for mask in (all_valid, one_hole):
        assert np.isnan(cn.convolve(image, kernel, mask=mask, method=method)).all()
        masked_array = np.ma.array(image, mask=~mask)
        assert np.isnan(cn.convolve(masked_array, kernel, method=method)).all()
        convolver = cn.Convolver(kernel, image.shape, dtype, mask=mask, method=method)
        assert np.isnan(convolver(image)).all()
        assert not convolver.T(np.ones((9, 8), convolver.T.dtype)).any()
    with pytest.raises(ValueError, match="result must be finite for a result of dtype uint8"):
        cn.convolve(values((9, 8), "uint8"), kernel, nan="omit", dtype="uint8", method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("bool", "float32"), ("uint8", "float32"), ("int16", "float32"), ("int32", "float64")],
)
def test_integers_give_the_float_of_computation(dtype, expected, method):
    image, kernel = values((9, 8), dtype), np.ones((3, 3), int)
    result = cn.convolve(image, kernel, nan="omit", method=method)
    assert result.dtype == expected
    exact = reference.convolve(image, kernel, nan="omit")
    assert_agrees_omitting(result, exact, method, image, kernel, nan="omit")


@pytest.mark.parametrize("method", METHODS)
def test_into_an_integer(method):
    """Rounded and saturated where there is something; where there is nothing, an error."""
    image = holed(values((9, 8), "float32") * 100, [(2, 2), (2, 3)], np.nan)
    kernel = np.full((3, 3), 1 / 9)
    options = {"nan": "omit", "dtype": "uint8", "method": method}
    result = cn.convolve(image, kernel, **options)
    exact = reference.convolve(image, kernel, nan="omit")
    assert_agrees_omitting(result, exact, method, image, kernel, nan="omit")
    image[0:3, 0:4] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        cn.convolve(image, kernel, **options)


@pytest.mark.parametrize("method", METHODS)
def test_a_convolver_omits_too_and_has_no_adjoint(method):
    kernel = kernel_of(method, (4, 3))
    convolver = cn.Convolver(kernel, (9, 8), np.float64, nan="omit", method=method)
    for seed in range(3):
        image = holed(values((9, 8), "float64", seed), [(seed, 2), (5, seed)], np.inf)
        exact = reference.convolve(image, kernel, nan="omit")
        assert_agrees_omitting(convolver(image), exact, method, image, kernel, nan="omit")
    with pytest.raises(ValueError, match=r"omit.*no adjoint"):
        convolver.T  # noqa: B018  # the access is what is tested


@given(call=calls(dtypes=FLOATING), data=st.data())
def test_raise_refuses_what_is_not_finite(call, data):
    bad = holed(call.image, data.draw(places(call.image.shape)), data.draw(st.sampled_from(BAD)))
    options = call.options | {"nan": "raise"}
    for method in ("auto", *able(call.image, call.kernel, **options)):
        with pytest.raises(ValueError, match="image"):
            cn.convolve(bad, call.kernel, method=method, **options)
        convolver = cn.Convolver(call.kernel, bad.shape, bad.dtype, method=method, **options)
        with pytest.raises(ValueError, match="image"):
            convolver(bad)


@given(call=calls())
def test_raise_changes_nothing_else(call):
    exact = reference.convolve(call.image, call.kernel, **call.options)
    options = call.options | {"nan": "raise"}
    for method in able(call.image, call.kernel, **options):
        result = cn.convolve(call.image, call.kernel, method=method, **options)
        assert_agrees(result, exact, method, call.image, call.kernel, **call.options)


@pytest.mark.parametrize("function", [cn.convolve, cn.correlate, cn.choose_method])
def test_an_unknown_policy_is_refused(function):
    with pytest.raises(ValueError, match="nan must be one of 'propagate', 'omit', 'raise'"):
        function(np.ones((4, 4)), np.ones((2, 2)), nan="ignore")
