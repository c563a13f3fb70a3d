"""Direct: every product, summed as it stands.

seconds = outputs x taps x per_direct_product + samples x per_sample + the fixed work a line.
"""

from __future__ import annotations

from convolve_native.factors import Kernel
from convolve_native.loops import direct
from convolve_native.machine import Machine
from convolve_native.methods._base import Method, never
from convolve_native.methods._costs import additions, line_seconds, products
from convolve_native.methods._lines import LineOperator
from convolve_native.problem import Problem


def _seconds(problem: Problem, machine: Machine) -> float:
    product = machine.rate(machine.per_direct_product, problem.compute.itemsize)
    return problem.outputs * products(problem, problem.taps) * product + line_seconds(
        problem, machine
    )


def _accuracy(problem: Problem) -> float:
    """Half an eps for every addition that one product goes through, and two for the products."""
    tall, wide = problem.rows.taps, problem.columns.taps
    together = max(1, direct.CHAIN // wide)  # kernel rows in a run
    runs = -(-tall // together)
    blocks = -(-runs // direct.RUNS)
    run = min(tall, together) * additions(wide)
    return (run + min(runs, direct.RUNS) + blocks + problem.depth.taps + 1) / 2


def _scratch(problem: Problem) -> int:
    line = problem.columns.extended * problem.channels
    return (problem.rows.taps + 3) * line * problem.compute.itemsize


def _prepare(problem: Problem, kernel: Kernel) -> LineOperator:
    return LineOperator(
        problem,
        direct.correlate,
        (kernel.weights(problem.compute),),
        lambda extended, line: ((problem.rows.taps, extended), (line,), (line,), (line,)),
        lambda: _prepare(problem.transposed, kernel.turned()),
    )


METHOD = Method("direct", never, never, _seconds, _accuracy, _scratch, _prepare)
