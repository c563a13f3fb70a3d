"""Every refusal, with the exact sentence: name, rule, value."""

import re

import numpy as np
import pytest

import convolve_native as cn

IMAGE, KERNEL = np.ones((5, 6)), np.ones((3, 3))
BYTES, COUNTS = np.ones((5, 6), np.uint8), np.full((3, 3), 100)
STACK = np.ones((5, 6, 7))
NAMES = "'constant', 'nearest', 'symmetric', 'mirror', 'wrap'"

# arguments and keywords of convolve; the class; the sentence
CONVOLVE = {
    "objects": (
        (np.array([None, 1]), [1]),
        {},
        TypeError,
        "image must hold numbers; got dtype object",
    ),
    "text": ((np.array(["a"]), [1]), {}, TypeError, "image must hold numbers; got dtype <U1"),
    "dates": (
        (np.array(["2020"], "M8[D]"), [1]),
        {},
        TypeError,
        "image must hold numbers; got dtype datetime64[D]",
    ),
    "a scalar": (
        (3.0, [1]),
        {},
        ValueError,
        "image must have at least one axis; got the scalar 3.0",
    ),
    "masked": (
        (np.ma.masked_equal([1, 2], 1), [1]),
        {},
        ValueError,
        "image must not hold masked values; fill or crop them first",
    ),
    "kernel of text": ((IMAGE, ["a"]), {}, TypeError, "kernel must hold numbers; got dtype <U1"),
    "empty kernel": (
        (IMAGE, np.ones((0, 3))),
        {},
        ValueError,
        "kernel must not be empty; got shape (0, 3) for an image of shape (5, 6)",
    ),
    "kernel of three axes": (
        (IMAGE, np.ones((2, 2, 2))),
        {},
        ValueError,
        "kernel must have 1 or 2 axes; got shape (2, 2, 2) for an image of shape (5, 6)",
    ),
    "kernel of more axes than the image": (
        ([1.0, 2.0], KERNEL),
        {},
        ValueError,
        "kernel must not have more axes than the image; got shapes (3, 3) and (2,)",
    ),
    "NaN weight": (
        (IMAGE, [[1, np.nan]]),
        {},
        ValueError,
        "kernel must be finite; got nan at (0, 1)",
    ),
    "Inf weight": (([1.0], [1, np.inf]), {}, ValueError, "kernel must be finite; got inf at (1,)"),
    "weight beyond int64": (
        ([1], np.array([2**63], np.uint64)),
        {},
        OverflowError,
        "kernel must fit int64; got 9223372036854775808",
    ),
    "three sides": (
        (IMAGE, ([1], [1], [1])),
        {},
        ValueError,
        "kernel as a tuple must hold 1 or 2 arrays, one an axis; got 3",
    ),
    "a side of two axes": (
        (IMAGE, ([[1]], [1])),
        {},
        ValueError,
        "kernel[0] must have 1 axes; got shape (1, 1) for an image of shape (5, 6)",
    ),
    "unknown mode": (
        (IMAGE, KERNEL),
        {"mode": "reflect"},
        ValueError,
        "mode must be one of 'same', 'full', 'valid'; got 'reflect'",
    ),
    "ambiguous boundary": (
        (IMAGE, KERNEL),
        {"boundary": "reflect"},
        ValueError,
        f"boundary must be one of {NAMES}; got 'reflect', "
        "say 'symmetric' (scipy.ndimage) or 'mirror' (NumPy, PyTorch)",
    ),
    "foreign boundary": (
        (IMAGE, KERNEL),
        {"boundary": "BORDER_REPLICATE"},
        ValueError,
        f"boundary must be one of {NAMES}; got 'BORDER_REPLICATE', say 'nearest'",
    ),
    "no boundary": (
        (IMAGE, KERNEL),
        {"boundary": None},
        ValueError,
        f"boundary must be one of {NAMES}; got None",
    ),
    "unknown method": (
        (IMAGE, KERNEL),
        {"method": "fftw"},
        ValueError,
        "method must be one of 'auto', 'direct', 'separable', 'fft'; got 'fftw'",
    ),
    "unknown nan": (
        (IMAGE, KERNEL),
        {"nan": "ignore"},
        ValueError,
        "nan must be one of 'propagate'; got 'ignore'",
    ),
    "unknown keyword": (
        (IMAGE, KERNEL),
        {"bondary": "wrap"},
        TypeError,
        "convolve() got an unexpected keyword argument 'bondary'",
    ),
    "1-D kernel on a picture": (
        (IMAGE, [1, 2]),
        {},
        ValueError,
        "axes must be given for a 1-D kernel on an image of shape (5, 6): one of 0 to 1",
    ),
    "2-D kernel on a stack": (
        (STACK, KERNEL),
        {},
        ValueError,
        "axes must be given for an image of shape (5, 6, 7): "
        "(0, 1) if it has 7 channels, (1, 2) if it is a stack of images 6 x 7",
    ),
    "too few axes": (
        (IMAGE, KERNEL),
        {"axes": (0,)},
        ValueError,
        "axes must name one image axis for each axis of kernel; got (0,) for shape (3, 3)",
    ),
    "axes outside": (
        (IMAGE, KERNEL),
        {"axes": (0, 2)},
        ValueError,
        "axes must lie within the image's 2 axes; got (0, 2)",
    ),
    "axes twice": ((IMAGE, KERNEL), {"axes": (0, -2)}, ValueError, "axes must differ; got (0, -2)"),
    "axes of floats": (
        (IMAGE, KERNEL),
        {"axes": (0, 1.5)},
        TypeError,
        "axes must be an integer; got 1.5",
    ),
    "anchor outside": (
        (IMAGE, KERNEL),
        {"anchor": (0, 3)},
        ValueError,
        "anchor must be an index into the kernel of shape (3, 3); got (0, 3)",
    ),
    "negative anchor": (
        (IMAGE, KERNEL),
        {"anchor": (-1, 0)},
        ValueError,
        "anchor must be an index into the kernel of shape (3, 3); got (-1, 0)",
    ),
    "anchor in full": (
        (IMAGE, KERNEL),
        {"anchor": (0, 0), "mode": "full"},
        ValueError,
        "anchor must be None in mode 'full', which does not depend on it",
    ),
    "valid and larger": (
        (IMAGE, np.ones((6, 2))),
        {"mode": "valid"},
        ValueError,
        "kernel must not exceed the image in mode 'valid'; got (6, 2) along axes (0, 1) of (5, 6)",
    ),
    "empty in full": (
        (np.ones((0, 5)), KERNEL),
        {"mode": "full"},
        ValueError,
        "image must not be empty along axes (0, 1) in mode 'full'; got (0, 5)",
    ),
    "fill of text": (
        (IMAGE, KERNEL),
        {"boundary": "constant", "fill": "a"},
        TypeError,
        "fill must be a number; got 'a'",
    ),
    "complex fill": (
        (IMAGE, KERNEL),
        {"boundary": "constant", "fill": 1j},
        TypeError,
        "fill must be real for a real image and kernel; got 1j",
    ),
    "NaN fill for integers": (
        (BYTES, KERNEL),
        {"boundary": "constant", "fill": np.nan},
        ValueError,
        "fill must be finite for a result of dtype uint8; got NaN or Inf",
    ),
    "NaN for integers": (
        ([1.0, np.nan], [1.0]),
        {"dtype": np.uint8},
        ValueError,
        "image must be finite for a result of dtype uint8; got NaN or Inf",
    ),
    "Inf for integers": (
        ([1.0, np.inf], [1.0]),
        {"dtype": int},
        ValueError,
        "image must be finite for a result of dtype int64; got NaN or Inf",
    ),
    "unknown dtype": (
        (IMAGE, KERNEL),
        {"dtype": "foo"},
        TypeError,
        "dtype must be a dtype of numbers; got 'foo'",
    ),
    "dtype of text": (
        (IMAGE, KERNEL),
        {"dtype": "S4"},
        TypeError,
        "dtype must be a dtype of numbers; got |S4",
    ),
    "dtype bool": (
        (IMAGE, KERNEL),
        {"dtype": bool},
        TypeError,
        "dtype must not be bool: a sum is not a truth value",
    ),
    "real dtype of complex": (
        (IMAGE, KERNEL * 1j),
        {"dtype": float},
        TypeError,
        "dtype must be complex for a complex image or kernel; got float64",
    ),
    "no workers": (
        (IMAGE, KERNEL),
        {"workers": 0},
        ValueError,
        "workers must be at least 1, or None; got 0",
    ),
    "half a worker": (
        (IMAGE, KERNEL),
        {"workers": 1.5},
        TypeError,
        "workers must be an integer; got 1.5",
    ),
    "sums beyond int64": (
        (np.array([2**62]), [4]),
        {},
        OverflowError,
        "image must be small enough for its sums to fit int64; "
        "got up to 4.61169e+18 times sum|kernel| = 4: convert it to float64 first",
    ),
    "full rank forced to separable": (
        (IMAGE, np.random.default_rng(0).random((9, 9))),
        {"method": "separable"},
        ValueError,
        "method 'separable' cannot do this: the kernel is not 8 outer products or fewer",
    ),
    "integers forced to separable": (
        (BYTES, cn.kernels.laplacian()),
        {"method": "separable"},
        ValueError,
        "method 'separable' cannot do this: the kernel is not an outer product of integers",
    ),
    "integers forced to fft": (
        (BYTES, COUNTS),
        {"method": "fft"},
        ValueError,
        "method 'fft' cannot do this: its error bound, 0.27, is not under 1/4 for sums of integers",
    ),
    "out not an array": (
        ([1.0], [1.0]),
        {"out": [0.0]},
        TypeError,
        "out must be an ndarray; got list",
    ),
    "out of another shape": (
        ([1.0], [1.0]),
        {"out": np.zeros(2)},
        ValueError,
        "out must have shape (1,); got (2,)",
    ),
    "out of another dtype": (
        ([1.0], [1.0]),
        {"out": np.zeros(1, np.float32)},
        ValueError,
        "out must have dtype float64 in native byte order; got <f4",
    ),
    "out of another byte order": (
        ([1.0], [1.0]),
        {"out": np.zeros(1, ">f8")},
        ValueError,
        "out must have dtype float64 in native byte order; got >f8",
    ),
    "out read-only": (
        ([1.0], [1.0]),
        {"out": np.broadcast_to(0.0, (1,))},
        ValueError,
        "out must be writeable; got a read-only array",
    ),
}


@pytest.mark.parametrize("case", CONVOLVE)
def test_convolve_refuses(case):
    arguments, keywords, error, sentence = CONVOLVE[case]
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        cn.convolve(*arguments, **keywords)


WIENER = {
    "nsr zero": ({"nsr": 0}, ValueError, "nsr must be finite and > 0; got 0"),
    "nsr NaN": ({"nsr": np.nan}, ValueError, "nsr must be finite and > 0; got nan"),
    "nsr of text": ({"nsr": "a"}, TypeError, "nsr must be a number; got 'a'"),
    "boundary": (
        {"boundary": "edge"},
        ValueError,
        f"boundary must be one of {NAMES}; got 'edge', say 'nearest'",
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
    "image NaN": ({"image": IMAGE * np.nan}, ValueError, "image must be finite; got NaN or Inf"),
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


@pytest.mark.parametrize("sigma", [-1, np.nan, np.inf])
def test_gaussian_blur_refuses_a_bad_sigma(sigma):
    with pytest.raises(ValueError, match="^sigma must be a finite number >= 0; got"):
        cn.gaussian_blur(IMAGE, sigma)


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
