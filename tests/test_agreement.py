"""Every method gives the oracle's answer: drawn calls, impulses, integers, dirty outputs."""

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
    GENERAL,
    INTEGERS,
    MODES,
    SHAPES,
    TRANSFORMS,
    able,
    assert_agrees,
    calls,
    poisoned,
    values,
    weights,
)

# Against scipy, and between two sums of the same small numbers in float64: at most 12 products
# below 100 in size, so 12 * 1200 * 2**-53 = 2e-12; a Fourier transform adds a few times that.
CLOSE = {"rtol": 0, "atol": 1e-11}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(), dirty=st.booleans())
def test_every_method_is_the_oracle(name, call, dirty):
    function, oracle = FUNCTIONS[name]
    exact = oracle(call.image, call.kernel, **call.options)
    before = call.image.copy(), call.kernel.copy()
    for method in able(call.image, call.kernel, **call.options):
        out = None
        if dirty:
            out = poisoned(exact.shape, expected_dtype(call.image.dtype, call.kernel))
        result = function(call.image, call.kernel, method=method, out=out, **call.options)
        assert out is None or result is out
        assert result.dtype == expected_dtype(call.image.dtype, call.kernel)
        assert_agrees(result, exact, method, call.image, call.kernel, **call.options)
        np.testing.assert_array_equal(call.image, before[0])
        np.testing.assert_array_equal(call.kernel, before[1])


def expected_dtype(image_dtype, kernel):
    """The image's own; bool gives float32, and a complex kernel makes it complex."""
    dtype = np.dtype("float32") if image_dtype.kind == "b" else image_dtype
    if kernel.dtype.kind != "c" or dtype.kind == "c":
        return dtype
    single = dtype.itemsize <= 2 or dtype == np.float32
    return np.dtype(np.complex64 if single else np.complex128)


@given(call=calls(complex_kernels=False), dtype=st.sampled_from(DTYPES[1:]))
def test_the_result_has_the_dtype_asked_for(call, dtype):
    if call.image.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        return  # a complex sum has no place in a real dtype
    exact = reference.convolve(call.image, call.kernel, **call.options)
    if np.abs(exact.astype(complex)).max() > 60000 and dtype == "float16":
        return  # no infinities here: they are no error of the method
    for method in able(call.image, call.kernel, dtype=dtype, **call.options):
        result = cn.convolve(call.image, call.kernel, dtype=dtype, method=method, **call.options)
        assert result.dtype == dtype
        assert_agrees(result, exact, method, call.image, call.kernel, **call.options)


@given(call=calls(dtypes=("float64",), kinds=("outer",)))
def test_a_tuple_is_the_outer_product(call):
    sides = tuple(weights((k,), seed=i) for i, k in enumerate(call.kernel.shape))
    whole = sides[0] if len(sides) == 1 else np.outer(*sides)
    exact = reference.convolve(call.image, whole, **call.options)
    for method in able(call.image, sides, **call.options):
        result = cn.convolve(call.image, sides, method=method, **call.options)
        assert_agrees(result, exact, method, call.image, whole, **call.options)


