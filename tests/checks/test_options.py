"""What convolve refuses of fill, dtype, method, workers and out: the exact sentence."""

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
    "fill of text": (
        (IMAGE, KERNEL),
        {"boundary": "constant", "fill": "a"},
        TypeError,
        "fill must be a number; got 'a'",
    ),
    "fill that reads like a number": (
        (IMAGE, KERNEL),
        {"boundary": "constant", "fill": "3"},
        TypeError,
        "fill must be a number; got '3'",
    ),
    "float sums beyond an integer result's way": (
        (np.array([3e38, 3e38, -3e38], np.float32), [10.0, 10.0, 10.0]),
        {"dtype": np.uint8},
        OverflowError,
        (
            "image must be small enough for its sums to fit float32; "
            "got up to 3e+38 times sum|kernel| = 30: convert it to float64 first"
        ),
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
        (
            "image must be small enough for its sums to fit int64; "
            "got up to 4.61169e+18 times sum|kernel| = 4: convert it to float64 first"
        ),
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
