"""Between a point spread function and its transfer function."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.fourier.plans import POOL, PlanKey

Array = NDArray[Any]


def circulant(kernel: Array, shape: tuple[int, ...], shift: tuple[int, ...]) -> Array:
    """One period of the kernel, tap j at (j + shift) modulo `shape`; taps that meet add up."""
    return _lay(kernel, shift, np.empty(shape, kernel.dtype))


def _lay(kernel: Array, shift: tuple[int, ...], period: Array) -> Array:
    axes = list(zip(kernel.shape, shift, period.shape, strict=True))
    places = [(np.arange(taps) + first) % n for taps, first, n in axes]
    period[...] = 0
    for starts in itertools.product(*(range(0, taps, n) for taps, _, n in axes)):
        within = [slice(at, at + n) for at, n in zip(starts, period.shape, strict=True)]
        part = np.ix_(*(place[cut] for place, cut in zip(places, within, strict=True)))
        period[part] += kernel[tuple(within)]  # within a period no two taps meet
    return period


def steps(size: int) -> Array:
    """|D|^2 of the differences of neighbours along an axis of a period.

    >>> steps(4).round(12).tolist()
    [0.0, 2.0, 4.0, 2.0]
    """
    return np.asarray(2 - 2 * np.cos(2 * np.pi * np.arange(size) / size))


def spectrum_of(kernel: Array, key: PlanKey, shift: tuple[int, ...]) -> Array:
    """The transform of one period, by a plan that depends on nothing that was measured."""
    with POOL.lease(key._replace(effort="estimate")) as plan:
        _lay(kernel, shift, plan.frame)
        plan.forward()
        return plan.spectrum.copy()
