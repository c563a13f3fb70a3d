"""What gaussian_blur, box_blur, filter_bank, correlate, choose_method and Convolver refuse."""

import re

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import boundary

IMAGE, BOX = np.ones((12, 11), np.float32), np.ones((3, 3))
MOST = 2**28  # weights that the catalogue makes

GAUSSIAN = {
    "a negative sigma": ((-1.0,), {}, "sigma must be a finite number >= 0; got -1.0"),
    "one negative sigma": (((1.0, -2.0),), {}, "sigma must be a finite number >= 0; got -2.0"),
    "a sigma that is not finite": ((np.nan,), {}, "sigma must be a finite number >= 0; got nan"),
    "a sigma in words": (("1",), {}, "sigma must be a finite number >= 0; got '1'"),
    "no sigma": ((None,), {}, "sigma must be a finite number >= 0; got None"),
    "a vast sigma": (
        (1e9,),
        {},
        f"sigma must give a kernel of at most {MOST} weights; got 1000000000.0",
    ),
    "too few sigmas": (
        ((1.0,),),
        {},
        "axes must be given for a 1-D kernel on an image of shape (12, 11): one of 0 to 1",
    ),
    "more sigmas than axes": (
        ((1.0, 1.0, 1.0),),
        {},
        "kernel must not have more axes than the image; got shapes (9, 9, 9) and (12, 11)",
    ),
    "more sigmas than named axes": (
        ((1.0, 2.0),),
        {"axes": 0},
        "sigma must be one value, or one for each of 1 axes; got (1.0, 2.0)",
    ),
    "fewer orders than sigmas": (
        ((1.0, 1.0),),
        {"order": (1,)},
        "order must be one value, or one for each of 2 axes; got (1,)",
    ),
    "a negative order": (
        (1.0,),
        {"order": -1},
        "order must be an integer from 0 to 20; got -1",
    ),
    "half an order": (
        (1.0,),
        {"order": 0.5},
        "order must be an integer from 0 to 20; got 0.5",
    ),
    "a derivative without a blur": (
        (0.0,),
        {"order": 1},
        "sigma must be >= 0.001 on an axis of order 1; got 0.0",
    ),
    "a negative truncation": (
        (1.0,),
        {"truncate": -1.0},
        "truncate must be a finite number >= 0; got -1.0",
    ),
    "no truncation": (
        (1.0,),
        {"truncate": np.inf},
        "truncate must be a finite number >= 0; got inf",
    ),
}


@pytest.mark.parametrize("case", GAUSSIAN)
def test_gaussian_blur_refuses(case):
    arguments, keywords, sentence = GAUSSIAN[case]
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        cn.gaussian_blur(IMAGE, *arguments, **keywords)


SIZES = {
    0: "size must be an integer >= 1; got 0",
    1.5: "size must be an integer >= 1; got 1.5",
    "3": "size must be an integer >= 1; got '3'",
    (3, -3): "size must be an integer >= 1; got -3",
    2**70: f"size must give a kernel of at most {MOST} weights; got {2**70}",
    (3, 3, 3): "kernel must not have more axes than the image; got shapes (3, 3, 3) and (12, 11)",
}


@pytest.mark.parametrize("size", SIZES)
def test_box_blur_refuses(size):
    with pytest.raises(ValueError, match=f"^{re.escape(SIZES[size])}$"):
        cn.box_blur(IMAGE, size)


NONE = "kernels must hold one kernel at least, along its first axis; got shape"
BANK = {
    "no kernels": ([], {}, ValueError, f"{NONE} (0,)"),
    "an array without any": (np.ones((0, 3, 3)), {}, ValueError, f"{NONE} (0, 3, 3)"),
    "one kernel, bare": (np.ones(3), {}, ValueError, f"{NONE} (3,)"),
    "a number": (5, {}, ValueError, f"{NONE} ()"),
    "a stride of nothing": ([BOX], {"stride": 0}, ValueError, "stride must be at least 1; got 0"),
    "a stride backwards": ([BOX], {"stride": -1}, ValueError, "stride must be at least 1; got -1"),
    "half a stride": ([BOX], {"stride": 1.5}, TypeError, "stride must be an integer; got 1.5"),
    "results of two shapes": (
        [BOX, np.ones((2, 2))],
        {"mode": "full"},
        ValueError,
        "kernels must give results of one shape; got [(13, 12), (14, 13)]",
    ),
    "a kernel that is not finite": (
        [BOX, BOX * np.nan],
        {},
        ValueError,
        "kernel must be finite; got nan at (0, 0)",
    ),
    "out without the kernels' axis": (
        [BOX],
        {"out": np.zeros((12, 11), np.float32)},
        ValueError,
        "out must have shape (1, 12, 11); got (12, 11)",
    ),
    "an unknown keyword": (
        [BOX],
        {"strides": 2},
        TypeError,
        "filter_bank() got an unexpected keyword argument 'strides'",
    ),
}


