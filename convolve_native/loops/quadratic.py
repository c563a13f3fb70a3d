"""Filters of a quadratic restoration over a spectrum; real and imaginary parts stand in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop, scalar


def _filters_signature(compute: np.dtype[Any]) -> Any:
    spectrum, reals = array(compute, 1), array(compute, 1, written=True)
    return spectrum, spectrum, *(scalar(compute),) * 2, reals, reals


@loop(_filters_signature)
def filters(otf: Any, power: Any, weight: Any, scale: Any, inverse: Any, response: Any) -> None:
    """inverse = scale conj(H) / (|H|^2 + weight P), response = scale |H|^2 / (|H|^2 + weight P).

    0 where nothing is let through and nothing is penalised.
    """
    for i in range(power.size):
        a, b = otf[2 * i], otf[2 * i + 1]
        square = a * a + b * b
        whole = square + weight * power[i]
        share = scale / whole if whole > 0 else 0 * scale
        inverse[2 * i], inverse[2 * i + 1] = share * a, -share * b
        response[i] = share * square


@loop(lambda compute: (array(compute, 1, written=True), array(compute, 1)))
def respond(spectrum: Any, response: Any) -> None:
    """spectrum *= response, which is real."""
    for i in range(response.size):
        spectrum[2 * i] *= response[i]
        spectrum[2 * i + 1] *= response[i]
