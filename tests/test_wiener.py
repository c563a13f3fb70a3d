"""Wiener deconvolution: the textbook's formula, and a result that stands where the scene stood."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests.cases import values, weights

PARITIES = [(7, 7), (8, 8), (7, 8), (10, 3), (1, 6)]
SIDES = {"odd": (7, 5), "even": (8, 6), "mixed": (5, 8)}


def textbook(image, psf, nsr, anchor):
    """conj(H) G / (|H|^2 + nsr), H the PSF rolled so that its anchor stands at the origin."""
    padded = np.zeros(image.shape)
    padded[: psf.shape[0], : psf.shape[1]] = psf
    transfer = np.fft.fft2(np.roll(padded, [-c for c in anchor], (0, 1)))
    spectrum = np.conj(transfer) * np.fft.fft2(image) / (np.abs(transfer) ** 2 + nsr)
    return np.fft.ifft2(spectrum).real


def unit(taps, seed=0):
    """A lopsided PSF of unit sum."""
    psf = np.abs(weights(taps, seed=seed))
    return psf / psf.sum()


def psnr(image, truth):
    """In decibels on the 8-bit scale."""
    return 10 * np.log10(255**2 / np.mean((image - truth.astype(float)) ** 2))


@pytest.mark.parametrize("nsr", [1e-3, 0.01, 1.0])
@pytest.mark.parametrize("shape", [(16, 16), (17, 15), (31, 20)])
@pytest.mark.parametrize("taps", PARITIES, ids=str)
def test_wrap_is_the_textbook(taps, shape, nsr):
    image, psf = values(shape, "float64"), unit(taps)
    for anchor in (None, (0, 0), tuple(k - 1 for k in taps)):
        result = cn.wiener(image, psf, nsr=nsr, boundary="wrap", anchor=anchor)
        at = anchor or tuple((k - 1) // 2 for k in taps)
        # Two transforms and a gain of at most 1 / (2 sqrt(1e-3)) = 16 on samples below 10, in
        # float64: 16 * 10 * a few tens of eps.
        np.testing.assert_allclose(result, textbook(image, psf, nsr, at), rtol=0, atol=2e-12)


def centroid(image):
    total = image.sum()
    return np.array(
        [(image.sum(axis=1 - axis) * np.arange(image.shape[axis])).sum() / total for axis in (0, 1)]
    )


def spot(shape=(96, 97), at=(47.0, 49.0), sigma=4.0):
    """A smooth spot on black, far from every edge."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.exp(-((rows - at[0]) ** 2 + (columns - at[1]) ** 2) / (2 * sigma**2))


@pytest.mark.parametrize("taps", PARITIES, ids=str)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_the_result_stands_where_the_scene_stood(boundary, taps):
    """A symmetric PSF and a lopsided one, with anchors off the centre; no parity shifts it.

    A regularised inverse is symmetric about each point, so what it leaves blurred stays centred;
    0.01 px is what the contract promises, half a pixel what a centre taken wrongly costs.
    """
    scene = spot()
    for psf in (np.full(taps, 1 / np.prod(taps)), unit(taps)):
        for anchor in (None, (0, 0), tuple(k - 1 for k in taps)):
            options = {"boundary": boundary, "anchor": anchor}
            blurred = cn.convolve(scene, psf, **options)
            restored = cn.wiener(blurred, psf, nsr=1e-3, **options)
            # Cut to the spot: faint ripples at the far edges weigh nothing in the scene.
            window = (slice(23, 72), slice(25, 74))
            shift = centroid(restored[window]) - centroid(scene[window])
            assert np.abs(shift).max() < 0.01


# Decibels gained on a photograph blurred under the same rule; about 6 where the rule goes on as
# pictures do. Black outside is told apart from the blurred picture's edge by nobody: what the
# crop has lost there rings into the frame.
GAIN = {"constant": 2, "nearest": 5, "symmetric": 5, "mirror": 5, "wrap": 5}


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_blurred_photograph_gets_better(grey, boundary, dtype):
    psf = cn.kernels.motion(10, 30)
    blurred = cn.convolve(grey.astype(dtype), psf, boundary=boundary)
    restored = cn.wiener(blurred, psf, nsr=0.01, boundary=boundary)
    assert (restored.shape, restored.dtype) == (grey.shape, np.dtype(dtype))
    assert psnr(restored, grey) > psnr(blurred, grey) + GAIN[boundary]


