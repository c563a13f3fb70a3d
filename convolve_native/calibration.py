"""The only clock: the timer, and the measuring of methods.

The timer serves whoever measures: `choose_method`, `calibrate`, profiles and the benches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import Request
from convolve_native.convolver import prepare
from convolve_native.planner import Choice
from convolve_native.problem import Problem

Call = Callable[[], object]

ROUND = 2e-4  # seconds that a round takes at least: a thousand times what reading the clock does
ROUNDS = 3  # at least
ENOUGH = 0.1  # seconds of rounds after which a call is measured


@dataclass(frozen=True)
class Timing:
    """Seconds of one call: of the first, which does not count, and by rounds of those after it."""

    first: float  # it compiles, plans and fills the caches
    rounds: tuple[float, ...]

    @property
    def best(self) -> float:
        """The shortest: whatever else a machine does only adds, so this is the call's own time."""
        return min(self.rounds)

    @property
    def median(self) -> float:
        """What a user waits for; for ratios of calls that were timed in turn."""
        return median(self.rounds)


def timings(*calls: Call, rounds: int = ROUNDS, enough: float = ENOUGH) -> list[Timing]:
    """Time calls in turn, round by round, so that a busy moment meets all of them.

    Parameters
    ----------
    *calls : callable without arguments
        What is timed.
    rounds, enough : int, float
        A call is measured after so many rounds, and so many seconds of them.  With none of either
        it is run once, for `Timing.first`.

    Returns
    -------
    list of Timing
        One a call.

    Notes
    -----
    A round of a short call repeats it until `ROUND` seconds have passed, and counts the mean.

    Examples
    --------
    >>> one, thousand = timings(lambda: sum(range(10)), lambda: sum(range(10_000)), enough=0)
    >>> one.best < thousand.best
    True
    """
    first = [_seconds(call, 1) for call in calls]
    repeats = [_repeats(call) if rounds or enough else 1 for call in calls]
    found: list[list[float]] = [[] for _ in calls]
    spent = [0.0 for _ in calls]
    while True:
        due = [i for i in range(len(calls)) if len(found[i]) < rounds or spent[i] < enough]
        if not due:
            return [Timing(*each) for each in zip(first, map(tuple, found), strict=True)]
        for i in due:
            seconds = _seconds(calls[i], repeats[i])
            found[i].append(seconds / repeats[i])
            spent[i] += seconds


def _seconds(call: Call, times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        call()
    return perf_counter() - start


def _repeats(call: Call) -> int:
    """How often a call fits into a round, by powers of two."""
    times = 1
    while _seconds(call, times) < ROUND:
        times *= 2
    return times


def measure(choice: Choice, problem: Problem, request: Request, planes: NDArray[Any]) -> Choice:
    """Time every method that can, prepared, on as many workers as were chosen; take the fastest."""
    out = np.empty(problem.out_shape, problem.stored)
    operators = {name: prepare(request, problem, name) for name in choice.seconds}
    calls = {
        name: partial(operator.apply, planes, out, choice.workers)
        for name, operator in operators.items()
        if operator is not None
    }
    measured = dict(zip(calls, (each.best for each in timings(*calls.values())), strict=True))
    if request.method != "auto" or not measured:
        return replace(choice, measured=measured)
    allowed = [name for name in measured if name not in choice.refused]
    fastest = min(allowed, key=measured.__getitem__)
    return replace(choice, method=fastest, reason="measured the fastest", measured=measured)
