"""Direct correlation of one plane.

    out[i, j] = sum_{u, v} weights[u, v] * extended[i + u, j + v * step]

over lines of (columns x channels) samples, so that `step`, the channels, stands between two taps.

Lines are read where the image has them.  Only tiles that reach outside, on the left and on the
right, read copies: strips, as wide as such a tile's windows, in a ring of as many lines as a tile
reads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import ADDRESSES, COUNT, INDEX, array, loop, piece, scalar
from convolve_native.loops._lines import FAR, extend_part, settle
from convolve_native.loops._memory import address
from convolve_native.loops._tiles import ADD, HEIGHT, STORE, tiles, tiles_of_row

RUN = (
    72  # taps at most that are summed in one run, so that the rounding of large kernels stays small
)


@piece
def open_line(
    image: Any,
    source: Any,
    columns: Any,
    first: Any,
    fill: Any,
    blank: Any,
    right: Any,
    lefts: Any,
    rights: Any,
    slot: Any,
    table: Any,
    entry: Any,
) -> None:
    """Make an extended line readable: copy its ends to strips, and enter its three addresses.

    They are those of sample 0 of the line, in the strip on the left, in the image itself, and in
    the strip on the right, where each stands or would stand.
    """
    extend_part(image, source, columns, 0, first, fill, lefts, slot)
    extend_part(image, source, columns, right, first, fill, rights, slot)
    table[0, entry] = address(lefts, slot * lefts.shape[1])
    if source < 0:
        table[1, entry] = address(blank, -first)
    else:
        table[1, entry] = address(image, source * image.shape[1] - first)
    table[2, entry] = address(rights, slot * rights.shape[1] - right)


LEFT, IMAGE, RIGHT = range(3)  # what tiles read
PLACES = array(np.dtype(np.intp), 2)


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(source), array(compute, 2)),
        *(PLACES, COUNT, PLACES, COUNT),
        *(ADDRESSES, array(source, 2, written=True)),
        *(array(source, 2, written=True), array(source, 1, written=True)),
        array(compute, 2, written=True),
        *(array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    weights: Any,
    runs: Any,
    step: Any,
    zones: Any,
    right: Any,
    table: Any,
    lefts: Any,
    rights: Any,
    blank: Any,
    patches: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + P - 1,); columns (samples of a line + (Q - 1) * step,);
    weights (P, Q), reversed; runs (n, 4), the first and the last + 1 of rows and of columns of the
    parts of the kernel that are summed apart; zones (n, 3), tiles side by side: what they read,
    their first sample, and how many they are; the strip on the right begins at sample `right`; out
    (out rows, samples of a line).  Scratch: table (3, stop - start + P - 1); lefts and rights (P +
    2 * HEIGHT - 1, samples of a strip); blank (N * step,); patches (HEIGHT, samples of the largest
    zone).
    """
    tall, wide = weights.shape
    samples = out.shape[1]
    height = HEIGHT if stop - start >= HEIGHT else 1
    last = runs.shape[0] - 1
    whole = patches.shape[1] <= samples
    blank[:] = fill
    far = image.size * image.itemsize > FAR
    opened = start
    slot = 0
    for top in range(start, stop, height):
        y = min(top, stop - height)
        below = y + height + tall - 1  # the first line that only the next tiles read
        ahead = min(below + height, stop + tall - 1)
        while opened < ahead:
            open_line(
                *(image, rows[opened], columns, first, fill, blank, right),
                *(lefts, rights, slot, table, opened - start),
            )
            opened += 1
            slot = slot + 1 if slot + 1 < lefts.shape[0] else 0
        for zone in range(zones.shape[0]):
            which, x, count = zones[zone, 0], zones[zone, 1], zones[zone, 2]
            fetched = ahead - below if far and which == IMAGE else 0
            entry = which * table.shape[1] - start
            for n in range(last + 1):
                then = ADD if n > 0 else 0
                if whole and n == last:
                    then |= STORE
                u, v = runs[n, 0], runs[n, 2]
                lines = (image, table, entry + y + u, entry + below, fetched, x + v * step, count)
                taps = (weights, u * wide + v, wide, runs[n, 1] - u, runs[n, 3] - v, step)
                place = (out, y * samples + x, samples, patches, then)
                if height == 1:
                    tiles_of_row(*lines, *taps, *place)
                else:
                    tiles(*lines, *taps, *place)
                fetched = 0
        if not whole:
            settle(patches, out, y, height, 0, samples)
