"""Bounded caches that can be seen and cleared; each has one owner, the module that makes it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar, overload

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
            try:
                self._values.move_to_end(key)
            except KeyError:
                self._misses += 1
            else:
                self._hits += 1
                return self._values[key]
        value = build()
        nbytes = self._size(value)
        with self._lock:
            if key not in self._values and nbytes <= self._limit:
                self._values[key] = value
                self._nbytes += nbytes
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


class cached_property(Generic[Value]):  # noqa: N801  # as functools calls its own
    """A value computed at its first use and kept in the object, for objects that threads share.

    That of functools, before Python 3.12, computes it behind a lock that all objects of the class
    have in common: their threads wait for each other, and in a forked child it may be held for
    ever.  Without one, threads that come at once compute the same value twice.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name to keep it under."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> cached_property[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        """Compute it; from then on the object's own attribute is found first."""
        if instance is None:
            return self
        return instance.__dict__.setdefault(self._name, self._compute(instance))
