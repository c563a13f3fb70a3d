"""Images of nothing, of a pixel and of few, under kernels far larger; by every method and door."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.methods import METHODS
from tests import reference
from tests.cases import able, assert_agrees, values, weights

# The image goes on many times over: symmetric and mirror turn back and forth.
TINY = ((1, 1), (2, 3), (1, 7))
VAST = ((31, 25), (1, 120), (64, 2))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("mode", ["same", "full"])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kernel_far_larger_than_the_image(boundary, mode, dtype):
    options = {"boundary": boundary, "mode": mode, "fill": 2.0}
    for shape in TINY:
        image = values(shape, dtype)
        for taps in VAST:
            for kind in ("random", "outer", "uniform"):
                kernel = weights(taps, kind)
                exact = reference.convolve(image, kernel, **options)
                for method in able(image, kernel, **options):
                    result = cn.convolve(image, kernel, method=method, **options)
                    assert_agrees(result, exact, method, image, kernel, **options)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("method", METHODS)
def test_its_adjoint_folds_back_as_often(method, boundary):
    """The gradient of a sum is what every pixel was counted for."""
    kernel = weights((61, 45), "uniform" if method == "box" else "outer")
    convolver = cn.Convolver(kernel, (2, 3), np.float64, method=method, boundary=boundary)
    back = convolver.T(np.ones((2, 3)))
    units = np.eye(6).reshape(6, 2, 3)
    counted = [reference.convolve(unit, kernel, boundary=boundary).sum() for unit in units]
    # Six sums of 2745 weights, to the published c below 100 and the folding of a thousand terms.
    scale = np.abs(kernel).sum() * 6
    np.testing.assert_allclose(back.ravel(), counted, rtol=0, atol=1100 * 2.0**-52 * scale)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_one_pixel_by_every_door(boundary):
    image = np.array([[3.0]])
    for result in (
        cn.gaussian_blur(image, 20.0, boundary=boundary, fill=3.0),
        cn.box_blur(image, 99, boundary=boundary, fill=3.0),
        cn.filter_bank(image, [np.full((99, 98), 1 / 9702)], boundary=boundary, fill=3.0)[0],
        cn.correlate(image, np.full((99, 98), 1 / 9702), boundary=boundary, fill=3.0),
        cn.convolve(image, np.full((99, 98), 1 / 9702), boundary=boundary, fill=3.0, nan="omit"),
    ):
        assert result.shape == (1, 1)
        # A mean of a flat world: the weights sum to 1 within rounding of ten thousand.
        np.testing.assert_allclose(result, 3.0, rtol=1e4 * 2.0**-53)


EMPTY = {
    "convolve": lambda image: cn.convolve(image, np.ones((3, 2))),
    "correlate": lambda image: cn.correlate(image, np.ones((3, 2))),
    "gaussian_blur": lambda image: cn.gaussian_blur(image, 1.0),
    "box_blur": lambda image: cn.box_blur(image, 3),
    "omitting": lambda image: cn.convolve(image, np.ones((3, 2)), nan="omit"),
    "a mask": lambda image: cn.convolve(image, np.ones((3, 2)), mask=np.ones(image.shape, bool)),
    "raise": lambda image: cn.convolve(image, np.ones((3, 2)), nan="raise"),
    "a masked array": lambda image: cn.convolve(np.ma.array(image), np.ones((3, 2))),
    "filter_bank": lambda image: cn.filter_bank(image, [np.ones((3, 2))] * 2)[1],
    "a Convolver": lambda image: cn.Convolver(np.ones((3, 2)), image.shape, image.dtype)(image),
    "out": lambda image: cn.convolve(image, np.ones((3, 2)), out=np.empty_like(image)),
}


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float64", "complex64"])
@pytest.mark.parametrize("door", EMPTY)
def test_an_empty_image_by_every_door(door, dtype):
    for shape in ((0, 5), (5, 0), (0, 0)):
        result = EMPTY[door](np.zeros(shape, dtype))
        floats = {"uint8": "float32", "int64": "float64"}
        omitting = door in ("omitting", "a mask", "a masked array")
        assert result.shape == shape
        assert result.dtype == (floats.get(dtype, dtype) if omitting else dtype)


@pytest.mark.parametrize("method", METHODS)
def test_the_adjoint_and_the_choice_of_nothing(method):
    convolver = cn.Convolver(np.ones((3, 2)), (0, 5), np.float32, method=method)
    back = convolver.T(np.zeros((0, 5), np.float32))
    assert (back.shape, back.dtype) == ((0, 5), np.float32)
    choice = cn.choose_method(np.zeros((0, 5)), np.ones((3, 2)), method=method)
    assert choice.method == method
