"""Whether there is a kernel to be found in a photograph, and how far to trust one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.api.blurs import gaussian_blur
from convolve_native.estimation._pyramid import coarse, scales
from convolve_native.estimation._search import Search, climb, smoothing
from convolve_native.estimation.edges import blur_of
from convolve_native.fourier.plans import POOL, PlanKey
from convolve_native.fourier.sizes import good_size

Array = NDArray[Any]

SHARP = 0.85  # pixels of a Gaussian, from the sharpest edges, below which a photograph is sharp
COARSE = 4  # pixels of a Gaussian beyond which noise is all but gone
FRAMED = 3  # of these, left out at the frame
STANDS_OUT = 4.0  # times the noise left there, for texture
FLAT = 2e-4  # of the image's range: less curvature is a smooth ramp's, and rounding
APART, TOGETHER = 0.65, 0.7  # likeness of the kernels of two halves that differ, and that agree
VAGUE = 0.5  # likeness at which a kernel is right as often as not
DULL = "too little texture to estimate from"
CLEAR = "image looks sharp already"
VARIES = "blur varies over the frame"


def hopeless(grey: Array, noise: float, workers: int) -> tuple[str, bool] | None:
    """Why there is nothing to look for, and whether because the photograph is sharp."""
    frame = min(FRAMED * COARSE, min(grey.shape) // 4)
    inside = (slice(frame, -frame or None),) * 2  # where the mirror at the frame bends nothing
    bends = [gaussian_blur(grey, COARSE, order=order)[inside] for order in ((2, 0), (0, 2))]
    texture = float(np.sqrt(np.mean(np.square(bends))))
    # White noise after a second derivative of a Gaussian: its weights' root of squares.
    left = noise * np.sqrt(3 / (16 * np.pi)) / COARSE**3
    if texture <= STANDS_OUT * left + FLAT:
        return DULL, False
    sigma = smoothing(noise)
    seen = blur_of(gaussian_blur(grey, sigma) if sigma else grey, workers)
    if seen is None:
        return DULL, False
    if seen.widths[0] ** 2 - sigma**2 < SHARP**2:
        return CLEAR, True
    return None


def judged(
    image: Array, known: Array, found: Search, noise: float
) -> tuple[float, tuple[str, ...]]:
    """The confidence in what was found, and what is odd about it.

    Halves of the image are looked at by themselves, at coarse scales.  Where top and bottom find
    one kernel but left and right do not, or the other way round, the blur varies.
    """
    rows, columns = image.shape
    upper, left = slice(rows // 2), slice(columns // 2)
    lower, right, all_ = slice(rows // 2, None), slice(columns // 2, None), slice(None)
    taps = found.kernel.shape[0]
    halves = (upper, all_), (lower, all_), (all_, left), (all_, right)
    looks = [coarse(scales(image[half].shape, taps)) for half in halves]
    kernels: list[Array] = [image] * len(halves)

    def look_at(number: int) -> None:
        part = np.ascontiguousarray(image[halves[number]]), known[halves[number]]
        kernels[number] = climb(*part, looks[number], noise).kernel

    threads.run(lambda: look_at, range(len(halves)), threads.available_workers())
    whole = found.steps[len(looks[-1]) - 1].psf
    agreement = float(np.median([likeness(whole, k) for k in kernels]))
    apart = sorted(likeness(*pair) for pair in (kernels[:2], kernels[2:]))
    varies = apart[0] < APART and apart[1] > TOGETHER
    confidence = float(np.clip((agreement - VAGUE) / (1 - VAGUE), 0, 1))
    return confidence, (VARIES,) * varies


def likeness(one: Array, other: Array) -> float:
    """The largest correlation of two kernels over all shifts, each slightly blurred; up to 1.

    >>> k = np.eye(5)
    >>> round(likeness(k, np.pad(k, ((1, 0), (0, 1))) / 5), 2)
    1.0
    """
    side = good_size(one.shape[0] + other.shape[0] + 8)
    soft = [gaussian_blur(np.pad(k, 4), 1.0, boundary="constant") for k in (one, other)]
    norm = np.sqrt(np.square(soft[0]).sum() * np.square(soft[1]).sum())
    with POOL.lease(PlanKey((side, side), (0, 1), np.dtype(np.float64))) as plan:
        spectra = []
        for k in soft:
            plan.frame[:] = 0
            plan.frame[: k.shape[0], : k.shape[1]] = k
            plan.forward()
            spectra.append(plan.spectrum.copy())
        np.multiply(spectra[0], spectra[1].conj(), out=plan.spectrum)
        plan.inverse()
        return float(plan.frame.max()) / (side * side * float(norm))
