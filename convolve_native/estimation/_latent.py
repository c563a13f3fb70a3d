"""A scale of an estimation: the observed frame, the scene in it, and the kernel between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.api.blurs import box_blur
from convolve_native.fourier.plans import POOL, Plan, PlanKey
from convolve_native.fourier.transfer import spectrum_of
from convolve_native.loops import frames
from convolve_native.loops import gradients as loops
from convolve_native.methods._transform import real
from convolve_native.restoration.frame import extend, margin

Array = NDArray[Any]

FLOAT = np.dtype(np.float32)
# Of the splitting's weight: over that of the differences, none of which is left at first (where it
# is so small as to leave blurred edges), and where it ends.
FIRST, LAST = 16.0, 10.0
EDGES = 40  # strong differences kept in each direction, for each tap along an axis
PATCH, SMALLEST_PATCH = 0.025, 3  # of the image's side, and pixels; one of it may be darkened
LEFT = 0.25  # of the image, at least, that edges are looked for in


class Latent:
    """The frame of an image for kernels of up to `taps`; the scene in it is not known yet."""

    def __init__(self, image: Array, known: Array, taps: int) -> None:
        self._taps, self._sizes = taps, image.shape
        # No pixel of the image sees more of the world than half of a kernel's taps on each side.
        self._margins = tuple(margin(n, taps // 2 + 1, "unknown") for n in image.shape)
        self.observed = self._extended(image)
        self._black = float(image.min())
        shape = self.observed.shape
        self._key = PlanKey(shape, (0, 1), FLOAT)
        self._known = np.zeros(shape, bool)
        self._known[self.window] = known
        self._trusted = self._eroded(known)
        steps = [2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(n)) for n in shape]
        self._steps = steps[0].astype(FLOAT), steps[1][: shape[1] // 2 + 1].astype(FLOAT)
        self._rows = np.empty((3, shape[1]), FLOAT)
        self._slopes = np.empty((2, *shape), FLOAT)
        beside = self._known
        for axis in range(2):
            beside = beside & np.roll(self._known, -1, axis)
        self._blurred = self._spectra(self.observed, beside.astype(np.uint8), 0.0)
        self.frame = self.observed.copy()

    @property
    def window(self) -> tuple[slice, slice]:
        """Where the image stands."""
        rows, columns = self._sizes
        return slice(rows), slice(columns)

    @property
    def image(self) -> Array:
        """The scene where the image stands."""
        return self.frame[self.window]

    def start(self, image: Array) -> None:
        """Begin with a scene of the image's size."""
        self.frame = self._extended(image)

    def _extended(self, image: Array) -> Array:
        return extend(np.ascontiguousarray(image, FLOAT), self._margins)

    def _eroded(self, known: Array) -> Array:
        """1 where a pixel's blur is all seen; less is asked for where little would be left."""
        reach = self._taps // 2
        while True:
            seen = box_blur(known.astype(FLOAT), 2 * reach + 1, boundary="constant")
            trusted = np.zeros(self.observed.shape, np.uint8)
            trusted[self.window] = seen > 1 - 0.5 / (2 * reach + 1) ** 2
            trusted[self._sizes[0] - 1, :] = trusted[:, self._sizes[1] - 1] = 0
            if reach == 0 or trusted.sum() >= LEFT * known.sum():
                return trusted
            reach //= 2

    def _spectra(self, x: Array, flags: Array, threshold: float) -> list[Array]:
        """The transforms of the differences that are kept, along either axis."""
        loops.keep.compiled(FLOAT)(x, flags, FLOAT.type(threshold), *self._slopes)
        found = []
        for slopes in self._slopes:
            with POOL.lease(self._key) as plan:
                plan.frame[:] = slopes
                plan.forward()
                found.append(plan.spectrum.copy())
        return found

    def threshold(self) -> float:
        """The square beyond which every direction has as many differences as it should."""
        loops.keep.compiled(FLOAT)(self.frame, self._trusted, FLOAT.type(0), *self._slopes)
        flags = self._trusted > 0
        down, across = (slopes[flags] for slopes in self._slopes)
        square = down * down + across * across
        steep, falling = np.abs(down) > np.abs(across), (down < 0) != (across < 0)
        wanted, found = EDGES * self._taps, []
        for direction in range(4):
            alike = np.sort(square[2 * steep + falling == direction])
            found.append(float(alike[max(alike.size - wanted, 0)]) if alike.size else 0.0)
        return min(found)

    def darken(self, least: float) -> None:
        """Black out the darkest pixel of every patch that is less than `least` above black."""
        window = np.ascontiguousarray(self.image)
        patch = max(SMALLEST_PATCH, round(PATCH * sum(self._sizes) / 2))
        number = FLOAT.type
        loops.darken.compiled(FLOAT)(window, patch, number(self._black), number(least))
        self.frame[self.window] = window

    def sharpen(self, k: Array, weight: float, growth: float) -> None:
        """The scene whose differences are few: min |k * x - y|^2 + weight |D x|_0, by splitting."""
        with POOL.lease(self._key) as plan:
            otf = self._otf(k)
            observed = self._filled(plan, otf)
            sizes = self._key.shape
            number, scale = FLOAT.type, 1 / (sizes[0] * sizes[1])
            cut, solve = loops.cut.compiled(FLOAT), loops.solve.compiled(FLOAT)
            rows = _rows(observed), _rows(otf)
            coupling = FIRST * weight
            plan.spectrum[:] = 0  # of no differences at all
            while True:
                solve(*rows, *self._steps, number(coupling), number(scale), _rows(plan.spectrum))
                plan.inverse()
                self.frame[:] = plan.frame
                coupling *= growth
                if coupling >= LAST:
                    break
                cut(self.frame, number(weight / coupling), self._rows, plan.frame)
                plan.forward()

    def _otf(self, k: Array) -> Array:
        middle = k.shape[0] // 2
        return spectrum_of(k.astype(FLOAT), self._key, (-middle, -middle))

    def _filled(self, plan: Plan, otf: Array) -> Array:
        """The transform of what was observed; what was not is the blur of the scene."""
        plan.frame[:] = self.frame
        plan.forward()
        number = FLOAT.type
        frames.multiply.compiled(FLOAT)(real(plan.spectrum), real(otf), number(1))
        plan.inverse()
        plan.frame[:] *= number(1 / plan.frame.size)
        np.copyto(plan.frame, self.observed, where=self._known)
        plan.forward()
        return plan.spectrum.copy()

    def correlations(self, threshold: float) -> tuple[Array, Array]:
        """What the kernel is found from: of the scene's differences with themselves and the blur's.

        Over the lags from 1 - K to K - 1, and over the taps.
        """
        spectra = self._spectra(self.frame, self._trusted, threshold)
        power, cross = np.zeros_like(spectra[0]), np.zeros_like(spectra[0])
        for slopes, blurred in zip(spectra, self._blurred, strict=True):
            add = loops.products.compiled(FLOAT)
            add(real(slopes), real(blurred), real(power), real(cross))
        lags, middle = self._taps - 1, self._taps // 2
        found = []
        for spectrum, reach in ((power, lags), (cross, middle)):
            with POOL.lease(self._key) as plan:
                plan.spectrum[:] = spectrum
                plan.inverse()
                places = np.arange(-reach, reach + 1)
                found.append(plan.frame[np.ix_(places, places)])
        return found[0], found[1]

    def move(self, steps: tuple[int, int]) -> None:
        """Move the scene against the kernel."""
        self.frame = np.roll(self.frame, (-steps[0], -steps[1]), (0, 1))


def _rows(spectrum: Array) -> Array:
    return spectrum.view(FLOAT).reshape(spectrum.shape[0], -1)
