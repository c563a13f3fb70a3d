"""What convolve refuses of image, kernel, axes and anchor: the exact sentence."""

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
    "masked kernel": (
        (IMAGE, np.ma.masked_equal([[1, 2]], 1)),
        {},
        ValueError,
        "kernel must not hold masked weights; set them to zero first",
    ),
    "kernel of text": ((IMAGE, ["a"]), {}, TypeError, "kernel must hold numbers; got dtype <U1"),
    "empty kernel": (
        (IMAGE, np.ones((0, 3))),
        {},
        ValueError,
        "kernel must not be empty; got shape (0, 3) for an image of shape (5, 6)",
    ),
    "kernel of four axes": (
        (IMAGE, np.ones((2, 2, 2, 2))),
        {},
        ValueError,
        "kernel must have 1 or 2 or 3 axes; got shape (2, 2, 2, 2) for an image of shape (5, 6)",
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
    "four sides": (
        (IMAGE, ([1], [1], [1], [1])),
        {},
        ValueError,
        "kernel as a tuple must hold 1 or 2 or 3 arrays, one an axis; got 4",
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
        (
            "method must be one of 'auto', 'direct', 'separable', 'box', 'fft', 'overlap_save'; "
            "got 'fftw'"
        ),
    ),
    "unknown nan": (
        (IMAGE, KERNEL),
        {"nan": "ignore"},
        ValueError,
        "nan must be one of 'propagate', 'omit', 'raise'; got 'ignore'",
    ),
    "NaN for nan='raise'": (
        ([[1.0, 2.0], [np.nan, 3.0]], KERNEL),
        {"nan": "raise"},
        ValueError,
        "image must be finite for nan='raise'; got nan at (1, 0)",
    ),
    "mask of another shape": (
        (np.ones((5, 6, 3)), KERNEL),
        {"mask": np.ones((5, 3), bool)},
        ValueError,
        "mask must have shape (5, 6, 3) or (5, 6); got (5, 3)",
    ),
    "mask of numbers": (
        (IMAGE, KERNEL),
        {"mask": np.ones((5, 6))},
        TypeError,
        "mask must hold booleans, True where valid; got dtype float64",
    ),
    "nothing valid for an integer": (
        (BYTES, KERNEL),
        {"mask": np.zeros((5, 6), bool), "dtype": np.uint8},
        ValueError,
        "result must be finite for a result of dtype uint8; got NaN or Inf",
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
        (
            "axes must be given for an image of shape (5, 6, 7): "
            "(0, 1) if it has 7 channels, (1, 2) if it is a stack of images 6 x 7"
        ),
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
}


@pytest.mark.parametrize("case", CONVOLVE)
def test_convolve_refuses(case):
    arguments, keywords, error, sentence = CONVOLVE[case]
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        cn.convolve(*arguments, **keywords)
