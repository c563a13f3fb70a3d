"""One restoration under way in a frame: the planes of a scene there, and what comes of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.api.blurs import gaussian_blur
from convolve_native.checks import Scene
from convolve_native.fourier.pieces import lease
from convolve_native.fourier.plans import Plan
from convolve_native.restoration.frame import Frame, extend
from convolve_native.restoration.planes import Outcome as Outcome
from convolve_native.restoration.planes import Part as Part
from convolve_native.restoration.planes import Planes
from convolve_native.restoration.rules import Spectrum

Array = NDArray[Any]

FADE = 1 / 8  # of an axis at either end: more would leave the rest to speak for the whole
ROUNDING = 4  # eps of the root mean square: what a transform leaves where nothing is


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

    def lease(self, planes: int = 1) -> AbstractContextManager[Plan]:
        """Hold a plan of the frame; so many are at work on one plane at a time."""
        return lease(self.frame.key, max(1, self.inner // planes))

    def observed(self, part: Part) -> Array:
        """The frame of a plane less its level; what is missing is begun by what stands about it."""
        return extend(self._centred(part, self._levels[part]), self.frame.margins)

    def _centred(self, part: Part, level: Any) -> Array:
        flags, pixels = self.flags(part), self.pixels(part)
        if level:
            pixels = pixels - level
        return pixels if flags is None else _filled(pixels, flags)

    def spectrum(self) -> Spectrum:
        """The mean power of the planes of each PSF, with what shaped it; for a rule to read.

        Of the image alone, faded out towards its edges: a margin holds no noise of its own, and
        what it holds was not blurred.
        """
        frame = self.frame
        fading = [*map(_fading, frame.sizes)]
        window = reduce(np.multiply.outer, fading).astype(frame.otfs[0].real.dtype)
        powers: dict[Part, Array] = {}
        brightness: dict[Part, float] = {}
        rounding = (ROUNDING * np.finfo(frame.key.dtype).eps) ** 2

        def gather(part: Part) -> None:
            with self.lease() as plan:
                plan.frame[:] = 0
                pixels, inside = self._centred(part, self._levels[part]), plan.frame[frame.window]
                np.multiply(window, pixels, out=inside)
                level = inside.sum(dtype=np.result_type(pixels, np.float64)) / _total(fading)
                brightness[part] = float(np.abs(level)) ** 2
                np.multiply(window, pixels - pixels.dtype.type(level), out=inside)
                plan.forward()
                power = np.abs(plan.spectrum)
                power *= power
            power[power <= rounding * power.mean()] = 0  # a flat image has no noise to be fitted
            powers[part] = power

        self.each(gather)
        found, means = [], []
        for index, otf in enumerate(frame.otfs):
            alike = [part for part in self.parts if self.scene.psfs.which[part] == index]
            shared = len(alike)
            observed = powers.pop(alike[0])
            for part in alike[1:]:
                observed += powers.pop(part)
            observed /= shared * _total(map(np.square, fading))
            blur = np.abs(otf)
            blur *= blur
            counts = np.broadcast_to(shared * frame.counts, frame.half)
            known = (each.astype(blur.dtype) for each in (frame.gradient, counts))
            whole = observed, blur, self._seen(blur, fading), *known
            found.append([part.reshape(-1)[1:] for part in whole])
            bright = frame.size * sum(brightness[part] for part in alike) / shared
            means.append((bright, float(blur.reshape(-1)[0]), shared))
        parts = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
        spectrum = Spectrum(*parts)
        return spectrum if frame.open else spectrum._replace(means=np.array(means))

    def _seen(self, blur: Array, fading: list[Array]) -> Array:
        """A power spectrum as the window shows it: its transform times the window's."""
        with self.lease() as plan:
            plan.spectrum[:] = blur
            plan.inverse()
            for axis, (window, length) in enumerate(zip(fading, plan.frame.shape, strict=True)):
                likeness = np.fft.irfft(np.square(np.abs(np.fft.rfft(window, length))), length)
                shape = [-1 if a == axis else 1 for a in range(plan.frame.ndim)]
                likeness /= likeness[0] * length
                plan.frame *= likeness.reshape(shape).astype(blur.dtype)
            plan.forward()
            return np.asarray(np.maximum(plan.spectrum.real, 0))

    def otf(self, part: Part) -> Array:
        """The transfer function of a plane's PSF."""
        otf: Array = self.frame.otfs[self.scene.psfs.which[part]]
        return otf

    def blurred(self, part: Part, scene: Array) -> Array:
        """The frame of a scene, blurred by a plane's PSF."""
        with self.lease() as plan:
            blurred = plan.filter(scene, self.otf(part))
            return np.asarray(blurred / scene.dtype.type(self.frame.size))

    def known(self, part: Part) -> Array:
        """1 where the frame is known, 0 where it is open."""
        return self.frame.known(self.flags(part))

    def opened(self, part: Part) -> Array:
        """Where the frame is open, its samples in a row."""
        if self.flags(part) is None and not self.frame.open:
            return np.empty(0, np.intp)
        return np.flatnonzero(self.known(part) == 0)

    def start(self, part: Part) -> Array | None:
        """The frame of the scene to start from, less its level, where one was given."""
        start = super().start(part)
        return None if start is None else extend(start - self.scene_level(part), self.frame.margins)

    def scene_level(self, part: Part) -> Any:
        """The level before the blur."""
        total = self.scene.psfs.kernels[self.scene.psfs.which[part]].whole.sum()
        return self.scene.compute.type(self._levels[part] / (total or 1))

    def keep(self, part: Part, image: Array) -> None:
        """Take a plane's estimate from its frame."""
        super().keep(part, image[self.frame.window])
        if self.frame.open:
            plane, channel = part
            self.estimate[plane, ..., channel] += self.scene_level(part)

    def miss(self, part: Part, difference: Array) -> float:
        """Take a plane's residual from its frame; give the sum of its squares."""
        return super().miss(part, difference[self.frame.window])


def _total(sides: Iterable[Array]) -> float:
    """The sum over the product of sides."""
    return math.prod(float(side.sum()) for side in sides)


def _fading(size: int) -> Array:
    """1, and a raised cosine towards either end."""
    depth = np.minimum(np.arange(size), np.arange(size)[::-1]) + 1
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(depth / (FADE * size + 1), 1))


def _filled(pixels: Array, flags: Array) -> Array:
    """Missing pixels as a mean of those about them, or 0 where there are none."""
    about = gaussian_blur(pixels, 1.0, axes=tuple(range(pixels.ndim)), mask=flags)
    return np.where(flags, pixels, np.where(np.isfinite(about), about, 0)).astype(pixels.dtype)
