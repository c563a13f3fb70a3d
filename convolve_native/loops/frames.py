"""Between an image and the frame that a Fourier transform works on, one channel at a time.

All numbers here are real: a complex image has twice the channels.  A frame is flat, with the
distance between its rows (`down`) and between its columns (`across`), so that the same loops serve
complex frames, and one that holds the image's columns as its rows.  gather and crop each have a
transpose, spread and place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop, scalar
from convolve_native.loops._runs import add_run, copy_run, loudest_of, read_line

FRAME = (COUNT, COUNT)  # down and across


def _gather_signature(source: np.dtype[Any], compute: np.dtype[Any]) -> Any:
    image = (array(source, 2), COUNT, COUNT, INDEX, INDEX, COUNT, scalar(compute))
    return (*image, array(compute, 1, written=True), *FRAME)


@loop(_gather_signature)
def gather(
    image: Any,
    channel: Any,
    channels: Any,
    rows: Any,
    columns: Any,
    before: Any,
    fill: Any,
    frame: Any,
    down: Any,
    across: Any,
) -> int:
    """frame[p, q] = image[rows[p], columns[q], channel], or fill where an index is negative.

    The image's own columns stand in order from `before` on.  Returns the largest magnitude.
    """
    loudest, width = 0, columns.size
    for p in range(rows.size):
        line = frame[p * down :]
        read_line(
            *(image, rows[p], columns, 0, before, channels, channel, fill),
            *(line, across, width),
        )
        loudest = max(loudest, loudest_of(line, across, width))
    return loudest


def _spread_signature(compute: np.dtype[Any]) -> Any:
    image = (array(compute, 2, written=True), COUNT, COUNT)
    return (array(compute, 1), *FRAME, INDEX, INDEX, COUNT, *image)


@loop(_spread_signature)
def spread(
    frame: Any,
    down: Any,
    across: Any,
    rows: Any,
    columns: Any,
    before: Any,
    image: Any,
    channel: Any,
    channels: Any,
) -> None:
    """image[rows[p], columns[q], channel] += frame[p, q]: gather's transpose.

    Samples with a negative index came from nowhere.
    """
    start = min(before, columns.size)
    stop = min(before + image.shape[1] // channels, columns.size)
    for p in range(rows.size):
        if rows[p] >= 0:
            line, row = frame[p * down :], image[rows[p]]
            add_run(line[start * across :], across, row[channel:], channels, stop - start)
            for q in range(start):
                if columns[q] >= 0:
                    row[columns[q] * channels + channel] += line[q * across]
            for q in range(stop, columns.size):
                if columns[q] >= 0:
                    row[columns[q] * channels + channel] += line[q * across]


def _crop_signature(compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    return (array(compute, 1), *FRAME, COUNT, COUNT, array(stored, 2, written=True), COUNT, COUNT)


@loop(_crop_signature)
def crop(
    frame: Any,
    down: Any,
    across: Any,
    height: Any,
    width: Any,
    out: Any,
    channel: Any,
    channels: Any,
) -> None:
    """out[i, j, channel] = frame[i % height, j % width], rounded and saturated for integers."""
    columns = out.shape[1] // channels
    for i in range(out.shape[0]):
        line = frame[i % height * down :]
        for j in range(0, columns, width):
            row = out[i, j * channels + channel :]
            copy_run(line, across, row, channels, min(width, columns - j))


def _place_signature(compute: np.dtype[Any]) -> Any:
    frame = array(compute, 1, written=True)
    return (array(compute, 2), COUNT, COUNT, frame, *FRAME, COUNT, COUNT)


@loop(_place_signature)
def place(
    image: Any,
    channel: Any,
    channels: Any,
    frame: Any,
    down: Any,
    across: Any,
    height: Any,
    width: Any,
) -> int:
    """frame[i % height, j % width] += image[i, j, channel] on zeros: crop's transpose.

    Returns the largest magnitude.
    """
    columns, loudest = image.shape[1] // channels, 0
    for i in range(height):
        line = frame[i * down :]
        for j in range(width):
            line[j * across] = 0
    for i in range(image.shape[0]):
        line = frame[i % height * down :]
        for j in range(0, columns, width):
            row = image[i, j * channels + channel :]
            add_run(row, channels, line, across, min(width, columns - j))
    for i in range(height):
        loudest = max(loudest, loudest_of(frame[i * down :], across, width))
    return loudest


@loop(lambda compute: (array(compute, 1, written=True), array(compute, 1), scalar(compute)))
def multiply(spectrum: Any, otf: Any, sign: Any) -> None:
    """spectrum *= otf, over and over, or with sign -1 its conjugate.

    Real and imaginary parts stand in turn.
    """
    for start in range(0, spectrum.size, otf.size):
        part = spectrum[start : start + otf.size]
        for i in range(part.size // 2):
            a, b = part[2 * i], part[2 * i + 1]
            c, d = otf[2 * i], sign * otf[2 * i + 1]
            part[2 * i] = a * c - b * d
            part[2 * i + 1] = a * d + b * c
