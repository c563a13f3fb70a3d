"""Whether there is a kernel to be found in a photograph, and how far to trust one."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.api.blurs import gaussian_blur
from convolve_native.estimation._evidence import Evidence
from convolve_native.estimation._pyramid import coarse, resized, scales
from convolve_native.estimation._search import Search, Walk, smoothing
from convolve_native.estimation._spectrum import SIDES
from convolve_native.estimation.edges import blur_of

Array = NDArray[Any]

# Pixels of a Gaussian, from the sharpest edges: below which a photograph is sharp, and below which
# it is where its halves were blurred by different kernels, too: none fits all that is so sharp.
SHARP, CRISP = 0.85, 1.0
COARSE = 4  # pixels of a Gaussian beyond which noise is all but gone
FRAMED = 3  # of these, left out at the frame
STANDS_OUT = 4.0  # times the noise left there, for texture
FLAT = 2e-4  # of the image's range: less curvature is a smooth ramp's, and rounding
VARIED = 18.0  # log-likelihood by which kernels differ; halves of one blur, on 2 of 52 photographs
VAGUE, SOUND = 0.5, 0.85  # agreement of the starts that says nothing; confidence that seldom errs
DULL = "too little texture to estimate from"
CLEAR = "image looks sharp already"
VARIES = "blur varies over the frame"
UNSEEN = "no kernel was found that the spectrum of the image speaks for"
DOUBTFUL = "searches from several starts differ: the kernel may be wrong"


def hopeless(grey: Array, noise: float, workers: int) -> tuple[str, bool] | None:
    """Why there is nothing to look for, and whether because the photograph is sharp."""
    if min(grey.shape) < SIDES[-1]:
        return DULL, False
    frame = min(FRAMED * COARSE, min(grey.shape) // 4)
    inside = (slice(frame, -frame or None),) * 2  # where the mirror at the frame bends nothing
    bends = [gaussian_blur(grey, COARSE, order=order)[inside] for order in ((2, 0), (0, 2))]
    texture = float(np.sqrt(np.mean(np.square(bends))))
    # White noise after a second derivative of a Gaussian: its weights' root of squares.
    left = noise * np.sqrt(3 / (16 * np.pi)) / COARSE**3
    if texture <= STANDS_OUT * left + FLAT:
        return DULL, False
    width = _width(grey, noise, workers)
    if width is None:
        return DULL, False
    return (CLEAR, True) if width < SHARP else None


def crisp(grey: Array, noise: float, workers: int) -> bool:
    """Whether the sharpest edges are too sharp to be blurred by anything but a single kernel."""
    width = _width(grey, noise, workers)
    return width is not None and width < CRISP


def _width(grey: Array, noise: float, workers: int) -> float | None:
    """Of the Gaussian that the sharpest edges show; None without an edge."""
    sigma = smoothing(noise)
    seen = blur_of(gaussian_blur(grey, sigma) if sigma else grey, workers)
    return None if seen is None else math.sqrt(max(seen.widths[0] ** 2 - sigma**2, 0))


def judged(
    image: Array, known: Array, found: Search, noise: float
) -> tuple[float, tuple[str, ...]]:
    """The confidence in what was found, and what is odd about it.

    Halves of the image are looked at by themselves, at coarse scales: the blur varies where the
    spectrum of either speaks for its own kernel against the other's.
    """
    rows, columns = image.shape
    every = slice(None)
    halves = (
        (slice(rows // 2), every),
        (slice(rows // 2, None), every),
        (every, slice(columns // 2)),
        (every, slice(columns // 2, None)),
    )
    looks: dict[int, _Look] = {}

    def look_at(number: int) -> None:
        half = halves[number]
        looks[number] = _look(image[half], known[half], found.kernel.shape[0], noise)

    threads.run(lambda: look_at, range(len(halves)), threads.available_workers())
    varies = max(_apart(looks[0], looks[1]), _apart(looks[2], looks[3])) > VARIED
    confidence = float(np.clip((found.agreement - VAGUE) / (1 - VAGUE), 0, 1))
    return confidence, (VARIES,) * varies + (DOUBTFUL,) * (confidence < SOUND)


class _Look(NamedTuple):
    kernel: Array
    spectrum: Evidence


def _look(part: Array, known: Array, taps: int, noise: float) -> _Look:
    """The kernel of a part at coarse scales, and the spectrum there."""
    part = np.ascontiguousarray(part)
    every = coarse(scales(part.shape, taps))
    kernel = Walk(part, known, every, noise).along(every)
    return _Look(kernel, Evidence(resized(part, every[-1].shape)))


def _apart(one: _Look, other: _Look) -> float:
    """How much likelier the spectra of two parts are with kernels of their own than exchanged."""
    pairs = ((one, other), (other, one))
    return sum(own.spectrum.of(own.kernel) - own.spectrum.of(each.kernel) for own, each in pairs)
