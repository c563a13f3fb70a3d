"""Pixel work of deconvolution: ratios, inverse filters, draws from a posterior."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop, scalar


@loop(
    lambda compute: (
        array(compute, 1),
        scalar(compute),
        scalar(compute),
        array(compute, 1, written=True),
    )
)
def divide(image: Any, floor: Any, least: Any, blurred: Any) -> None:
    """blurred = image / (blurred + floor), 0 where that divisor is below `least`."""
    for i in range(image.size):
        divisor = blurred[i] + floor
        ratio = image[i] / divisor
        blurred[i] = blurred.dtype.type(0) if divisor < least else ratio


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        *(array(compute, 1),) * 2,
        *(scalar(compute),) * 2,
    )
)
def invert(spectrum: Any, otf: Any, penalty: Any, weight: Any, share: Any) -> None:
    """spectrum *= share * conj(otf) / (|otf|^2 + weight penalty^2).

    Real and imaginary parts in turn; the penalty is real.
    """
    for i in range(penalty.size):
        a, b = spectrum[2 * i], spectrum[2 * i + 1]
        c, d = otf[2 * i], otf[2 * i + 1]
        gain = share / (c * c + d * d + weight * penalty[i] * penalty[i])
        spectrum[2 * i] = gain * (a * c + b * d)
        spectrum[2 * i + 1] = gain * (b * c - a * d)


def _sample_signature(compute: np.dtype[Any]) -> tuple[Any, ...]:
    planes, results = array(compute, 3), array(compute, 3, written=True)
    totals = array(compute, 2, written=True)
    return (planes, planes, array(compute, 2), scalar(compute), scalar(compute), results, totals)


@loop(_sample_signature)
def sample(
    data: Any, otf: Any, penalty: Any, noise: Any, prior: Any, draws: Any, totals: Any
) -> None:
    """draws = a spectrum from the posterior, in place of the normal deviates they were.

    Two planes are the real and the imaginary parts.  The precision is noise |otf|^2 + prior
    penalty^2.  Column by column, totals[0] adds up |data - otf draw|^2, and totals[1]
    |penalty draw|^2.
    """
    half = totals.dtype.type(0.5)
    for i in range(penalty.shape[0]):
        y, v, h, g, weights = data[0, i], data[1, i], otf[0, i], otf[1, i], penalty[i]
        x, z, missed, rough = draws[0, i], draws[1, i], totals[0], totals[1]
        for j in range(penalty.shape[1]):
            a, b, c, d, p = y[j], v[j], h[j], g[j], weights[j]
            precision = noise * (c * c + d * d) + prior * (p * p)
            spread, gain = np.sqrt(half / precision), noise / precision
            real = gain * (a * c + b * d) + spread * x[j]
            imaginary = gain * (b * c - a * d) + spread * z[j]
            x[j], z[j] = real, imaginary
            miss, lost = a - (c * real - d * imaginary), b - (c * imaginary + d * real)
            missed[j] += miss * miss + lost * lost
            rough[j] += p * p * (real * real + imaginary * imaginary)


@loop(
    lambda compute: (
        array(compute, 3),
        scalar(compute),
        scalar(compute),
        array(compute, 3, written=True),
        array(compute, 2, written=True),
    )
)
def average(draws: Any, new: Any, old: Any, sums: Any, totals: Any) -> None:
    """sums += draws; |new sums after - old sums before| into totals[0], |sums| into totals[1]."""
    for i in range(sums.shape[1]):
        x, z, s, t = draws[0, i], draws[1, i], sums[0, i], sums[1, i]
        moved, whole = totals[0], totals[1]
        for j in range(sums.shape[2]):
            a, b = s[j], t[j]
            c, d = a + x[j], b + z[j]
            s[j], t[j] = c, d
            p, q = c * new - a * old, d * new - b * old
            moved[j] += np.sqrt(p * p + q * q)
            whole[j] += np.sqrt(c * c + d * d)
