"""overlap_save: tile by tile through transforms small enough to stay in cache.

A tile of T samples on an axis gives T - K + 1 outputs, the others having wrapped round.

seconds = planes x channels x tiles x transform_seconds(tile) + transform.call
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import OUTSIDE, Index
from convolve_native.caches import cached_property
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import POOL, good_size
from convolve_native.loops import frames
from convolve_native.machine import DEFAULT, Machine
from convolve_native.methods import _nonfinite
from convolve_native.methods._adjoint import as_lines, fold_back
from convolve_native.methods._base import Method
from convolve_native.methods._transform import Frame, Transform, accuracy, refusal, reluctance
from convolve_native.problem import Axis, Problem

Array = NDArray[Any]

SIZES = (64, 96, 128, 192, 256, 384, 512)  # of tiles that stay in cache, two arrays of them
LINES = 32  # of a tile that is transformed along one axis only


class Tiling(NamedTuple):
    """Samples of a tile on each axis."""

    rows: int
    columns: int

    def count(self, problem: Problem) -> int:
        """Tiles of one plane and channel."""
        return math.prod(
            -(-axis.length // _useful(axis, size))
            for axis, size in zip(problem.axes, self, strict=True)
        )


def _useful(axis: Axis, size: int) -> int:
    """Outputs that a tile of this size gives."""
    return size - axis.taps + 1


@lru_cache(maxsize=256)
def tiling(problem: Problem) -> Tiling:
    """The tile that is predicted to be the fastest; machines differ little in it."""
    longest = max(axis.taps for axis in problem.axes)
    sizes = [size for size in SIZES if size >= 2 * longest]
    sizes = sizes or [good_size(2 * longest), good_size(4 * longest)]
    tilings = [
        Tiling(_extent(problem.rows, size), _extent(problem.columns, size)) for size in sizes
    ]
    return min(tilings, key=lambda tiles: _tiled_seconds(problem, tiles, DEFAULT))


def _extent(axis: Axis, size: int) -> int:
    if axis.taps == 1:
        return min(LINES, max(1, axis.length))
    return min(size, good_size(max(axis.extended, axis.taps)))


def _tiled_seconds(problem: Problem, tiles: Tiling, machine: Machine) -> float:
    transform = machine.transform
    one = Frame(problem, *tiles).seconds(problem, transform, transform.tile_flop)
    return problem.planes * problem.channels * tiles.count(problem) * one


class Part(NamedTuple):
    """A tile of one plane and channel: where its outputs begin."""

    plane: int
    channel: int
    top: int
    left: int


class OverlapSaveOperator:
    """A kernel's spectrum on one tile, and the source of every extended sample."""

    def __init__(self, problem: Problem, kernel: Kernel) -> None:
        self._problem, self._kernel, self._tiles = problem, kernel, tiling(problem)
        self._frame = Frame(problem, *self._tiles)
        shift = (1 - problem.rows.taps, 1 - problem.columns.taps)
        self._transform = Transform(problem, kernel, self._frame, shift)

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Transform, multiply and transform back every tile."""
        problem, frame, tiles = self._problem, self._frame, self._tiles
        gather = frames.gather.compiled(problem.source, problem.compute)
        crop = frames.crop.compiled(problem.compute, problem.stored)
        planes, results = as_lines(image), as_lines(out)
        known = bool(np.isfinite(problem.fill))
        fill = problem.compute.type(problem.fill if known else 0)
        rows, columns = (
            _padded(index, size) for index, size in zip(problem.indices, tiles, strict=True)
        )
        tall, wide = (np.arange(size) for size in tiles)
        spoiled = set() if known else set(np.ndindex(problem.planes, problem.channels))

        def work(part: Part) -> None:
            plane, channel, top, left = part
            bottom = min(top + _useful(problem.rows, tiles.rows), problem.rows.length)
            right = min(left + _useful(problem.columns, tiles.columns), problem.columns.length)
            with POOL.lease(frame.key) as plan:
                flat = plan.frame.reshape(-1)
                source = (rows[top : top + tiles.rows], columns[left : left + tiles.columns])
                finite, peak = gather(
                    planes[plane], channel, problem.channels, *source, fill, flat, *frame.steps
                )
                self._transform.filter(plan, peak)
                crop(
                    *(flat, *frame.steps, tall[: bottom - top], wide[: right - left]),
                    *(results[plane, top:bottom], left * problem.channels + channel),
                    problem.channels,
                )
            if not finite:
                spoiled.add((plane, channel))

        threads.run(lambda: work, list(self._parts()), workers)
        for plane, channel in spoiled:
            bad = ~np.isfinite(image[plane, :, :, channel])
            out[plane, :, :, channel][_nonfinite.reached(bad, problem)] = np.nan

    @property
    def nbytes(self) -> int:
        """Of the spectrum."""
        return self._transform.nbytes

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Sum over the result with zeros around it, and fold back what lies outside."""
        fold_back(self._problem, self._transposed, image, out, workers)

    @cached_property
    def _transposed(self) -> OverlapSaveOperator:
        return OverlapSaveOperator(self._problem.transposed, self._kernel.turned())

    def _parts(self) -> Iterator[Part]:
        problem, tiles = self._problem, self._tiles
        for place in itertools.product(
            range(problem.planes),
            range(problem.channels),
            range(0, problem.rows.length, _useful(problem.rows, tiles.rows)),
            range(0, problem.columns.length, _useful(problem.columns, tiles.columns)),
        ):
            yield Part(*place)


def _padded(index: Index, size: int) -> Index:
    """Let the last tile be a whole one: what it holds beyond the image is always the same."""
    return np.pad(index, (0, size), constant_values=OUTSIDE)


def _samples(problem: Problem) -> int:
    return Frame(problem, *tiling(problem)).transformed


def _seconds(problem: Problem, machine: Machine) -> float:
    return machine.transform.call + _tiled_seconds(problem, tiling(problem), machine)


def _scratch(problem: Problem) -> int:
    return 3 * Frame(problem, *tiling(problem)).samples * problem.compute.itemsize


METHOD = Method(
    name="overlap_save",
    refusal=lambda problem: refusal(problem, _samples(problem)),
    reluctance=reluctance,
    seconds=_seconds,
    accuracy=lambda problem: accuracy(problem, _samples(problem)),
    scratch=_scratch,
    prepare=OverlapSaveOperator,
    looks=True,
)
