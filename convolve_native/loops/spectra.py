"""Between an image, its lines two by two as complex ones, their half spectra, and columns of them.

Squares are transposed whole, and what is left of them after: loops of known length are unrolled.
"""

from __future__ import annotations

from typing import Any

from convolve_native.loops._jit import COUNT, array, loop, piece, scalar

SIDE = 8  # of the squares that are transposed at a time: their lines stay in cache


@piece
def _take(spectrum: Any, first: Any, lines: Any, count: Any, top: Any, rows: Any) -> None:
    for q in range(count):
        line = lines[q, top : top + rows]
        for i in range(rows):
            line[i] = spectrum[top + i, first + q]


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def take_columns(spectrum: Any, first: Any, lines: Any) -> None:
    """lines[q, i] = spectrum[i, first + q], as many columns as there are."""
    count, length = min(lines.shape[0], spectrum.shape[1] - first), spectrum.shape[0]
    whole = length - length % SIDE
    for top in range(0, whole, SIDE):
        _take(spectrum, first, lines, count, top, SIDE)
    _take(spectrum, first, lines, count, whole, length - whole)


@piece
def _put(lines: Any, spectrum: Any, at: Any, left: Any, columns: Any) -> None:
    for i in range(spectrum.shape[0]):
        row = spectrum[i, at : at + columns]
        for q in range(columns):
            row[q] = lines[left + q, i]


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def put_columns(lines: Any, first: Any, spectrum: Any) -> None:
    """spectrum[i, first + q] = lines[q, i]: the way back of `take_columns`."""
    count = min(lines.shape[0], spectrum.shape[1] - first)
    whole = count - count % SIDE
    for left in range(0, whole, SIDE):
        _put(lines, spectrum, first + left, left, SIDE)
    _put(lines, spectrum, first + whole, whole, count - whole)


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

    A = (Z[k] + conj Z[-k]) / 2 and B = (Z[k] - conj Z[-k]) / 2i; of an odd last one only A.
    """
    length, half = pairs.shape[1] // 2, spectra.dtype.type(0.5)
    for p in range(0, spectra.shape[0], 2):
        pair, even, odd = pairs[p // 2], spectra[p], spectra[min(p + 1, spectra.shape[0] - 1)]
        odd[0], odd[1] = pair[1], 0
        even[0], even[1] = pair[0], 0
        for k in range(1, even.size // 2):
            a, b = pair[2 * k], pair[2 * k + 1]
            c, d = pair[2 * (length - k)], pair[2 * (length - k) + 1]
            odd[2 * k], odd[2 * k + 1] = half * (b + d), half * (c - a)
            even[2 * k], even[2 * k + 1] = half * (a + c), half * (b - d)


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
    for p in range(0, lines.shape[0], 2):
        pair, even, odd = pairs[p // 2], lines[p], lines[min(p + 1, lines.shape[0] - 1)]
        for j in range(even.size):
            a, b = pair[2 * j], pair[2 * j + 1]
            odd[j] = most if b > most else -most if b < -most else b
            even[j] = most if a > most else -most if a < -most else a


@piece
def _multiply(factor: Any, first: Any, lines: Any, count: Any, top: Any, rows: Any) -> None:
    for q in range(count):
        line, p = lines[q, 2 * top : 2 * (top + rows)], 2 * (first + q)
        for i in range(rows):
            a, b, c, d = line[2 * i], line[2 * i + 1], factor[top + i, p], factor[top + i, p + 1]
            line[2 * i], line[2 * i + 1] = a * c - b * d, a * d + b * c


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def multiply_columns(factor: Any, first: Any, lines: Any) -> None:
    """lines[q, i] *= factor[i, first + q], both complex: real and imaginary parts in turn."""
    count, length = min(lines.shape[0], factor.shape[1] // 2 - first), factor.shape[0]
    whole = length - length % SIDE
    for top in range(0, whole, SIDE):
        _multiply(factor, first, lines, count, top, SIDE)
    _multiply(factor, first, lines, count, whole, length - whole)


@piece
def _scale(factor: Any, first: Any, lines: Any, count: Any, top: Any, rows: Any) -> None:
    for q in range(count):
        line = lines[q, 2 * top : 2 * (top + rows)]
        for i in range(rows):
            line[2 * i] *= factor[top + i, first + q]
            line[2 * i + 1] *= factor[top + i, first + q]


@loop(lambda compute: (array(compute, 2), COUNT, array(compute, 2, written=True)))
def scale_columns(factor: Any, first: Any, lines: Any) -> None:
    """`multiply_columns` by real numbers."""
    count, length = min(lines.shape[0], factor.shape[1] - first), factor.shape[0]
    whole = length - length % SIDE
    for top in range(0, whole, SIDE):
        _scale(factor, first, lines, count, top, SIDE)
    _scale(factor, first, lines, count, whole, length - whole)
