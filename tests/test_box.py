"""The box: means and sums of equal weights, without drift, exact for integers."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import ndimage

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests import reference
from tests.cases import (
    DTYPES,
    INTEGERS,
    MODES,
    Case,
    able,
    assert_agrees,
    calls,
    published,
    values,
)
from tests.omission import holed
from tests.test_volumes import VOLUMES

NDIMAGE = {"constant": "constant", "nearest": "nearest", "symmetric": "reflect"}
NDIMAGE |= {"mirror": "mirror", "wrap": "wrap"}
SIZES = ((1, 1), (2, 2), (3, 3), (4, 7), (1, 9), (8, 1), (16, 15), (31, 33))


@pytest.mark.parametrize("layouts", [None, VOLUMES], ids=["lines and planes", "volumes"])
@given(data=st.data())
def test_uniform_kernels_are_the_oracle_s(layouts, data):
    more = {"layouts": layouts} if layouts else {}
    call = data.draw(calls(kinds=("uniform",), **more))
    exact = reference.convolve(call.image, call.kernel, **call.options)
    assert "box" in able(call.image, call.kernel, **call.options)
    result = cn.convolve(call.image, call.kernel, method="box", **call.options)
    assert_agrees(result, exact, "box", call.image, call.kernel, **call.options)


@example(call=Case(values((5, 6), "float64"), np.ones((5, 5)), {}), scale=2.2e-311)
@given(call=calls(dtypes=("float32", "float64"), kinds=("uniform",)), scale=st.floats(-9, 9))
def test_any_weight_will_do(call, scale):
    kernel = np.full(call.kernel.shape, scale)
    exact = reference.correlate(call.image, kernel, **call.options)
    result = cn.correlate(call.image, kernel, method="box", **call.options)
    assert_agrees(result, exact, "box", call.image, kernel, **call.options)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_box_blur_is_ndimage_s_uniform_filter(boundary):
    """Whose window begins K // 2 before the pixel: ours with the anchor there."""
    image = values((23, 29), "float64")
    for size in SIZES:
        anchor = tuple((k - 1) - k // 2 for k in size)
        options = {"boundary": boundary, "fill": 1.5, "anchor": anchor}
        theirs = ndimage.uniform_filter(image, size, mode=NDIMAGE[boundary], cval=1.5)
        for method in ("auto", *able(image, np.ones(size), boundary=boundary)):
            ours = cn.box_blur(image, size, method=method, **options)
            # Theirs runs along with a sum of at most 100 pixels below 10, subtracting: 60 * 1000
            # roundings of half an eps is certain; ours is within the same.
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=60e3 * 2.0**-53)


def test_box_blur_takes_one_size_or_one_an_axis():
    image = values((9, 8, 3), "float32")
    mean = np.full((3, 3), 1 / 9)
    for size, kernel in ((3, mean), ((3, 3), mean), ((3, 1), np.full((3, 1), 1 / 3))):
        assert_agrees(
            *(cn.box_blur(image, size), reference.convolve(image, kernel)),
            *("separable", image, kernel),
        )
    volume = values((5, 6, 7), "float32")
    kernel = np.full((3, 2, 3), 1 / 18)
    result = cn.box_blur(volume, (3, 2, 3))
    assert_agrees(result, reference.convolve(volume, kernel), "direct", volume, kernel)
    for wrong in (0, -1, (3, 0), 2.5, "3", (3, 3, 3, 3), ()):
        with pytest.raises((ValueError, TypeError)):
            cn.box_blur(image, wrong)


@pytest.mark.parametrize("dtype", [*INTEGERS, "bool"])
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("mode", MODES)
def test_sums_of_integers_are_exact(mode, boundary, dtype):
    image = values((19, 23), dtype)
    for taps in ((1, 1), (3, 3), (4, 7), (16, 15), (1, 19), (19, 1)):
        for weight in (1, -3):
            kernel = np.full(taps, weight)
            exact = reference.convolve(image, kernel, mode=mode, boundary=boundary)
            options = {"mode": mode, "boundary": boundary, "dtype": "int64"}
            result = cn.convolve(image, kernel, method="box", **options)
            np.testing.assert_array_equal(result, reference.cast(exact, "int64"))


