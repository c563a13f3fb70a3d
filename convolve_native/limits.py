"""What the machine can do at most, measured: multiply-adds in registers, and copies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.calibration import timings
from convolve_native.loops import limits
from convolve_native.loops._simd import target
from convolve_native.problem import Shape

STEPS = 500_000  # two milliseconds, beside which handing out to threads is nothing


def multiply_add_rate(workers: int = 1, dtype: str = "float32") -> float:
    """Multiply-adds a second, in vectors of floats, on so many threads at a time."""
    part = np.dtype(dtype)
    loop, lanes = limits.multiply_add.compiled(part), target().nbytes // part.itemsize
    terms = np.array([0.999, 1.0], part)
    outs = np.empty((workers, lanes), part)

    def work(out: NDArray[Any]) -> None:
        loop(STEPS, terms, out)

    (timing,) = timings(lambda: threads.run(lambda: work, list(outs), workers))
    return workers * STEPS * lanes * limits.chains() / timing.best


def copy_rate(shape: Shape, workers: int = 1, dtype: str = "float32") -> float:
    """Bytes a second, read and written, on so many threads at a time."""
    source, copy = np.ones(shape, dtype), np.zeros(shape, dtype)
    shares = list(zip(*(np.array_split(each, workers) for each in (copy, source)), strict=True))

    def work(share: tuple[NDArray[Any], NDArray[Any]]) -> None:
        np.copyto(*share)

    (timing,) = timings(lambda: threads.run(lambda: work, shares, workers))
    return 2 * source.nbytes / timing.best
