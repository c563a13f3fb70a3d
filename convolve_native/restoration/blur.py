"""The blur of a scene and its adjoint, exact for every boundary.

Where nothing is known outside, the blur is the 'valid' convolution of a scene larger than the
image: light that came in from outside has somewhere to come from, and the adjoint of ones says how
much of each sample of the scene was seen.

References
----------
M. Bertero, P. Boccacci, "A simple method for the reduction of boundary effects in the
Richardson-Lucy approach to image deconvolution", Astron. Astrophys. 437, 2005.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import OUTSIDES
from convolve_native.checks import Scene
from convolve_native.convolver import Convolver
from convolve_native.restoration.volume import VolumeBlur

Array = NDArray[Any]
Map = Callable[..., Array]  # of an array, into another if that is given

SEEN = 0.01  # share of a sample of the scene that must have been seen for it to be changed


class Blur:
    """The blur by one PSF, of scenes in a window of which the image stands."""

    def __init__(self, scene: Scene, psf: Array, workers: int) -> None:
        psf, anchor = _around(psf, scene.psfs.shift)
        sizes = self._sizes = scene.psfs.sizes
        self.shape, first = sizes, (0,) * len(sizes)
        how: dict[str, Any] = {"boundary": scene.choices.boundary, "anchor": anchor}
        outside = OUTSIDES[scene.choices.boundary]
        self._begun = outside.rule.rule
        if outside.open:
            self.shape = tuple(n + k - 1 for n, k in zip(sizes, psf.shape, strict=True))
            first = tuple(k - 1 - a for k, a in zip(psf.shape, anchor, strict=True))
            how = {"mode": "valid"}
        self.window = tuple(slice(f, f + n) for f, n in zip(first, sizes, strict=True))
        self.gain = float(psf.sum())
        self.forward, self.back = self._maps(scene, psf, anchor, {**how, "workers": workers})
        everywhere = self.back(np.ones(sizes, scene.compute))
        self._shares = self._inverse(everywhere, everywhere)

    def _maps(self, scene: Scene, psf: Array, anchor: tuple[int, ...], how: Any) -> tuple[Map, Map]:
        """The blur and its adjoint."""
        if psf.ndim == 3:  # `Convolver` would add up planes
            boundary = scene.choices.boundary
            volume = VolumeBlur(psf, anchor, boundary, self.shape, scene.compute)
            return volume.forward, volume.back
        plane = Convolver(psf, self.shape, scene.compute, **how)
        return plane, plane.T

    def _inverse(self, seen: Array, weighted: Array) -> Array:
        enough = (seen > SEEN * self.gain) & (weighted > 0)
        return np.divide(1, weighted, out=np.zeros_like(weighted), where=enough)

    def shares(self, weights: Array | None) -> Array:
        """1 / H^T w, or 0 where too little of the scene was seen."""
        if weights is None:
            return self._shares
        seen = self.back((weights > 0).astype(weights.dtype))
        return self._inverse(seen, self.back(weights))

    def widened(self, image: Array) -> Array:
        """An image as a scene, begun outside by a rule."""
        for axis, (window, length) in enumerate(zip(self.window, self.shape, strict=True)):
            where = np.arange(length) - window.start
            image = image.take(
                np.asarray(self._begun(where, image.shape[axis]), np.intp), axis=axis
            )
        return np.ascontiguousarray(image)


def _around(psf: Array, shift: tuple[int, ...]) -> tuple[Array, tuple[int, ...]]:
    """The PSF with as many zeros as it takes for the anchor to stand on one of its taps."""
    before = [max(0, s) for s in shift]
    after = [max(0, 1 - s - k) for s, k in zip(shift, psf.shape, strict=True)]
    padded = np.pad(psf, list(zip(before, after, strict=True)))
    return padded, tuple(b - s for b, s in zip(before, shift, strict=True))
