"""Any array that holds the same numbers gives the same answer, and any `out` receives it."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests.cases import (
    ADVERSARIAL,
    GENERAL,
    MODES,
    Subclass,
    able,
    poisoned,
    swapped,
    unaligned,
    values,
    weights,
)

DTYPES = ("uint8", "int16", "float32", "float64", "complex128")
KERNEL = np.outer([1.0, 2.0, -1.0, 0.5], [2.0, -1.0, 3.0])


class Wrapped:
    """No array, but what NumPy can make one of."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", GENERAL)
def test_every_kind_of_array_in_adversarial_order(method, dtype):
    image = values((9, 8), dtype)
    expected = cn.convolve(image, KERNEL, method=method)
    for twice in range(2):
        for kind in ADVERSARIAL:
            given = kind(image)
            result = cn.convolve(given, KERNEL, method=method)
            assert type(result) is np.ndarray
            assert result.dtype == np.dtype(dtype), kind  # native, whatever came in
            np.testing.assert_array_equal(result, expected, f"{kind.__name__}, {twice}")
            np.testing.assert_array_equal(given, image)


@pytest.mark.parametrize("method", GENERAL)
def test_every_kind_of_kernel_in_adversarial_order(method):
    image = values((9, 8), "float32")
    for kernel in (KERNEL, KERNEL.astype(np.float32), KERNEL * 2j, (KERNEL * 2).astype(np.int16)):
        expected = cn.convolve(image, kernel, method=method)
        for kind in ADVERSARIAL:
            result = cn.convolve(image, kind(kernel), method=method)
            np.testing.assert_array_equal(result, expected, kind.__name__)


@pytest.mark.parametrize("method", GENERAL)
def test_a_memory_map(method, tmp_path):
    image = values((9, 8), ">f4")
    image.tofile(tmp_path / "image")
    mapped = np.memmap(tmp_path / "image", ">f4", "r", shape=image.shape)
    expected = cn.convolve(image, KERNEL, method=method)
    result = cn.convolve(mapped, KERNEL, method=method)
    assert type(result) is np.ndarray
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("method", GENERAL)
def test_a_broadcast_image(method):
    image = np.broadcast_to(values((8,), "float32"), (9, 8))
    expected = cn.convolve(image.copy(), KERNEL, method=method)
    np.testing.assert_array_equal(cn.convolve(image, KERNEL, method=method), expected)
    stack = np.broadcast_to(values((9, 8), "float32"), (3, 9, 8))
    result = cn.convolve(stack, KERNEL, axes=(1, 2), method=method)
    np.testing.assert_array_equal(
        result, cn.convolve(stack.copy(), KERNEL, axes=(1, 2), method=method)
    )


def test_what_numpy_can_read_is_an_image():
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    expected = cn.convolve(np.array(rows), KERNEL)
    for image in (rows, tuple(map(tuple, rows)), Wrapped(rows)):
        np.testing.assert_array_equal(cn.convolve(image, KERNEL.tolist()), expected)


# ---- out ----


def inside(array, view):
    """`view` of `array`, so that the rest of `array` can be watched."""
    return array, view


