"""Loops over values that have no neighbours: conversion, and a look at the range."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop
from convolve_native.loops._lines import convert_line


@loop(lambda compute, result: (array(compute, 1), array(result, 1, written=True)))
def convert(values: Any, out: Any) -> None:
    """out[j] = values[j]; integers are rounded half to even and saturated."""
    convert_line(values, out)


@loop(lambda source: (array(source, 1), array(np.dtype(np.float64), 1, written=True)))
def survey(values: Any, found: Any) -> None:
    """found = (how many are finite, the largest of their moduli, the sum of their moduli)."""
    count = 0
    peak = total = 0.0
    for value in values:
        size = abs(value)
        if np.isfinite(size):
            count += 1
            peak = max(peak, size)
            total += size
    found[0], found[1], found[2] = count, peak, total
