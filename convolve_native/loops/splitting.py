"""One pass each of the splitting solver over a frame: what it has split off, and its update.

The frame is periodic.  Every variable that is split off is held with its multiplier in one array,
their sum `v`: the nearest point to `v` that the term allows is `p(v)`, the reflection `2 p(v) - v`
is what the quadratic step wants next, and `v += relax * (A x - p(v))` is the update.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, array, loop, piece, scalar


@piece
def _observed(v: Any, y: Any, known: Any, share: Any) -> Any:
    """The blurred scene next to v: drawn to the observation where there is one."""
    return y + share * (v - y) if known else v


def _observation(compute: np.dtype[Any]) -> Any:
    return array(compute, 1), array(compute, 1), array(np.dtype(np.uint8), 1), scalar(compute)


@loop(lambda compute: (*_observation(compute), array(compute, 1, written=True)))
def reflect_observed(v: Any, y: Any, known: Any, share: Any, out: Any) -> None:
    """out = 2 p(v) - v for the observation."""
    for i in range(v.size):
        p = _observed(v[i], y[i], known[i], share)
        out[i] = p + p - v[i]


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        *_observation(compute)[1:],
        array(compute, 1),
        scalar(compute),
    )
)
def update_observed(v: Any, y: Any, known: Any, share: Any, blurred: Any, relax: Any) -> None:
    """v += relax * (h*x - p(v)) for the observation."""
    for i in range(v.size):
        v[i] += relax * (blurred[i] - _observed(v[i], y[i], known[i], share))


@piece
def kept(size: Any, threshold: Any, shares: Any) -> Any:
    """What shrinking leaves of a difference of this size, as a share.

    A polynomial in the root of threshold / size, written out for the sake of vectors.
    """
    number = shares.dtype.type  # an integer beside a float32 would make a float64
    ratio = min(threshold / size, number(1))
    root = np.sqrt(ratio)
    high = shares[5] + root * (shares[6] + root * (shares[7] + root * shares[8]))
    middle = shares[2] + root * (shares[3] + root * (shares[4] + root * high))
    share = shares[0] + root * (shares[1] + root * middle)
    return share if ratio < number(1) else number(0)


@piece
def _shrunk(down: Any, across: Any, threshold: Any, shares: Any, isotropic: Any) -> Any:
    """Both differences of a pixel, shrunk together or each alone."""
    if isotropic:
        share = kept(np.sqrt(down * down + across * across), threshold, shares)
        return share * down, share * across
    return kept(abs(down), threshold, shares) * down, kept(abs(across), threshold, shares) * across


@piece
def _reflect_row(
    down: Any, across: Any, threshold: Any, shares: Any, isotropic: Any, below: Any, right: Any
) -> None:
    for j in range(down.size):
        p, q = _shrunk(down[j], across[j], threshold, shares, isotropic)
        below[j] = p + p - down[j]
        right[j] = q + q - across[j]


def penalty(compute: np.dtype[Any]) -> Any:
    """Threshold, shares and whether differences count as one length, in a signature."""
    return scalar(compute), array(compute, 1), COUNT


@loop(
    lambda compute: (
        array(compute, 2),
        array(compute, 2),
        *penalty(compute),
        array(compute, 2, written=True),
        array(compute, 2, written=True),
    )
)
def reflect_differences(
    down: Any, across: Any, threshold: Any, shares: Any, isotropic: Any, rows: Any, out: Any
) -> None:
    """out = D^T (2 p(v) - v) for the differences v; `rows` has three rows of scratch."""
    height, width = out.shape
    above, below, right = rows[0], rows[1], rows[2]
    _reflect_row(down[height - 1], across[height - 1], threshold, shares, isotropic, above, right)
    for i in range(height):
        _reflect_row(down[i], across[i], threshold, shares, isotropic, below, right)
        line = out[i]
        for j in range(width):
            line[j] = above[j] - below[j] - right[j]
        line[0] += right[width - 1]
        for j in range(1, width):
            line[j] += right[j - 1]
        above, below = below, above


@loop(
    lambda compute: (
        array(compute, 2, written=True),
        array(compute, 2, written=True),
        *penalty(compute),
        array(compute, 2),
        scalar(compute),
    )
)
def update_differences(
    down: Any, across: Any, threshold: Any, shares: Any, isotropic: Any, x: Any, relax: Any
) -> None:
    """v += relax * (D x - p(v)) for the differences of rows and of columns."""
    height, width = x.shape
    for i in range(height):
        row, below = x[i], x[(i + 1) % height]
        last = down[i, width - 1], across[i, width - 1]
        for j in range(width - 1):
            p, q = _shrunk(down[i, j], across[i, j], threshold, shares, isotropic)
            down[i, j] += relax * (below[j] - row[j] - p)
            across[i, j] += relax * (row[j + 1] - row[j] - q)
        p, q = _shrunk(*last, threshold, shares, isotropic)
        down[i, width - 1] += relax * (below[width - 1] - row[width - 1] - p)
        across[i, width - 1] += relax * (row[0] - row[width - 1] - q)


@loop(lambda compute: (array(compute, 1), *(scalar(compute),) * 2, array(compute, 1, written=True)))
def reflect_bounded(v: Any, low: Any, high: Any, out: Any) -> None:
    """out += 2 p(v) - v for the pixels between two bounds."""
    for i in range(v.size):
        p = min(max(v[i], low), high)
        out[i] += p + p - v[i]


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        scalar(compute),
        scalar(compute),
        array(compute, 1),
        scalar(compute),
    )
)
def update_bounded(v: Any, low: Any, high: Any, x: Any, relax: Any) -> None:
    """v += relax * (x - p(v)) for the pixels between two bounds."""
    for i in range(v.size):
        v[i] += relax * (x[i] - min(max(v[i], low), high))


def _solve_signature(compute: np.dtype[Any]) -> Any:
    spectrum = array(compute, 2, written=True)
    steps = (array(compute, 1), array(compute, 1))
    return (spectrum, spectrum, array(compute, 2), *steps, *(scalar(compute),) * 4, COUNT, COUNT)


@loop(_solve_signature)
def solve(
    blurred: Any,
    scene: Any,
    otf: Any,
    down: Any,
    across: Any,
    fidelity: Any,
    smoothness: Any,
    floor: Any,
    scale: Any,
    first: Any,
    last: Any,
) -> None:
    """The quadratic step on some rows of half spectra; real and imaginary parts stand in turn.

    X = (fidelity conj(H) blurred + smoothness scene) / (fidelity |H|^2 + smoothness P + floor),
    where P[i, j] = down[i] + across[j]; then scene = scale X and blurred = scale H X.
    """
    for i in range(first, last):
        for j in range(across.size):
            a, b = otf[i, 2 * j], otf[i, 2 * j + 1]
            c, d = blurred[i, 2 * j], blurred[i, 2 * j + 1]
            gain = fidelity * (a * a + b * b) + smoothness * (down[i] + across[j]) + floor
            share, p, q = (
                scale / gain,
                smoothness * scene[i, 2 * j],
                smoothness * scene[i, 2 * j + 1],
            )
            real = share * (fidelity * (a * c + b * d) + p)
            imaginary = share * (fidelity * (a * d - b * c) + q)
            scene[i, 2 * j], scene[i, 2 * j + 1] = real, imaginary
            blurred[i, 2 * j] = a * real - b * imaginary
            blurred[i, 2 * j + 1] = a * imaginary + b * real
