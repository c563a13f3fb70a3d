"""Transforms of lines and columns that stay in cache, eight at a time: pieces that loops share.

A transform of n = m 4^a points, m of 3, 4, 6 or 8, goes down in steps of four to the middle, which
is transforms of m points, and backwards comes up from there.  The frequencies are left in the order
in which they come out, the same for an image and a kernel.
"""

from __future__ import annotations

from typing import Any

from convolve_native.loops._butterflies import (
    across,
    back_across,
    filter_3,
    filter_4,
    filter_6,
    filter_8,
    forward_3,
    forward_4,
    forward_6,
    forward_8,
    forward_step,
    inverse_3,
    inverse_4,
    inverse_6,
    inverse_8,
    inverse_step,
    move,
)
from convolve_native.loops._jit import piece
from convolve_native.loops._waves import LANES

WAVE = 2 * LANES
LARGEST_MIDDLE = 8


@piece
def middle_of(n: Any) -> Any:
    """The points of the smallest transforms."""
    while n > LARGEST_MIDDLE:
        n //= 4
    return n


@piece
def _down(x: Any, at: Any, step: Any, half: Any, n: Any, middle: Any, factors: Any) -> None:
    """From n points to transforms of `middle` points."""
    first, size = 0, n
    while size > middle:
        quarter = size // 4
        for k in range(quarter):
            for group in range(k, n, size):
                forward_step(x, at + group * step, quarter * step, half, factors, first + 6 * k)
        first += 6 * quarter
        size = quarter


@piece
def _up(x: Any, at: Any, step: Any, half: Any, n: Any, middle: Any, factors: Any) -> None:
    """Undo `_down`."""
    first, quarter = 2 * (n - middle), middle
    while quarter < n:
        first -= 6 * quarter
        for k in range(quarter):
            for group in range(k, n, 4 * quarter):
                inverse_step(x, at + group * step, quarter * step, half, factors, first + 6 * k)
        quarter *= 4


@piece
def forward(x: Any, at: Any, step: Any, half: Any, n: Any, factors: Any) -> None:
    """Transform n vectors, `step` apart, lane by lane."""
    middle = middle_of(n)
    _down(x, at, step, half, n, middle, factors)
    for point in range(at, at + n * step, middle * step):
        if middle == 3:
            forward_3(x, point, step, half)
        elif middle == 4:
            forward_4(x, point, step, half)
        elif middle == 6:
            forward_6(x, point, step, half)
        else:
            forward_8(x, point, step, half)


@piece
def inverse(x: Any, at: Any, step: Any, half: Any, n: Any, factors: Any) -> None:
    """Undo `forward`, times n."""
    middle = middle_of(n)
    for point in range(at, at + n * step, middle * step):
        if middle == 3:
            inverse_3(x, point, step, half)
        elif middle == 4:
            inverse_4(x, point, step, half)
        elif middle == 6:
            inverse_6(x, point, step, half)
        else:
            inverse_8(x, point, step, half)
    _up(x, at, step, half, n, middle, factors)


@piece
def filter_columns(x: Any, at: Any, n: Any, factors: Any, otf: Any, first: Any) -> None:
    """Transform n vectors that follow one another, multiply by otf, and transform back."""
    middle = middle_of(n)
    _down(x, at, WAVE, LANES, n, middle, factors)
    for point in range(0, n * WAVE, middle * WAVE):
        if middle == 3:
            filter_3(x, at + point, otf, first + point)
        elif middle == 4:
            filter_4(x, at + point, otf, first + point)
        elif middle == 6:
            filter_6(x, at + point, otf, first + point)
        else:
            filter_8(x, at + point, otf, first + point)
    _up(x, at, WAVE, LANES, n, middle, factors)


@piece
def enter(line: Any, n: Any, factors: Any, turns: Any, frame: Any, to: Any, apart: Any) -> None:
    """Transform a line of n samples into one row of a frame, whose blocks are `apart`.

    The line holds n real parts, then n imaginary parts; a block, eight columns.  Without turns it
    is only moved.
    """
    if turns.size == 0:
        for block in range(n // LANES):
            move(line, block * LANES, n, frame, to + block * apart, LANES)
        return
    points = n // LANES
    forward(line, 0, LANES, n, points, factors)
    blocks = points // LANES
    for block in range(blocks):
        place = to + block * apart
        across(line, block * LANES**2, n, turns, block * WAVE * LANES, frame, place, blocks * apart)


@piece
def leave(line: Any, n: Any, factors: Any, turns: Any, frame: Any, to: Any, apart: Any) -> None:
    """Undo `enter`, times n where it is transformed."""
    if turns.size == 0:
        for block in range(n // LANES):
            move(frame, to + block * apart, LANES, line, block * LANES, n)
        return
    points = n // LANES
    blocks = points // LANES
    for block in range(blocks):
        back_across(
            *(line, block * LANES**2, n, turns, block * WAVE * LANES),
            *(frame, to + block * apart, blocks * apart),
        )
    inverse(line, 0, LANES, n, points, factors)
