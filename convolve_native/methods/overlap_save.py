"""overlap_save: tile by tile through transforms small enough to stay in cache.

A tile of T samples on an axis gives T - K + 1 outputs, the others having wrapped round.  Two real
tiles share one complex transform; a complex tile is its two parts.

seconds = transform_seconds(pairs of tiles)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import OUTSIDE
from convolve_native.caches import cached_property
from convolve_native.factors import Kernel
from convolve_native.loops import overlap_save
from convolve_native.loops.overlap_save import LANES
from convolve_native.machine import Machine, Samples, Sums, Transforms
from convolve_native.methods import _nonfinite
from convolve_native.methods._adjoint import as_real_lines, fold_back
from convolve_native.methods._base import Method
from convolve_native.methods._costs import parts, transform_seconds
from convolve_native.methods._tile import Tile
from convolve_native.methods._transform import accuracy, headroom, magnitude_of, refusal, reluctance
from convolve_native.problem import Axis, Problem

Array = NDArray[Any]
Part = tuple[int, int]  # the first pair of tiles, and the one after the last

# Points of a transform: the least along columns and along lines, and how many are enough, of which
# more would not be faster or not stay in cache.
LEAST, LEAST_WIDE = 16, LANES**2
ENOUGH, TIMES = 512, 4  # points, or times the taps
LARGEST = 10 * 2**20  # bytes of a frame, unless twice the kernel's taps ask for more
LINES, COLUMNS = 32, 64  # of a tile, at most, on an axis without a transform
# What a tile costs, in operations; it is chosen by this, since machines differ little in it.
EFFORT = Transforms(
    operation=Sums(1.0, 1.0),
    sample=Samples(0.0, 0.0, 0.0),
    apart=Samples(0.0, 0.0, 0.0),
    far=Sums(12.0, 12.0),
    line=800.0,
    call=0.0,
)
WORK = 2**16  # samples of a part, some tenth of a millisecond


@lru_cache(maxsize=256)
def tiling(problem: Problem) -> Tile:
    """The tile that is predicted to be the fastest, of those that are not too large."""
    rows, columns = problem.axes
    tall, wide = rows.taps > 1, columns.taps > 1 or rows.taps == 1
    whole = -(-columns.length // LANES) * LANES
    heights = _sizes(rows, LEAST) if tall else [min(rows.length, LINES), 1]
    widths = _sizes(columns, LEAST_WIDE) if wide else [min(whole, COLUMNS), LANES]
    part = np.empty(0, problem.compute).real.dtype

    def tile(height: int, width: int) -> Tile:
        return Tile(height, width, tall, wide, part)

    plain = (
        next((size for size in sizes if size >= 2 * axis.taps > 2), sizes[-1])
        for axis, sizes in zip(problem.axes, (heights, widths), strict=True)
    )
    most = max(LARGEST, tile(*plain).nbytes)
    every = [tile(height, width) for height in heights for width in widths]
    return min(
        (each for each in every if each.nbytes <= most),
        key=lambda each: _tiled_seconds(problem, each, EFFORT),
    )


def _sizes(axis: Axis, least: int) -> list[int]:
    """Points to choose from, 2^a and 3 2^a, in multiples of the least."""
    sizes: list[int] = []
    for size in (m << a for a in itertools.count() for m in (least, least + least // 2)):
        if size % least == 0 and size >= axis.taps:
            sizes.append(size)
            if size >= min(axis.extended, max(ENOUGH, TIMES * axis.taps)):
                break
    return sizes


def _useful(problem: Problem, tile: Tile) -> tuple[int, int]:
    """Outputs that a tile gives, along columns and along lines."""
    return tile.height - problem.rows.taps + 1, tile.width - problem.columns.taps + 1


def _channels(problem: Problem) -> int:
    """Real ones: a complex channel is two."""
    return parts(problem) * problem.channels


def _tiled_seconds(problem: Problem, tile: Tile, costs: Transforms) -> float:
    tall, wide = _useful(problem, tile)
    places = -(-problem.rows.length // tall) * -(-problem.columns.length // wide)
    pairs = -(-places * problem.planes * _channels(problem) // 2)
    pair = 2 * tile.height, 2 * tile.samples, math.prod(tile.points)
    return transform_seconds(problem, costs, pairs, *pair)


class OverlapSaveOperator:
    """A kernel's spectrum on one tile, the places of all tiles, and the source of every sample."""

    def __init__(self, problem: Problem, kernel: Kernel) -> None:
        self._problem, self._kernel, self._tile = problem, kernel, tiling(problem)
        tile = self._tile
        self._rows, self._columns = (
            np.pad(index, (0, size), constant_values=OUTSIDE)  # so that the last tile is whole
            for index, size in zip(problem.indices, (tile.height, tile.width), strict=True)
        )
        self._fill = np.array([problem.fill], problem.compute).view(tile.dtype)
        self._places = _places(problem, tile)
        self._filter = (tile.height, tile.points[0], tile.spectrum(kernel), *tile.factors)
        self._headroom = headroom(problem, math.prod(tile.points))

    def apply(self, image: Array, out: Array, workers: int) -> int:
        """Transform, multiply and transform back every pair of tiles."""
        problem, tile, places = self._problem, self._tile, self._places
        lines = as_real_lines(image.reshape(problem.image_shape))
        results = as_real_lines(out.reshape(problem.out_shape))
        filter_tiles = overlap_save.filter_tiles.compiled(lines.dtype, tile.dtype, results.dtype)
        source = (lines, self._rows, self._columns, problem.columns.before, _channels(problem))
        limit = magnitude_of(self._headroom, tile.dtype)
        loud, loudest = np.empty(len(places) // 2, bool), [0]

        def start() -> Callable[[Part], None]:
            scratch = tile.scratch()

            def work(part: Part) -> None:
                found = filter_tiles(
                    *(*source, self._fill, places, *part, *self._filter, limit),
                    *(*scratch, results, loud),
                )
                loudest.append(found)
                for pair in range(*part):
                    if loud[pair]:
                        self._calm(lines, places[2 * pair : 2 * pair + 2], results)

            return work

        step = max(1, WORK // tile.samples)
        pairs = range(0, loud.size, step)
        threads.run(start, [(pair, min(pair + step, loud.size)) for pair in pairs], workers)
        return max(loudest)

    def _calm(self, lines: Array, pair: Array, results: Array) -> None:
        """Filter a pair with samples that are not finite, or too large for its transforms.

        Those count as zero, and are marked in the result; these are scaled down on the way.
        """
        problem, tile = self._problem, self._tile
        cut = np.zeros((2, tile.height, tile.width), tile.dtype)
        for samples, (plane, channel, top, left, height, _) in zip(cut, pair, strict=True):
            if height:
                self._cut(lines[plane], channel, top, left, samples)
        joint = problem.compute.kind == "c"  # the parts of one tile, not two
        bad, shift = _nonfinite.calm(
            np.moveaxis(cut, 0, -1) if joint else cut[..., None], self._headroom
        )
        filtered = self._filtered(cut)
        _nonfinite.uncalm(filtered, shift)
        taps = problem.rows.taps, problem.columns.taps
        every = np.broadcast_to(bad, cut.shape)
        for sums, flags, place in zip(filtered, every, pair, strict=True):
            plane, channel, top, left, height, width = place
            sums[_nonfinite.reached(flags, taps)] = np.nan
            out = results[plane, top : top + height, channel :: _channels(problem)]
            out[:, left : left + width] = sums[:height, :width]

    def _cut(self, plane: Array, channel: int, top: int, left: int, samples: Array) -> None:
        """Cut one tile out of a plane."""
        rows = self._rows[top : top + samples.shape[0]]
        columns = self._columns[left : left + samples.shape[1]]
        channels = _channels(self._problem)
        samples[:] = plane[np.ix_(rows, columns * channels + channel)]
        outside = (rows == OUTSIDE)[:, None] | (columns == OUTSIDE)
        samples[outside] = self._fill[channel % self._fill.size]

    def _filtered(self, cut: Array) -> Array:
        """The useful part of a pair of tiles."""
        tile = self._tile
        height, width = _useful(self._problem, tile)
        filtered = np.empty((2, height, width), tile.dtype)
        places = np.array([(side, 0, 0, 0, height, width) for side in range(2)])
        source = (cut, np.arange(tile.height), np.arange(tile.width), 0, 1, self._fill)
        limit = magnitude_of(None, tile.dtype)
        overlap_save.filter_tiles.compiled(*(tile.dtype,) * 3)(
            *(*source, places, 0, 1, *self._filter, limit),
            *(*tile.scratch(), filtered, np.empty(1, bool)),
        )
        return filtered

    @property
    def nbytes(self) -> int:
        """Of the spectrum, the indices and the places."""
        arrays = (self._rows, self._columns, self._places, *self._filter[2:])
        return sum(array.nbytes for array in arrays)

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Sum over the result with zeros around it, and fold back what lies outside."""
        fold_back(self._problem, self._transposed, image, out, workers)

    @cached_property
    def _transposed(self) -> OverlapSaveOperator:
        return OverlapSaveOperator(self._problem.transposed, self._kernel.turned())


def _places(problem: Problem, tile: Tile) -> Array:
    """(plane, channel, top, left, height, width) of the outputs of every tile, two a pair.

    Tiles that share pixels follow one another.
    """
    tall, wide = _useful(problem, tile)
    rows, columns = problem.rows.length, problem.columns.length
    tops, lefts = np.arange(0, rows, tall), np.arange(0, columns, wide)
    shape = (problem.planes, tops.size, lefts.size, _channels(problem))
    plane, i, j, channel = np.indices(shape).reshape(4, -1)
    top, left = tops[i], lefts[j]
    heights, widths = np.minimum(tall, rows - top), np.minimum(wide, columns - left)
    places = np.stack([plane, channel, top, left, heights, widths], axis=1)
    return np.pad(places, ((0, len(places) % 2), (0, 0)))  # an odd one goes with an empty one


def _points(problem: Problem) -> int:
    return math.prod(tiling(problem).points)


def _seconds(problem: Problem, machine: Machine) -> float:
    return _tiled_seconds(problem, tiling(problem), machine.overlap_save)


def _scratch(problem: Problem) -> int:
    return 3 * tiling(problem).nbytes  # those of two workers, and the spectrum


METHOD = Method(
    name="overlap_save",
    refusal=lambda problem: refusal(problem, _points(problem)),
    reluctance=reluctance,
    seconds=_seconds,
    accuracy=lambda problem: accuracy(problem, _points(problem)),
    scratch=_scratch,
    prepare=OverlapSaveOperator,
    looks=True,
)
