"""Filters of a quadratic restoration over a spectrum; real and imaginary parts stand in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop, piece, scalar


@piece
def _share(a: Any, b: Any, penalty: Any, scale: Any) -> Any:
    """scale / (|H|^2 + penalty), 0 where nothing is let through and nothing is penalised."""
    whole = a * a + b * b + penalty
    return scale / whole if whole > 0 else 0 * scale


def _signature(compute: np.dtype[Any]) -> Any:
    spectrum, reals = array(compute, 1), array(compute, 1, written=True)
    return spectrum, spectrum, *(scalar(compute),) * 2, reals


@loop(_signature)
def invert(otf: Any, power: Any, weight: Any, scale: Any, inverse: Any) -> None:
    """inverse = scale conj(H) / (|H|^2 + weight P)."""
    for i in range(power.size):
        a, b = otf[2 * i], otf[2 * i + 1]
        gain = _share(a, b, weight * power[i], scale)
        inverse[2 * i], inverse[2 * i + 1] = gain * a, -gain * b


@loop(_signature)
def respond(otf: Any, power: Any, weight: Any, scale: Any, response: Any) -> None:
    """response = scale |H|^2 / (|H|^2 + weight P)."""
    for i in range(power.size):
        a, b = otf[2 * i], otf[2 * i + 1]
        response[i] = _share(a, b, weight * power[i], scale) * (a * a + b * b)
