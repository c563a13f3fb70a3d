"""Overlap-save: tiles cut out of an image, transformed, multiplied and transformed back.

Two real tiles share one complex transform, as its real and its imaginary part, since a real kernel
keeps the two apart; of a complex image, the two parts of one tile.  A tile lives in a frame: blocks
of eight columns, each row of a block eight real and eight imaginary parts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._butterflies import filter_1
from convolve_native.loops._fourier import LARGEST_MIDDLE as LARGEST_MIDDLE
from convolve_native.loops._fourier import WAVE, enter, filter_columns, forward, leave
from convolve_native.loops._jit import COUNT, INDEX, array, loop
from convolve_native.loops._runs import copy_run, loudest_of, read_line
from convolve_native.loops._waves import LANES as LANES


def frame_size(height: int, width: int) -> int:
    """Numbers in a frame; a spare row keeps its blocks apart in a cache's sets."""
    return (height + 1) * WAVE * (width // LANES)


def _filter_signature(
    source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]
) -> tuple[Any, ...]:
    samples, scratch = array(compute, 1), array(compute, 1, written=True)
    return (
        *(array(source, 3), INDEX, INDEX, COUNT, COUNT, samples),
        *(array(np.dtype(np.intp), 2), COUNT, COUNT, COUNT, COUNT),
        *(samples, samples, samples, samples, COUNT, scratch, scratch),
        *(array(stored, 3, written=True), array(np.dtype(np.bool_), 1, written=True)),
    )


@loop(_filter_signature)
def filter_tiles(
    image: Any,
    rows: Any,
    columns: Any,
    before: Any,
    channels: Any,
    fill: Any,
    places: Any,
    first: Any,
    last: Any,
    height: Any,
    tall: Any,
    otf: Any,
    tall_factors: Any,
    wide_factors: Any,
    turns: Any,
    limit: Any,
    frame: Any,
    line: Any,
    out: Any,
    loud: Any,
) -> int:
    """Filter the pairs first:last of tiles, and mark in `loud` those that were left out.

    A place is (plane, channel, top, left, height, width) of a tile's outputs; `fill` has a number
    for each part of a sample.  Left out is a pair with a magnitude above the limit.
    Returns the largest magnitude.
    """
    width = line.size // 2
    apart, blocks = (height + 1) * WAVE, width // LANES
    most_of_all = 0
    for pair in range(first, last):
        loudest = 0
        for p in range(height):
            for side in range(2):
                place = places[2 * pair + side]
                read_line(
                    *(image[place[0]], rows[place[2] + p], columns, place[3], before, channels),
                    *(place[1], fill[place[1] % fill.size], line[side * width :], 1, width),
                )
            loudest = max(loudest, loudest_of(line, 1, 2 * width))
            enter(line, width, wide_factors, turns, frame, p * WAVE, apart)
        most_of_all = max(most_of_all, loudest)
        loud[pair] = loudest > limit
        if loudest > limit:
            continue
        for block in range(blocks):
            if tall == 1:
                for p in range(height):
                    filter_1(frame, block * apart + p * WAVE, otf, block * 2 * WAVE)
            else:
                spectrum = block * apart if turns.size > 0 else 0
                filter_columns(frame, block * apart, tall, tall_factors, otf, spectrum)
        most = max(places[2 * pair, 4], places[2 * pair + 1, 4])
        for p in range(most):
            leave(line, width, wide_factors, turns, frame, p * WAVE, apart)
            for side in range(2):
                place = places[2 * pair + side]
                if p < place[4]:
                    row = out[place[0], place[2] + p, place[3] * channels + place[1] :]
                    copy_run(line[side * width :], 1, row, channels, place[5])
    return most_of_all


def _spectrum_signature(compute: np.dtype[Any]) -> tuple[Any, ...]:
    samples, scratch = array(compute, 1), array(compute, 1, written=True)
    return (array(compute, 2), COUNT, samples, samples, samples, scratch, scratch)


@loop(_spectrum_signature)
def transform_tile(
    lines: Any,
    tall: Any,
    tall_factors: Any,
    wide_factors: Any,
    turns: Any,
    line: Any,
    frame: Any,
) -> None:
    """The frame of lines, transformed: a row of `lines` is real parts, then imaginary ones."""
    width = line.size // 2
    apart = (lines.shape[0] + 1) * WAVE
    for p in range(lines.shape[0]):
        for q in range(line.size):
            line[q] = lines[p, q]
        enter(line, width, wide_factors, turns, frame, p * WAVE, apart)
    if tall > 1:
        for block in range(width // LANES):
            forward(frame, block * apart, WAVE, LANES, tall, tall_factors)
