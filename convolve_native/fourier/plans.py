"""FFTW plans: built behind one lock, leased to one user at a time, kept up to a number of bytes."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.caches import CacheInfo
from convolve_native.forks import MOMENT, renew_in_child, wait_before
from convolve_native.fourier.effort import CALIBRATED, FLAGS, current_effort, time_limits
from convolve_native.fourier.endings import ENDED, Transforms, destroy_ended
from convolve_native.fourier.wisdom import Wisdom
from convolve_native.spans import spanned
from convolve_native.threads import aside

Array = NDArray[Any]
Lend = Callable[[Any], contextlib.AbstractContextManager[None]]  # of wisdom, to FFTW


class _Planner:
    """FFTW's planner: global state, not safe under threads; only executing a plan needs no lock.

    The lock is reentrant for what runs in the middle of a call: a signal's handler, an exit.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._learnt, self.calibrated = Wisdom("learnt"), Wisdom("calibrated")
        self._hurries, self._torn = 0, False

    def plan(self, make: Callable[[], Transforms], lend: Lend | None) -> tuple[Transforms, bool]:
        """Make transforms; False where the measuring was cut short."""
        if lend is None:
            with self._alone():
                return make(), True
        cancelled = threading.Event()

        def give_up() -> None:
            cancelled.set()
            if self.hold(MOMENT):
                self.release()

        return aside(partial(self._lend, make, lend, cancelled), stop=give_up)

    def _lend(
        self, make: Callable[[], Transforms], lend: Lend, cancelled: threading.Event
    ) -> tuple[Transforms, bool]:
        import pyfftw

        with self._alone():
            if cancelled.is_set():
                raise CancelledError
            hurries = self._hurries
            with lend(pyfftw):
                transforms = make()
            return transforms, hurries == self._hurries

    def lender(self, key: PlanKey) -> Lend | None:
        """Whose wisdom FFTW plans with; None where it estimates."""
        if key.effort == "estimate":
            return None
        return self.calibrated.lent if key.effort == CALIBRATED else self._learnt.growing

    def resolved(self, key: PlanKey) -> PlanKey:
        """Say how hard to plan where that is left to us: as calibrated, if this size was."""
        key = key._replace(effort=key.effort or current_effort())
        if key.effort == CALIBRATED and not self.calibrated.knows(key.plan, _fftw()):
            return key._replace(effort="estimate")  # the plan that a kernel's spectrum takes too
        return key

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if self._torn:
            raise RuntimeError(
                "no new FFTW plan can be made here: this process was forked while another thread "
                "of its parent was planning; use the same shapes once before the fork"
            )
        with self._lock:
            try:
                yield
            finally:
                destroy_ended()

    def bury(self) -> None:
        """Destroy the plans that have ended, or leave it to whoever is planning."""
        if not self._torn and self._lock.acquire(blocking=False):
            try:
                destroy_ended()
            finally:
                self._lock.release()

    def hold(self, seconds: float) -> bool:
        """Have the planner for oneself, for at most so long a wait; who measures is cut short."""
        for _ in range(round(seconds / 0.05)):
            if self._lock.acquire(timeout=0.05):
                return True
            import pyfftw  # which who holds the planner has imported

            self._hurries += 1
            for limit in time_limits(pyfftw.pyfftw.__file__):
                limit(0.0)
        return False

    def release(self) -> None:
        """End `hold`."""
        self._lock.release()

    def lose(self) -> None:
        """Never plan again; nor destroy a plan, which pyFFTW's own lock might not let us."""
        self._torn, self._lock = True, threading.RLock()
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(ENDED))


@cache
def _fftw() -> Any:
    """The module, at hand also while the interpreter ends and nothing can be imported."""
    import pyfftw

    return pyfftw


_planner = _Planner()
wait_before(_planner.hold, _planner.release, _planner.lose, MOMENT)
# An exit, which frees FFTW's state, lets a plan be finished, and no other thread begin one.
atexit.register(_planner.hold, 60.0)


class PlanKey(NamedTuple):
    """All that shapes a plan."""

    shape: tuple[int, ...]
    axes: tuple[int, ...]
    dtype: np.dtype[Any]  # of the frame; a real one has a half spectrum along the last axis
    effort: str = ""  # empty: as `fftw_effort` has set it

    @property
    def plan(self) -> str:
        """What is planned, however hard."""
        return repr((self.shape, self.axes, self.dtype.str))


