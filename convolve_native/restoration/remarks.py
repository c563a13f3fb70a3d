"""What is worth a word about a blurred image and its PSF, though both are used as given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import Scene
from convolve_native.fourier.plans import PlanKey
from convolve_native.fourier.sizes import good_size
from convolve_native.fourier.transfer import spectrum_of

Array = NDArray[Any]

OFF = 1.0  # pixels from the anchor: an even PSF has to lie half a pixel off, a shift shows
FAINT = 0.01  # of sum |psf|: below it 8-bit noise is stronger than what a photograph lets through
LOST = 0.01  # share of the frequencies: a sharp zero has fewer
GRID = 64  # samples on which a spectrum is looked at, and four a tap: between its lobes' zeros
CLIPPED = 1e-4  # share of the pixels


def remarks(scene: Scene) -> tuple[str, ...]:
    """Tell what may spoil a restoration."""
    found = (_centre(scene), _extent(scene), _zeros(scene), _saturated(scene))
    return tuple(remark for remark in found if remark)


def _centre(scene: Scene) -> str:
    found = [_centroid(np.abs(psf.whole)) + scene.psfs.shift for psf in scene.psfs.kernels]
    at = max(found, key=lambda each: float(np.abs(each).max()))
    if np.abs(at).max() <= OFF:
        return ""
    listed = ", ".join(f"{distance:.3g}" for distance in at)
    return f"psf is off centre: its centroid lies ({listed}) pixels from the anchor"


def _centroid(weights: Array) -> Array:
    places = np.indices(weights.shape).reshape(weights.ndim, -1)
    return np.average(places, axis=1, weights=weights.reshape(-1))


def _extent(scene: Scene) -> str:
    taps, sizes = scene.psfs.kernels[0].shape, scene.psfs.sizes
    if all(k <= n for k, n in zip(taps, sizes, strict=True)):
        return ""
    return f"psf is larger than the image: {taps} for {sizes}"


def _zeros(scene: Scene) -> str:
    shares = []
    for psf in scene.psfs.kernels:
        shape = tuple(1 if k == 1 else good_size(max(GRID, 4 * k)) for k in psf.shape)
        key = PlanKey(shape, tuple(range(len(shape))), scene.compute)
        spectrum = np.abs(spectrum_of(psf.whole.astype(scene.compute), key, scene.psfs.shift))
        shares.append(np.mean(spectrum < FAINT * psf.gain))
    share = float(np.mean(shares))
    if share < LOST:
        return ""
    return (
        f"the transfer function vanishes at {share:.0%} of frequencies: it is below {FAINT:.0%} of "
        "its most there, and what the scene had there is made up"
    )


def _saturated(scene: Scene) -> str:
    pixels = scene.image
    if pixels.dtype.kind not in "iuf":
        return ""
    known = pixels if scene.known is None else pixels[scene.known]
    peak = known.max()
    count = int((known == peak).sum())
    whole = pixels.dtype.kind in "iu"
    full = peak == np.iinfo(pixels.dtype).max if whole else 1 < count < known.size
    share = count / known.size
    if not full or share < CLIPPED:
        return ""
    return f"{share:.2%} of the pixels are saturated, at {peak:g}; leave them out by mask="
