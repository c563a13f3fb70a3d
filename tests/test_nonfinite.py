"""One NaN or Inf has the same footprint by every method, and the rest does not notice it."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests import reference
from tests.cases import FUNCTIONS, GENERAL, MODES, able, assert_agrees, calls, values, weights

FLOATING = ("float16", "float32", "float64", "complex64", "complex128")
# From the corners inwards; on this shape with these kernels each is seen through every boundary.
PLACES = [(0, 0), (0, 4), (6, 7), (6, 0), (3, 4), (1, 6)]
VALUES = [np.nan, np.inf, -np.inf]
ZERO_TAPS = {
    "dense": np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]),
    "a zero at each end": np.array([[0.0, 2.0, 0.0]]),
    "a zero row": np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]),
    "one tap": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    "all zero": np.zeros((3, 2)),
    "larger than the image": np.outer([1.0, 0, 2, 0, 3, 0, 1, 1], np.arange(9.0)),
}


def spoil(image, places, value):
    spoiled, healed = image.copy(), image.copy()
    for place in places:
        spoiled[place] = value
        healed[place] = 0
    return spoiled, healed


def footprint(spoiled, kernel, oracle=reference.convolve, **options):
    """Where the oracle's window holds a bad sample; NaN and Inf alike are bad."""
    bad = np.where(np.isfinite(spoiled), 0.0, np.nan)
    fill = options.get("fill", 0.0)
    options = options | {"fill": 0.0 if np.isfinite(fill) else np.nan}
    return np.isnan(oracle(bad, np.ones(kernel.shape), **options))


def assert_footprint(result, spoiled, healed, kernel, method, oracle=reference.convolve, **options):
    bad = footprint(spoiled, kernel, oracle, **options)
    np.testing.assert_array_equal(~np.isfinite(result), bad, err_msg=method)
    if np.isnan(spoiled).any():
        assert np.isnan(result[bad]).all(), method
    exact = oracle(healed, kernel, **options)
    assert_agrees(result[~bad], exact[~bad], method, healed, kernel, **options)


@pytest.mark.parametrize("taps", ZERO_TAPS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", GENERAL)
def test_one_bad_pixel(method, boundary, mode, taps):
    kernel = ZERO_TAPS[taps]
    if mode == "valid" and kernel.shape > (7, 8):
        return
    options = {"mode": mode, "boundary": boundary}
    for dtype in ("float32", "float64"):
        image = values((7, 8), dtype)
        for place in PLACES:
            for value in VALUES:
                spoiled, healed = spoil(image, [place], value)
                result = cn.convolve(spoiled, kernel, method=method, **options)
                assert_footprint(result, spoiled, healed, kernel, method, **options)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(dtypes=FLOATING), data=st.data())
def test_several_in_drawn_calls(name, call, data):
    function, oracle = FUNCTIONS[name]
    options = call.options
    place = st.tuples(*(st.integers(0, n - 1) for n in call.image.shape))
    places = data.draw(st.lists(place, min_size=1, max_size=3))
    spoiled, healed = spoil(call.image, places, data.draw(st.sampled_from(VALUES)))
    for method in able(call.image, call.kernel, **options):
        result = function(spoiled, call.kernel, method=method, **options)
        assert_footprint(result, spoiled, healed, call.kernel, method, oracle, **options)


@given(call=calls(dtypes=("float32", "float64")), fill=st.sampled_from(VALUES))
def test_a_bad_fill_is_a_bad_world_outside(call, fill):
    options = call.options | {"boundary": "constant", "fill": fill}
    for method in able(call.image, call.kernel, **options):
        result = cn.convolve(call.image, call.kernel, method=method, **options)
        bad = footprint(call.image, call.kernel, **options)
        np.testing.assert_array_equal(~np.isfinite(result), bad, err_msg=method)
        healed = options | {"fill": 0.0}
        exact = reference.convolve(call.image, call.kernel, **healed)
        assert_agrees(result[~bad], exact[~bad], method, call.image, call.kernel, **healed)


@pytest.mark.parametrize("method", GENERAL)
def test_a_fill_that_float32_cannot_hold_is_infinite(method):
    image, kernel = values((7, 8), "float32"), ZERO_TAPS["dense"]
    options = {"boundary": "constant", "fill": 1e300}
    result = cn.convolve(image, kernel, method=method, **options)
    bad = footprint(image, kernel, boundary="constant", fill=np.inf)
    np.testing.assert_array_equal(~np.isfinite(result), bad)
    inside = {"boundary": "constant", "fill": 0.0}
    exact = reference.convolve(image, kernel, **inside)
    assert_agrees(result[~bad], exact[~bad], method, image, kernel, **inside)


