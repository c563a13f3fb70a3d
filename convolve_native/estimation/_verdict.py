"""Which kind of kernel blurred an image, by the likelihoods of all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks.pictures import as_planes
from convolve_native.estimation._likelihood import Parameters, Peak
from convolve_native.estimation._models import MODELS, sharp
from convolve_native.estimation._spectrum import LEAST, observe

Array = NDArray[Any]

TEMPER = 0.35  # of a difference of likelihoods, such that chances come true
AHEAD = {"sharp": 3.0, "gaussian": 0.5}  # of the others, so tempered, where a spectrum is silent
# Pixels, the root mean square of a kernel along its two axes at which half of all photographs would
# be called sharp; and how abruptly that changes.
VISIBLE, ABRUPT = 0.9, 16
TEXTURE = 0.025  # share of the scene in the spectrum below which there is nothing to tell from


@dataclass(frozen=True, eq=False)
class Verdict:
    """What each kind comes to."""

    found: dict[str, Parameters]
    chances: dict[str, float]  # of each kind, and of "sharp"
    warnings: tuple[str, ...]


def examine(image: ArrayLike, axes: tuple[int, int] | None) -> Verdict:
    """Fit kernels of every kind to an image."""
    observed = observe(_grey(image, axes))
    plain = sharp(observed)
    peaks = {name: model.fit(observed, plain) for name, model in MODELS.items()}
    chances = _chances(plain, peaks)
    warnings: tuple[str, ...] = ()
    if plain.share.mean() < TEXTURE:
        chances, warnings = dict.fromkeys(chances, 0.0), ("too little texture to tell a blur from",)
    found = {name: peak.parameters for name, peak in peaks.items()}
    return Verdict(found, chances, warnings)


def _grey(image: ArrayLike, axes: tuple[int, int] | None) -> Array:
    """The sum over all axes but the picture's own, from 0 to 1."""
    planes = as_planes(image, axes)
    shape = planes.shape[1:]
    if min(shape) < LEAST:
        raise ValueError(f"image must be at least {LEAST} pixels along both axes; got {shape}")
    peak = max(abs(float(planes.min())), abs(float(planes.max()))) or 1.0  # sums could overflow
    total = np.zeros(shape)
    for plane in planes:
        total += plane / peak
    total -= total.min()
    span = total.max()
    if span == 0:
        raise ValueError("image must not be constant, all its planes added up; got no two values")
    return np.asarray(total / span, np.float32)  # single precision holds what varies


def _chances(plain: Peak, peaks: dict[str, Peak]) -> dict[str, float]:
    """Of each kind and of "sharp", which takes its share of kernels too narrow to be seen."""
    everything = {"sharp": plain, **peaks}
    heights = {
        name: TEMPER * peak.likelihood + AHEAD.get(name, 0.0) for name, peak in everything.items()
    }
    top = max(heights.values())
    chances = {name: math.exp(height - top) for name, height in heights.items()}
    for name, peak in peaks.items():
        unseen = 1 / (1 + (MODELS[name].spread(*peak.parameters) / VISIBLE) ** ABRUPT)
        chances["sharp"] += unseen * chances[name]
        chances[name] -= unseen * chances[name]
    total = sum(chances.values())
    return {name: chance / total for name, chance in chances.items()}
