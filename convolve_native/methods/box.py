"""box: sums over a rectangle of equal weights, by sums that its neighbours share.

seconds = extended samples x (additions x box.operation + box.sample) + bytes x box.far
+ rows x box.row + box.call.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.factors import Kernel
from convolve_native.loops import box
from convolve_native.loops._counts import STEPS
from convolve_native.loops._sweeps import OVERHANG
from convolve_native.machine import Machine
from convolve_native.methods._base import Method, never
from convolve_native.methods._costs import parts, sweep_seconds
from convolve_native.methods._lines import ADDRESS, LineOperator, Scratch, nbytes, streams
from convolve_native.problem import Problem

# rows of taps at most -> rows of the result whose windows are summed together
GROUPS = {1: 1, 3: 2, 8: 4}
FEW = 5  # columns of taps up to which windows of integers double
RUNNING = 8  # additions that a running sum is worth


def _refusal(problem: Problem) -> str | None:
    return None if problem.uniform else "the kernel's weights are not all the same"


def _counted(problem: Problem) -> bool:
    """Whether sums are of integers, which run: where nothing overflows."""
    return (
        problem.source in box.COLUMNS
        and _most(problem) * problem.rows.taps <= _limit(box.COLUMNS[problem.source])
        and _most(problem) * problem.taps < 2**31
        and (problem.channels in STEPS or _doubling(problem))
    )


def _doubling(problem: Problem) -> bool:
    """Whether windows of integers double along a line: where they are few, and fit."""
    return problem.columns.taps <= FEW and _most(problem) * problem.taps <= _limit(
        box.COLUMNS[problem.source]
    )


def _most(problem: Problem) -> int:
    """The largest sample of an image of integers."""
    return _limit(problem.source)


def _limit(dtype: np.dtype[Any]) -> int:
    return int(np.iinfo(str(dtype)).max)


def _division(problem: Problem, kernel: Kernel) -> NDArray[np.intp]:
    """(half, factor, shift) by which bytes are averaged: (sum + half) * factor >> 16 + shift.

    Of an odd number of them, whose mean is never half way between two integers, this rounds to the
    nearest one.  No factor where it would not, or where this is not their mean.

    factor = 2**(16 + shift) / taps, rounded up by e / taps; and n * factor >> 16 + shift is n //
    taps if n * e < 2**(16 + shift).
    """
    taps, number = problem.taps, problem.compute.type
    half, shift = taps // 2, taps.bit_length() - 1
    factor = -(-(2 ** (16 + shift)) // taps)
    largest, excess = _most(problem) * taps + half, factor * taps - 2 ** (16 + shift)
    exact = max(largest, factor) < 2**16 and largest * excess < 2 ** (16 + shift)
    mean = taps % 2 == 1 and number(kernel.weight) == number(1 / taps)
    apt = exact and mean and problem.stored == np.uint8
    return np.array((half, factor if apt else 0, shift), np.intp)


def _passes(problem: Problem) -> int:
    """Additions a sample: three down the columns, and the doublings along a line."""
    wide = problem.columns.taps
    if _counted(problem) and not _doubling(problem):
        return 3 + RUNNING
    return 3 + wide.bit_length() - 1 + wide.bit_count()


def _seconds(problem: Problem, machine: Machine) -> float:
    lines = problem.planes * problem.rows.extended
    samples = lines * problem.columns.extended * problem.channels
    return sweep_seconds(problem, machine.box, samples, parts(problem) * _passes(problem))


def _accuracy(problem: Problem) -> float:
    """Half an eps for every addition that one product goes through, and two for the products."""
    return (problem.rows.taps + _passes(problem) + problem.depth.taps + 1) / 2


def _group(problem: Problem) -> int:
    """Rows of the result whose windows are summed together."""
    return next((rows for most, rows in GROUPS.items() if problem.rows.taps <= most), 1)


def _begin(problem: Problem) -> int:
    """Where in its line of scratch an extended line begins.

    So that the image's own columns are aligned, and behind OVERHANG others.
    """
    first = problem.columns.before * problem.channels
    return -(-first // OVERHANG) * OVERHANG + OVERHANG - first


def _scratch(problem: Problem, band: int) -> Scratch:
    tall, group = problem.rows.taps, _group(problem)
    own, result, extended = (
        -(-samples // OVERHANG) * OVERHANG + OVERHANG
        for samples in (
            problem.columns.size * problem.channels,
            problem.columns.length * problem.channels,
            _begin(problem) + problem.columns.extended * problem.channels,
        )
    )
    patch = ((result,), problem.stored)
    if _counted(problem):
        two = ((2, own), problem.source)
        return two, two, ((3, extended), box.COLUMNS[problem.source]), patch
    lines = tall + group - 1 if group > 1 else 1
    return (
        ((1, lines), ADDRESS),
        ((1, own), problem.source),
        ((lines, own), problem.source),
        ((tall + 2 if group == 1 else 0, own), problem.compute),
        ((group + 2, extended), problem.compute),
        patch,
    )


def _weights(problem: Problem, kernel: Kernel) -> NDArray[Any]:
    """(before, after).

    Sums of integers are exact, so these are weighted last.  Of floats, lest their sum overflow, the
    power of two in the weight comes first, which rounds nothing.
    """
    weight = kernel.weight
    if _counted(problem) and problem.stored.kind == "u":
        weight = max(weight.real, 0)  # the sum is positive, so that it saturates at 0
    if problem.exact or _counted(problem):
        return np.array((1, weight), problem.compute)
    before = math.ldexp(0.5, math.frexp(abs(weight))[1]) if weight else 0.0
    return np.array((before, weight / before if weight else 1.0), problem.compute)


def _prepare(problem: Problem, kernel: Kernel) -> LineOperator:
    tall, wide = problem.rows.taps, problem.columns.taps
    weights = _weights(problem, kernel)
    geometry = (tall, wide, problem.channels, _begin(problem))
    arguments: tuple[Any, ...]
    if _counted(problem):
        beyond = int(problem.fill.real) * tall
        loop = box.count
        arguments = (_division(problem, kernel), beyond, *geometry, _doubling(problem))
    else:
        number = problem.compute.type
        fill = problem.fill if problem.compute.kind == "c" else problem.fill.real
        with np.errstate(invalid="ignore"):  # an infinite fill, and a complex weight
            beyond = number(fill) * weights[0] * number(tall)
        loop, arguments = box.correlate, (beyond, *geometry, streams(problem))
    return LineOperator(
        problem,
        loop,
        (weights, *arguments),
        partial(_scratch, problem),
        problem.bands(_passes(problem), tall),
        lambda: _prepare(problem.transposed, kernel.turned()),
    )


METHOD = Method(
    name="box",
    refusal=_refusal,
    reluctance=never,
    seconds=_seconds,
    accuracy=_accuracy,
    scratch=lambda problem: nbytes(_scratch(problem, problem.rows.length)),
    prepare=_prepare,
)
