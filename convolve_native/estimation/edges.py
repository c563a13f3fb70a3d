"""The Gaussian that blurred a picture, from the slopes of its sharpest edges.

Where an edge stands, a step of height h that a Gaussian of variance v blurred, the slope of the
picture after one more Gaussian of variance s**2 is ``h / sqrt(2 pi (v + s**2))``.  Two such s make
a quotient that h has no part in, and v is known, along the way that the edge faces.  Not all that
is steep is a step: of three s, far apart, the slopes may fall as any power of ``v + s**2``.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.api.blurs import gaussian_blur
from convolve_native.loops import polyblur

Array = NDArray[Any]

# Pixels: as fine as a sampled derivative goes, what is near it, twice and four times the first.
SCALES = (0.7, 1.0, 1.4, 2.8)
APART = (0, 2, 3)  # of these, those that tell the power
SQUARES = tuple(scale**2 for scale in SCALES)
WAYS = 12  # that an edge may face, 15 degrees apart
POWER = 16  # of the norm that stands for a maximum: as few pixels count as may
FAINT = 1 / 4  # of the largest slope: less counts for nothing in such a norm
SECOND = 0.3  # of the variance's logarithm: what the edges' power has a say in
OWN = 0.05  # pixels squared: what the edges of a sharp photograph come to by themselves
LEAST, MOST = 0.25, 16.0  # pixels squared, of a variance that is believed
LOWEST = 0.02  # pixels squared: the least that is told from the power
EVEN = 0.02  # of the weights, for a blur that is the same in all directions
ROUNDING = 64  # eps: a constant's slope may come to as much
BAND = 2**16  # pixels that a worker takes at a time


class Blur(NamedTuple):
    """A Gaussian: the variance along an angle is ``mean + cosine cos(2 a) + sine sin(2 a)``."""

    mean: float
    cosine: float
    sine: float

    @property
    def widths(self) -> tuple[float, float]:
        """Standard deviations along and across, in pixels."""
        more = math.hypot(self.cosine, self.sine)
        along, across = np.clip((self.mean + more, self.mean - more), LEAST, MOST)
        return math.sqrt(along), math.sqrt(across)

    @property
    def angle(self) -> float:
        """Of the larger one, in degrees from +column towards +row, 0 to 180."""
        return math.degrees(math.atan2(self.sine, self.cosine)) / 2 % 180


def blur_of(picture: Array, workers: int) -> Blur | None:
    """The blur of a picture of floats about 1, beyond that of a sharp one; None without an edge."""
    blurred = partial(gaussian_blur, picture, method="separable", axes=(0, 1), workers=workers)
    down, across = np.empty((2, len(SCALES), *picture.shape), picture.dtype)
    for scale, *slopes in zip(SCALES, down, across, strict=True):
        for order, slope in zip(((1, 0), (0, 1)), slopes, strict=True):
            blurred(scale, order=order, out=slope)
    steepest = max(float(max(each[0].max(), -each[0].min())) for each in (down, across))
    if steepest < ROUNDING * np.finfo(picture.dtype).eps:
        return None
    rows = bands(picture.shape)
    sums = np.empty((len(rows), WAYS, 2 + len(SCALES)))
    look = polyblur.tally.compiled(picture.dtype)
    faint = picture.dtype.type(FAINT * steepest)

    def work(part: int) -> None:
        look(down, across, faint, sums[part], *rows[part])

    threads.run(lambda: work, range(len(rows)), workers)
    return _fitted(sums.sum(axis=0))


def bands(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """First and last row + 1 of the parts of a picture, whoever may work on them."""
    height = max(1, BAND // shape[1])
    return [(row, min(row + height, shape[0])) for row in range(0, shape[0], height)]


def _fitted(sums: Array) -> Blur:
    """The Gaussian that the quotients of all ways agree on best, the strong ones counting more."""
    cosine, sine, *norms = sums[(sums[:, 2:] > 0).all(axis=1)].T
    fine, near = norms[:2]
    quotient = (fine / near) ** (2 / POWER)
    steps = SQUARES[1] - quotient * SQUARES[0]
    variance = np.where(quotient > 1, steps / np.where(quotient > 1, quotient - 1, 1), MOST)
    variance = np.minimum(variance, MOST)
    strength = (fine / fine.max()) ** (2 / POWER)
    # A quotient's error is the variance's in proportion to v + s**2.
    weights = strength / (np.maximum(variance, 0) + SQUARES[0]) ** 2
    weights /= weights.sum()
    terms = np.stack((np.ones_like(fine), cosine / fine, sine / fine))
    normal = (terms * weights) @ terms.T + np.diag((0.0, EVEN, EVEN))
    found = np.linalg.solve(normal, (terms * weights) @ variance)
    if found[0] > 0:
        slopes = [float(np.average(np.log(norms[k]), weights=strength)) for k in APART]
        found *= (_of_any_power(slopes) / found[0]) ** SECOND
    return Blur(float(found[0]) - OWN, *map(float, found[1:]))


def _of_any_power(slopes: list[float]) -> float:
    """The variance v for which slopes, here their logarithms, fall as a power of v + s**2."""
    variances = np.geomspace(LOWEST, MOST, 200)
    first, second, third = (np.log(variances + SQUARES[k]) for k in APART)
    falls = (second - first) / (third - second)  # from 1 down to 1/4
    fall = (slopes[0] - slopes[1]) / max(slopes[1] - slopes[2], np.finfo(float).tiny)
    return float(np.interp(fall, falls[::-1], variances[::-1]))
