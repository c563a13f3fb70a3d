"""Separable correlation of one plane, both passes in one sweep.

    out[i, j] = sum_t sum_v rows[t, v] * (sum_u columns[t, u] * extended[i + u, j + v * step])

For a few lines of the result at a time each term's columns are summed over the image's own lines,
as they stand; these sums are extended sideways, in scratch that stays in cache, and their rows are
summed at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import ADDRESSES, COUNT, INDEX, array, loop, piece, scalar
from convolve_native.loops._lines import FAR, extend_part, settle
from convolve_native.loops._memory import address
from convolve_native.loops._tiles import ABREAST, ADD, HEIGHT, STORE, column_tiles, row_tiles
from convolve_native.loops.direct import RUN


@piece
def groups(samples: Any, across: Any) -> Any:
    """How many groups of tiles cover a line: those from its first sample on, and one to its end."""
    tiles = max(1, samples // across)
    rest = 1 if samples > tiles * across else 0
    return (tiles + ABREAST - 1) // ABREAST + rest


@piece
def group(samples: Any, across: Any, n: Any) -> Any:
    """First sample and number of tiles of a group; the one to the end overlaps others."""
    first, tiles = n * ABREAST, max(1, samples // across)
    if first < tiles:
        return first * across, min(ABREAST, tiles - first)
    return samples - across, 1


@piece
def sum_columns(
    image: Any,
    table: Any,
    at: Any,
    ahead: Any,
    fetched: Any,
    x: Any,
    count: Any,
    weights: Any,
    t: Any,
    patches: Any,
    sums: Any,
    place: Any,
) -> None:
    """Sum tiles of term t down the columns, in runs of RUN taps, into sums[place:]."""
    tall, pitch = weights.shape[1], sums.shape[2]
    for u in range(0, tall, RUN):
        then = ADD if u > 0 else 0
        if u + RUN >= tall:
            then |= STORE
        column_tiles(
            *(image, table, at + u, ahead, fetched, x, count),
            *(weights, t * tall + u, 1, min(RUN, tall - u), 1, 1),
            *(sums, place, pitch, patches, then),
        )
        fetched = 0


@piece
def sum_rows(
    sums: Any,
    lines: Any,
    x: Any,
    count: Any,
    weights: Any,
    step: Any,
    out: Any,
    place: Any,
    patches: Any,
    last: Any,
) -> None:
    """Sum tiles of all terms along the rows, in runs of RUN taps; do with the `last` as it says."""
    terms, wide = weights.shape
    for t in range(terms):
        for v in range(0, wide, RUN):
            then = ADD if t + v > 0 else 0
            if t == terms - 1 and v + RUN >= wide:
                then |= last
            row_tiles(
                *(sums, lines, t * HEIGHT, 0, 0, x + v * step, count),
                *(weights, t * wide + v, 0, 1, min(RUN, wide - v), step),
                *(out, place, out.shape[1], patches, then),
            )


def _signature(source: np.dtype[Any], compute: np.dtype[Any], stored: np.dtype[Any]) -> Any:
    weights = array(compute, 2)
    return (
        *(array(source, 2), INDEX, INDEX, COUNT, scalar(source), scalar(compute)),
        *(weights, weights, COUNT, ADDRESSES, array(source, 2, written=True)),
        *(array(source, 1, written=True), array(compute, 3, written=True), ADDRESSES),
        *(array(compute, 2, written=True), array(stored, 2, written=True), COUNT, COUNT),
    )


@loop(_signature)
def correlate(
    image: Any,
    rows: Any,
    columns: Any,
    first: Any,
    fill: Any,
    outside: Any,
    column_weights: Any,
    row_weights: Any,
    step: Any,
    table: Any,
    narrow: Any,
    blank: Any,
    sums: Any,
    lines: Any,
    patches: Any,
    out: Any,
    start: Any,
    stop: Any,
) -> None:
    """Write out[start:stop].

    image (M, N * step); rows (out rows + P - 1,); columns (samples of a line + (Q - 1) * step,);
    `outside` is `fill` in the dtype of the sums; column_weights (terms, P) and row_weights
    (terms, Q), reversed; out (out rows, samples of a line).  Scratch: table (1,
    stop - start + P + 2 * HEIGHT); narrow (P + 2 * HEIGHT - 1, samples of a tile), of no lines
    where the image is as wide as a tile; blank (N * step,); sums (terms, HEIGHT, columns.size or
    what two tiles ask for); lines (1, terms * HEIGHT); patches (HEIGHT,
    samples of a group of tiles).
    """
    terms, tall = column_weights.shape
    wide = row_weights.shape[1]
    samples, own, pitch = out.shape[1], image.shape[1], sums.shape[2]
    across = narrow.shape[1]
    blank[:] = fill
    for n in range(terms * HEIGHT):
        lines[0, n] = address(sums, n * pitch)
    far = narrow.shape[0] == 0 and image.size * image.itemsize > FAR
    opened = start
    bottom = stop + tall - 2  # the last line that is read
    for top in range(start, stop, HEIGHT):
        y = max(start, min(top, stop - HEIGHT))
        while opened < y + 2 * HEIGHT + tall - 1:
            source = rows[min(opened, bottom)]
            if narrow.shape[0] > 0:
                slot = opened % narrow.shape[0]
                extend_part(image, source, columns, 0, 0, fill, narrow, slot)
                table[0, opened - start] = address(narrow, slot * narrow.shape[1])
            elif source < 0:
                table[0, opened - start] = address(blank, 0)
            else:
                table[0, opened - start] = address(image, source * own)
            opened += 1
        ahead = y - start + tall + HEIGHT - 1
        for t in range(terms):
            fetched = HEIGHT if far and t == 0 else 0
            place = t * HEIGHT * pitch + first
            for n in range(groups(own, across)):
                x, count = group(own, across, n)
                sum_columns(
                    *(image, table, y - start, ahead, fetched, x, count),
                    *(column_weights, t, patches, sums, place + x),
                )
            beyond = outside * column_weights[t].sum()
            for r in range(HEIGHT):
                line = sums[t, r]
                for q in range(first):
                    column = columns[q]
                    line[q] = line[first + column] if column >= 0 else beyond
                for q in range(first + own, columns.size):
                    column = columns[q]
                    line[q] = line[first + column] if column >= 0 else beyond
        whole = samples >= across and stop - start >= HEIGHT
        last = STORE if whole else 0
        for n in range(groups(samples, across)):
            x, count = group(samples, across, n)
            sum_rows(
                *(sums, lines, x, count, row_weights, step),
                *(out, y * samples + x, patches, last),
            )
            if not whole:
                height, wide = min(HEIGHT, stop - y), min(count * across, samples - x)
                settle(patches, out, y, height, x, wide)