class Plan:
    """A transform and its inverse between `frame` and `spectrum`, which it owns.

    Neither is normalised, and the inverse destroys the spectrum.
    """

    def __init__(self, key: PlanKey, lend: Lend | None = None) -> None:
        import pyfftw  # here: it takes a tenth of a second, and who never transforms is spared it

        real = key.dtype.kind == "f"
        half = list(key.shape)
        if real:
            half[key.axes[-1]] = half[key.axes[-1]] // 2 + 1
        self.frame: Array = pyfftw.empty_aligned(key.shape, dtype=key.dtype)
        spectrum = np.result_type(key.dtype, np.complex64)
        self.spectrum: Array = pyfftw.empty_aligned(tuple(half), dtype=spectrum)
        there, back = (self.frame, self.spectrum), (self.spectrum, self.frame, key.axes)
        effort, threads = FLAGS[key.effort], {"threads": 1}

        def make() -> Transforms:  # measuring overwrites both arrays
            return Transforms(
                pyfftw.FFTW(*there, key.axes, flags=(effort,), **threads),
                pyfftw.FFTW(
                    *back, "FFTW_BACKWARD", flags=(effort, "FFTW_DESTROY_INPUT"), **threads
                ),
            )

        self._transforms, self.settled = _planner.plan(make, lend or _planner.lender(key))

    @property
    def nbytes(self) -> int:
        """Of both arrays."""
        return int(self.frame.nbytes + self.spectrum.nbytes)

    def forward(self) -> None:
        """Transform the frame into the spectrum."""
        spanned(self._transforms.pair[0].execute, "transform")()

    def inverse(self) -> None:
        """Transform the spectrum, which is lost, into the frame, times the number of samples."""
        spanned(self._transforms.pair[1].execute, "transform")()

    def filter(self, frame: Array, factor: Array) -> Array:
        """Multiply the spectrum of a frame; the plan's own frame, times the number of samples."""
        if frame is not self.frame:
            self.frame[:] = frame
        self.forward()
        np.multiply(self.spectrum, factor, out=self.spectrum)
        self.inverse()
        return self.frame


class PlanPool:
    """Idle plans by key, the least recently used dropped beyond `limit` bytes."""

    def __init__(self, limit: int, make: Callable[[PlanKey], Plan] = Plan) -> None:
        self._limit, self._make = limit, make
        self._idle: OrderedDict[PlanKey, list[Plan]] = OrderedDict()
        self._clearings = 0
        self._hits = self._misses = 0
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Take a new lock, and count anew."""
        self._lock = threading.Lock()
        self._nbytes = sum(plan.nbytes for plans in self._idle.values() for plan in plans)

    @contextlib.contextmanager
    def lease(self, key: PlanKey) -> Iterator[Plan]:
        """Hold a plan alone: an idle one, or a new one, which is idle afterwards."""
        key = _planner.resolved(key)
        clearings, plan = self._clearings, self._take(key)
        if plan is None:
            plan = spanned(self._make, "plan")(key)  # outside the pool's lock: it may be slow
        try:
            yield plan
        finally:
            if plan.settled and clearings == self._clearings:  # else the next one plans again
                self._give(key, plan)

    def _take(self, key: PlanKey) -> Plan | None:
        with self._lock:
            idle = self._idle.get(key)
            if not idle:
                self._misses += 1
                return None
            self._hits += 1
            plan = idle.pop()
            self._nbytes -= plan.nbytes
            return plan

    def _give(self, key: PlanKey, plan: Plan) -> None:
        dropped = []
        with self._lock:
            self._idle.setdefault(key, []).append(plan)
            self._idle.move_to_end(key)
            self._nbytes += plan.nbytes
            while self._nbytes > self._limit:
                oldest = next(iter(self._idle))
                if self._idle[oldest]:
                    dropped.append(self._idle[oldest].pop(0))
                    self._nbytes -= dropped[-1].nbytes
                if not self._idle[oldest]:
                    del self._idle[oldest]
        if dropped:
            dropped.clear()
            _planner.bury()

    def clear(self) -> None:
        """Drop the idle plans, and those that are leased when they come back."""
        with self._lock:
            self._clearings += 1
            dropped, self._idle = self._idle, OrderedDict()
            self._nbytes = 0
        dropped.clear()
        _planner.bury()

    def info(self) -> CacheInfo:
        """Count the idle plans."""
        with self._lock:
            entries = sum(len(plans) for plans in self._idle.values())
            return CacheInfo(entries, self._nbytes, self._limit, self._hits, self._misses)


POOL = PlanPool(limit=2**28)


def calibrate(keys: Iterable[PlanKey]) -> None:
    """Have FFTW measure plans, for use unasked from now on, here and in later processes."""
    import pyfftw

    wisdom = Wisdom("calibrated", anew=True)
    for key in keys:
        if Plan(key._replace(effort="measure"), wisdom.taught).settled:
            wisdom.add(key.plan)
    wisdom.keep(pyfftw)
    _planner.calibrated = wisdom
    POOL.clear()


def fftw_version() -> str:
    """Return the version of the FFTW that pyFFTW carries."""
    return str(_fftw().fftw_version)
