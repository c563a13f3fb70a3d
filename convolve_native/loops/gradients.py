"""Passes of the estimation of a kernel: differences cut or kept by size, and the step they lead to.

Frames are periodic; spectra hold real and imaginary parts in turn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, array, loop, piece, scalar


@piece
def _cut_row(row: Any, lower: Any, threshold: Any, below: Any, right: Any) -> None:
    """The differences of a row to the next one and along itself, 0 where both are small."""
    last, zero = row.size - 1, threshold * 0
    for j in range(last):
        d, a = lower[j] - row[j], row[j + 1] - row[j]
        large = d * d + a * a >= threshold
        below[j] = d if large else zero
        right[j] = a if large else zero
    d, a = lower[last] - row[last], row[0] - row[last]
    large = d * d + a * a >= threshold
    below[last] = d if large else zero
    right[last] = a if large else zero


def _cut_signature(compute: np.dtype[Any]) -> Any:
    written = array(compute, 2, written=True)
    return array(compute, 2), scalar(compute), written, written


@loop(_cut_signature)
def cut(x: Any, threshold: Any, rows: Any, out: Any) -> None:
    """out = D^T of the differences D x whose squares sum to `threshold`; three rows of scratch."""
    height, width = x.shape
    above, below, right = rows[0], rows[1], rows[2]
    _cut_row(x[height - 1], x[0], threshold, above, right)
    for i in range(height):
        _cut_row(x[i], x[(i + 1) % height], threshold, below, right)
        line = out[i]
        for j in range(width):
            line[j] = above[j] - below[j] - right[j]
        line[0] += right[width - 1]
        for j in range(1, width):
            line[j] += right[j - 1]
        above, below = below, above


def _keep_signature(compute: np.dtype[Any]) -> Any:
    written = array(compute, 2, written=True)
    flags = array(np.dtype(np.uint8), 2)
    return array(compute, 2), flags, scalar(compute), written, written


@loop(_keep_signature)
def keep(x: Any, flags: Any, threshold: Any, down: Any, across: Any) -> None:
    """The differences of x where it is flagged and their squares sum to `threshold`, else 0."""
    height, width = x.shape
    for i in range(height):
        row = x[i]
        _cut_row(row, x[(i + 1) % height], threshold, down[i], across[i])
        for j in range(width):
            if not flags[i, j]:
                down[i, j] = 0
                across[i, j] = 0


def _solve_signature(compute: np.dtype[Any]) -> Any:
    spectrum, steps = array(compute, 2), array(compute, 1)
    written = array(compute, 2, written=True)
    return spectrum, spectrum, steps, steps, scalar(compute), scalar(compute), written


@loop(_solve_signature)
def solve(
    observed: Any, otf: Any, down: Any, across: Any, weight: Any, scale: Any, spectrum: Any
) -> None:
    """X = scale (conj(H) Y + weight X) / (|H|^2 + weight P), where P[i, j] = down[i] + across[j].

    0 where neither H nor P is there.
    """
    for i in range(down.size):
        for j in range(across.size):
            a, b = otf[i, 2 * j], otf[i, 2 * j + 1]
            c, d = observed[i, 2 * j], observed[i, 2 * j + 1]
            whole = a * a + b * b + weight * (down[i] + across[j])
            share = scale / whole if whole > 0 else 0 * scale
            p, q = weight * spectrum[i, 2 * j], weight * spectrum[i, 2 * j + 1]
            spectrum[i, 2 * j] = share * (a * c + b * d + p)
            spectrum[i, 2 * j + 1] = share * (a * d - b * c + q)


def _products_signature(compute: np.dtype[Any]) -> Any:
    spectrum, written = array(compute, 1), array(compute, 1, written=True)
    return spectrum, spectrum, written, written


@loop(_products_signature)
def products(spectrum: Any, observed: Any, power: Any, cross: Any) -> None:
    """power += |X|^2, cross += conj(X) Y; the imaginary parts of power are left as they are."""
    for i in range(spectrum.size // 2):
        a, b = spectrum[2 * i], spectrum[2 * i + 1]
        c, d = observed[2 * i], observed[2 * i + 1]
        power[2 * i] += a * a + b * b
        cross[2 * i] += a * c + b * d
        cross[2 * i + 1] += a * d - b * c


@loop(lambda compute: (array(compute, 2, written=True), COUNT, scalar(compute), scalar(compute)))
def darken(x: Any, patch: Any, black: Any, least: Any) -> None:
    """The darkest pixel of every patch is black where it is less than `least` above that."""
    height, width = x.shape
    for top in range(0, height, patch):
        for left in range(0, width, patch):
            row, column = top, left
            for i in range(top, min(top + patch, height)):
                for j in range(left, min(left + patch, width)):
                    if x[i, j] < x[row, column]:
                        row, column = i, j
            if x[row, column] < black + least:
                x[row, column] = black
