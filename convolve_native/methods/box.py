"""box: sums over a rectangle of equal weights, by sums that its neighbours share.

seconds = extended samples x ((3 + 2 log2(columns of taps)) x box.operation + box.sample)
+ bytes x box.far + rows x box.row + box.call.
"""

from __future__ import annotations

from convolve_native.factors import Kernel
from convolve_native.loops import box
from convolve_native.machine import Machine
from convolve_native.methods._base import Method, never
from convolve_native.methods._costs import parts, sweep_seconds
from convolve_native.methods._lines import LineOperator
from convolve_native.problem import Problem


def _refusal(problem: Problem) -> str | None:
    return None if problem.uniform else "the kernel's weights are not all the same"


def _passes(problem: Problem) -> int:
    """Additions a sample: three down the columns, and the doublings and their sum along a line."""
    wide = problem.columns.taps
    return 3 + wide.bit_length() - 1 + wide.bit_count()


def _seconds(problem: Problem, machine: Machine) -> float:
    lines = problem.planes * problem.rows.extended
    samples = lines * problem.columns.extended * problem.channels
    return sweep_seconds(problem, machine.box, samples, parts(problem) * _passes(problem))


def _accuracy(problem: Problem) -> float:
    """Half an eps for every addition that one product goes through, and two for the products."""
    return (problem.rows.taps + _passes(problem) + problem.depth.taps + 1) / 2


def _scratch(problem: Problem) -> int:
    line = problem.columns.extended * problem.channels
    return (problem.rows.taps + 5) * line * problem.compute.itemsize


def _prepare(problem: Problem, kernel: Kernel) -> LineOperator:
    weight, one = problem.compute.type(kernel.weight), problem.compute.type(1)
    # Sums of integers are exact, so these are weighted last; floats first, lest their sum overflow.
    whole = problem.exact or problem.source.kind in "iu"
    weights = (one, weight) if whole else (weight, one)
    taps = (problem.rows.taps, problem.columns.taps)
    extended = problem.columns.extended * problem.channels
    return LineOperator(
        problem,
        box.correlate,
        (*weights, *taps, problem.channels),
        lambda band: (
            ((taps[0], extended), problem.compute),
            *(((extended,), problem.compute) for _ in range(4)),
            ((problem.columns.length * problem.channels,), problem.compute),
        ),
        problem.bands(_passes(problem), problem.rows.taps),
        lambda: _prepare(problem.transposed, kernel.turned()),
    )


METHOD = Method("box", _refusal, never, _seconds, _accuracy, _scratch, _prepare)
