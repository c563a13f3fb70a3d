"""Whatever array holds the numbers, by every method and every door, in adversarial order.

`cases.ADVERSARIAL` says what makes the order adversarial; test_arrays.py runs it over convolve.
"""

import re

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.methods import METHODS
from tests.cases import ADVERSARIAL, GENERAL, able, assert_agrees, swapped, values
from tests.reference import convolve as oracle
from tests.stress.processes import said

BOX = np.full((3, 3), 1 / 9)
ANISOTROPIC = np.outer([1.0, 2.0, -1.0, 0.5], [2.0, -1.0, 3.0])
HOLE = np.arange(72).reshape(9, 8) != 30

# Every function that takes an image, beside convolve itself.
DOORS = {
    "correlate": lambda image: cn.correlate(image, ANISOTROPIC),
    "gaussian_blur": lambda image: cn.gaussian_blur(image, 0.8),
    "box_blur": lambda image: cn.box_blur(image, (3, 2)),
    "filter_bank": lambda image: cn.filter_bank(image, [BOX, ANISOTROPIC], stride=2),
    "an outer product": lambda image: cn.convolve(image, ([1.0, 2.0], [1, -1, 2])),
    "a mask": lambda image: cn.convolve(image, ANISOTROPIC, mask=HOLE),
    "omitting": lambda image: cn.convolve(image, ANISOTROPIC, nan="omit"),
    "a wide result": lambda image: cn.convolve(image, ANISOTROPIC, dtype=np.complex128),
    "one axis": lambda image: cn.convolve(image, [1.0, 2.0, 4.0], axes=0),
    "a Convolver": lambda image: cn.Convolver(ANISOTROPIC, image.shape, image.dtype)(image),
    "choose_method": lambda image: np.array(
        [name in cn.choose_method(image, ANISOTROPIC).refused for name in METHODS]
    ),
    "wiener": lambda image: cn.wiener(image, BOX, nsr=0.1, boundary="wrap"),
}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int64", "float16", "float32", "complex64"])
@pytest.mark.parametrize("door", DOORS)
def test_every_kind_of_array_by_every_door(door, dtype):
    call, image = DOORS[door], values((9, 8), dtype)
    expected = call(image)
    for kind in ADVERSARIAL:
        given = kind(image)
        result = call(given)
        assert type(result) is np.ndarray
        assert result.dtype == expected.dtype, kind
        np.testing.assert_array_equal(result, expected, kind.__name__)
        np.testing.assert_array_equal(given, image)


@pytest.mark.parametrize("dtype", ["uint16", "float64"])
def test_every_kind_of_array_through_the_box(dtype):
    image = values((9, 8), dtype)
    convolver = cn.Convolver(BOX, image.shape, dtype, method="box")
    expected = cn.convolve(image, BOX, method="box")
    for kind in ADVERSARIAL:
        np.testing.assert_array_equal(cn.convolve(kind(image), BOX, method="box"), expected)
        np.testing.assert_array_equal(cn.convolve(image, kind(BOX), method="box"), expected)
        np.testing.assert_array_equal(convolver(kind(image)), expected)


@pytest.mark.parametrize("dtype", ["uint16", "float32", "complex128"])
@pytest.mark.parametrize("method", GENERAL)
def test_every_kind_of_array_through_one_convolver_and_its_adjoint(method, dtype):
    """Of either byte order: the Convolver's own dtype is native."""
    image = values((9, 8), dtype)
    convolver = cn.Convolver(ANISOTROPIC, image.shape, swapped(image).dtype, method=method)
    back = image.astype(convolver.T.dtype)
    expected, adjoint = convolver(image), convolver.T(back)
    assert convolver.dtype == np.dtype(dtype)
    for kind in ADVERSARIAL:
        np.testing.assert_array_equal(convolver(kind(image)), expected, kind.__name__)
        np.testing.assert_array_equal(convolver.T(kind(back)), adjoint, kind.__name__)


@pytest.mark.parametrize("method", METHODS)
def test_every_kind_of_mask(method):
    image = values((9, 8), "float32")
    expected = cn.convolve(image, BOX, mask=HOLE, method=method)
    kinds = [kind for kind in ADVERSARIAL if "swapped" not in kind.__name__]  # a byte has no order
    for mask in (HOLE.tolist(), *(kind(HOLE) for kind in kinds)):
        result = cn.convolve(image, BOX, mask=mask, method=method)
        np.testing.assert_array_equal(result, expected)
        own = np.ma.array(image, mask=~np.asarray(mask))
        np.testing.assert_array_equal(cn.convolve(own, BOX, method=method), expected)


@pytest.mark.parametrize("method", METHODS)
def test_kernels_without_memory_of_their_own(method):
    """One number for all taps, and one row for all: strides of zero, as no buffer backs them."""
    image = values((9, 8), "float64")
    for kernel in (np.broadcast_to(0.5, (4, 3)), np.broadcast_to([1.0, 2.0, 4.0], (4, 3))):
        if method in able(image, kernel):
            result = cn.convolve(image, kernel, method=method)
            assert_agrees(result, oracle(image, kernel), method, image, kernel)


@pytest.mark.parametrize("kind", [np.matrix, np.recarray])
def test_subclasses_that_reshape_in_their_own_way(kind):
    image = values((9, 8), "float64")
    result = cn.convolve(image.view(kind), ANISOTROPIC.view(kind))
    assert type(result) is np.ndarray
    np.testing.assert_array_equal(result, cn.convolve(image, ANISOTROPIC))
    out = np.empty_like(image).view(kind)
    assert cn.convolve(image, ANISOTROPIC, out=out) is out
    np.testing.assert_array_equal(np.asarray(out), result)


