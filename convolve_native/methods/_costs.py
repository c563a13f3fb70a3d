"""Terms that the predicted seconds of several methods share."""

from __future__ import annotations

from convolve_native.machine import Machine
from convolve_native.problem import Problem


def products(problem: Problem, taps: int) -> int:
    """Real products an output sample takes: a complex one is four."""
    return 4 * taps if problem.compute.kind == "c" else taps


def additions(taps: int) -> int:
    """Additions that one product goes through: with up to three others, then to the total."""
    return 3 + -(-taps // 4)


def line_seconds(problem: Problem, machine: Machine) -> float:
    """Reading, converting and writing the lines of the image and the result."""
    rows = problem.planes * problem.rows.extended
    samples = rows * problem.columns.extended * problem.channels
    per_sample = machine.rate(machine.per_sample, problem.compute.itemsize)
    return machine.per_call + rows * machine.per_row + samples * per_sample
