"""Every sample of a result is written, and no scratch is read before it was.

Each call is made again with memory that is handed out full of NaN, and full of huge numbers; what
is then not bitwise the same came from it.
"""

import numpy as np
import pyfftw
import pytest

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests.cases import MODES, SHAPES, able, values, weights
from tests.omission import holed, masked

POISONS = {"NaN, and -1": 0xFF, "huge, and 127": 0x7F}


@pytest.fixture
def poison(monkeypatch):
    """A function that calls another with poisoned memory, by every poison."""
    used = []

    def filled(allocate, byte):
        def empty(*arguments, **keywords):
            array = allocate(*arguments, **keywords)
            array.view(np.ndarray).reshape(-1).view(np.uint8)[...] = byte
            used.append(array.nbytes)
            return array

        return empty

    def poisoned(call):
        for name, byte in POISONS.items():
            cn.clear_caches()  # whose frames and spectra would be as they were left
            with monkeypatch.context() as patch:
                patch.setattr(np, "empty", filled(np.empty, byte))
                patch.setattr(np, "empty_like", filled(np.empty_like, byte))
                patch.setattr(pyfftw, "empty_aligned", filled(pyfftw.empty_aligned, byte))
                result = call()
            yield name, result
        assert used

    return poisoned


def assert_untouched(poison, function, *arguments, **keywords):
    expected = function(*arguments, **keywords)
    for name, result in poison(lambda: function(*arguments, **keywords)):
        np.testing.assert_array_equal(result, expected, name)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "complex128"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_convolutions(poison, boundary, mode, dtype):
    for shape, taps in SHAPES:
        larger = any(k > n for k, n in zip(taps, shape, strict=False))
        if mode == "valid" and larger:
            continue
        image = values(shape, dtype)
        options = {"mode": mode, "boundary": boundary, "fill": 2.0}
        for kernel in (
            weights(taps, "random"),
            weights(taps, "uniform"),
            weights(taps, "integers"),
        ):
            for method in able(image, kernel, **options):
                assert_untouched(poison, cn.convolve, image, kernel, method=method, **options)


IMAGE = values((70, 41), "float32")
MASK = masked((70, 41), 1)
HOLED = holed(IMAGE, [(0, 0), (30, 20), (69, 40)], np.nan)
WEIGHTS = {name: weights((4, 3), "uniform" if name == "box" else "outer") for name in METHODS}
CALLS = {
    "NaN": lambda m, k: cn.convolve(HOLED, k, method=m),
    "omit": lambda m, k: cn.convolve(HOLED, k, method=m, nan="omit"),
    "mask": lambda m, k: cn.convolve(HOLED, k, method=m, mask=MASK, boundary="wrap"),
    "into bytes": lambda m, k: cn.convolve(IMAGE, k, method=m, dtype=np.uint8),
    "half": lambda m, k: cn.convolve(IMAGE.astype(np.float16), k, method=m),
    "turned": lambda m, k: cn.convolve(IMAGE.T, k, method=m, axes=(1, 0)),
    "stack": lambda m, k: cn.convolve(IMAGE.reshape(2, 35, 41), k, method=m, axes=(1, 2)),
    "colour": lambda m, k: cn.correlate(IMAGE.reshape(35, 41, 2), k, method=m),
    "depth": lambda m, k: cn.convolve(IMAGE.reshape(10, 7, 41), k[None].repeat(3, 0), method=m),
    "several workers": lambda m, k: cn.convolve(IMAGE, k, method=m, workers=3),
    "empty": lambda m, k: cn.convolve(IMAGE[:0], k, method=m),
    "adjoint": lambda m, k: cn.Convolver(k, IMAGE.shape, method=m, boundary="mirror").T(IMAGE),
    "adjoint in valid": lambda m, k: cn.Convolver(k, (73, 43), method=m, mode="valid").T(IMAGE),
    "adjoint of a mask": lambda m, k: cn.Convolver(k, IMAGE.shape, method=m, mask=MASK).T(IMAGE),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CALLS)
def test_corners(poison, name, method):
    assert_untouched(poison, CALLS[name], method, WEIGHTS[method])


OTHERS = {
    "gaussian_blur": lambda: cn.gaussian_blur(IMAGE, (0.0, 1.5), order=(0, 1)),
    "box_blur": lambda: cn.box_blur(IMAGE, (1, 90)),
    "filter_bank": lambda: cn.filter_bank(IMAGE, list(WEIGHTS.values()), stride=3),
    "wiener": lambda: cn.wiener(IMAGE, WEIGHTS["box"], nsr=0.1, boundary="mirror"),
    "wiener, wrapped": lambda: cn.wiener(IMAGE, WEIGHTS["box"], nsr=0.1, boundary="wrap"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_functions(poison, name):
    assert_untouched(poison, OTHERS[name])


def test_the_poison_works(poison):
    """What is read before it was written shows."""
    shown = dict(poison(lambda: np.empty(3, np.float32).max()))
    assert np.isnan(shown["NaN, and -1"])
    assert shown["huge, and 127"] > 1e38
