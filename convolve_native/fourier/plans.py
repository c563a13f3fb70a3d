"""FFTW plans: built behind one lock, leased to one user at a time, kept up to a number of bytes."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.caches import CacheInfo

Array = NDArray[Any]

# FFTW's planner keeps global state and is not safe under threads; only executing a plan is.
_planner = threading.Lock()


class PlanKey(NamedTuple):
    """All that shapes a plan."""

    shape: tuple[int, int]
    axes: tuple[int, ...]
    dtype: np.dtype[Any]  # of the frame; a real one has a half spectrum along the last axis


class Plan:
    """A transform and its inverse between `frame` and `spectrum`, which it owns.

    Neither is normalised, and the inverse destroys the spectrum.
    """

    def __init__(self, key: PlanKey) -> None:
        import pyfftw  # here: it takes a tenth of a second, and who never transforms is spared it

        real = key.dtype.kind == "f"
        half = list(key.shape)
        if real:
            half[key.axes[-1]] = half[key.axes[-1]] // 2 + 1
        self.frame: Array = pyfftw.empty_aligned(key.shape, dtype=key.dtype)
        spectrum = np.result_type(key.dtype, np.complex64)
        self.spectrum: Array = pyfftw.empty_aligned(tuple(half), dtype=spectrum)
        forward = {"axes": key.axes, "flags": ("FFTW_ESTIMATE",), "threads": 1}
        inverse = {**forward, "flags": ("FFTW_ESTIMATE", "FFTW_DESTROY_INPUT")}
        with _planner:
            self._forward = pyfftw.FFTW(self.frame, self.spectrum, **forward)
            self._inverse = pyfftw.FFTW(
                self.spectrum, self.frame, direction="FFTW_BACKWARD", **inverse
            )

    @property
    def nbytes(self) -> int:
        """Of both arrays."""
        return int(self.frame.nbytes + self.spectrum.nbytes)

    def forward(self) -> None:
        """Transform the frame into the spectrum."""
        self._forward.execute()

    def inverse(self) -> None:
        """Transform the spectrum, which is lost, into the frame, times the number of samples."""
        self._inverse.execute()


class PlanPool:
    """Idle plans by key, the least recently used dropped beyond `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._idle: OrderedDict[PlanKey, list[Plan]] = OrderedDict()
        self._nbytes = self._hits = self._misses = 0

    @contextlib.contextmanager
    def lease(self, key: PlanKey) -> Iterator[Plan]:
        """Hold a plan alone: an idle one, or a new one, which is idle afterwards."""
        plan = self._take(key)
        if plan is None:
            plan = Plan(key)  # outside the pool's lock: planning may be slow
        try:
            yield plan
        finally:
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
        dropped = []  # freed after the lock: freeing a plan waits for the planner
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

    def clear(self) -> None:
        """Drop the idle plans."""
        with self._lock:
            dropped, self._idle = self._idle, OrderedDict()
            self._nbytes = 0
        dropped.clear()

    def info(self) -> CacheInfo:
        """Count the idle plans."""
        with self._lock:
            entries = sum(len(plans) for plans in self._idle.values())
            return CacheInfo(entries, self._nbytes, self._limit, self._hits, self._misses)


POOL = PlanPool(limit=2**28)


@cache
def good_size(least: int) -> int:
    """Return the smallest even 2^a 3^b 5^c 7^d that is not less than `least`.

    FFTW has fast code for these factors; even, because its transforms of real rows want every row
    to start on an even sample.

    >>> [good_size(n) for n in (1, 11, 127, 1021)]
    [2, 12, 128, 1024]
    """
    size = max(2, least + least % 2)
    while not _is_smooth(size):
        size += 2
    return size


def _is_smooth(size: int) -> bool:
    for prime in (2, 3, 5, 7):
        while size % prime == 0:
            size //= prime
    return size == 1


def fftw_version() -> str:
    """Return the version of the FFTW that pyFFTW carries."""
    import pyfftw

    return str(pyfftw.fftw_version)
