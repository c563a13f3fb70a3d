"""Volumes, blurred along three axes."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.loops import volumes as loops
from convolve_native.restoration.deconvolve import METHODS
from convolve_native.restoration.splitting import shares
from tests.cases import values
from tests.restoration.test_deconvolve import restored
from tests.restoration.test_psfs import drawn


@pytest.mark.parametrize("isotropic", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 7), (3, 1, 2), (2, 5, 4), (5, 6, 17)], ids=str)
def test_differences_are_numpys(shape, dtype, isotropic):
    *steps, x = ((values(shape, "float64", i) / 5 - 1).astype(dtype) for i in range(4))
    compute = np.dtype(dtype)
    penalty = compute.type(0.3), shares(1.0).astype(dtype), int(isotropic)
    sizes = np.abs(np.array(steps, float))
    if isotropic:
        sizes[:] = np.sqrt(np.square(sizes).sum(axis=0))
    near = np.maximum(sizes - 0.3, 0) / np.maximum(sizes, 1e-300) * steps
    turned = 2 * near - steps
    out = np.empty(shape, dtype)
    scratch = np.empty((3, shape[2]), dtype), np.empty((2, *shape[1:]), dtype)
    loops.reflect_volume.compiled(compute)(*steps, *penalty, *scratch, out)
    expected = sum(np.roll(v, 1, axis) - v for axis, v in enumerate(turned))
    # Fifteen roundings on numbers below 6, and a root and a quotient near the threshold.
    close = {"rtol": 0, "atol": 60 * np.finfo(dtype).eps}
    np.testing.assert_allclose(out, expected, **close)
    new = [step.copy() for step in steps]
    loops.update_volume.compiled(compute)(*new, *penalty, x, compute.type(1.8))
    for axis in range(3):
        after = steps[axis] + 1.8 * (np.roll(x, -1, axis) - x - near[axis])
        np.testing.assert_allclose(new[axis], after, **close)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("method", METHODS)
def test_what_is_the_same_all_along_an_axis_is_a_plane(method, axis):
    """The blur along it changes nothing."""
    image, psf = values((14, 15), "float64"), drawn((3, 4))
    deep = np.moveaxis(np.repeat(image[None], 6, 0), 0, axis)
    plane = restored(method, image, psf, boundary="wrap")
    taps = np.moveaxis(np.multiply.outer([0.3, 0.7], psf), 0, axis)
    result = np.moveaxis(restored(method, deep, taps, boundary="wrap"), axis, 0)
    for each in result:
        # Transforms of a thousand samples below 10 and a gain of at most 50, in float64.
        np.testing.assert_allclose(each, plane, rtol=0, atol=1e-10)


def textbook(image, psf, nsr):
    """conj(H) G / (|H|^2 + nsr) over three axes."""
    padded = np.zeros(image.shape)
    padded[tuple(map(slice, psf.shape))] = psf
    at = [-((k - 1) // 2) for k in psf.shape]
    transfer = np.fft.fftn(np.roll(padded, at, (0, 1, 2)))
    spectrum = np.conj(transfer) * np.fft.fftn(image) / (np.abs(transfer) ** 2 + nsr)
    return np.fft.ifftn(spectrum).real


@pytest.mark.parametrize("taps", [(3, 4, 5), (2, 1, 3), (1, 3, 3), (4, 1, 1)], ids=str)
def test_a_volume_by_the_textbook(taps):
    image, psf = values((7, 12, 9), "float64"), drawn(taps)
    result = cn.wiener(image, psf, nsr=1e-3, boundary="wrap")
    # Two transforms and a gain of at most 16 on samples below 10, in float64: a few tens of eps.
    np.testing.assert_allclose(result, textbook(image, psf, 1e-3), rtol=0, atol=2e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("boundary", ["unknown", "nearest", "symmetric"])
def test_a_blurred_volume_gets_better(method, boundary):
    scene = np.zeros((16, 30, 31), np.float32)
    scene[4:10, 8:20, 10:22] = 100
    psf = drawn((3, 4, 5))
    blurred = cn.convolve(scene, psf)
    result = cn.deconvolve(blurred, psf, method=method, boundary=boundary, full_output=True)
    error = np.square(result.image - scene).mean()
    assert error < 0.2 * np.square(blurred - scene).mean()  # 7 dB; 9 to 17 were seen
    again = cn.deconvolve(
        np.stack([blurred, 2 * blurred], 1), psf, method=method, boundary=boundary, axes=(0, 2, 3)
    )
    assert again.shape == (16, 2, 30, 31)
    hole = np.ones(scene.shape, bool)
    hole[5, 9:11, 14] = False
    spoilt = np.where(hole, blurred, 1e6)
    healed = cn.deconvolve(spoilt, psf, method=method, boundary=boundary, mask=hole)
    assert np.square(healed - scene).mean() < 0.3 * np.square(blurred - scene).mean()


def test_a_volume_by_an_operator_of_ones_own():
    """The identity as a kernel is the identity by its name."""
    image, psf = values((7, 12, 9), "float64"), drawn((3, 3, 3))
    named = cn.tikhonov(image, psf, regularization=0.1, operator="identity")
    one = np.ones((1, 1, 1))
    np.testing.assert_array_equal(named, cn.tikhonov(image, psf, regularization=0.1, operator=one))
    with pytest.raises(ValueError, match=r"operator must .* on 3 axes .*; got shape \(1, 1\)"):
        cn.tikhonov(image, psf, regularization=0.1, operator=one[0])