@pytest.mark.parametrize("dtype", ["longdouble", "clongdouble"])
def test_wider_than_any_computation(dtype):
    """Computed in the widest there is, and given back in its own dtype."""
    image = values((9, 8), "float64").astype(dtype)
    result = cn.convolve(image, ANISOTROPIC)
    assert result.dtype == dtype
    narrow = image.astype(np.complex128 if dtype[0] == "c" else np.float64)
    np.testing.assert_array_equal(result, cn.convolve(narrow, ANISOTROPIC))


@pytest.mark.parametrize("dtype", [">f4", "<f4", ">u2", ">c16"])
def test_a_result_is_native_whatever_is_asked_for(dtype):
    result = cn.convolve(values((9, 8), "uint8"), BOX, dtype=dtype)
    assert result.dtype.isnative
    assert result.dtype == np.dtype(dtype).newbyteorder("=")


@pytest.mark.parametrize("method", GENERAL)
def test_halves_are_summed_in_single_precision(method):
    """Whose largest is 65504: a mean of such is no infinity on the way, a sum of them is one."""
    image = np.full((5, 6), 60000, np.float16)
    np.testing.assert_array_equal(cn.convolve(image, BOX, method=method), image)
    assert np.isposinf(cn.convolve(image, np.ones((3, 3)), method=method)).all()


@pytest.mark.parametrize("scale", [2.0**-52, 1e-17, 1e-300])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "complex64"])
def test_small_weights_are_weights(dtype, scale):
    """Those up to 2.2e-16 are no rounding to be dropped, and 1e-300 does not underflow."""
    image, wide = values((9, 8), dtype), np.result_type(dtype, np.float64)
    for shape in ((3, 3), (9, 7)):
        for kernel in (np.full(shape, scale), scale * np.arange(1.0, 1 + np.prod(shape))):
            kernel = kernel.reshape(shape)
            exact = oracle(image, kernel)
            for method in able(image, kernel, dtype=wide):
                result = cn.convolve(image, kernel, method=method, dtype=wide)
                assert result.all()
                assert_agrees(result, exact, method, image, kernel)


def test_a_small_weight_beside_a_large_one():
    result = cn.convolve([0.0, 2.0**1000, 0.0], [2.0**-1000, 1.0], method="direct")
    assert result.tolist() == [0.0, 1.0, 2.0**1000]


# The first calls of a process; its loops have met no other array.
COLD = """
from tests.cases import GENERAL, read_only, read_only_swapped, swapped, unaligned, values
from tests.reference import convolve
kernel = np.outer([1.0, 2.0, 4.0], [2.0, -1.0, 1.0])
for dtype in ("uint16", "float32", "float64"):
    pixels = values((9, 8), dtype)
    exact = convolve(pixels, kernel, boundary="wrap")
    for method in GENERAL:
        for kind in map(globals().get, sys.argv[1:]):
            result = cn.convolve(kind(pixels), kernel, boundary="wrap", method=method, dtype="f8")
            assert np.abs(result - exact).max() < 1e-3 * np.abs(exact).max(), (dtype, method, kind)
"""


@pytest.mark.parametrize("kinds", [("read_only", "read_only_swapped"), ("unaligned", "swapped")])
def test_the_first_calls_of_a_process(kinds):
    said(COLD, *kinds)


# ---- what is no array of numbers, at each place where one is taken ----

NO_NUMBERS = {
    "nothing": (None, "object"),
    "text": (["1", "2"], "<U1"),
    "bytes": (b"abc", "|S3"),
    "integers beyond 64 bits": ([2**70, 1], "object"),
    "durations": (np.zeros(3, "m8[s]"), "timedelta64[s]"),
    "records": (np.zeros(3, [("a", "<f8")]), "[('a', '<f8')]"),
    "bare memory": (np.zeros(3, "V4"), "|V4"),
}
TAKES = {
    "image": lambda bad: cn.convolve(bad, [1.0]),
    "kernel": lambda bad: cn.convolve(np.ones(3), bad),
    "kernel[1]": lambda bad: cn.convolve(np.ones((3, 3)), ([1.0], bad)),
    "psf": lambda bad: cn.wiener(np.ones((3, 3)), bad, nsr=1, boundary="wrap"),
}


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize("case", NO_NUMBERS)
def test_what_holds_no_numbers(case, take):
    bad, dtype = NO_NUMBERS[case]
    with pytest.raises(
        TypeError, match=f"^{re.escape(f'{take} must hold numbers; got dtype {dtype}')}$"
    ):
        TAKES[take](bad)


@pytest.mark.parametrize("name", [*TAKES, "mask"])
def test_lists_that_are_no_array(name):
    """Those whose rows differ, and those of masked arrays, whose masks NumPy would drop."""
    takes = TAKES | {"mask": lambda bad: cn.convolve(np.ones((2, 2)), [[1.0]], mask=bad)}
    sentence = f"{name} must have rows of one length; got several lengths"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        takes[name]([[1.0, 2.0], [3.0]])
    sentence = f"{name} must be one masked array; a list of them would lose the masks"
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        takes[name]([np.ma.array([1.0, 2.0], mask=[0, 1])] * 2)
