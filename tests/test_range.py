"""A star of 1e12 on a sky of 1: a transform would drown the sky, so nobody is given one unasked."""

import numpy as np
import pytest

import convolve_native as cn
from tests import reference
from tests.cases import GENERAL, TRANSFORMS, assert_agrees, values, weights

STAR, SHAPE = (60, 50), (120, 110)
KERNEL = np.abs(weights((31, 30), "outer"))  # of rank one, and wide enough for a transform
KERNEL /= KERNEL.sum()
RANDOM = np.abs(weights((31, 30), "random"))  # of full rank: direct, or a transform
RANDOM /= RANDOM.sum()


def starry(dtype="float32"):
    """Sky between 1 and 2, one star; and where the star is not seen through the kernel."""
    image = 1 + (np.abs(values(SHAPE, "float64")) % 1)
    image[STAR] = 1e12
    far = np.ones(SHAPE, bool)
    far[STAR[0] - 31 : STAR[0] + 32, STAR[1] - 31 : STAR[1] + 32] = False
    return image.astype(dtype), far


@pytest.mark.parametrize("kernel", [KERNEL, RANDOM], ids=["outer", "random"])
def test_auto_keeps_the_sky(kernel):
    image, far = starry()
    choice = cn.choose_method(image, kernel)
    assert choice.method not in TRANSFORMS
    assert "too wide for float32" in choice.refused["fft"]
    exact = reference.convolve(image, kernel)
    result = cn.convolve(image, kernel)
    # Sums of 930 positive weights in single precision, next to which the star is not there.
    np.testing.assert_allclose(result[far], exact[far], rtol=930 * 2.0**-24)


@pytest.mark.parametrize("method", GENERAL)
def test_every_method_keeps_its_bound(method):
    for dtype in ("float32", "float64"):
        image, _ = starry(dtype)
        exact = reference.convolve(image, KERNEL)
        result = cn.convolve(image, KERNEL, method=method)
        assert_agrees(result, exact, method, image, KERNEL)


@pytest.mark.parametrize("method", ["auto", *GENERAL])
def test_a_star_that_is_left_out_drowns_nothing(method):
    """Under a mask, or beyond what can be held."""
    image, _ = starry()
    mask = np.ones(SHAPE, bool)
    mask[STAR] = False
    sky = np.where(mask, image, np.nan)
    exact = reference.convolve(sky, KERNEL, nan="omit")
    for given, options in ((image, {"mask": mask}), (sky, {"nan": "omit"})):
        result = cn.convolve(given, KERNEL, method=method, **options)
        # A quotient of two sums, each to the published c of at most 20 in single precision.
        np.testing.assert_allclose(result, exact, rtol=2 * 20 * 2.0**-23)


def test_a_flat_image_is_given_a_transform():
    """Of the same size and kernel: it is the star that keeps `auto` from one."""
    image = np.ones((500, 500), np.float32)
    kernel = np.abs(weights((61, 60), "random"))
    assert cn.choose_method(image, kernel).method in TRANSFORMS
    image[STAR] = 1e12
    assert cn.choose_method(image, kernel).method not in TRANSFORMS
