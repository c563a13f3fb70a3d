"""A plane under Richardson-Lucy: x <- x * H^T (w y / H x) / H^T w, and what makes it faster.

An iteration starts ahead of the last estimate, at ``x (x / x')^a (x / p)^b``: x' is the estimate
before, and p the point that x was made from.  Going on in logarithms keeps the light positive; a is
what is published for differences, and b, as large, over-relaxes the iteration itself.

References
----------
D. S. C. Biggs, M. Andrews, "Acceleration of iterative image restoration algorithms", Appl. Opt.
36(8), 1997; H. Wang, P. C. Miller, "Scaled heavy-ball acceleration of the Richardson-Lucy
algorithm for 3D microscopy image restoration", IEEE Trans. Image Process. 23(2), 2014;
D. Kim, J. A. Fessler, "Optimized first-order methods for smooth convex minimization", Math.
Programming 159, 2016 (over-relaxation).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.loops import poisson as loops
from convolve_native.restoration.blur import Blur
from convolve_native.restoration.planes import Part, Planes

Array = NDArray[Any]
Sums = list[tuple[float, float]]  # of each iteration: its change times the one before, and itself

BAND = 2**16  # samples that one worker takes at a time
# Slopes far below this share of x times tv count as none: an iteration then smooths by a sixteenth
# at most, twice as much if it is over-relaxed; beyond an eighth what rounding leaves would grow.
FLAT = 8  # for each axis
LEAST = 0.5  # that the total variation divides by


def heavy_ball(sums: Sums) -> tuple[float, float]:
    """What is best in the worst case, whatever the image: (k - 1) / (k + 2) and k / (k + 2)."""
    k = len(sums)
    return max(k - 1, 0) / (k + 2), k / (k + 2)


def biggs_andrews(sums: Sums) -> tuple[float, float]:
    """How much the last change went on in the direction of the one before, 0 to 1.

    No more than `heavy_ball`: lone points of light would be overshot, and come back slowly.
    """
    if len(sums) < 2 or sums[-2][1] == 0:
        return 0.0, 0.0
    likeness = max(sums[-1][0] / sums[-2][1], 0.0)
    momentum, relaxation = heavy_ball(sums)
    return min(likeness, momentum), min(likeness, relaxation)


MOMENTA: dict[str, Callable[[Sums], tuple[float, float]]] = {
    "biggs-andrews": biggs_andrews,
    "heavy-ball": heavy_ball,
}


@dataclass(frozen=True)
class Light:
    """What is known of the light beside the PSF, and how its likelihood is climbed."""

    iterations: int
    white: bool  # whether to end where what is left is white, too
    acceleration: str | None
    damping: float
    background: float
    readout: float
    tv: float
    tolerance: float | None

    def by(self, unit: float) -> Light:
        """The same where light is counted in units of so much."""
        return replace(
            self,
            damping=self.damping / math.sqrt(unit),
            background=self.background / unit,
            readout=self.readout / unit,
        )


class Plane:
    """One plane under way."""

    def __init__(
        self, planes: Planes, part: Part, light: Light, blur: Blur, weights: Array | None
    ) -> None:
        self._planes, self._part, self._blur = planes, part, blur
        compute, flags = planes.scene.compute, planes.flags(part)
        if flags is not None:
            weights = np.where(flags, 1 if weights is None else weights, 0).astype(compute)
        self._weights = None if weights is None else np.ascontiguousarray(weights)
        self._shares = blur.shares(self._weights)
        self._unit, pixels = _unit(planes.pixels(part)), planes.pixels(part)
        self._observed = np.ascontiguousarray(pixels if self._unit == 1 else pixels / self._unit)
        self._light = light.by(float(self._unit))
        counted = np.ones((), compute) if self._weights is None else self._weights
        seen = np.maximum(self._observed + compute.type(self._light.readout), 0)
        wide = np.float64
        total = np.broadcast_to(counted, seen.shape).sum(dtype=wide)
        level = float((self._observed * counted).sum(dtype=wide) / total)
        mean = (level - self._light.background) / blur.gain
        start = planes.start(part)
        self.dark = start is None and mean <= 0
        self._scene = np.full(blur.shape, mean, compute)
        if start is not None:
            self._scene = np.maximum(blur.widened(start / self._unit), 0)
        info, number = np.finfo(compute), compute.type
        floor = max(float(info.eps * (seen * (counted > 0)).max()), float(info.tiny))
        level = self._light.background + self._light.readout
        self._model = number(self._light.readout), number(level), number(floor)
        self._flux = number((seen * counted).sum(dtype=wide))
        self._blurred = np.empty(self._observed.shape, compute)
        self._correction = np.empty(blur.shape, compute)
        self._sums: Sums = []
        self.divergence = self.square = 0.0
        self._point = self._scene
        if light.acceleration:
            self._point, self._change = self._scene.copy(), np.zeros_like(self._scene)

    def look(self) -> None:
        """Begin an iteration: blur the point that it starts from."""
        if self.dark:
            return
        if self._light.acceleration is not None:
            self._predict(*MOMENTA[self._light.acceleration](self._sums))
        self._blur.forward(self._point, self._blurred)

    def step(self) -> None:
        """End it; in the dark there is nothing to do."""
        if self.dark:
            return
        self._correct(self._point)
        if self._light.acceleration is None:
            self._multiply()
            return
        self._sums.append(self._multiply_on())
        self._scene, self._point = self._point, self._scene

    def _correct(self, point: Array) -> None:
        """correction = H^T (w light / blurred), at a point that is blurred."""
        self._divide()
        if self._weights is not None:
            self._blurred *= self._weights
        self._blur.back(self._blurred, self._correction)
        if self._light.tv:
            self._flatten(point)

    def _flatten(self, point: Array) -> None:
        """Correct for the total variation of a point too."""
        tv, number = self._light.tv, point.dtype.type
        shape = _, height, width = (1, 1, *point.shape)[-3:]
        weights = map(number, (tv, FLAT * point.ndim * tv, LEAST))
        scratch = np.empty((4 + height, width), point.dtype)
        flatten = loops.flatten.compiled(point.dtype)
        flatten(point.reshape(shape), *weights, scratch, self._correction.reshape(shape))

    def _divide(self) -> None:
        observed, blurred, model = flat(self._observed), flat(self._blurred), self._model
        if self._light.damping:
            damp = loops.divide_damped.compiled(blurred.dtype)
            limit = blurred.dtype.type(self._light.damping)
            self._over(blurred, lambda band: damp(observed[band], *model, limit, blurred[band]))
            return
        divide = loops.divide.compiled(blurred.dtype)
        self._over(blurred, lambda band: divide(observed[band], *model, blurred[band]))

    def _multiply(self) -> None:
        scene, correction, shares = map(flat, (self._scene, self._correction, self._shares))
        multiply, flux = loops.multiply.compiled(scene.dtype), self._flux
        self._over(scene, lambda band: multiply(scene[band], correction[band], shares[band], flux))

    def _predict(self, momentum: float, relaxation: float) -> None:
        scene, change, point = map(flat, (self._scene, self._change, self._point))
        predict, number = loops.predict.compiled(scene.dtype), scene.dtype.type
        weights = number(momentum), number(relaxation)
        self._over(scene, lambda band: predict(scene[band], change[band], *weights, point[band]))

    def _multiply_on(self) -> tuple[float, float]:
        """Multiply, and compare the change with the one before."""
        point, change, shares = map(flat, (self._point, self._correction, self._shares))
        before, flux = flat(self._change), self._flux
        multiply = loops.multiply_on.compiled(point.dtype)
        compare = loops.compare.compiled(point.dtype)
        sums = np.empty((-(-point.size // BAND), 2, loops.LANES), point.dtype)

        def work(band: slice) -> None:
            multiply(point[band], change[band], shares[band], flux)
            compare(change[band], before[band], sums[band.start // BAND])

        self._over(point, work)
        self._correction, self._change = self._change, self._correction
        cross, own = sums.sum(axis=(0, 2), dtype=np.float64).tolist()
        return cross, own

    def _over(self, samples: Array, work: Callable[[slice], None]) -> None:
        """Do a pass over samples in bands, whose number does not hang on that of the workers."""
        bands = [slice(start, start + BAND) for start in range(0, samples.size, BAND)]
        threads.run(lambda: work, bands, self._planes.inner)

    def keep(self) -> None:
        """Hand in the estimate."""
        self._planes.keep(self._part, self._scene[self._blur.window] * self._unit)

    def measure(self) -> None:
        """Compare the blurred estimate with the observation."""
        self._blur.forward(self._scene, self._blurred)
        observed, blurred = flat(self._observed), flat(self._blurred)
        weights = np.ones_like(observed) if self._weights is None else flat(self._weights)
        measure = loops.divergence.compiled(blurred.dtype)
        self.divergence = measure(observed, *self._model, blurred, weights) * float(self._unit)
        background = self._blurred.dtype.type(self._light.background)
        residual = (self._observed - self._blurred - background) * self._unit
        self.square = self._planes.miss(self._part, residual)

    def likeness(self) -> float:
        """How alike neighbours are in what the blurred point leaves: -1 to 1, 0 if it is white."""
        width = self._observed.shape[-1]
        observed, blurred = (each.reshape(-1, width) for each in (self._observed, self._blurred))
        weights = np.ones((1, width), blurred.dtype) if self._weights is None else self._weights
        rows, sums = np.empty((2, width), blurred.dtype), np.zeros((3, width), blurred.dtype)
        compare, levels = loops.neighbours.compiled(blurred.dtype), self._model[:2]
        compare(observed, *levels, blurred, weights.reshape(-1, width), rows, sums)
        own, beside, over = sums.sum(axis=1, dtype=np.float64).tolist()
        along = sum(n > 1 for n in (len(observed), width))  # axes that there are neighbours on
        return (beside + over) / along / own if along and own > 0 else 0.0


def _unit(pixels: Array) -> Any:
    """A power of two near the largest pixel, where its square might not be a number; else 1."""
    exponent = math.frexp(float(np.abs(pixels).max()))[1] - 1
    far = abs(exponent) > np.finfo(pixels.dtype).maxexp // 3
    return pixels.dtype.type(2.0**exponent if far else 1.0)


def flat(samples: Array) -> Array:
    """All samples in a row."""
    return samples.reshape(-1)