WAYS = ((1, 3), (4, 5), (3, 7), (15, 15), (9, 16), (31, 33), (101, 2), (2, 101), (260, 3), (3, 300))


@pytest.mark.parametrize("taps", WAYS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 70])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_integers_may_be_summed_in_many_ways(dtype, channels, taps):
    """By windows that double or run, in 16 bits or 32, or as floats; with any weight."""
    image = values((9, 130, channels), dtype)
    image[2:7, 20:60] = np.iinfo(dtype).max  # sums as large as they may become
    for weight in (1 / np.prod(taps), 0.37 / np.prod(taps), 1.0, -0.1, 0.0):
        kernel = np.full(taps, weight)
        exact = reference.convolve(image, kernel, boundary="mirror", axes=(0, 1))
        for result in (dtype, "float32"):
            options = {"boundary": "mirror", "dtype": result, "axes": (0, 1)}
            found = cn.convolve(image, kernel, method="box", **options)
            assert_agrees(found, exact, "box", image, kernel, **options)


@pytest.mark.parametrize("taps", [3, 5, 7, 9, 21, 25, 49, 105, 121, 225, 255, 257])
def test_every_mean_of_an_odd_number_of_bytes_is_the_nearest(taps):
    """Of all sums there are."""
    sums = np.arange(255 * taps + 1)
    image = (sums[:, None] // taps + (np.arange(taps) < sums[:, None] % taps)).astype(np.uint8)
    nearest = (sums + taps // 2) // taps
    lines = cn.box_blur(image, (1, taps), mode="valid", method="box")
    np.testing.assert_array_equal(lines[:, 0], nearest)
    columns = cn.box_blur(np.ascontiguousarray(image.T), (taps, 1), mode="valid", method="box")
    np.testing.assert_array_equal(columns[0], nearest)


def test_the_mean_of_integers_is_the_exact_mean_rounded():
    """To the published bound; a flat image's mean is itself at any size."""
    for dtype in ("uint8", "uint16", "int16"):
        for size in SIZES:
            kernel = np.full(size, 1 / np.prod(size))
            for image in (values((40, 41), dtype), np.full((40, 41), np.iinfo(dtype).max, dtype)):
                result = cn.box_blur(image, size, method="box")
                assert_agrees(result, reference.convolve(image, kernel), "box", image, kernel)
            assert (result == np.iinfo(dtype).max).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [(3, 3), (4, 9), (1, 64), (50, 1), (31, 33)])
def test_positive_pixels_never_give_a_negative(size, dtype):
    """What a running sum that subtracts leaves behind a bright pixel; nor is small light lost."""
    for bright in (1.0, 1e8, 1e30):
        image = np.random.default_rng(2).random((90, 100)).astype(dtype) * np.float32(1e-6)
        image[::13, ::11] = bright
        for method in ("box", "auto"):
            if method == "auto" and bright > 1:
                continue  # which may take a transform where the range allows
            result = cn.box_blur(image, size, method=method)
            assert (result > 0).all()
        kernel = np.full(size, 1 / np.prod(size))
        exact = reference.convolve(image.astype(np.float64), kernel)
        # Sums of what is positive lose nothing to cancellation: the bound holds of each by itself.
        allowed = published("box", image, kernel, {}) * float(np.finfo(dtype).eps)
        allowed += kernel.size / 2 * 2.0**-52  # the oracle's own
        result = cn.box_blur(image, size, method="box")
        np.testing.assert_allclose(result, exact, rtol=allowed)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_nan_reaches_its_own_windows_only(bad, dtype):
    """And all the rest is bitwise what it is without it."""
    image = values((60, 70), dtype)
    for size in ((3, 3), (4, 7), (1, 31), (20, 21)):
        for place in ((0, 0), (7, 12), (59, 69), (30, 0)):
            spoiled, healed = holed(image, [place], bad), holed(image, [place], 0)
            result, clean = (cn.box_blur(i, size, method="box") for i in (spoiled, healed))
            reached = np.isnan(
                reference.convolve(holed(np.zeros((60, 70)), [place], np.nan), np.ones(size))
            )
            np.testing.assert_array_equal(~np.isfinite(result), reached)
            np.testing.assert_array_equal(result[~reached], clean[~reached])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_drift_along_a_long_line(dtype):
    """The last window of a million samples is as good as the first."""
    line = np.full(2**20, 0.1, dtype)
    result = cn.convolve(line, np.full(101, 1 / 101), method="box", boundary="nearest")
    assert len(set(result.tolist())) == 1
    ramp = np.linspace(1e6, 0, 2**20).astype(dtype)
    result = cn.convolve(ramp, np.full(101, 1 / 101), method="box", boundary="nearest")
    tail = reference.convolve(ramp[-2000:], np.full(101, 1 / 101), boundary="nearest")
    # Each window knows only its own pixels: an error relative to itself, 20 additions deep.
    c = 20 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(result[-1000:], tail[-1000:], rtol=c)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_sums_near_the_limit_do_not_overflow(dtype):
    """The mean of what is finite is finite."""
    huge = np.finfo(dtype).max / 2
    image = np.full((40, 41), huge, dtype)
    result = cn.box_blur(image, (9, 10), method="box")
    # 20 additions of equal numbers, each off by half an eps at most.
    np.testing.assert_allclose(result.real, float(huge), rtol=20 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64"])
def test_the_same_for_any_number_of_workers(dtype):
    """Bitwise: what a window shares with its neighbours does not hang on where a band begins."""
    for shape, axes in (((700, 800), (0, 1)), ((150, 200, 3), (0, 1)), ((4, 90, 100), (1, 2))):
        image = values(shape, dtype)
        kernel = np.ones((21, 20), int) if dtype == "int64" else np.full((21, 20), 1 / 420)
        alone = cn.convolve(image, kernel, axes=axes, method="box", workers=1)
        # Sums of 420 integers below 2**40 are exact in float64 as well.
        double = image.astype(np.float64 if dtype == "int64" else dtype)
        exact = reference.convolve(double, 1.0 * kernel, axes=axes)
        assert_agrees(alone.astype(double.dtype), exact, "box", double, kernel, axes=axes)
        for workers in (2, 5):
            shared = cn.convolve(image, kernel, axes=axes, method="box", workers=workers)
            np.testing.assert_array_equal(shared, alone)


@pytest.mark.parametrize("dtype", DTYPES)
def test_larger_than_the_image(dtype):
    image, kernel = values((5, 6), dtype), np.full((17, 14), 1 / 238)
    for boundary in BOUNDARIES:
        for mode in ("same", "full"):
            options = {"mode": mode, "boundary": boundary}
            exact = reference.convolve(image, kernel, **options)
            result = cn.convolve(image, kernel, method="box", **options)
            assert_agrees(result, exact, "box", image, kernel, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_the_adjoint_is_the_oracle_s_transposed(boundary, mode):
    shape, kernel = (5, 6), np.full((3, 4), 0.25)
    options = {"mode": mode, "boundary": boundary}
    units = np.eye(30).reshape(30, *shape)
    columns = [reference.convolve(unit, kernel, **options).ravel() for unit in units]
    convolver = cn.Convolver(kernel, shape, np.float64, method="box", fill=7, **options)
    outputs = np.eye(columns[0].size).reshape(-1, *convolver.out_shape)
    rows = [convolver.T(unit).ravel() for unit in outputs]
    # At most 12 equal weights of 1/4 are added up: they are whole numbers of quarters.
    np.testing.assert_allclose(rows, np.transpose(columns), rtol=0, atol=12 * 2.0**-53)


def test_it_refuses_what_is_not_uniform():
    for kernel in (np.arange(9.0).reshape(3, 3), np.array([[1.0, 1.0 + 2.0**-52]])):
        assert "box" not in able(np.ones((9, 9)), kernel)
        with pytest.raises(ValueError, match="method 'box' cannot do this"):
            cn.convolve(np.ones((9, 9)), kernel, method="box")
    assert "box" in METHODS


def test_its_predicted_cost_does_not_grow_with_the_area():
    """As the contract has it: predicted, since a clock would only tell of the machine."""
    image = np.zeros((512, 512), np.float32)
    small, large = (
        cn.choose_method(image, np.ones((k, k)), method="box").seconds["box"] for k in (9, 81)
    )
    assert large < 2 * small
