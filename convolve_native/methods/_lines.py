"""The operator of the methods that sweep a plane line by line: direct, separable and box."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.caches import cached_property
from convolve_native.loops import Loop
from convolve_native.methods._adjoint import fold_back, interleaved, lines_of
from convolve_native.problem import Problem

Array = NDArray[Any]
Band = tuple[int, int, int]
Scratch = tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]  # shapes and dtypes

ADDRESS = np.dtype(np.uintp)
BAND = 256  # bytes of a Band, a tuple of three integers, in its list
CACHE_LINE = 64  # bytes
# Bytes of a result from which on it is written past the caches: they would only hold it until the
# next lines came, having read for nothing what stood there before.
STREAMED = 2**23
KEPT = 4  # sets of scratch that an operator keeps for the next call


def nbytes(scratch: Scratch) -> int:
    """Bytes of a set of scratch."""
    return sum(math.prod(shape) * dtype.itemsize for shape, dtype in scratch)


def streams(problem: Problem) -> bool:
    """Whether a result is written past the caches; not bytes, which are soon written."""
    large = problem.outputs * problem.stored.itemsize > STREAMED
    return large and problem.stored == problem.compute


class LineOperator:
    """A loop with its weights, the source index of every extended sample, and scratch by worker."""

    def __init__(
        self,
        problem: Problem,
        loop: Loop,
        weights: tuple[Any, ...],
        scratch: Callable[[int], Scratch],
        bands: list[Band],
        transposed: Callable[[], LineOperator],
    ) -> None:
        self._problem, self._bands = problem, bands
        self._loop = loop.compiled(problem.source, problem.compute, problem.stored)
        rows, columns = problem.indices
        samples = interleaved(columns, problem.channels)
        first = problem.columns.before * problem.channels
        self._arguments = (rows, samples, first, problem.source.type(problem.fill), *weights)
        self._plane, self._result = (
            lines_of(shape)[1:] for shape in (problem.image_shape, problem.out_shape)
        )
        self._scratch = scratch(max((stop - start for _, start, stop in bands), default=0))
        self._idle: deque[tuple[Any, ...]] = deque(maxlen=KEPT)
        self._make_transposed = transposed

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Sum band by band."""
        if len(self._bands) == 1:  # the short way, for small images feel every microsecond
            ready = self._lease()
            plane = image if image.shape == self._plane else image.reshape(self._plane)
            result = out if out.shape == self._result else out.reshape(self._result)
            self._loop(plane, *ready, result, 0, self._problem.rows.length)
            self._idle.append(ready)
            return
        planes = image.reshape(self._problem.planes, *self._plane)
        results = out.reshape(self._problem.planes, *self._result)
        loop, used = self._loop, []

        def start() -> Callable[[Band], None]:
            ready = self._lease()
            used.append(ready)

            def work(band: Band) -> None:
                plane, begin, end = band
                loop(planes[plane], *ready, results[plane], begin, end)

            return work

        threads.run(start, self._bands, workers)
        self._idle.extend(used)

    def _lease(self) -> tuple[Any, ...]:
        """Take the arguments that stay, with scratch of one's own: idle, or made now."""
        try:
            return self._idle.pop()
        except IndexError:
            scratch = (_aligned(shape, dtype) for shape, dtype in self._scratch)
            return (*self._arguments, *scratch)

    @property
    def nbytes(self) -> int:
        """Of weights, indices and bands, and of as much scratch as may be idle."""
        arrays = sum(each.nbytes for each in self._arguments if isinstance(each, np.ndarray))
        scratch = sum(math.prod(shape) * dtype.itemsize for shape, dtype in self._scratch)
        return arrays + KEPT * scratch + BAND * len(self._bands)

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Sum over the result with zeros around it, and fold back what lies outside."""
        fold_back(self._problem, self._transposed, image, out, workers)

    @cached_property
    def _transposed(self) -> LineOperator:
        return self._make_transposed()


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros that begin where a line of the cache does, so that no vector lies across two."""
    nbytes = math.prod(shape) * dtype.itemsize
    raw = np.zeros(nbytes + CACHE_LINE, np.uint8)
    begin = -raw.ctypes.data % CACHE_LINE
    return raw[begin : begin + nbytes].view(dtype).reshape(shape)
