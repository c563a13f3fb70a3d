"""Pixel work of deconvolution: ratios, inverse filters, draws from a posterior."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, array, loop, scalar

SIDE = 8  # of the squares that are transposed at a time: their lines stay in cache


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


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def take_columns(spectrum: Any, first: Any, lines: Any) -> None:
    """lines[q, i] = spectrum[i, first + q], as many columns as there are."""
    count, length = min(lines.shape[0], spectrum.shape[1] - first), spectrum.shape[0]
    for top in range(0, length, SIDE):
        for q in range(count):
            for i in range(top, min(top + SIDE, length)):
                lines[q, i] = spectrum[i, first + q]


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def put_columns(lines: Any, first: Any, spectrum: Any) -> None:
    """spectrum[i, first + q] = lines[q, i]: the way back of `take_columns`."""
    count, length = min(lines.shape[0], spectrum.shape[1] - first), spectrum.shape[0]
    for left in range(0, count, SIDE):
        for i in range(length):
            for q in range(left, min(left + SIDE, count)):
                spectrum[i, first + q] = lines[q, i]


@loop(lambda compute: (array(compute, 2), array(compute, 2, written=True)))
def pair_lines(lines: Any, pairs: Any) -> None:
    """Each two lines the real and the imaginary parts of one; an odd last one, beside zeros."""
    length = lines.shape[1]
    for q in range((lines.shape[0] + 1) // 2):
        even, pair = lines[2 * q], pairs[q]
        if 2 * q + 1 < lines.shape[0]:
            odd = lines[2 * q + 1]
            for j in range(length):
                pair[2 * j], pair[2 * j + 1] = even[j], odd[j]
        else:
            for j in range(length):
                pair[2 * j], pair[2 * j + 1] = even[j], 0


@loop(lambda compute: (array(compute, 2), array(compute, 2, written=True)))
def part_spectra(pairs: Any, spectra: Any) -> None:
    """The half spectra of the real and of the imaginary parts of lines, from their transforms.

    A = (Z[k] + conj Z[-k]) / 2 and B = (Z[k] - conj Z[-k]) / 2i.
    """
    length, half = pairs.shape[1] // 2, spectra.dtype.type(0.5)
    for p in range(spectra.shape[0]):
        pair, line, turned = pairs[p // 2], spectra[p], p % 2
        line[0], line[1] = pair[turned], 0
        for k in range(1, line.size // 2):
            a, b = pair[2 * k], pair[2 * k + 1]
            c, d = pair[2 * (length - k)], pair[2 * (length - k) + 1]
            if turned:
                line[2 * k], line[2 * k + 1] = half * (b + d), half * (c - a)
            else:
                line[2 * k], line[2 * k + 1] = half * (a + c), half * (b - d)


@loop(lambda compute: (array(compute, 2), array(compute, 2, written=True)))
def pair_spectra(spectra: Any, pairs: Any) -> None:
    """Undo `part_spectra`; where a spectrum must be real, its real part counts."""
    length = pairs.shape[1] // 2
    for p in range(0, spectra.shape[0], 2):
        pair, even, odd = pairs[p // 2], spectra[p], spectra[min(p + 1, spectra.shape[0] - 1)]
        pair[0], pair[1] = even[0], odd[0]
        for k in range(1, (length + 1) // 2):
            a, b, c, d = even[2 * k], even[2 * k + 1], odd[2 * k], odd[2 * k + 1]
            pair[2 * k], pair[2 * k + 1] = a - d, b + c
            pair[2 * (length - k)], pair[2 * (length - k) + 1] = a + d, c - b
        if length % 2 == 0:
            pair[length], pair[length + 1] = even[length], odd[length]


@loop(lambda compute: (array(compute, 2), scalar(compute), array(compute, 2, written=True)))
def part_lines(pairs: Any, most: Any, lines: Any) -> None:
    """Undo `pair_lines`, and clip to [-most, most]."""
    for p in range(lines.shape[0]):
        pair, line, turned = pairs[p // 2], lines[p], p % 2
        for j in range(line.size):
            value = pair[2 * j + turned]
            line[j] = most if value > most else -most if value < -most else value


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        array(compute, 1),
        array(compute, 1),
        scalar(compute),
    )
)
def invert(spectrum: Any, otf: Any, power: Any, share: Any) -> None:
    """spectrum *= share * conj(otf) / (|otf|^2 + power); real and imaginary parts in turn."""
    for i in range(power.size):
        a, b = spectrum[2 * i], spectrum[2 * i + 1]
        c, d = otf[2 * i], otf[2 * i + 1]
        gain = share / (c * c + d * d + power[i])
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
