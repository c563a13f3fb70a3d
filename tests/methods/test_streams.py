"""Results that are written past the caches: as the others, wherever they begin in memory."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.methods import _lines
from convolve_native.methods.separable import Slide

SHAPES = (37, 512), (9, 128), (64, 320), (3, 193)
KERNELS = {
    "1x3": (np.ones(1), np.array([0.2, 0.5, 0.3])),
    "3x5": (np.array([0.2, 0.5, 0.3]), np.array([0.1, 0.7, 0.1, 0.1, 0.2])),
    "9x9": (np.linspace(0.1, 1, 9), np.linspace(1, 0.3, 9)),
    "box": (np.full(5, 0.2), np.full(4, 0.25)),
    "tall box": (np.full(23, 0.2), np.full(7, 0.25)),
}


def placed(shape, dtype, nbytes):
    """An array that begins so many bytes behind a line of the cache."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    raw = np.zeros(size + 128, np.uint8)
    begin = -raw.ctypes.data % 64 + nbytes
    return raw[begin : begin + size].view(dtype).reshape(shape)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("dtype", "nbytes"),
    [
        ("float32", 0),
        ("float32", 16),
        ("float32", 60),
        ("float64", 8),
        ("complex64", 4),
        ("complex128", 8),
    ],
)
def test_they_are_as_the_others(monkeypatch, kernel, shape, dtype, nbytes):
    image = np.random.default_rng(0).normal(size=shape).astype(dtype)
    method = "box" if "box" in kernel else "separable"
    expected = cn.Convolver(KERNELS[kernel], shape, dtype, method=method)(image)
    monkeypatch.setattr(_lines, "STREAMED", 0)
    out = placed(shape, dtype, nbytes)
    cn.Convolver(KERNELS[kernel], shape, dtype, method=method)(image, out=out)
    # Every sample is summed in the same order, whichever tile it stands in.
    assert np.array_equal(out, expected)


def test_only_large_results_of_whole_lines_are():
    def streams(shape, dtype="float32"):
        convolver = cn.Convolver(KERNELS["1x3"], shape, dtype, method="separable")
        slide = Slide.of(convolver._prepared.request.problem)
        return slide is not None and slide.streams

    assert streams((2048, 2048))
    assert not streams((1024, 1024))  # a cache may hold it
    assert not streams((2048, 2049))  # lines would begin anywhere
    assert not streams((4096, 4096), "uint8")  # bytes do not slide
