"""The blur of volumes by one transform: that of `convolve`, with its true adjoint."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import OUTSIDES
from convolve_native.restoration.volume import VolumeBlur
from tests.cases import values, weights

CASES = [((9, 11, 10), (3, 4, 5)), ((5, 6, 7), (5, 3, 6)), ((8, 9, 10), (1, 4, 3))]


@pytest.mark.parametrize("boundary", OUTSIDES)
@pytest.mark.parametrize(("shape", "taps"), [*CASES, ((3, 4, 5), (7, 3, 9))], ids=str)
def test_it_is_that_of_convolve_and_has_its_adjoint(shape, taps, boundary):
    psf = weights(taps)
    for anchor in ((0, 0, 0), tuple((k - 1) // 2 for k in taps), tuple(k - 1 for k in taps)):
        whole, how = shape, {"boundary": boundary, "anchor": anchor}
        if boundary == "unknown":
            whole = tuple(n + k - 1 for n, k in zip(shape, taps, strict=True))
            how = {"mode": "valid"}
        blur = VolumeBlur(psf, anchor, boundary, whole, np.dtype(np.float64))
        scene, image = values(whole, "float64"), values(shape, "float64", seed=1)
        blurred = blur.forward(scene, np.empty(shape))
        # Transforms of up to 3000 samples below 10 times weights below 10, in float64.
        np.testing.assert_allclose(blurred, cn.convolve(scene, psf, **how), rtol=0, atol=1e-10)
        assert np.vdot(blurred, image) == pytest.approx(np.vdot(scene, blur.back(image)), rel=1e-9)


@pytest.mark.parametrize("boundary", ["unknown", "mirror", "wrap"])
def test_a_volume_blurred_within_its_planes_is_restored_as_they_are(boundary):
    """As a volume, by a second plane of taps that hardly counts; from the same start."""
    image, flat = 20 * np.abs(values((4, 15, 16), "float64")) + 1, np.abs(weights((1, 3, 4)))
    flat /= flat.sum()
    psf = np.concatenate([flat, 1e-12 * flat])
    options = {"boundary": boundary, "iterations": 3, "acceleration": None, "start": image}
    volume = cn.richardson_lucy(image, psf, anchor=(0, 1, 1), **options)
    planes = cn.richardson_lucy(image, flat[0], anchor=(1, 1), axes=(1, 2), **options)
    np.testing.assert_allclose(volume, planes, rtol=1e-9)  # three steps of what hardly counts
