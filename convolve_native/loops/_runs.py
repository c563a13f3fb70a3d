"""Pieces that the loops of frames share: runs of samples, and lines of an extended image."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._butterflies import magnitude
from convolve_native.loops._jit import piece
from convolve_native.loops._lines import rounded

# Where samples are apart, indices are unsigned: signed ones are asked at every step whether they
# count from the end.


@piece
def copy_run(values: Any, step: Any, out: Any, apart: Any, count: Any) -> None:
    """out[q * apart] = values[q * step], rounded and saturated where `out` holds integers."""
    if step == 1 and apart == 1:
        for q in range(count):
            out[q] = rounded(values[q], out)
    else:
        step, apart = np.uintp(step), np.uintp(apart)
        for at in range(np.uintp(count)):
            out[at * apart] = rounded(values[at * step], out)


@piece
def add_run(values: Any, step: Any, out: Any, apart: Any, count: Any) -> None:
    """out[q * apart] += values[q * step]."""
    if step == 1 and apart == 1:
        for q in range(count):
            out[q] += values[q]
    else:
        step, apart = np.uintp(step), np.uintp(apart)
        for at in range(np.uintp(count)):
            out[at * apart] += values[at * step]


@piece
def loudest_of(values: Any, step: Any, count: Any) -> Any:
    """The largest magnitude of values[q * step]."""
    loudest = 0
    if step == 1:
        for q in range(count):
            loudest = max(loudest, magnitude(values, q))
    else:
        for q in range(count):
            loudest = max(loudest, magnitude(values, q * step))
    return loudest


@piece
def read_line(
    image: Any,
    source: Any,
    columns: Any,
    left: Any,
    before: Any,
    channels: Any,
    channel: Any,
    fill: Any,
    line: Any,
    apart: Any,
    width: Any,
) -> None:
    """line[q * apart] = image[source, columns[left + q], channel], or fill at a negative index.

    In the extended line the image's own row begins at `before`, and is copied as a run.
    """
    if source < 0:
        for q in range(width):
            line[q * apart] = fill
        return
    row = image[source]
    start = min(max(before - left, 0), width)
    stop = min(max(before - left + row.size // channels, start), width)
    inside = row[(left + start - before) * channels + channel :]
    copy_run(inside, channels, line[start * apart :], apart, stop - start)
    for q in range(start):
        column = columns[left + q]
        line[q * apart] = row[column * channels + channel] if column >= 0 else fill
    for q in range(stop, width):
        column = columns[left + q]
        line[q * apart] = row[column * channels + channel] if column >= 0 else fill
