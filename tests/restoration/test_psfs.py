"""One PSF for all planes of an image, or one each."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.checks import memory
from convolve_native.restoration.deconvolve import METHODS
from tests.cases import values, weights
from tests.restoration.test_deconvolve import restored


def drawn(taps, seed=0):
    """A lopsided PSF of unit sum without zeros."""
    psf = np.abs(weights(taps, seed=seed)) + 0.01
    return psf / psf.sum()


@pytest.mark.parametrize("boundary", ["unknown", "mirror", "wrap"])
@pytest.mark.parametrize("method", METHODS)
def test_one_psf_for_each_channel_or_image_of_a_stack(method, boundary):
    """Bit for bit as if every plane were restored alone."""
    image = values((14, 15, 3), "float32")
    psfs = [drawn((4, 3), seed) for seed in range(3)]
    options = {"boundary": boundary, "anchor": (2, 0)}
    alone = [restored(method, image[..., i].copy(), psf, **options) for i, psf in enumerate(psfs)]
    colour = restored(method, image, np.stack(psfs, -1), axes=(0, 1), **options)
    np.testing.assert_array_equal(colour, np.stack(alone, -1))
    stack = np.moveaxis(image, 2, 0)
    result = restored(method, stack, np.stack(psfs), axes=(1, 2), **options)
    np.testing.assert_array_equal(result, np.stack(alone))
    several = np.stack([stack, stack], 1)  # (plane, again, rows, columns)
    result = restored(method, several, np.stack(psfs)[:, None], axes=(-2, -1), **options)
    np.testing.assert_array_equal(result, np.stack([alone, alone], 1))


def test_each_axis_of_the_image_has_its_own_in_the_psf():
    """`axes` tells which are blurred, and the order of the anchor; the arrays are alike."""
    image, psf = values((2, 14, 15), "float64"), np.stack([drawn((4, 3), s) for s in range(2)])
    plain = cn.wiener(image, psf, nsr=0.01, axes=(1, 2), anchor=(3, 1))
    turned = cn.wiener(image, psf, nsr=0.01, axes=(2, 1), anchor=(1, 3))
    np.testing.assert_array_equal(plain, turned)
    shared = cn.wiener(image, psf[:1], nsr=0.01, axes=(1, 2))
    np.testing.assert_array_equal(shared, cn.wiener(image, psf[0], nsr=0.01, axes=(1, 2)))


@pytest.mark.parametrize("method", METHODS)
def test_planes_of_their_own_psfs_share_a_parameter(method, photograph):
    """Each is restored to some degree, with the one weight that the rule has found for all."""
    scene = photograph[300:400, 300:420].astype(np.float32)
    psf = np.stack([drawn((9, 9), 0) * np.eye(9), np.fliplr(np.eye(9)), np.ones((9, 9))], -1)
    psf /= psf.sum(axis=(0, 1))
    blurred = np.stack([cn.convolve(scene[..., i], psf[..., i]) for i in range(3)], -1)
    result = cn.deconvolve(blurred, psf, axes=(0, 1), method=method, full_output=True)
    assert result.rule == ("given" if method == "richardson_lucy" else "likelihood")
    for i in range(3):
        after, before = (
            np.square(x[..., i] - scene[..., i]).mean() for x in (result.image, blurred)
        )
        assert after < 0.5 * before  # 3 dB; 5 to 12 were seen


REFUSED = {  # image's shape, PSF's shape, axes, message
    "unnamed": ((9, 8, 3), (3, 3, 3), None, r"\(0, 1\) if it is one for each channel, \(0, 1, 2\)"),
    "lengths": ((9, 8, 3), (3, 3, 2), (0, 1), r"as long as the image, or 1, along .*\(0, 1\)"),
    "line": ((9, 8), (9, 3), (1,), r"axes must name 2 axes where psf holds one for each plane"),
    "beyond": ((9, 8, 3), (3, 3, 3), (0, 3), "axes must lie within the image's 3 axes"),
    "twice": ((9, 8, 3), (3, 3, 3), (1, 1), "axes must differ"),
    "zero": ((9, 8, 3), (3, 3, 3), (0, 1), "psf must not be zero everywhere"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_psf_for_each_plane_is_refused(method, case):
    shape, taps, axes, message = REFUSED[case]
    psf = np.full(taps, 1 / 9)
    psf[..., -1] = psf[..., -1] * (case != "zero")
    with pytest.raises(ValueError, match=message):
        restored(method, np.ones(shape), psf, axes=axes)


def test_what_is_odd_about_one_psf_of_several_is_told():
    image, psf = values((2, 20, 21), "float64"), np.full((2, 3, 3), 1 / 9)
    psf[1, 0, 0] = -0.5
    with pytest.warns(UserWarning, match="psf ") as caught:
        result = cn.wiener(image, psf, axes=(1, 2), full_output=True)
    assert [str(w.message) for w in caught] == list(result.warnings[:2])
    assert result.warnings[0] == "psf has negative taps, down to -0.5"
    assert result.warnings[1].startswith("psf sums to 0.388889, not to 1")


def test_the_memory_of_all_planes_is_counted(monkeypatch):
    """The images twice would fit, and what one of them takes; not what each of them holds."""
    monkeypatch.setattr(memory, "available_memory", lambda: 2**31)
    vast = np.broadcast_to(np.float32(1), (90, 1600, 1600))
    with pytest.raises(MemoryError, match=r"this needs \d+\.\d GiB, and 2\.0 GiB are available"):
        cn.total_variation(vast, np.full((3, 3), 1 / 9), axes=(1, 2))
