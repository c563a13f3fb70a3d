"""The names, the order and the defaults that the contract gives: what users type."""

import inspect

import numpy as np
import pytest

import convolve_native as cn
from tests.cases import values, weights

SHARED = (
    "mode='same', boundary='symmetric', fill=0.0, anchor=None, axes=None, method='auto', "
    "dtype=None, nan='propagate', mask=None, workers=None"
)
SIGNATURES = {
    cn.convolve: f"image, kernel, *, out=None, {SHARED}",
    cn.correlate: f"image, kernel, *, out=None, {SHARED}",
    cn.gaussian_blur: f"image, sigma, *, truncate=4.0, order=0, out=None, {SHARED}",
    cn.box_blur: f"image, size, *, out=None, {SHARED}",
    cn.filter_bank: f"image, kernels, *, stride=1, out=None, {SHARED}",
    cn.choose_method: f"image, kernel, *, measure=False, {SHARED}",
    cn.Convolver: f"kernel, shape, image_dtype=<class 'numpy.float32'>, *, {SHARED}",
    cn.Convolver.__call__: "self, image, out=None",
    cn.conv2d: "x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1",
    cn.max_pool2d: "x, kernel_size, stride=None, padding=0",
    cn.set_workers: "workers",
    cn.fftw_effort: "effort",
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_a_signature(function):
    signature = inspect.signature(function)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    plain = signature.replace(parameters=bare, return_annotation=signature.empty)
    assert str(plain) == f"({SIGNATURES[function]})"


@pytest.mark.parametrize("function", [f for f in SIGNATURES if f.__name__ in cn.__all__])
def test_every_keyword_is_described_or_referred_to(function):
    described = function.__doc__ + cn.convolve.__doc__
    for name in inspect.signature(function).parameters:
        assert name in described


def test_what_a_convolver_tells():
    kernel = weights((4, 3))
    convolver = cn.Convolver(kernel, (9, 8), np.uint8, mode="full", method="direct")
    assert (convolver.shape, convolver.out_shape) == ((9, 8), (12, 10))
    assert convolver.dtype == np.uint8
    assert convolver.choice.method == "direct"
    assert (convolver.T.shape, convolver.T.out_shape) == ((12, 10), (9, 8))
    assert convolver.T.dtype == np.float32
    assert convolver.T.T is convolver


def test_the_default_anchor_makes_same_the_centre_of_full():
    image = values((9, 8), "float64")
    for taps in ((3, 3), (4, 4), (1, 6), (5, 2)):
        kernel = weights(taps, "integers")
        full = cn.convolve(np.rint(image), kernel, mode="full", boundary="constant")
        same = cn.convolve(np.rint(image), kernel, boundary="constant")
        start = [(k - 1) // 2 for k in taps]
        window = tuple(slice(s, s + n) for s, n in zip(start, image.shape, strict=True))
        np.testing.assert_array_equal(same, full[window])


def test_a_tuple_means_an_outer_product_and_a_list_an_array():
    image, sides = values((9, 8), "float64"), ([1.0, 2.0, 4.0], [1.0, -1.0, 3.0])
    outer = cn.convolve(image, np.outer(*sides), method="direct")
    np.testing.assert_array_equal(cn.convolve(image, sides, method="direct"), outer)
    array = cn.convolve(image, np.array(sides), method="direct")
    np.testing.assert_array_equal(cn.convolve(image, list(sides), method="direct"), array)
    assert not np.array_equal(outer, array)


def test_colour_and_grey_just_work_and_a_stack_takes_axes():
    kernel = weights((3, 4))
    colour = values((9, 8, 4), "float32")
    result = cn.convolve(colour, kernel, method="direct")
    stack = cn.convolve(np.moveaxis(colour, 2, 0).copy(), kernel, axes=(1, 2), method="direct")
    for channel in range(4):
        grey = cn.convolve(colour[..., channel], kernel, method="direct")
        np.testing.assert_array_equal(result[..., channel], grey)
        np.testing.assert_array_equal(stack[channel], grey)
