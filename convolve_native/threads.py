"""Threads of our own: one pool a process, that runs nogil work over a list of parts.

The parts are cut by the Problem, never by the number of workers, so that the result does not depend
on it.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Generic, TypeVar

Part = TypeVar("Part")


class Pool:
    """A thread pool that starts with its first work, and anew in a forked child."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[[], None]) -> Future[None]:
        """Queue one call."""
        with self._lock:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(os.cpu_count(), "convolve_native")
            return self._executor.submit(work)


_pool = Pool()
if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=lambda: _pool.__init__())  # type: ignore[misc]


def available_workers() -> int:
    """CPUs this process may use: its affinity and its container's quota."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux
    cpus = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(cpus, _quota() or cpus))


def _quota() -> int | None:
    """CPUs that the cgroup grants, rounded up (version 2, then 1); None without a limit."""
    root = "/sys/fs/cgroup"
    second = (f"{root}/cpu.max",)
    first = (f"{root}/cpu/cpu.cfs_quota_us", f"{root}/cpu/cpu.cfs_period_us")
    for paths in (second, first):
        try:
            quota, period = " ".join(Path(path).read_text() for path in paths).split()
        except (OSError, ValueError):
            continue
        if quota.lstrip("-").isdigit() and int(quota) > 0:
            return -(-int(quota) // int(period))
    return None


def run(start: Callable[[], Callable[[Part], None]], parts: Sequence[Part], workers: int) -> None:
    """Do every part; each worker calls `start` once for the function it does its parts with.

    The caller is one of the workers, so that work goes on even while the pool is busy elsewhere.
    """
    workers = min(workers, len(parts))
    if workers <= 1:
        work = start()
        for part in parts:
            work(part)
        return
    todo = _Shared(parts)
    helpers = [_pool.submit(lambda: todo.drain(start)) for _ in range(workers - 1)]
    try:
        todo.drain(start)
    finally:
        todo.stop()  # where a part failed, or was interrupted, nobody begins another
        wait([helper for helper in helpers if not helper.cancel()])
    for helper in helpers:
        if not helper.cancelled():
            helper.result()


class _Shared(Generic[Part]):
    """Parts handed out one at a time."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._lock = threading.Lock()
        self._parts: Iterator[Part] = iter(parts)

    def drain(self, start: Callable[[], Callable[[Part], None]]) -> None:
        work = start()
        while True:
            with self._lock:
                part = next(self._parts, None)
            if part is None:
                return
            work(part)

    def stop(self) -> None:
        with self._lock:
            self._parts = itertools.chain()
