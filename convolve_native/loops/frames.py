"""Between an image and the frame that a Fourier transform works on, one channel at a time.

A frame is flat here, with the distance in samples between its rows (`down`) and between its columns
(`across`), so that the same loops serve a frame that holds the image's columns as its rows.  Each
pair below is a loop and its transpose.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop, scalar
from convolve_native.loops._lines import rounded


def _gather_signature(source: np.dtype[Any], compute: np.dtype[Any]) -> Any:
    frame = array(compute, 1, written=True)
    return (array(source, 2), COUNT, COUNT, INDEX, INDEX, scalar(compute), frame, COUNT, COUNT)


@loop(_gather_signature)
def gather(
    image: Any,
    channel: Any,
    channels: Any,
    rows: Any,
    columns: Any,
    fill: Any,
    frame: Any,
    down: Any,
    across: Any,
) -> tuple[bool, float]:
    """frame[p, q] = image[rows[p], columns[q], channel], or fill where an index is negative.

    What is not finite becomes zero, since a transform would spread it everywhere; returns whether
    all was finite, and the largest modulus of what was.
    """
    finite, peak = True, 0.0
    for p in range(rows.size):
        at = p * down
        row = image[max(rows[p], 0)]
        for q in range(columns.size):
            if rows[p] < 0 or columns[q] < 0:
                frame[at] = fill
            else:
                value = row[columns[q] * channels + channel]
                if np.isfinite(value):
                    frame[at] = value
                    peak = max(peak, abs(value))
                else:
                    frame[at] = 0
                    finite = False
            at += across
    return finite, peak


def _spread_signature(compute: np.dtype[Any]) -> Any:
    image = array(compute, 2, written=True)
    return (array(compute, 1), COUNT, COUNT, INDEX, INDEX, image, COUNT, COUNT)


@loop(_spread_signature)
def spread(
    frame: Any,
    down: Any,
    across: Any,
    rows: Any,
    columns: Any,
    image: Any,
    channel: Any,
    channels: Any,
) -> None:
    """image[rows[p], columns[q], channel] += frame[p, q]: gather's transpose.

    Samples with a negative index came from nowhere.
    """
    for p in range(rows.size):
        if rows[p] >= 0:
            at = p * down
            row = image[rows[p]]
            for q in range(columns.size):
                if columns[q] >= 0:
                    row[columns[q] * channels + channel] += frame[at]
                at += across


def _crop_signature(compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    out = array(stored, 2, written=True)
    return (array(compute, 1), COUNT, COUNT, INDEX, INDEX, out, COUNT, COUNT)


@loop(_crop_signature)
def crop(
    frame: Any,
    down: Any,
    across: Any,
    rows: Any,
    columns: Any,
    out: Any,
    channel: Any,
    channels: Any,
) -> None:
    """out[i, j, channel] = frame[rows[i], columns[j]], rounded and saturated for integers."""
    for i in range(rows.size):
        row = out[i]
        line = rows[i] * down
        at = channel
        for j in range(columns.size):
            row[at] = rounded(frame[line + columns[j] * across], out)
            at += channels


def _place_signature(compute: np.dtype[Any]) -> Any:
    frame = array(compute, 1, written=True)
    return (array(compute, 2), COUNT, COUNT, INDEX, INDEX, frame, COUNT, COUNT)


@loop(_place_signature)
def place(
    image: Any,
    channel: Any,
    channels: Any,
    rows: Any,
    columns: Any,
    frame: Any,
    down: Any,
    across: Any,
) -> tuple[bool, float]:
    """frame[rows[i], columns[j]] += image[i, j, channel] on a frame of zeros: crop's transpose.

    What is not finite counts as zero; returns as gather does.
    """
    finite, peak = True, 0.0
    frame[:] = 0
    for i in range(rows.size):
        row = image[i]
        line = rows[i] * down
        for j in range(columns.size):
            value = row[j * channels + channel]
            if np.isfinite(value):
                frame[line + columns[j] * across] += value
                peak = max(peak, abs(value))
            else:
                finite = False
    return finite, peak