@pytest.mark.parametrize("case", BANK)
def test_filter_bank_refuses(case):
    kernels, keywords, error, sentence = BANK[case]
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        cn.filter_bank(IMAGE, kernels, **keywords)


CONVOLVER = {
    "a shape in words": (
        lambda: cn.Convolver(BOX, "ab"),
        TypeError,
        "shape must be an integer; got 'ab'",
    ),
    "half a pixel": (
        lambda: cn.Convolver(BOX, (5.0, 6)),
        TypeError,
        "shape must be an integer; got 5.0",
    ),
    "an unknown dtype": (
        lambda: cn.Convolver(BOX, (5, 6), "foo"),
        TypeError,
        "image_dtype must be a dtype of numbers; got 'foo'",
    ),
    "out before an image is there": (
        lambda: cn.Convolver(BOX, (5, 6), out=np.zeros((5, 6))),
        TypeError,
        "Convolver() got an unexpected keyword argument 'out'",
    ),
    "an image of text": (
        lambda: cn.Convolver(BOX, (5, 6))("a"),
        TypeError,
        "image must hold numbers; got dtype <U1",
    ),
    "a masked image": (
        lambda: cn.Convolver(BOX, (1, 2))(np.ma.masked_equal(np.float32([[1, 2]]), 1)),
        ValueError,
        "image must not hold masked values here; fill or crop them first",
    ),
    "out of another shape": (
        lambda: cn.Convolver(BOX, (12, 11))(IMAGE, out=np.zeros((11, 12), np.float32)),
        ValueError,
        "out must have shape (12, 11); got (11, 12)",
    ),
    "the adjoint of omitting": (
        lambda: cn.Convolver(BOX, (5, 6), nan="omit").T,
        ValueError,
        "nan='omit' leaves out what comes, and has no adjoint; give a mask",
    ),
}
OTHERS = {
    "correlate, an unknown keyword": (
        lambda: cn.correlate(IMAGE, BOX, cval=3),
        TypeError,
        "correlate() got an unexpected keyword argument 'cval'",
    ),
    "choose_method, an unknown keyword": (
        lambda: cn.choose_method(IMAGE, BOX, out=IMAGE),
        TypeError,
        "choose_method() got an unexpected keyword argument 'out'",
    ),
    "a box that is none": (
        lambda: cn.convolve(IMAGE, [[1.0, 2.0]], method="box"),
        ValueError,
        "method 'box' cannot do this: the kernel's weights are not all the same",
    ),
    "sums in int64 forced to fft": (
        lambda: cn.convolve(np.full((9, 9), 2**52), np.full((3, 3), 7), method="fft"),
        ValueError,
        "method 'fft' cannot do this: it sums in floating point, and this sum needs int64",
    ),
}


@pytest.mark.parametrize("case", CONVOLVER | OTHERS)
def test_others_refuse(case):
    call, error, sentence = (CONVOLVER | OTHERS)[case]
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        call()


# Every name that others have for a boundary, by what it means here.
FOREIGN = {
    "'symmetric' (scipy.ndimage) or 'mirror' (NumPy, PyTorch)": ("reflect",),
    "'nearest'": ("edge", "replicate", "extend", "BORDER_REPLICATE"),
    "'constant'": ("fill", "zero", "zeros", "pad", "grid-constant", "BORDER_CONSTANT"),
    "'wrap'": ("circular", "periodic", "grid-wrap", "tile", "BORDER_WRAP"),
    "'symmetric'": ("symm", "grid-mirror", "BORDER_REFLECT"),
    "'mirror'": ("reflect_101", "reflect101", "BORDER_REFLECT_101"),
}


@pytest.mark.parametrize(("ours", "name"), [(o, name) for o in FOREIGN for name in FOREIGN[o]])
def test_a_foreign_boundary_is_translated(ours, name):
    names = "'constant', 'nearest', 'symmetric', 'mirror', 'wrap'"
    sentence = f"boundary must be one of {names}; got {name!r}, say {ours}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        cn.convolve(IMAGE, BOX, boundary=name)


def test_every_foreign_name_is_known_here():
    assert {name.lower() for names in FOREIGN.values() for name in names} == set(boundary.FOREIGN)


@pytest.mark.parametrize("anchor", [(0, 2**70), (-(2**63), 0), (2**31, 0), (0,), (0, 0, 0)])
def test_an_anchor_far_outside(anchor):
    sentence = f"anchor must be an index into the kernel of shape (3, 3); got {anchor}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        cn.convolve(IMAGE, BOX, anchor=anchor)


def test_a_fill_that_no_float_holds():
    with pytest.raises(OverflowError, match=f"^fill must fit float64; got 1{'0' * 400}$"):
        cn.convolve(IMAGE, BOX, boundary="constant", fill=10**400)
    with pytest.raises(TypeError, match=r"^fill must be a number; got masked$"):
        cn.convolve(IMAGE, BOX, boundary="constant", fill=np.ma.masked)
