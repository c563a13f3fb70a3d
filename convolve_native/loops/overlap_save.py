"""Overlap-save: tiles cut out of an image, transformed, multiplied and transformed back.

Two real tiles share one complex transform, as its real and its imaginary part, since a real kernel
keeps the two apart; of a complex image, the two parts of one tile.  A tile lives in a frame: blocks
of eight columns, each row of a block eight real and eight imaginary parts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._butterflies import filter_1, magnitude
from convolve_native.loops._fourier import LARGEST_MIDDLE as LARGEST_MIDDLE
from convolve_native.loops._fourier import WAVE, enter, filter_columns, forward, leave
from convolve_native.loops._jit import COUNT, INDEX, array, loop, piece
from convolve_native.loops._lines import rounded
from convolve_native.loops._waves import LANES as LANES


def frame_size(height: int, width: int) -> int:
    """Numbers in a frame; a spare row keeps its blocks apart in a cache's sets."""
    return (height + 1) * WAVE * (width // LANES)


def magnitude_of(exponent: int | None, dtype: np.dtype[Any]) -> int:
    """The magnitude of 2^exponent, or of the largest number, as `filter_tiles` wants its limit."""
    info = np.finfo(dtype)
    largest = info.max if exponent is None else dtype.type(2.0 ** min(exponent, info.maxexp - 1))
    return int(largest.view(f"i{dtype.itemsize}"))


@piece
def _read(
    image: Any,
    source: Any,
    columns: Any,
    before: Any,
    channels: Any,
    channel: Any,
    left: Any,
    fill: Any,
    line: Any,
) -> None:
    """line[q] = image[source, columns[left + q], channel], or fill where an index is negative.

    From the extended line's sample `before` on stands the image's own row, in order.
    """
    if source < 0:
        line[:] = fill
        return
    row = image[source]
    start = min(max(before - left, 0), line.size)
    stop = min(max(before - left + row.size // channels, start), line.size)
    for q in range(start):
        column = columns[left + q]
        line[q] = row[column * channels + channel] if column >= 0 else fill
    middle = line[start:stop]
    inside = row[(left + start - before) * channels + channel :]
    if channels == 1:
        for q in range(middle.size):
            middle[q] = inside[q]
    else:
        for q in range(middle.size):
            middle[q] = inside[q * channels]
    for q in range(stop, line.size):
        column = columns[left + q]
        line[q] = row[column * channels + channel] if column >= 0 else fill


@piece
def _write(line: Any, row: Any, channels: Any, first: Any, width: Any) -> None:
    """row[first + q * channels] = line[q], rounded and saturated for integers."""
    place = row[first:]
    if channels == 1:
        for q in range(width):
            place[q] = rounded(line[q], row)
    else:
        for q in range(width):
            place[q * channels] = rounded(line[q], row)


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
) -> None:
    """Filter the pairs first:last of tiles, and mark in `loud` those that were left out.

    A place is (plane, channel, top, left, height, width) of a tile's outputs; `fill` has a number
    for each part of a sample.  Left out is a pair with a magnitude above the limit.
    """
    width = line.size // 2
    apart, blocks = (height + 1) * WAVE, width // LANES
    for pair in range(first, last):
        loudest = 0
        for p in range(height):
            for side in range(2):
                place = places[2 * pair + side]
                _read(
                    *(image[place[0]], rows[place[2] + p], columns, before, channels, place[1]),
                    *(place[3], fill[place[1] % fill.size]),
                    line[side * width : (side + 1) * width],
                )
            for q in range(0, 2 * width, LANES**2):
                loudest = max(loudest, magnitude(line, q))
            enter(line, width, wide_factors, turns, frame, p * WAVE, apart)
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
                    row = out[place[0], place[2] + p]
                    start = place[3] * channels + place[1]
                    _write(line[side * width :], row, channels, start, place[5])


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
