"""Loops over values that have no neighbours: conversion, and a look at the range."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._butterflies import BLOCK, magnitude, moduli_of
from convolve_native.loops._jit import array, loop
from convolve_native.loops._lines import convert_line


@loop(lambda compute, result: (array(compute, 1), array(result, 1, written=True)))
def convert(values: Any, out: Any) -> None:
    """out[j] = values[j]; integers are rounded half to even and saturated."""
    convert_line(values, out)


@loop(lambda source: (array(source, 1), array(np.dtype(np.float64), 1, written=True)))
def survey(values: Any, found: Any) -> int:
    """found = (how many are finite, the sum of their moduli); returns their largest magnitude."""
    count, total, loudest = 0, 0.0, 0
    whole = values.size // BLOCK * BLOCK
    for start in range(0, whole, BLOCK):
        moduli = moduli_of(values, start)
        if np.isfinite(moduli):
            count += BLOCK
            total += moduli
            for q in range(start, start + BLOCK):
                loudest = max(loudest, magnitude(values, q))
        else:
            for q in range(start, start + BLOCK):
                if np.isfinite(values[q]):
                    count += 1
                    total += abs(values[q])
                    loudest = max(loudest, magnitude(values, q))
    for q in range(whole, values.size):
        if np.isfinite(values[q]):
            count += 1
            total += abs(values[q])
            loudest = max(loudest, magnitude(values, q))
    found[0], found[1] = count, total
    return loudest
