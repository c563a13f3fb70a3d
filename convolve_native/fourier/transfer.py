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
    period = np.zeros(shape, dtype=kernel.dtype)
    rows = (np.arange(kernel.shape[0]) + shift[0]) % shape[0]
    columns = (np.arange(kernel.shape[1]) + shift[1]) % shape[1]
    tall, wide = shape
    for p, q in itertools.product(
        range(0, kernel.shape[0], tall), range(0, kernel.shape[1], wide)
    ):  # within a period no two taps meet
        part = np.ix_(rows[p : p + tall], columns[q : q + wide])
        period[part] += kernel[p : p + tall, q : q + wide]
    return period


def spectrum_of(period: Array, key: PlanKey) -> Array:
    """The transform of one period, by a plan that depends on nothing that was measured."""
    with POOL.lease(key._replace(effort="estimate")) as plan:
        plan.frame[:] = period
        plan.forward()
        return plan.spectrum.copy()
