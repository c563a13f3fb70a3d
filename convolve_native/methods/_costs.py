"""Terms that the predicted seconds of several methods share; all are linear in the machine."""

from __future__ import annotations

import math

from convolve_native.machine import Sums, Sweep, Transforms
from convolve_native.problem import Problem

CACHE = 2**20  # bytes of a frame from which on its transforms wait for the memory


def parts(problem: Problem) -> int:
    """Real numbers that make a sample."""
    return 2 if problem.compute.kind == "c" else 1


def products(problem: Problem, taps: int) -> int:
    """Real products an output sample takes: a complex one is four."""
    return parts(problem) ** 2 * taps


def additions(taps: int) -> int:
    """Additions that one product goes through: with up to three others, then to the total."""
    return 3 + -(-taps // 4)


def sweep_seconds(problem: Problem, sweep: Sweep, operations: float) -> float:
    """So many operations, and the fixed work on every sample, on every line and on the call."""
    return (
        operations * sweep.operation.of(problem)
        + parts(problem) * problem.outputs * sweep.sample.of(problem)
        + problem.planes * problem.rows.length * sweep.row
        + sweep.call
    )


def transform_seconds(
    problem: Problem, transform: Transforms, flop: Sums, samples: int, transformed: int
) -> float:
    """A frame of so many samples there and back, `transformed` by one transform.

    N samples x (5 log2(transformed) x flop + sample + D x far) + frame, D doublings beyond CACHE.
    """
    flops = 5 * math.log2(max(2, transformed)) * flop.of(problem)
    beyond = max(0.0, math.log2(samples * problem.compute.itemsize / CACHE))
    sample = flops + transform.sample.of(problem) + beyond * transform.far.of(problem)
    return parts(problem) * samples * sample + transform.frame
