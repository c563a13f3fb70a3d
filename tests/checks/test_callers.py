"""What wiener and Convolver refuse; requests beyond the memory."""

import re

import numpy as np
import pytest

import convolve_native as cn

IMAGE, KERNEL = np.ones((5, 6)), np.ones((3, 3))
BYTES, COUNTS = np.ones((5, 6), np.uint8), np.full((3, 3), 100)
STACK = np.ones((5, 6, 7))
RULES = "'auto', 'likelihood', 'gcv', 'sure', 'discrepancy'"
NAMES = "'constant', 'nearest', 'symmetric', 'mirror', 'wrap'"

WIENER = {
    "nsr zero": ({"nsr": 0}, ValueError, "nsr must be finite and > 0; got 0"),
    "nsr NaN": ({"nsr": np.nan}, ValueError, "nsr must be finite and > 0; got nan"),
    "nsr of text": (
        {"nsr": "a"},
        ValueError,
        f"nsr, if not a number, must be one of {RULES}; got 'a'",
    ),
    "nsr of a list": ({"nsr": [1, 2]}, TypeError, "nsr must be a number; got [1, 2]"),
    "boundary": (
        {"boundary": "edge"},
        ValueError,
        f"boundary must be one of 'unknown', {NAMES}; got 'edge', say 'nearest'",
    ),
    "psf of zeros": ({"psf": KERNEL * 0}, ValueError, "psf must not be zero everywhere"),
    "psf empty": (
        {"psf": KERNEL[:0]},
        ValueError,
        "psf must not be empty; got shape (0, 3) for an image of shape (5, 6)",
    ),
    "psf NaN": ({"psf": KERNEL * np.nan}, ValueError, "psf must be finite; got nan at (0, 0)"),
    "psf of more axes": (
        {"image": [1.0, 2.0]},
        ValueError,
        "psf must not have more axes than the image; got shapes (3, 3) and (2,)",
    ),
    "image empty": ({"image": IMAGE[:0]}, ValueError, "image must not be empty; got shape (0, 6)"),
    "image NaN": (
        {"image": IMAGE * np.nan},
        ValueError,
        "image must be finite, or nan='omit'; got nan at (0, 0)",
    ),
    "workers": ({"workers": -1}, ValueError, "workers must be at least 1, or None; got -1"),
}


@pytest.mark.parametrize("case", WIENER)
def test_wiener_refuses(case):
    changes, error, sentence = WIENER[case]
    arguments = {"image": IMAGE, "psf": KERNEL, "nsr": 0.1, "boundary": "wrap", **changes}
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        cn.wiener(arguments.pop("image"), arguments.pop("psf"), **arguments)


CONVOLVER = {
    "another shape": (
        lambda c: c(np.ones((5, 7), np.float32)),
        "image must have shape (5, 6); got (5, 7)",
    ),
    "another dtype": (lambda c: c(IMAGE), "image must have dtype float32; got float64"),
    "adjoint of another dtype": (
        lambda c: c.T(IMAGE),
        "image must have dtype float32; got float64",
    ),
    "no shape": (
        lambda c: cn.Convolver(KERNEL, ()),
        "shape must hold at least one axis, none negative; got ()",
    ),
    "negative shape": (
        lambda c: cn.Convolver(KERNEL, (5, -6)),
        "shape must hold at least one axis, none negative; got (5, -6)",
    ),
}


@pytest.mark.parametrize("case", CONVOLVER)
def test_convolver_refuses(case):
    call, sentence = CONVOLVER[case]
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call(cn.Convolver(KERNEL, (5, 6)))


def test_a_convolver_of_floats_refuses_nan_for_integers():
    convolver = cn.Convolver(KERNEL, (5, 6), dtype=np.uint8)
    assert (convolver(np.ones((5, 6), np.float32)) == 9).all()
    with pytest.raises(ValueError, match="image must be finite for a result of dtype uint8"):
        convolver(np.full((5, 6), np.nan, np.float32))


def test_a_convolver_of_64_bits_looks_at_every_image():
    convolver = cn.Convolver([1, 1], (4,), np.int64)
    assert convolver(np.full(4, 2**61)).tolist() == [2**62] * 4
    with pytest.raises(OverflowError, match="image must be small enough"):
        convolver(np.full(4, 2**62))


def test_a_request_beyond_the_memory_is_refused_before_anything_is_allocated():
    vast = np.broadcast_to(np.float32(1), (10**6, 10**6))
    sentence = r"^this needs \d+\.\d GiB, and \d+\.\d GiB are available$"
    with pytest.raises(MemoryError, match=sentence):
        cn.convolve(vast, KERNEL)
    with pytest.raises(MemoryError, match=sentence):
        cn.wiener(vast[:, :1000], KERNEL, nsr=1, boundary="wrap")


def test_a_refusal_leaves_out_untouched():
    out = np.full((5, 6), 7.0)
    with pytest.raises(ValueError, match="kernel must be finite"):
        cn.convolve(IMAGE, KERNEL * np.nan, out=out)
    assert (out == 7).all()


def test_an_adjoint_in_int64_refuses_sums_that_would_wrap():
    convolver = cn.Convolver([2, 2], (3,), np.int64)
    assert convolver.T(np.array([1, 1, 0])).tolist() == [6, 2, 0]
    with pytest.raises(OverflowError, match="image must be small enough"):
        convolver.T(np.array([2**62, 2**62, 0]))


@pytest.mark.parametrize("axes", [(0, 1), [0, 1], range(2), np.array([0, 1]), (np.int8(0), -1)])
def test_axes_may_be_any_sequence_of_integers(axes):
    assert (cn.convolve(IMAGE, [[2.0]], axes=axes) == 2).all()


def test_weights_beyond_float32_are_honoured():
    """They are summed in float64; the result is still the image's float32."""
    zeros, large = np.zeros((4, 4), np.float32), np.full((4, 4), 1e30, np.float32)
    assert (cn.convolve(zeros, [[1e39]]) == 0).all()
    expected = np.float32(float(np.float32(1e30)) * 1e-50)
    assert (cn.convolve(large, [[1e-50]]) == expected).all()


def test_choose_method_looks_at_the_pixels_even_where_convolve_need_not():
    bright = np.ones((100, 100), np.float32)
    bright[50, 50] = 1e9
    assert "too wide for float32" in cn.choose_method(bright, KERNEL).refused["fft"]


def test_wiener_gives_native_bytes():
    swapped = np.ones((6, 6), ">f4")
    result = cn.wiener(swapped, KERNEL / 9, nsr=0.1, boundary="wrap")
    assert result.dtype == np.dtype(np.float32)
    assert result.dtype.isnative
