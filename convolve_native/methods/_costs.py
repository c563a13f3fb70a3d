"""Terms that the predicted seconds of several methods share; all are linear in the machine."""

from __future__ import annotations

import math

from convolve_native.loops._tiles import HEIGHT, across
from convolve_native.loops.direct import RUN
from convolve_native.machine import Sweep, TileSweep, Transforms
from convolve_native.problem import Problem

CACHE = (
    2**23
)  # bytes of image and result from which on a sweep waits for the memory: a share of the L3
FRAME = 2**18  # bytes of a frame from which on its transforms do


def parts(problem: Problem) -> int:
    """Real numbers that make a sample."""
    return 2 if problem.compute.kind == "c" else 1


def products(problem: Problem, taps: int) -> int:
    """Real products an output sample takes: a complex one is four."""
    return parts(problem) ** 2 * taps


def additions(taps: int) -> int:
    """Additions that one product goes through: those of its run, then of the runs."""
    return min(taps, RUN) + -(-taps // RUN)


def sweep_seconds(problem: Problem, sweep: Sweep, samples: int, operations: float) -> float:
    """Seconds of a sweep that computes so many samples, each by so many operations."""
    sample = operations * sweep.operation.of(problem) + parts(problem) * sweep.sample.of(problem)
    image = math.prod(problem.image_shape) * problem.source.itemsize
    result = problem.outputs * problem.stored.itemsize
    return (
        samples * sample
        + max(0, image + result - CACHE) * sweep.far
        + problem.planes * problem.rows.length * sweep.row
        + sweep.call
    )


def tile_seconds(problem: Problem, sweep: TileSweep, taps: int, loads: float) -> float:
    """Seconds of a sweep in tiles, by so many taps and as many loads, for every sample of them."""
    columns = problem.columns.length * problem.channels
    tiles = _whole(problem.rows.length, HEIGHT) * _whole(columns, across(problem.compute))
    samples = problem.planes * tiles
    load = parts(problem) * loads * sweep.load.of(problem)
    return samples * load + sweep_seconds(problem, sweep, samples, products(problem, taps))


def shared(taps: int) -> float:
    """Rows that a tile loads, over those that it sums, under so many taps down a column."""
    return (taps + HEIGHT - 1) / HEIGHT


def _whole(samples: int, tile: int) -> int:
    return -(-samples // tile) * tile


def transform_seconds(
    problem: Problem, costs: Transforms, frames: int, lines: int, numbers: int, points: int
) -> float:
    """Frames of lines and of real numbers there and back, by transforms of so many points.

    frames x (N numbers x (5 log2(points) x operation + D x far) + lines x line) + outputs x sample
    + call, for D doublings beyond FRAME; among several channels a number takes `apart` more.
    """
    size = problem.compute.itemsize // parts(problem)
    beyond = max(0.0, math.log2(numbers * size / FRAME))
    number = 5 * math.log2(max(2, points)) * costs.operation.of(problem)
    number += beyond * costs.far.of(problem)
    if problem.channels > 1:
        number += costs.apart.of(problem)
    outputs = parts(problem) * problem.outputs * costs.sample.of(problem)
    return frames * (numbers * number + lines * costs.line) + outputs + costs.call
