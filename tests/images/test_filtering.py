"""Filtering photographs: transparent pixels lend no colour, and light is what is averaged."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images, kernels

RNG = np.random.default_rng(0)
SHAPES = {"grey": (9, 11), "RGB": (9, 11, 3), "RGBA": (9, 11, 4)}


def picture(layout, dtype):
    if dtype == "float32":
        return RNG.random(SHAPES[layout], np.float32)
    return RNG.integers(0, np.iinfo(dtype).max, SHAPES[layout], dtype, endpoint=True)


def blurred(image):
    return cn.gaussian_blur(image, 1.5)


def itself(image):
    return image


def by_hand(image, operation, gain):
    """The rule for uint8, pixel by pixel in float64."""
    alpha = image[..., 3] / 255
    weighed = [operation(image[..., c] * alpha) for c in range(3)]
    share = operation(alpha) / gain if gain else alpha
    result = np.zeros(image.shape)
    for index in np.ndindex(share.shape):
        opacity = np.clip(np.rint(255 * share[index]), 0, 255)
        result[index] = [*(w[index] / share[index] if opacity else 0 for w in weighed), opacity]
    return np.clip(np.rint(result), 0, 255)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("layout", ["grey", "RGB"])
def test_without_alpha_it_is_the_operation_itself(layout, dtype):
    image = picture(layout, dtype)
    given = []
    result = images.filtered(image, lambda x: given.append(x) or blurred(x))
    assert given[0] is image
    np.testing.assert_array_equal(result, blurred(image))


@pytest.mark.parametrize(
    ("kernel", "gain"),
    [
        (kernels.gaussian(1.5), 1),
        (kernels.box(3) * 2, 2),
        (kernels.sharpen(), 1),
        (kernels.sobel(0), 0),
    ],
    ids=["gaussian", "twice a box", "sharpen", "sobel"],
)
def test_the_rule_by_hand(kernel, gain):
    image = picture("RGBA", "uint8")
    expected = by_hand(image, lambda x: cn.convolve(x, kernel), gain)
    result = images.filtered(image, lambda x: cn.convolve(x, kernel), gain=gain)
    assert result.dtype == np.uint8
    assert np.abs(result - expected).max() <= 1


@pytest.mark.parametrize("hidden", [0, 77, 255])
def test_the_colour_of_transparent_pixels_does_not_bleed(hidden):
    sprite = np.full((20, 20, 4), (0, hidden, 255 - hidden, 0), np.uint8)
    sprite[6:14, 6:14] = (200, 50, 10, 255)
    soft = images.filtered(sprite, blurred)
    shown = soft[..., 3] > 0
    assert shown.sum() > 64
    assert (np.abs(soft[shown][:, :3].astype(int) - (200, 50, 10)) <= 1).all()
    assert (soft[~shown] == 0).all()
    np.testing.assert_array_equal(soft[..., 3], blurred(sprite[..., 3]))


@pytest.mark.parametrize("linear_light", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("layout", SHAPES)
def test_doing_nothing_changes_nothing_that_shows(layout, dtype, linear_light):
    image = picture(layout, dtype)
    result = images.filtered(image, itself, linear_light=linear_light)
    if layout == "RGBA":
        image = np.where(image[..., 3:] > 0, image, 0)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, image)


@pytest.mark.parametrize("linear_light", [False, True])
def test_every_colour_of_every_opacity_comes_back(linear_light):
    colour, alpha = np.mgrid[:256, 1:256].astype(np.uint8)
    image = np.stack([colour, colour, colour, alpha], axis=-1)
    result = images.filtered(image, itself, linear_light=linear_light)
    np.testing.assert_array_equal(result, image)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_an_opaque_picture_with_alpha_is_filtered_as_one_without(dtype):
    image = picture("RGBA", dtype)
    image[..., 3] = np.iinfo(dtype).max
    result = images.filtered(image, blurred)
    assert (result[..., 3] == np.iinfo(dtype).max).all()
    difference = result[..., :3].astype(int) - blurred(image[..., :3])
    assert np.abs(difference).max() <= 1  # what rounding leaves


def test_black_and_white_average_to_half_the_light():
    board = (255 * (np.indices((8, 8)).sum(axis=0) % 2)).astype(np.uint8)
    plain, light = (
        images.filtered(board, lambda x: cn.box_blur(x, 2), linear_light=each)
        for each in (False, True)
    )
    assert (plain[1:-1, 1:-1] == 128).all()
    assert (light[1:-1, 1:-1] == 188).all()


def test_alpha_is_no_light():
    image = np.zeros((1, 2, 4), np.uint8)
    image[0, 0] = (255, 255, 255, 255)
    result = images.filtered(
        image, lambda x: np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape), linear_light=True
    )
    assert result.tolist() == [[[255, 255, 255, 128]] * 2]


def test_colour_beyond_opaque_stays_colour():
    image = np.full((1, 1, 4), (200, 100, 50, 200), np.uint8)
    result = images.filtered(image, lambda x: 2 * x)
    assert result.tolist() == [[[200, 100, 50, 255]]]


def test_floats_are_neither_rounded_nor_saturated():
    image = np.array([[[0.5, 2.0, -1.0, 0.5]]], np.float32)
    result = images.filtered(image, lambda x: 4 * x)
    assert result.dtype == np.float32
    assert result.tolist() == [[[0.5, 2.0, -1.0, 2.0]]]


def test_the_extent_may_change():
    image = picture("RGBA", "uint8")
    result = images.filtered(image, lambda x: cn.convolve(x, kernels.box(3), mode="valid"))
    assert result.shape == (7, 9, 4)


def test_the_image_is_not_changed():
    image = picture("RGBA", "uint8")
    before = image.copy()
    images.filtered(image, blurred, linear_light=True)
    np.testing.assert_array_equal(image, before)


def test_what_is_refused():
    words = "linear_light needs uint8 or uint16 pixels; got float32, which says nothing of how it"
    with pytest.raises(ValueError, match=words):
        images.filtered(picture("RGB", "float32"), itself, linear_light=True)
    with pytest.raises(TypeError, match="array must be uint8, uint16 or float32; got int64"):
        images.filtered([[1]], itself)