# Images that bring out rounding: all at the peak, signs that beat, signs by chance, a step.
HARD = {
    "flat": lambda shape: np.full(shape, 0.1),
    "alternating": lambda shape: 1.0 - 2 * (np.indices(shape).sum(axis=0) % 2),
    "signs": lambda shape: np.sign(np.random.default_rng(0).normal(size=shape)),
    "step": lambda shape: 1.0 * (np.indices(shape)[-1] > shape[-1] // 2),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", HARD)
def test_the_published_bound_holds_on_hard_images(name, dtype):
    for shape, taps in (((1000,), (201,)), ((80, 63), (20, 17)), ((40, 37), (60, 5))):
        image = HARD[name](shape).astype(dtype)
        delta = np.zeros(taps)
        delta[tuple(k // 3 for k in taps)] = 1.0
        for kernel in (weights(taps, "uniform"), weights(taps, "random"), delta):
            exact = reference.convolve(image, kernel)
            for method in able(image, kernel):
                result = cn.convolve(image, kernel, method=method)
                assert_agrees(result, exact, method, image, kernel)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("method", GENERAL)
def test_the_same_for_any_number_of_workers(method, dtype):
    """Bitwise, on what is large enough to be cut into several bands, planes or channels."""
    for shape, axes in (((300, 400), (0, 1)), ((150, 200, 3), (0, 1)), ((4, 90, 100), (1, 2))):
        image, kernel = values(shape, dtype), weights((21, 20), "outer")
        options = {"axes": axes, "boundary": "mirror"}
        alone = cn.convolve(image, kernel, method=method, workers=1, **options)
        exact = reference.convolve(image, kernel, **options)
        assert_agrees(alone, exact, method, image, kernel, **options)
        for workers in (2, 5):
            shared = cn.convolve(image, kernel, method=method, workers=workers, **options)
            np.testing.assert_array_equal(shared, alone)


def test_no_method_refuses_what_the_contract_has_it_do():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(9, 9))
    assert set(METHODS) >= {"direct", "separable", "fft"}
    assert {"direct", "fft"} <= set(able(image, rng.normal(size=(12, 12))))
    assert {"direct", "separable", "fft"} <= set(able(image, weights((12, 12), "outer")))
    assert "separable" not in able(image, rng.normal(size=(12, 12)))  # of rank 12, above 8
    with pytest.raises(ValueError, match="separable"):
        cn.convolve(image, rng.normal(size=(12, 12)), method="separable")


# ---- the conventions of NumPy and SciPy, each one anchor away (SEMANTICS 1.1) ----

CENTRES = {
    "numpy.convolve": (cn.convolve, lambda k: (k - 1) // 2, 1),
    "signal.convolve": (cn.convolve, lambda k: (k - 1) // 2, 2),
    "signal.convolve2d": (cn.convolve, lambda k: (k - 1) // 2, 2),
    "signal.correlate": (cn.correlate, lambda k: k // 2, 2),
    "signal.correlate2d": (cn.correlate, lambda k: (k - 1) // 2, 2),
    "ndimage.convolve": (cn.convolve, lambda k: k // 2, 2),
    "ndimage.correlate": (cn.correlate, lambda k: k // 2, 2),
}
PEERS = {
    "numpy.convolve": lambda x, k: np.convolve(x, k, "same"),
    "signal.convolve": lambda x, k: signal.convolve(x, k, "same", "direct"),
    "signal.convolve2d": lambda x, k: signal.convolve2d(x, k, "same"),
    "signal.correlate": lambda x, k: signal.correlate(x, k, "same", "direct"),
    "signal.correlate2d": lambda x, k: signal.correlate2d(x, k, "same"),
    "ndimage.convolve": lambda x, k: ndimage.convolve(x, k, mode="constant"),
    "ndimage.correlate": lambda x, k: ndimage.correlate(x, k, mode="constant"),
}


@pytest.mark.parametrize("k", range(1, 8))
@pytest.mark.parametrize("peer", CENTRES)
def test_impulse_table(peer, k):
    function, centre, ndim = CENTRES[peer]
    for axis in range(ndim):
        shape = [1] * ndim
        shape[axis] = k
        kernel = np.arange(1.0, k + 1).reshape(shape)
        image = np.zeros((16,) * ndim)
        image[(8,) * ndim] = 1.0
        anchor = tuple(centre(size) for size in shape)
        for method in able(image, kernel, boundary="constant", anchor=anchor):
            options = {"boundary": "constant", "anchor": anchor, "method": method}
            result = function(image, kernel, **options)
            np.testing.assert_allclose(result, PEERS[peer](image, kernel), **CLOSE)


@pytest.mark.parametrize("method", GENERAL)
def test_a_kernel_longer_than_the_line(method):
    image, kernel = np.array([1.0, 2, 3]), np.arange(1.0, 7)
    options = {"boundary": "constant", "method": method}
    full = cn.convolve(image, kernel, mode="full", **options)
    np.testing.assert_allclose(full, [1, 4, 10, 16, 22, 28, 27, 18], **CLOSE)
    np.testing.assert_allclose(cn.convolve(image, kernel, **options), [10, 16, 22], **CLOSE)
    late = cn.convolve(image, kernel, anchor=(3,), **options)
    np.testing.assert_allclose(late, [16, 22, 28], **CLOSE)


# ---- integers: half to even, saturated, exact ----

ROUNDED = {
    "half to even, all halves": ([1, 3, 5, 7, 9], [0.5], "uint8", [0, 2, 2, 4, 4]),
    "saturated above": ([250, 20], [9], "uint8", [255, 180]),
    "saturated above, a float kernel": ([250, 20], [9.0], "uint8", [255, 180]),
    "saturated below": ([255, 0], [-1], "uint8", [0, 0]),
    "saturated below, a float kernel": ([255, 0], [-1.0], "uint8", [0, 0]),
    "a mean of sevenths": ([2] * 9, [1 / 7] * 7, "uint8", [2] * 9),
    "signed": ([-128, 127, -1], [-1], "int8", [127, -127, 1]),
    "signed, halves": ([-1, -3, -5, 5], [0.5], "int16", [0, -2, -2, 2]),
    "the last of 64 bits": ([2**63 - 1, 1 - 2**63], [-1], "int64", [1 - 2**63, 2**63 - 1]),
    "past 64 bits": ([2**63 - 1, -(2**63)], [1.5], "int64", [2**63 - 1, -(2**63)]),
    "to the edge of 64 bits": ([2**63 - 1, -(2**63)], [1.0], "int64", [2**63 - 1, -(2**63)]),
    "past 64 bits, unsigned": ([2**64 - 1, 2**64 - 9], [1.5], "uint64", [2**64 - 1] * 2),
    "odd and above 2**53": ([2**53 + 1, 2**53 + 3], [3], "int64", [3 * 2**53 + 3, 3 * 2**53 + 9]),
    "unsigned above 2**53": ([2**54 + 1, 1], [-3], "uint64", [0, 0]),
}


@pytest.mark.parametrize("name", ROUNDED)
def test_rounding_and_saturation(name):
    image, kernel, dtype, expected = ROUNDED[name]
    image = np.array(image, dtype)
    for method in able(image, kernel):
        result = cn.convolve(image, kernel, method=method)
        assert result.dtype == dtype
        if method in TRANSFORMS and name.endswith("halves"):  # which it knows to its bound only
            kernel = np.array(kernel)
            assert_agrees(result, reference.convolve(image, kernel), method, image, kernel)
        else:
            assert result.tolist() == expected, method


@pytest.mark.parametrize("method", GENERAL)
def test_the_mean_of_a_flat_patch_is_itself(method):
    """The tutorial's 7 x 7 mean of a patch of 2, which its cut to uint8 makes 1."""
    image = np.full((9, 9), 2, np.uint8)
    assert (cn.convolve(image, np.full((7, 7), 1 / 49), method=method) == 2).all()


@pytest.mark.parametrize("name", FUNCTIONS)
@given(call=calls(dtypes=INTEGERS, kinds=("integers",)))
def test_integers_are_exact(name, call):
    function, oracle = FUNCTIONS[name]
    options = call.options | {"fill": float(round(call.options.get("fill", 0)))}
    exact = oracle(call.image, call.kernel, **options)
    for method in able(call.image, call.kernel, **options):
        result = function(call.image, call.kernel, method=method, **options)
        np.testing.assert_array_equal(result, reference.cast(exact, call.image.dtype))
        # Seen in full, not only where it fits the image's own dtype.
        wide = function(call.image, call.kernel, method=method, dtype="int64", **options)
        np.testing.assert_array_equal(wide, reference.cast(exact, np.int64))


TOO_LARGE = {
    "int64": (np.array([2**62, 0], np.int64), [1, 1]),
    "the least int64": (np.array([-(2**63), 0], np.int64), [1]),
    "uint64": (np.array([2**63, 0], np.uint64), [1]),
    "int64 over a large kernel": (np.array([1, 0], np.int64), [2**62, 2**62]),
    "int32, by its limits": (np.array([1, 0], np.int32), [2**31, 2**31]),
    "an unsigned kernel": (np.array([1, 0], np.int64), np.array([2**63], np.uint64)),
}


@pytest.mark.parametrize("name", TOO_LARGE)
@pytest.mark.parametrize("method", ["auto", *GENERAL])
def test_what_no_integer_holds_is_an_overflow_error(name, method):
    image, kernel = TOO_LARGE[name]
    with pytest.raises(OverflowError):
        cn.convolve(image, kernel, method=method)


def test_just_below_the_limit_is_exact():
    image = np.array([2**62 - 1, 1, 2**62 - 3], np.int64)
    kernel = np.array([1, 1])
    exact = reference.convolve(image, kernel, boundary="wrap")
    for method in ("auto", *able(image, kernel, boundary="wrap")):
        result = cn.convolve(image, kernel, boundary="wrap", method=method)
        assert result.tolist() == exact.tolist(), method


# ---- every sample of an output is written, whatever stood there ----


@pytest.mark.parametrize("dtype", ["uint8", "float32", "complex128"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_poisoned_outputs(boundary, mode, dtype):
    for shape, taps in SHAPES:
        larger = any(k > n for k, n in zip(taps, shape, strict=False))
        if mode == "valid" and larger:
            continue
        image, kernel = values(shape, dtype), weights(taps, "outer")
        exact = reference.convolve(image, kernel, mode=mode, boundary=boundary)
        for method in able(image, kernel, mode=mode, boundary=boundary):
            out = poisoned(exact.shape, dtype)
            options = {"mode": mode, "boundary": boundary, "method": method}
            assert cn.convolve(image, kernel, out=out, **options) is out
            assert_agrees(out, exact, method, image, kernel, mode=mode, boundary=boundary)
