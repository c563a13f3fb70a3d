"""Sharpening of mildly blurred photographs: what it gains, finds, and leaves alone."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.estimation.edges import Blur
from convolve_native.estimation.polyblur import restoring
from convolve_native.loops import polyblur as loops
from tests.pairs import psnr

SIDE = 320


def noise(shape, scale=1 / 255, seed=0):
    return np.random.default_rng(seed).normal(scale=scale, size=shape)


@pytest.fixture(scope="module")
def disks():
    """A scene of edges that face all ways."""
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    scene = np.zeros((SIDE, SIDE))
    for _ in range(40):
        top, left, radius = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(15, 40)
        distance = np.hypot(rows - top, columns - left)
        scene[distance < radius] = rng.random()
    return scene


@pytest.fixture(scope="module")
def blurred(disks):
    return cn.gaussian_blur(disks, 1.5) + noise(disks.shape)


@pytest.mark.parametrize("sigma", [0.8, 1.5, 2.5])
def test_it_gains_on_a_photograph(grey, sigma):
    """What is asked for is 1.5 dB at 1.5 pixels; on this photograph there is more to be had."""
    scene = grey[100:500, 200:700] / 255
    image = cn.gaussian_blur(scene, sigma) + noise(scene.shape)
    assert psnr(cn.polyblur(image), scene, cut=10) > psnr(image, scene, cut=10) + 1.5


@pytest.mark.parametrize("level", [3, 8])
def test_noise_does_not_spoil_it(grey, level):
    scene = grey[100:500, 200:700] / 255
    image = cn.gaussian_blur(scene, 1.5) + noise(scene.shape, level / 255)
    assert psnr(cn.polyblur(image), scene, cut=10) > psnr(image, scene, cut=10)


@pytest.mark.parametrize("sigma", [0.8, 1.0, 1.5, 2.0, 3.0])
def test_the_width_that_is_found(disks, sigma):
    image = cn.gaussian_blur(disks, sigma) + noise(disks.shape)
    found = cn.polyblur(image, full_output=True)
    assert (found.along[0], found.across[0]) == pytest.approx((sigma, sigma), rel=0.15)
    assert found.warnings == ()


@pytest.mark.parametrize("angle", [0, 30, 75, 90, 120, 160])
@pytest.mark.parametrize(("along", "across"), [(1.5, 1.0), (2.5, 1.2)])
def test_the_angle_that_is_found(disks, along, across, angle):
    image = cn.convolve(disks, cn.kernels.oriented_gaussian(along, across, angle)) + noise(
        disks.shape
    )
    found = cn.polyblur(image, full_output=True)
    assert abs((found.angle[0] - angle + 90) % 180 - 90) < 10
    assert (found.along[0], found.across[0]) == pytest.approx((along, across), rel=0.15)


def test_sharp_photographs_are_left_as_they_are(photograph):
    assert (cn.polyblur(photograph) == photograph).all()
    told = cn.polyblur(photograph, full_output=True)
    assert told.warnings == ("the image looks sharp already",)
    assert (*told.along, *told.across) == (0, 0)


@pytest.mark.parametrize("dtype", ["?", "u1", ">i2", "i8", "f2", "f4", "f8"])
def test_what_has_no_edges_is_left_as_it_is(dtype):
    """Neither a constant nor noise is blurred; nor is a bit lost of integers beyond floats."""
    for values in (np.full((20, 30), 77), noise((20, 30), 50, seed=1) + 2**6, [[2**62 + 1]]):
        if dtype != "i8" and np.max(values) > 2**60:
            continue
        image = np.asarray(values).astype(dtype)
        found = cn.polyblur(image)
        assert found.dtype == (np.float32 if dtype == "?" else image.dtype.newbyteorder("="))
        assert (found == image).all()


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 9), (9, 1), (2, 2), (7, 5), (4, 70), (1, 1, 3), (5, 1, 2), (40, 9)]
)
def test_tiny_images(shape):
    smooth = cn.gaussian_blur(noise(shape, 1.0), 2.0)
    found = cn.polyblur(smooth)
    assert found.shape == shape
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("dtype", "peak"), [("u1", 255), ("u2", 65535)])
def test_integers_are_rounded_and_saturated(blurred, dtype, peak):
    """As what comes of the same values in the float that they are computed in."""
    image = np.clip(np.rint(1.2 * blurred * peak), 0, peak).astype(dtype)
    floats = cn.polyblur(image.astype(np.float32))
    assert floats.max() > peak  # or nothing is saturated
    found = cn.polyblur(image)
    assert found.dtype == image.dtype
    assert (found == np.clip(np.rint(floats), 0, peak)).all()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("exponent", [-100, -1, 7, 100])
def test_floats_keep_their_scale(blurred, dtype, exponent):
    """By a power of two exactly."""
    image = blurred[:120, :150].astype(dtype)
    factor = np.dtype(dtype).type(2.0**exponent)
    assert (cn.polyblur(image * factor) == cn.polyblur(image) * factor).all()


def test_both_precisions_agree(blurred):
    """To float32's rounding, times the gain of the kernel and what its estimate makes of it."""
    found = cn.polyblur(blurred.astype(np.float32))
    np.testing.assert_allclose(found, cn.polyblur(blurred), rtol=0, atol=1e-4)


def test_a_colour_photograph_has_one_blur(blurred):
    """What one grey picture gains, each of its tints does; to the rounding of a mean."""
    tints = np.array([0.5, 1.0, 1.5])
    found = cn.polyblur(blurred[..., None] * tints, full_output=True)
    wanted = cn.polyblur(blurred, full_output=True)
    np.testing.assert_allclose(found.image, wanted.image[..., None] * tints, rtol=0, atol=1e-9)
    assert found.along == pytest.approx(wanted.along, rel=1e-9)


