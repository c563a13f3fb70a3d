"""Threads of our own: one pool a process, that runs nogil work over a list of parts.

The parts are cut by the Problem, never by the number of workers, so that the result does not depend
on it.  The caller is one of the workers, so that work goes on even where the pool is busy, cannot
start a thread, or is about to end with the interpreter.
"""

from __future__ import annotations

import contextlib
import operator
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar, copy_context
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, SupportsIndex, TypeVar

from convolve_native.cgroups import MOUNTED, OWN, cgroups
from convolve_native.forks import renew_in_child

Part = TypeVar("Part")
Value = TypeVar("Value")

VARIABLE = "CONVOLVE_NATIVE_WORKERS"
_workers: ContextVar[int | None] = ContextVar("convolve_native_workers", default=None)


def set_workers(workers: int | None) -> contextlib.AbstractContextManager[None]:
    """Set how many threads a call may use where it is not told by its own `workers`.

    Holds in the `with` block, and for the thread or the asyncio task that entered it.  The variable
    CONVOLVE_NATIVE_WORKERS sets it for a whole process, which reads it once.

    Parameters
    ----------
    workers : int or None
        At least 1, which starts no thread; None, as many as the CPUs this process may use.

    Returns
    -------
    context manager

    Raises
    ------
    ValueError
        Fewer than 1.
    TypeError
        Not an integer.

    Examples
    --------
    >>> import numpy as np
    >>> import convolve_native as cn
    >>> with cn.set_workers(1):
    ...     cn.convolve(np.ones(3), np.ones(3), boundary="constant")
    array([2., 3., 2.])
    """
    return held(_workers, workers if workers is None else _count("workers", workers))


@contextlib.contextmanager
def held(variable: ContextVar[Value], value: Value) -> Iterator[None]:
    """Give a variable a value for a while."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def available_workers() -> int:
    """Threads a call may use: by `set_workers`, else by the variable, else the process's CPUs."""
    return _workers.get() or _named() or available_cpus()


@cache
def _named() -> int | None:
    """What the variable says, for whose reading the system takes longer than for the CPUs."""
    named = os.environ.get(VARIABLE)
    return _count(VARIABLE, named) if named else None


def _count(name: str, value: SupportsIndex | str) -> int:
    """Check a number of threads, given as such or as text."""
    if isinstance(value, bool):
        raise TypeError(f"{name} must be an integer; got {value!r}")
    try:
        count = int(value) if isinstance(value, str) else operator.index(value)
    except ValueError:
        raise ValueError(f"{name} must be an integer; got {value!r}") from None
    except TypeError:
        raise TypeError(f"{name} must be an integer; got {value!r}") from None
    if count < 1:
        raise ValueError(f"{name} must be at least 1; got {count}")
    return count


def available_cpus() -> int:
    """CPUs this process may use: its affinity and its container's quota."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux
    cpus = len(affinity(0)) if affinity else _all_cpus()
    return max(1, min(cpus, _quota() or cpus))


@cache
def _all_cpus() -> int:
    """CPUs of the machine, for which Linux reads a file."""
    return os.cpu_count() or 1


@cache
def _quota(mounted: Path = MOUNTED, own: Path = OWN) -> int | None:
    """CPUs that the cgroups of this process grant, rounded up; None without a limit."""
    grants = [_grant(folder) for folder in cgroups("cpu", mounted, own)]
    return min((grant for grant in grants if grant), default=None)


def _grant(cgroup: Path) -> int | None:
    for names in (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):
        try:
            quota, period = " ".join((cgroup / name).read_text() for name in names).split()
        except (OSError, ValueError):
            continue
        if quota.isdigit() and int(quota) > 0:  # not "max", not -1
            return -(-int(quota) // int(period))
    return None


class Pool:
    """Threads that start as they are needed, at most one a CPU, and anew in a forked child.

    They are daemons: an interpreter that exits waits for none of them.
    """

    def __init__(self) -> None:
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Begin without threads."""
        self._lock = threading.Lock()
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._started = 0

    def call(self, work: Callable[[], None], times: int) -> None:
        """Have `work`, which raises nothing, called by up to `times` threads, as they get free."""
        with self._lock, contextlib.suppress(RuntimeError):  # no thread can start any more
            while self._started < min(times, _all_cpus()):
                threading.Thread(
                    target=_serve, args=(self._queue,), name="convolve_native", daemon=True
                ).start()
                self._started += 1
        for _ in range(min(times, self._started)):
            context = copy_context()  # one each: a context is entered by one thread at a time
            self._queue.put(lambda context=context: context.run(work))  # type: ignore[misc]


def _serve(queue: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        queue.get()()


_pool = Pool()


def run(start: Callable[[], Callable[[Part], None]], parts: Sequence[Part], workers: int) -> None:
    """Do every part; each worker calls `start` once for the function it does its parts with.

    Whatever ends it, an error in a part or a KeyboardInterrupt in the caller, no part is begun
    after that, and none is still being done when this returns.
    """
    workers = min(workers, len(parts))
    if workers <= 1:
        work = start()
        for part in parts:
            work(part)
        return
    todo = _Todo(start, parts)
    try:
        _pool.call(todo.help, workers - 1)
        todo.drain()
    finally:
        todo.stop()
    if todo.failures:
        raise todo.failures.pop()  # no cycle, which would keep the image


class _Todo(Generic[Part]):
    """Parts handed out one at a time, by atomic operations alone: an interrupt leaves no lock."""

    def __init__(self, start: Callable[[], Callable[[Part], None]], parts: Sequence[Part]) -> None:
        self._start = start
        self._parts = deque(parts)
        self._helpers: list[threading.Lock] = []  # each held while its helper works
        self.failures: list[BaseException] = []

    def drain(self) -> None:
        """Do parts until there are none."""
        work = self._start()
        while self._parts:
            try:
                part = self._parts.popleft()
            except IndexError:  # another took the last one
                return
            work(part)

    def help(self) -> None:
        """Do parts on a thread of the pool; what is raised is for the caller."""
        if not self._parts:  # it comes too late
            return
        done = threading.Lock()
        with done:
            self._helpers.append(done)  # before it takes a part
            try:
                self.drain()
            except BaseException as error:  # noqa: BLE001  # raised again by the caller
                self.failures.append(error)
                self._parts.clear()

    def stop(self) -> None:
        """Let nobody begin a part, and wait for those that are being done: they write to `out`."""
        self._parts.clear()
        waiting, interrupt = list(self._helpers), None
        while waiting:
            try:
                with waiting[-1]:
                    pass
                waiting.pop()
            except KeyboardInterrupt as again:  # a part is short
                interrupt = again
        if interrupt:
            raise interrupt


def aside(work: Callable[[], Value], stop: Callable[[], object] = object) -> Value:
    """Do what must not be torn by an interrupt, which is raised when the work has ended.

    Python interrupts the main thread alone, so the work goes to another; `stop` bids it end early.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    with ThreadPoolExecutor(1, "convolve_native_aside") as executor:
        try:
            result = executor.submit(copy_context().run, work)
        except RuntimeError:  # no thread can start any more
            return work()
        try:
            while not result.done():
                wait([result], timeout=0.1)  # Windows hears Ctrl-C between waits alone
        except BaseException:
            stop()
            raise
        return result.result()
