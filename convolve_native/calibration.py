"""The only clock: the timer, and the measuring of methods and of the machine.

The timer serves whoever measures: `choose_method`, `calibrate`, profiles and the benches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import machine, threads
from convolve_native.checks import Options, Request
from convolve_native.fitting import Cell, fit
from convolve_native.folders import cpu_name
from convolve_native.fourier import plans
from convolve_native.fourier.plans import PlanKey
from convolve_native.machine import Machine
from convolve_native.methods import METHODS, SPECTRA, fft
from convolve_native.planner import Choice
from convolve_native.prepared import PREPARED, prepare
from convolve_native.problem import Problem

Array = NDArray[Any]
Call = Callable[[], object]

clock = perf_counter  # for what runs once, inside other calls
ROUND = 1e-3  # seconds that a round takes at least: the first call of it finds the caches cold
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
    if rounds == enough == 0:
        return [Timing(each, ()) for each in first]
    begun = [_first_round(call) for call in calls]
    repeats = [times for times, _ in begun]
    spent = [seconds for _, seconds in begun]
    found = [[seconds / times] for times, seconds in begun]
    order = Random(0)
    while True:
        due = [i for i in range(len(calls)) if len(found[i]) < rounds or spent[i] < enough]
        if not due:
            return [Timing(*each) for each in zip(first, map(tuple, found), strict=True)]
        order.shuffle(due)  # lest a call always find what the same other one left in the caches
        for i in due:
            seconds = _seconds(calls[i], repeats[i])
            found[i].append(seconds / repeats[i])
            spent[i] += seconds


def _seconds(call: Call, times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        call()
    return perf_counter() - start


def _first_round(call: Call) -> tuple[int, float]:
    """How often a call fits into a round, by powers of two, and the seconds of that round."""
    times = 1
    while (seconds := _seconds(call, times)) < ROUND:
        times *= 2
    return times, seconds


def measure(choice: Choice, problem: Problem, request: Request, planes: Array) -> Choice:
    """Time every method that can, prepared, on as many workers as were chosen; take the fastest."""
    out = np.empty(problem.out_shape, problem.stored)
    operators = {name: prepare(request, name, machine.current()) for name in choice.seconds}
    calls = {
        name: partial(operator.apply, planes, out, choice.workers)
        for name, operator in operators.items()
    }
    measured = dict(zip(calls, (each.best for each in timings(*calls.values())), strict=True))
    if request.method != "auto" or not measured:
        return replace(choice, measured=measured)
    allowed = [name for name in measured if name not in choice.refused]
    fastest = min(allowed, key=measured.__getitem__)
    return replace(choice, method=fastest, reason="measured the fastest", measured=measured)


Table = Mapping[str, Sequence[tuple[tuple[int, ...], tuple[int, int]]]]

# For every method images and kernels that take no long time, unlike one another in what they cost.
TABLE: Table = {
    "direct": (
        ((8, 8), (3, 3)),
        ((32, 32), (3, 3)),
        ((32, 32), (7, 7)),
        ((60, 1000), (1, 31)),
        ((1000, 60), (5, 5)),
        ((256, 256), (3, 3)),
        ((256, 256), (5, 5)),
        ((256, 256), (9, 9)),
        ((256, 256), (15, 15)),
        ((512, 512), (3, 3)),
        ((512, 512), (7, 7)),
        ((2000, 2000), (3, 3)),
        ((1000, 1500, 3), (5, 5)),
    ),
    "separable": (
        ((8, 8), (3, 3)),
        ((32, 32), (3, 3)),
        ((32, 32), (9, 9)),
        ((60, 1000), (1, 31)),
        ((1000, 60), (7, 7)),
        ((256, 256), (3, 3)),
        ((256, 256), (9, 9)),
        ((256, 256), (21, 21)),
        ((256, 256), (51, 51)),
        ((512, 512), (3, 3)),
        ((512, 512), (15, 15)),
        ((2000, 2000), (3, 3)),
        ((1000, 1500, 3), (7, 7)),
    ),
    "box": (
        ((8, 8), (3, 3)),
        ((32, 32), (3, 3)),
        ((60, 1000), (3, 3)),
        ((1000, 60), (5, 5)),
        ((256, 256), (3, 3)),
        ((256, 256), (15, 15)),
        ((512, 512), (7, 7)),
        ((512, 512), (51, 51)),
        ((2000, 2000), (3, 3)),
        ((1000, 1500, 3), (5, 5)),
    ),
    "fft": (
        ((8, 8), (3, 3)),
        ((32, 32), (9, 9)),
        ((100, 100), (21, 21)),
        ((100, 100, 3), (21, 21)),
        ((250, 250), (31, 31)),
        ((480, 480), (31, 31)),
        ((1000, 1000), (31, 31)),
    ),
    "overlap_save": (
        ((8, 8), (3, 3)),
        ((64, 64), (25, 25)),
        ((256, 256), (9, 9)),
        ((256, 256), (15, 15)),
        ((512, 512), (5, 5)),
        ((512, 512), (15, 15)),
        ((512, 512), (31, 31)),
        ((512, 512), (1, 101)),
        ((400, 400), (101, 1)),
        ((400, 130, 3), (31, 31)),
        ((400, 130, 3), (1, 31)),
        ((350, 350), (63, 63)),
        ((400, 400), (101, 101)),
        ((600, 600), (201, 201)),
    ),
}
KERNELS: dict[str, Callable[[tuple[int, int]], Array]] = {  # of those that cannot do any
    "separable": lambda taps: np.outer(*(np.hanning(k + 2)[1:-1] for k in taps)),
    "box": np.ones,
}
DTYPES = ("float32", "float64", "uint8")  # one a figure
BUDGET = 3.0  # seconds that the rounds of the whole table take, where no call is long


def calibrate() -> Machine:
    """Measure this machine: what the methods cost on it, and FFTW's plans for the usual planes.

    From then on, in this process and in later ones, methods and threads are chosen by what was
    measured, and transforms of the usual planes are planned by what FFTW learnt, without
    measuring anything.  It takes under five seconds, ten or so for FFTW's measuring, and the
    compiling of loops that were never used before.  Best done while the machine is idle.

    Returns
    -------
    Machine
        The constants, which print as a table; `provenance` says how long each step took, and how
        far from the measured seconds the predicted ones are.

    Notes
    -----
    It is kept in the user's cache folder, by the CPU, the versions of this package and of Numba,
    NumPy and pyFFTW, the loops and the methods; what was measured with others, or cannot be read,
    is not used.  Results
    stay bitwise the same from call to call, but a calibration may change their last bits, as it
    may change the method and FFTW's plans.  A `Convolver` keeps what it was made with.

    Least squares of relative errors: `convolve_native.fitting`.

    Examples
    --------
    >>> import convolve_native as cn
    >>> print(cn.calibrate())  # doctest: +SKIP
    """
    begun = perf_counter()
    plans.calibrate(_planes())
    planned = perf_counter()
    cells, calls = zip(*_cells(TABLE), strict=True)
    timings(*calls, rounds=0, enough=0)
    compiled = perf_counter()
    seconds = np.array([each.best for each in timings(*calls, enough=BUDGET / len(calls))])
    (thread,) = timings(_hand_over)
    found = Machine.of("", {**fit(cells, seconds), "thread": thread.best})
    measured = perf_counter()
    for cache in (plans.POOL, SPECTRA, PREPARED):  # of what was only measured, or chosen before
        cache.clear()

    predicted = np.array([METHODS[method].seconds(problem, found) for method, problem in cells])
    off = np.quantile(np.abs(predicted / seconds - 1), 0.9)
    provenance = (
        f"measured on {cpu_name()}, {date.today()}: FFTW's plans in {planned - begun:.1f} s, loops "
        f"made ready in {compiled - planned:.1f} s, {len(calls)} timings in "
        f"{measured - compiled:.1f} s, nine in ten of them predicted within {off:.0%}"
    )
    found = replace(found, provenance=provenance)
    machine.save(found)
    machine.use(found)
    return found


def _planes() -> Iterator[PlanKey]:
    """The plans of the usual planes of real images."""
    for name, size in product(("float32", "float64"), fft.SIZES):
        yield PlanKey((size, size), (0, 1), np.dtype(name))


def _cells(table: Table) -> Iterator[tuple[Cell, Call]]:
    """Every method on every problem of its row, and a call that solves it on one thread."""
    random = np.random.default_rng(0)
    for method, problems in table.items():
        for dtype, (shape, taps) in product(DTYPES, problems):
            image = random.integers(0, 255, shape).astype(dtype)
            kernel = KERNELS.get(method, random.random)(taps)
            request = Request.of(shape, image.dtype, kernel, Options(method=method))
            problem = request.problem
            operator = METHODS[method].prepare(problem, request.kernel)
            planes = request.layout.planes(image, problem.source)
            out = np.empty(problem.out_shape, problem.stored)
            yield (method, problem), partial(operator.apply, planes, out, 1)


def _hand_over() -> None:
    """Have another thread at work, and hear of its end."""
    meeting = threading.Barrier(2)

    def part(_: int) -> None:
        meeting.wait()

    threads.run(lambda: part, range(2), 2)