def test_pictures_of_a_stack_are_apart(disks, blurred):
    """Also where they stand between the axes of the picture; the sharp one comes back itself."""
    stack = np.stack((blurred, disks, blurred[::-1]))
    found = cn.polyblur(stack, axes=(1, 2), full_output=True)
    for picture, image in zip(stack, found.image, strict=True):
        np.testing.assert_array_equal(image, cn.polyblur(picture))
    assert (found.across > 0).tolist() == [True, False, True]
    between = cn.polyblur(np.moveaxis(stack, 0, 1), axes=(0, 2))
    np.testing.assert_array_equal(np.moveaxis(between, 1, 0), found.image)


@pytest.mark.parametrize("shape", [(SIDE, SIDE), (SIDE, SIDE, 3)])
def test_the_same_bits_for_any_number_of_workers(blurred, shape):
    image = np.broadcast_to(blurred.reshape(SIDE, SIDE, *[1] * (len(shape) - 2)), shape)
    tall = np.concatenate([image] * 3).astype(np.float32)  # of several bands
    alone = cn.polyblur(tall, workers=1)
    assert all(cn.polyblur(tall, workers=n).tobytes() == alone.tobytes() for n in (2, 3, 5))


def test_halos_are_held_back():
    """Beside an edge that was taken for more blurred than it is."""
    step = cn.gaussian_blur(np.repeat([0.0, 1.0], 40)[None].repeat(60, axis=0), 1.0)
    kernel = restoring(Blur(4.0, 0.0, 0.0), 0.2)
    halo = cn.convolve(step, kernel)
    mixed = np.empty_like(step)
    loops.mix.compiled(step.dtype)(step, halo, 1, mixed, 0, len(step))
    over, left = (np.maximum(each - 1, 0).sum() for each in (halo, mixed))
    assert left < 0.75 * over  # the top of a halo has no slope, and stays


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 1), (2, 2), (7, 9), (6, 4, 3), (5, 1, 3)])
def test_the_mixture_is_the_one_of_the_formula(shape):
    before, after = noise((2, *shape), 1.0)
    pads = [(1, 1), (1, 1), *[(0, 0)] * (len(shape) - 2)]
    slopes = []
    for image in (before, after):
        wide = np.pad(image, pads, mode="edge")
        slopes.append((wide[2:, 1:-1] - wide[:-2, 1:-1], wide[1:-1, 2:] - wide[1:-1, :-2]))
    (down, across), (after_down, after_across) = slopes
    against = np.maximum(-(down * after_down + across * after_across), 0)
    squares = down**2 + across**2 + against
    share = np.divide(against, squares, out=np.zeros(shape), where=squares > 0)
    mixed = np.empty((shape[0], before[0].size))
    step = shape[2] if len(shape) == 3 else 1
    lines = [image.reshape(mixed.shape) for image in (before, after)]
    loops.mix.compiled(mixed.dtype)(*lines, step, mixed, 0, shape[0])
    wanted = share * before + (1 - share) * after
    np.testing.assert_allclose(
        mixed.reshape(shape), wanted, rtol=0, atol=1e-14
    )  # of a few roundings


@pytest.mark.parametrize("blur", [Blur(0.7, 0, 0), Blur(2.2, 0, 0), Blur(4.0, 1.0, -2.0)])
def test_the_kernel_undoes_the_gaussian(blur):
    kernel, weights = restoring(blur, 0.2), cn.kernels.oriented_gaussian(*blur.widths, blur.angle)
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], rtol=0, atol=1e-9)
    passed, undone = (np.abs(np.fft.fft2(each, (128, 128))) for each in (weights, kernel))
    assert np.abs(passed * undone - 1)[passed > 0.5].max() < 0.15  # of a polynomial of degree 6
    assert undone[passed < 0.01].max() < 2  # and noise alone is not called back
    assert np.abs(restoring(blur, 1.0)).sum() < np.abs(kernel).sum()  # more noise asks for less


def test_the_image_is_left_alone(blurred):
    image = blurred[:80, :90].copy()
    image.flags.writeable = False
    assert (cn.polyblur(image) == cn.polyblur(image[:, ::-1][:, ::-1])).all()


@pytest.mark.parametrize(
    ("image", "axes", "error", "words"),
    [
        (np.ones((4, 4), complex), None, TypeError, "image must be real; got complex numbers"),
        (np.array([["a"]]), None, TypeError, "image must hold numbers"),
        (np.ones(4), None, ValueError, "picture must not have more axes than the image"),
        (np.ones((0, 4)), None, ValueError, "image must hold pixels"),
        ([[1.0, np.nan], [0.0, 1.0]], None, ValueError, r"image must be finite; got nan at \(0, 1"),
        (np.ones((9, 8, 7)), None, ValueError, "axes must be given for an image of shape"),
        (np.ones((9, 8)), (0, 2), ValueError, "axes must lie within the image's 2 axes"),
        (np.ma.array(np.ones((2, 2)), mask=True), None, ValueError, "image must not hold masked"),
    ],
)
def test_bad_input(image, axes, error, words):
    with pytest.raises(error, match=words):
        cn.polyblur(image, axes=axes)


def test_bad_workers():
    with pytest.raises(ValueError, match="workers must be at least 1, or None; got 0"):
        cn.polyblur(np.ones((4, 4)), workers=0)
