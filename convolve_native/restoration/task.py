"""One restoration under way in a frame: the planes of a scene there, and what comes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import Scene
from convolve_native.restoration.frame import Frame, extend
from convolve_native.restoration.planes import Outcome as Outcome
from convolve_native.restoration.planes import Part as Part
from convolve_native.restoration.planes import Planes

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
        """The frame of a plane less its level; what is missing is begun at the level."""
        flags, pixels = self.flags(part), self.pixels(part) - self._levels[part]
        return extend(pixels if flags is None else np.where(flags, pixels, 0), self.frame.margins)

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
        super().keep(part, image[self.frame.window] + self.scene_level(part))

    def miss(self, part: Part, difference: Array) -> float:
        """Take a plane's residual from its frame; give the sum of its squares."""
        return super().miss(part, difference[self.frame.window])