OUTS = {
    "plain": lambda shape, dtype: inside(a := poisoned(shape, dtype), a),
    "a window": lambda shape, dtype: inside(
        a := poisoned((shape[0] + 3, shape[1] + 4), dtype), a[1:-2, 2:-2]
    ),
    "every other": lambda shape, dtype: inside(
        a := poisoned((2 * shape[0], 3 * shape[1]), dtype), a[::2, 1::3]
    ),
    "backwards": lambda shape, dtype: inside(a := poisoned(shape, dtype), a[::-1, ::-1]),
    "transposed": lambda shape, dtype: inside(a := poisoned(shape[::-1], dtype), a.T),
    "unaligned": lambda shape, dtype: inside(a := unaligned(poisoned(shape, dtype)), a),
    "subclass": lambda shape, dtype: inside(a := poisoned(shape, dtype), a.view(Subclass)),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("method", GENERAL)
def test_an_output_of_any_strides(method, mode, dtype):
    image = values((9, 8), dtype)
    options = {"mode": mode, "boundary": "mirror", "method": method}
    expected = cn.convolve(image, KERNEL, **options)
    for name, make in OUTS.items():
        whole, out = make(expected.shape, dtype)
        around = whole.copy()
        assert cn.convolve(image, KERNEL, out=out, **options) is out
        np.testing.assert_array_equal(out, expected, name)
        out[...] = 0
        # What stands around the view is as it was: NaN compares equal to itself here.
        rest = whole.copy()
        mark = np.zeros(whole.shape, bool)
        mark[whole != 0] = True
        np.testing.assert_array_equal(rest[mark], around[mark], name)
        assert mark.sum() == whole.size - out.size


def window(buffer, row, column):
    """9 x 9 samples of a buffer of 20 x 20, not contiguous."""
    return buffer.reshape(20, 20)[row : row + 9, column : column + 9]


def run(buffer, start):
    """9 x 9 samples in a row, contiguous."""
    return buffer[start : start + 81].reshape(9, 9)


# Image and out as views of one buffer of 400 samples.
OVERLAPS = {
    "itself": lambda b: (run(b, 90), run(b, 90)),
    "one sample on": lambda b: (run(b, 90), run(b, 91)),
    "one sample back": lambda b: (run(b, 90), run(b, 89)),
    "one row down": lambda b: (run(b, 90), run(b, 99)),
    "half": lambda b: (run(b, 90), run(b, 50)),
    "reversed": lambda b: (run(b, 90), run(b, 90)[::-1]),
    "from the other end": lambda b: (run(b, 90), run(b, 90)[::-1, ::-1]),
    "transposed": lambda b: (run(b, 90), run(b, 90).T),
    "a window": lambda b: (window(b, 4, 4), window(b, 4, 4)),
    "a corner of a window": lambda b: (window(b, 4, 4), window(b, 10, 10)),
    "a window to the right": lambda b: (window(b, 4, 4), window(b, 4, 7)),
    "a run in a window": lambda b: (window(b, 4, 4), run(b, 90)),
    "every other": lambda b: (window(b, 4, 4), b.reshape(20, 20)[1:19:2, 1:19:2]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", GENERAL)
def test_an_output_that_overlaps_the_image(method, boundary, dtype):
    for name, views in OVERLAPS.items():
        image, out = views(values((400,), dtype))
        options = {"boundary": boundary, "method": method}
        expected = cn.convolve(image.copy(), KERNEL, **options)
        assert cn.convolve(image, KERNEL, out=out, **options) is out
        np.testing.assert_array_equal(out, expected, name)


@pytest.mark.parametrize("method", GENERAL)
def test_an_output_that_overlaps_the_image_of_a_convolver(method):
    image = values((9, 9), "float64")
    convolver = cn.Convolver(KERNEL, image.shape, image.dtype, method=method)
    for operator in (convolver, convolver.T):
        for view in (lambda a: a, lambda a: a[::-1], lambda a: a.T):
            buffer = image.copy()
            expected = operator(image)
            out = view(buffer)
            assert operator(buffer, out=out) is out
            np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("method", GENERAL)
def test_an_output_that_is_the_kernel(method):
    image, kernel = values((3, 3), "float64"), weights((3, 3), "outer")
    expected = cn.convolve(image, kernel.copy(), method=method)
    result = cn.convolve(image, kernel, out=kernel, method=method)
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", GENERAL)
def test_an_output_for_a_swapped_image_is_native(method, dtype):
    image = values((9, 8), dtype)
    out = poisoned(image.shape, dtype)
    assert cn.convolve(swapped(image), KERNEL, out=out, method=method) is out
    np.testing.assert_array_equal(out, cn.convolve(image, KERNEL, method=method))


def locked(shape, dtype):
    out = np.zeros(shape, dtype)
    out.flags.writeable = False
    return out


REFUSED = {
    "too long": np.full((10, 8), 7, np.float32),
    "an axis more": np.full((9, 8, 1), 7, np.float32),
    "broadcastable": np.full((1, 8), 7, np.float32),
    "wider": np.full((9, 8), 7, np.float64),
    "integer": np.full((9, 8), 7, np.int32),
    "swapped": np.full((9, 8), 7, np.dtype(np.float32).newbyteorder()),
    "read-only": locked((9, 8), np.float32),
}


@pytest.mark.parametrize("method", ["auto", *GENERAL])
@pytest.mark.parametrize("name", REFUSED)
def test_an_output_that_does_not_fit(name, method):
    out = REFUSED[name]
    before = out.tobytes()
    with pytest.raises(ValueError, match="out"):
        cn.convolve(values((9, 8), "float32"), KERNEL, out=out, method=method)
    assert out.tobytes() == before


# ---- empty axes ----


@pytest.mark.parametrize("method", ["auto", *GENERAL])
@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0), (0, 5, 3)])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_an_empty_convolved_axis(boundary, shape, method):
    image = np.zeros(shape, np.float32)
    options = {"boundary": boundary, "method": method}
    result = cn.convolve(image, KERNEL, **options)
    assert (result.shape, result.dtype) == (shape, np.float32)
    for mode in ("full", "valid"):
        with pytest.raises(ValueError, match="empty"):
            cn.convolve(image, KERNEL, mode=mode, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("method", GENERAL)
def test_another_empty_axis(method, mode):
    length = {"same": (9, 8), "full": (12, 10), "valid": (6, 6)}[mode]
    for shape, axes in (((9, 8, 0), (0, 1)), ((0, 9, 8), (1, 2)), ((2, 9, 0, 8), (1, 3))):
        image = np.zeros(shape, np.uint8)
        result = cn.convolve(image, KERNEL, axes=axes, mode=mode, method=method)
        expected = list(shape)
        for axis, n in zip(axes, length, strict=True):
            expected[axis] = n
        assert (result.shape, result.dtype) == (tuple(expected), np.uint8)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,)])
def test_an_empty_kernel(shape):
    with pytest.raises(ValueError, match="kernel"):
        cn.convolve(np.zeros((4, 4)), np.zeros(shape), axes=tuple(range(len(shape))))


def test_methods_see_the_same_refusals_here():
    """Every method took part above: none refuses a separable kernel."""
    assert able(values((9, 8), "float32"), KERNEL) == list(GENERAL)