@pytest.mark.parametrize("boundary", ["nearest", "symmetric", "mirror"])
def test_a_part_of_a_blurred_photograph_gets_better(grey, boundary):
    """The world goes on outside as no rule says; 3.7 to 4.8 dB were seen, and 2.1 by wrap."""
    psf, part = cn.kernels.motion(10, 30), (slice(200, 456), slice(300, 620))
    blurred, scene = cn.convolve(grey, psf)[part], grey[part]
    restored = cn.wiener(blurred, psf, nsr=0.01, boundary=boundary)
    assert psnr(restored, scene) > psnr(blurred, scene) + 3


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("side", SIDES)
def test_integers_are_the_rounded_floats(boundary, side):
    image, psf = values((40, 37), "uint8"), unit(SIDES[side])
    for dtype in ("uint8", "int16", "uint16"):
        given = image.astype(dtype)
        result = cn.wiener(given, psf, nsr=0.01, boundary=boundary)
        exact = cn.wiener(given.astype(float), psf, nsr=0.01, boundary=boundary)
        limits = np.iinfo(dtype)
        assert result.dtype == dtype
        # Half a level of rounding, and float32 transforms with a gain of 5 on 255: 0.01.
        cut = np.clip(exact, limits.min, limits.max)
        assert np.abs(result - cut).max() <= 0.51


@pytest.mark.parametrize("boundary", [name for name in BOUNDARIES if name != "constant"])
def test_a_flat_image_stays_flat(boundary):
    """At 1 / (1 + nsr) of its level, the filter's gain at frequency 0 for a PSF of unit sum.

    `constant` is left out: black outside makes an edge of the frame, which is no flat image.
    """
    result = cn.wiener(np.full((20, 21), 3.0), unit((5, 4)), nsr=0.01, boundary=boundary)
    np.testing.assert_allclose(result, 3.0 / 1.01, rtol=1e-12)
    levels = cn.wiener(np.full((20, 21), 77, np.uint8), unit((5, 4)), nsr=0.01, boundary=boundary)
    assert (levels == 76).all()  # 76.24


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_colour_planes_are_independent(boundary):
    image, psf = values((21, 18, 3), "float64"), unit((5, 4))
    together = cn.wiener(image, psf, nsr=0.01, boundary=boundary)
    stacked = cn.wiener(np.moveaxis(image, 2, 0), psf, nsr=0.01, boundary=boundary, axes=(1, 2))
    for plane in range(3):
        alone = cn.wiener(image[..., plane], psf, nsr=0.01, boundary=boundary)
        # The same transforms, perhaps several at once: rounding only, gain 5 on samples below 10.
        np.testing.assert_allclose(together[..., plane], alone, rtol=0, atol=1e-12)
        np.testing.assert_allclose(stacked[plane], alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_the_same_twice(boundary):
    image, psf = values((33, 34), "float32"), unit((6, 5))
    before = image.copy()
    first = cn.wiener(image, psf, nsr=0.01, boundary=boundary)
    second = cn.wiener(image, psf, nsr=0.01, boundary=boundary)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(image, before)


def test_floats_keep_their_scale_and_are_not_clipped():
    """Deconvolving amplifies, above and below what went in."""
    image, psf = values((32, 32), "float64"), unit((5, 5))
    restored = cn.wiener(image, psf, nsr=1e-3, boundary="wrap")
    assert restored.max() > image.max()
    assert restored.min() < image.min()
    scaled = cn.wiener(1e-4 * image, psf, nsr=1e-3, boundary="wrap")
    np.testing.assert_allclose(scaled, 1e-4 * restored, rtol=0, atol=2e-16)


def test_a_nan_is_refused():
    image = values((16, 16), "float64")
    image[3, 4] = np.nan
    with pytest.raises(ValueError, match=r"finite|NaN"):
        cn.wiener(image, unit((3, 3)), nsr=0.01, boundary="wrap")


@pytest.mark.parametrize("boundary", ["wrap", "nearest"])
@pytest.mark.parametrize("nsr", [1e-300, 1e-12, 1e-3, 1.0])
def test_zeros_of_the_spectrum_are_not_divided_by(nsr, boundary):
    """A mean of two pixels lets no alternation through: at that frequency nothing is restored."""
    image = values((12, 10), "float64")
    psf = np.array([[0.5, 0.5]])
    result = cn.wiener(image, psf, nsr=nsr, boundary=boundary)
    assert np.isfinite(result).all()
    if boundary == "wrap":  # ten samples below 10, each off by a few roundings
        assert np.abs(result @ (-1.0) ** np.arange(10)).max() < 1e-13
