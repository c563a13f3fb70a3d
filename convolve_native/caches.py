"""Bounded caches that can be seen and cleared; each has one owner, the module that makes it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from convolve_native.forks import renew_in_child

Value = TypeVar("Value")


class CacheInfo(NamedTuple):
    """What a cache holds and how it has served."""

    entries: int
    nbytes: int
    limit: int
    hits: int
    misses: int


class BoundedCache(Generic[Value]):
    """Least recently used values, bounded by their bytes; safe under threads.

    A value is built outside the lock: two threads that miss at once both build, and the first to
    finish is kept, so that a slow build never blocks a hit.
    """

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit, self._size = limit, size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._hits = self._misses = 0
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Take a new lock, and count anew."""
        self._lock = threading.Lock()
        self._nbytes = sum(map(self._size, self._values.values()))

    def get(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """Return the value of `key`, built now if it is not there."""
        with self._lock:
            if key in self._values:
                self._hits += 1
                self._values.move_to_end(key)
                return self._values[key]
            self._misses += 1
        value = build()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._nbytes += self._size(value)
                while self._nbytes > self._limit:
                    self._nbytes -= self._size(self._values.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        """Forget every value; the counters stay."""
        with self._lock:
            self._values.clear()
            self._nbytes = 0

    def info(self) -> CacheInfo:
        """Count what is held."""
        with self._lock:
            return CacheInfo(len(self._values), self._nbytes, self._limit, self._hits, self._misses)
