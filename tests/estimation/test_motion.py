"""Motions that are known, found in photographs."""

import numpy as np
import pytest

import convolve_native as cn
from tests.estimation.scenes import CLEAN, NOISY, QUIET, blurred, photograph, turned

# What is promised of nine photographs in ten; this one leaves a third of it, or less.
PIXELS, DEGREES = 1.0, 2.0


@pytest.mark.parametrize("decibels", [QUIET, CLEAN, NOISY])
@pytest.mark.parametrize(
    ("length", "angle"), [(8, 20), (12.5, 0), (17, 90), (21.3, 135), (28, 63), (40, 171)]
)
def test_length_and_angle(length, angle, decibels):
    found = cn.estimate_motion(blurred(cn.kernels.motion(length, angle), decibels))
    assert found.length == pytest.approx(length, abs=PIXELS)
    assert turned(found.angle, angle) <= DEGREES
    assert 0 <= found.angle < 180
    assert found.confidence > 0.9
    assert found.warnings == ()


def test_below_a_pixel():
    """Where nothing but rounding hides it: half a tenth tells 14.5 from its neighbours by far."""
    for length in (14.3, 14.5, 14.7):
        found = cn.estimate_motion(blurred(cn.kernels.motion(length, 40), QUIET))
        assert found.length == pytest.approx(length, abs=0.05)


def test_the_kernel_is_that_of_the_catalogue():
    found = cn.estimate_motion(blurred(cn.kernels.motion(12, 30), CLEAN))
    assert (found.psf == cn.kernels.motion(found.length, found.angle)).all()


def test_a_small_piece_will_do():
    part = blurred(cn.kernels.motion(9, 25), CLEAN)[:72, :100]
    found = cn.estimate_motion(part)
    assert found.length == pytest.approx(9, abs=PIXELS)
    assert turned(found.angle, 25) <= DEGREES


def test_transposing_turns_it():
    image = blurred(cn.kernels.motion(15, 20), CLEAN)
    found = cn.estimate_motion(image.T)
    assert found.length == pytest.approx(15, abs=PIXELS)
    assert turned(found.angle, 70) <= DEGREES


def test_colours_and_stacks_count_by_their_mean():
    image = blurred(cn.kernels.motion(15, 20), CLEAN)
    colours = np.stack([image, image, image], axis=2)
    found = cn.estimate_motion(colours)
    # A third of a sum of three is rounded in single precision: 1e-7 of 15.
    assert found.length == pytest.approx(cn.estimate_motion(image).length, abs=1e-4)
    assert cn.estimate_motion(np.moveaxis(colours, 2, 0), axes=(1, 2)) == found


@pytest.mark.parametrize("scale", [2.0**-1000, 2.0**-8, 2.0**1000])
def test_it_does_not_go_with_the_scale(scale):
    image = blurred(cn.kernels.motion(15, 20), CLEAN).astype(np.float64)
    assert cn.estimate_motion(image * scale) == cn.estimate_motion(image)


def test_it_does_not_go_with_the_level():
    """But for what float64 holds of a level a billion times the steps of 8 bits: 1e-7 of them."""
    image = blurred(cn.kernels.motion(15, 20), CLEAN).astype(np.float64)
    found, wanted = cn.estimate_motion(image + 1e9), cn.estimate_motion(image)
    assert found.length == pytest.approx(wanted.length, abs=1e-3)
    assert found.angle == pytest.approx(wanted.angle, abs=1e-3)


def test_it_is_the_same_each_time_and_leaves_the_image_alone():
    image = blurred(cn.kernels.motion(11, 100), CLEAN)
    image.flags.writeable = False
    kept = image.copy()
    assert cn.estimate_motion(image) == cn.estimate_motion(image)
    assert (image == kept).all()


def test_a_sharp_photograph_was_not_moved():
    assert cn.estimate_motion(photograph()).confidence < 0.1


BAD = [
    (np.ones((80, 90), complex), None, TypeError, "image must be real; got complex numbers"),
    (np.array([["a"]]), None, TypeError, "image must hold numbers"),
    (np.ones(90), None, ValueError, r"image must have at least 2 axes; got shape \(90,\)"),
    (np.full((80, 90), np.nan), None, ValueError, r"image must be finite; got nan at \(0, 0\)"),
    (np.zeros((80, 90)), None, ValueError, "image must not be constant, all its planes added up"),
    (np.stack([np.eye(80), -np.eye(80)], 2), None, ValueError, "image must not be constant, all"),
    (np.eye(63, 90), None, ValueError, r"at least 64 pixels along both axes; got \(63, 90\)"),
    (np.ones((80, 90, 70)), None, ValueError, "axes must be given for an image of shape"),
    (np.eye(80), (0, 2), ValueError, "axes must lie within the image's 2 axes"),
]


@pytest.mark.parametrize(("image", "axes", "error", "words"), BAD)
@pytest.mark.parametrize(
    "estimate",
    [cn.estimate_motion, cn.estimate_defocus, cn.estimate_gaussian, cn.estimate_blur],
)
def test_bad_input(estimate, image, axes, error, words):
    with pytest.raises(error, match=words):
        estimate(image, axes=axes)