@given(call=calls(dtypes=("float32", "float64")))
def test_the_others_ignore_a_bad_fill(call):
    assume(call.options["boundary"] != "constant")
    for method in able(call.image, call.kernel, **call.options):
        options = call.options | {"method": method}
        result = cn.convolve(call.image, call.kernel, fill=np.nan, **options)
        np.testing.assert_array_equal(result, cn.convolve(call.image, call.kernel, **options))


@pytest.mark.parametrize("method", GENERAL)
def test_opposite_infinities_and_a_nan(method):
    """Inf - Inf is a NaN and neither cancels; each keeps its own window."""
    image = values((9, 30), "float32")
    image[4, 4], image[4, 5], image[4, 15], image[4, 26] = np.inf, -np.inf, np.nan, np.inf
    healed = np.where(np.isfinite(image), image, 0)
    kernel = np.ones((3, 3))
    result = cn.convolve(image, kernel, method=method)
    bad = footprint(image, kernel)
    np.testing.assert_array_equal(~np.isfinite(result), bad)
    assert np.isnan(result[3:6, 14:17]).all()
    exact = reference.convolve(healed, kernel)
    assert_agrees(result[~bad], exact[~bad], method, healed, kernel)


@pytest.mark.parametrize("method", ["auto", *GENERAL])
def test_an_image_of_nothing_but_nan(method):
    result = cn.convolve(np.full((5, 6), np.nan), weights((2, 3), "outer"), method=method)
    assert np.isnan(result).all()


@pytest.mark.parametrize("method", GENERAL)
def test_a_nan_has_no_place_in_an_integer(method):
    image = values((5, 6), "float32")
    image[2, 3] = np.nan
    kernel = weights((2, 3), "outer")
    with pytest.raises(ValueError, match="NaN"):
        cn.convolve(image, kernel, dtype="uint8", method=method)


@pytest.mark.parametrize("kernel", [np.ones((3, 3)), np.ones((3, 3), int)], ids=["float", "int"])
@pytest.mark.parametrize("method", ["auto", *GENERAL])
@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_nor_has_one_that_comes_from_outside(dtype, method, kernel):
    image, options = values((5, 6), dtype), {"boundary": "constant", "fill": np.nan}
    with pytest.raises(ValueError, match="NaN"):
        cn.convolve(image, kernel, method=method, **options)
    cn.convolve(image, kernel, fill=np.nan, method=method)  # of no account elsewhere


@pytest.mark.parametrize("method", GENERAL)
@pytest.mark.parametrize(
    ("dtype", "huge"),
    [("float32", 2e38), ("float64", 1e308), ("complex64", 2e38j), ("complex128", 1e308)],
)
def test_a_finite_pixel_near_the_limit_spoils_nothing(dtype, huge, method):
    """What would overflow on the way in a transform is scaled down for it; never spread."""
    image, kernel = np.ones((9, 8), dtype), np.full((3, 3), 1 / 9)
    image[4, 4] = huge
    convolver = cn.Convolver(kernel, image.shape, dtype, method=method)
    for function in (lambda: cn.convolve(image, kernel, method=method), lambda: convolver(image)):
        assert_agrees(function(), reference.convolve(image, kernel), method, image, kernel)


@pytest.mark.parametrize("method", GENERAL)
def test_the_prepared_operator_keeps_the_same_footprint(method):
    """Forwards, and in the adjoint: a bad sample of y spoils what its window saw, no more."""
    kernel = ZERO_TAPS["a zero row"]
    image = values((7, 8), "float64")
    convolver = cn.Convolver(kernel, image.shape, image.dtype, method=method)
    spoiled, healed = spoil(image, [(3, 4)], np.nan)
    assert_footprint(convolver(spoiled), spoiled, healed, kernel, method)
    back, whole = convolver.T(spoiled), convolver.T(healed)
    # The window of the output (3, 4): rows 2 or 3 to 4 by the anchor, columns 3 to 5.
    bad = np.zeros((7, 8), bool)
    bad[3 - 1 : 3 + 1, 3:6] = True
    np.testing.assert_array_equal(np.isnan(back), bad)
    # Sums of six products below 40: 6 * 240 eps, and 5 times that for a Fourier transform.
    np.testing.assert_allclose(back[~bad], whole[~bad], rtol=0, atol=2e-12)
