"""One restoration under way in a frame: the planes of a scene there, and what comes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.api.blurs import gaussian_blur
from convolve_native.checks import Scene
from convolve_native.fourier.plans import POOL
from convolve_native.restoration.frame import Frame, extend
from convolve_native.restoration.planes import Outcome as Outcome
from convolve_native.restoration.planes import Part as Part
from convolve_native.restoration.planes import Planes
from convolve_native.restoration.rules import Spectrum

Array = NDArray[Any]


class Task(Planes):
    """The planes of a scene in their frame; a method reads `observed` and `known`."""

    def __init__(self, scene: Scene) -> None:
        self.frame = Frame.of(scene)
        super().__init__(scene, self.frame.size)
        self._levels = {part: self._level(part) for part in self.parts}

    def _level(self, part: Part) -> Any:
        """The mean, about which an open margin is restored."""
        if not self.frame.open:
            return self.scene.compute.type(0)
        flags, pixels = self.flags(part), self.pixels(part)
        known = pixels if flags is None else pixels[flags]
        wide = np.complex128 if known.dtype.kind == "c" else np.float64
        return self.scene.compute.type(known.mean(dtype=wide))

    def observed(self, part: Part) -> Array:
        """The frame of a plane less its level; what is missing is begun by what stands about it."""
        flags, pixels = self.flags(part), self.pixels(part)
        if self.frame.open:
            pixels = pixels - self._levels[part]
        return extend(pixels if flags is None else _filled(pixels, flags), self.frame.margins)

    def spectrum(self) -> Spectrum:
        """The mean power of the observed frames, with what shaped it; for a rule to read."""
        frame = self.frame
        powers: dict[Part, Array] = {}

        def gather(part: Part) -> None:
            with POOL.lease(frame.key) as plan:
                plan.frame[:] = self.observed(part)
                plan.forward()
                powers[part] = np.square(np.abs(plan.spectrum), dtype=np.float64)

        self.each(gather)
        observed = np.mean([powers[part] for part in self.parts], axis=0) / frame.size
        blur = np.square(np.abs(frame.otf), dtype=np.float64)
        rows, columns = frame.steps
        gradient = rows[:, None] + columns[None, :]
        parts = observed, blur, gradient, np.broadcast_to(frame.counts, gradient.shape)
        return Spectrum(*(part.reshape(-1)[1:] for part in parts))

    def known(self, part: Part) -> Array:
        """1 where the frame is known, 0 where it is open."""
        return self.frame.known(self.flags(part))

    def start(self, part: Part) -> Array | None:
        """The frame of the scene to start from, less its level, where one was given."""
        start = super().start(part)
        return None if start is None else extend(start - self.scene_level(part), self.frame.margins)

    def scene_level(self, part: Part) -> Any:
        """The level before the blur."""
        total = self.scene.psf.whole.sum()
        return self._levels[part] / total if total else self._levels[part]

    def keep(self, part: Part, image: Array) -> None:
        """Take a plane's estimate from its frame."""
        window = image[self.frame.window]
        super().keep(part, window + self.scene_level(part) if self.frame.open else window)

    def miss(self, part: Part, difference: Array) -> float:
        """Take a plane's residual from its frame; give the sum of its squares."""
        return super().miss(part, difference[self.frame.window])


def _filled(pixels: Array, flags: Array) -> Array:
    """Missing pixels as a mean of those about them, or 0 where there are none."""
    about = gaussian_blur(pixels, 1.0, mask=flags)
    return np.where(flags, pixels, np.where(np.isfinite(about), about, 0)).astype(pixels.dtype)
