"""A layer's correlation: some rows of all output channels of one group, from its input channels.

    out[o, y, x] = bias[o] + sum_{i, u, v} weights[o, i, u, v] x[i, y s + u d - p, x s + v d - p]

for s the stride, d the dilation and p the padding, each its own on either axis.

The picture x is first laid out with the padding around it, every line cut into s phases of samples
that are s apart: those of a tap for neighbouring outputs are then neighbours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._channels import lone_tile, narrow_lone_tile, narrow_tile, tile
from convolve_native.loops._jit import COUNT, INDEX, array, loop
from convolve_native.loops._memory import copy
from convolve_native.loops._tiles import ADD, HEIGHT, STORE
from convolve_native.loops.direct import RUN


@loop(lambda compute: (array(compute, 3), COUNT, COUNT, array(compute, 4, written=True)))
def lay_out(image: Any, top: Any, left: Any, lines: Any) -> None:
    """lines[i, r, p, q] = image[i, top + r, q * phases + p - left], 0 outside."""
    height, width = image.shape[1:]
    channels, tall, phases, samples = lines.shape
    for i in range(channels):
        for r in range(tall):
            y = top + r
            inside = 0 <= y < height
            for p in range(phases):
                line = lines[i, r, p]
                shift = left - p
                first = min(max(0, -(-shift // phases)), samples) if inside else 0
                end = min(max(first, -(-(width + shift) // phases)), samples) if inside else 0
                line[:first] = 0
                line[end:] = 0
                if not inside:
                    continue
                if phases == 1:
                    begin = (i * height + y) * width + first - shift
                    copy(image, begin, lines, (i * tall + r) * samples + first, end - first)
                else:
                    row = image[i, y]
                    for q in range(first, end):
                        line[q] = row[q * phases - shift]


def _signature(compute: np.dtype[Any]) -> Any:
    read, written = array(compute, 2), array(compute, 1, written=True)
    return (
        *(array(compute, 1), INDEX, COUNT),
        *(read, read),
        *(written, COUNT, array(compute, 3, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    lines: Any,
    taps: Any,
    step: Any,
    weights: Any,
    start: Any,
    patch: Any,
    single: Any,
    out: Any,
    first: Any,
    last: Any,
) -> None:
    """Write out[:, first:last].

    lines, as laid out for row `first`, flat; taps (K,), where in them the samples of each tap
    begin; `step`, samples between the lines of two output rows; weights (channels, K); start
    (2, channels): the bias, and zeros; patch: a tile's sums, in vectors of `single` samples.  out
    (channels, rows, columns).
    """
    channels, height, width = out.shape
    many = taps.size
    across = patch.size // HEIGHT
    rows = HEIGHT if channels >= HEIGHT else 1
    final = (many - 1) // RUN * RUN
    for y in range(first, last):
        for top in range(0, channels, rows):
            c = min(top, channels - rows)
            edge = 0
            while edge < width:
                wide = width - edge >= across
                whole = width >= single
                x = edge if wide else max(0, min(edge, width - single))
                at = (y - first) * step + x
                for begin in range(0, many, RUN):
                    then = ADD if begin else 0
                    if whole and begin == final:
                        then |= STORE
                    level = c + (channels if begin else 0)
                    summed = (
                        *(lines, at, taps, begin, min(RUN, many - begin)),
                        *(weights, c * many, many, start, level),
                        *(out, (c * height + y) * width + x, height * width, patch, then),
                    )
                    if wide and rows == HEIGHT:
                        tile(*summed)
                    elif rows == HEIGHT:
                        narrow_tile(*summed)
                    elif wide:
                        lone_tile(*summed)
                    else:
                        narrow_lone_tile(*summed)
                if not whole:
                    for r in range(rows):
                        for j in range(width):
                            out[c + r, y, j] = patch[r * single + j]
                edge += across if wide else single
