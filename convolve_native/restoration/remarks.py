"""What is worth a word about a blurred image and its PSF, though both are used as given."""

from __future__ import annotations

import numpy as np

from convolve_native.checks import Scene
from convolve_native.fourier.plans import PlanKey
from convolve_native.fourier.sizes import good_size
from convolve_native.fourier.transfer import spectrum_of

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
    weights = np.abs(scene.psf.whole)
    at = [
        float((weights.sum(axis=1 - axis) * np.arange(n)).sum() / weights.sum()) + shift
        for axis, (n, shift) in enumerate(zip(weights.shape, scene.shift, strict=True))
    ]
    if max(map(abs, at)) <= OFF:
        return ""
    listed = ", ".join(f"{distance:.3g}" for distance in at)
    return f"psf is off centre: its centroid lies ({listed}) pixels from the anchor"


def _extent(scene: Scene) -> str:
    taps, sizes = scene.psf.shape, scene.layout.shape(scene.image.shape)[1:3]
    if all(k <= n for k, n in zip(taps, sizes, strict=True)):
        return ""
    return f"psf is larger than the image: {taps} for {sizes}"


def _zeros(scene: Scene) -> str:
    weights = scene.psf.whole.astype(scene.compute)
    tall, wide = (1 if k == 1 else good_size(max(GRID, 4 * k)) for k in weights.shape)
    key = PlanKey((tall, wide), (0, 1), weights.dtype)
    spectrum = np.abs(spectrum_of(weights, key, scene.shift))
    share = float(np.mean(spectrum < FAINT * scene.psf.gain))
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
