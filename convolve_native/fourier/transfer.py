"""Between a point spread function and its transfer function."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.fourier.plans import POOL, PlanKey

Array = NDArray[Any]


def circulant(kernel: Array, shape: tuple[int, int], shift: tuple[int, int]) -> Array:
    """One period of the kernel, tap j at (j + shift) modulo `shape`; taps that meet add up."""
    return _lay(kernel, shift, np.empty(shape, kernel.dtype))


def _lay(kernel: Array, shift: tuple[int, int], period: Array) -> Array:
    tall, wide = period.shape
    rows = (np.arange(kernel.shape[0]) + shift[0]) % tall
    columns = (np.arange(kernel.shape[1]) + shift[1]) % wide
    period[...] = 0
    for p, q in itertools.product(
        range(0, kernel.shape[0], tall), range(0, kernel.shape[1], wide)
    ):  # within a period no two taps meet
        part = np.ix_(rows[p : p + tall], columns[q : q + wide])
        period[part] += kernel[p : p + tall, q : q + wide]
    return period


def spectrum_of(kernel: Array, key: PlanKey, shift: tuple[int, int]) -> Array:
    """The transform of one period, by a plan that depends on nothing that was measured."""
    with POOL.lease(key._replace(effort="estimate")) as plan:
        _lay(kernel, shift, plan.frame)
        plan.forward()
        return plan.spectrum.copy()
