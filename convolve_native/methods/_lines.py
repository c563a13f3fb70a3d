"""The operator of the methods that sweep a plane line by line: direct and separable."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import OUTSIDE, Index
from convolve_native.loops import Loop, fold
from convolve_native.problem import Problem

Array = NDArray[Any]
Band = tuple[int, int, int]


class LineOperator:
    """A loop with its weights, the source index of every extended sample, and scratch by worker."""

    def __init__(
        self,
        problem: Problem,
        loop: Loop,
        weights: tuple[Array, ...],
        scratch: Callable[[int, int], tuple[tuple[int, ...], ...]],
        transposed: Callable[[], LineOperator],
    ) -> None:
        self._problem, self._weights, self._scratch = problem, weights, scratch
        self._loop = loop.compiled(problem.source, problem.compute, problem.stored)
        self._rows, columns = problem.indices
        self._columns = _interleaved(columns, problem.channels)
        self._make_transposed = transposed

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Sum band by band."""
        problem = self._problem
        planes = as_lines(image)
        results = as_lines(out)
        first = problem.columns.before * problem.channels
        fill = problem.compute.type(problem.fill)
        shapes = self._scratch(self._columns.size, results.shape[2])

        def start() -> Callable[[Band], None]:
            scratch = [np.empty(shape, problem.compute) for shape in shapes]

            def work(band: Band) -> None:
                plane, begin, end = band
                self._loop(
                    *(planes[plane], self._rows, self._columns, first, fill),
                    *(*self._weights, problem.channels, *scratch),
                    *(results[plane], begin, end),
                )

            return work

        threads.run(start, problem.bands(), workers)

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Sum over the result with zeros around it, then fold what lies outside back in."""
        problem = self._problem
        extended = np.empty(problem.transposed.out_shape, problem.compute)
        self._transposed.apply(image, extended, workers)
        folded = fold.fold.compiled(problem.compute)
        sources, targets = as_lines(extended), as_lines(out)

        def work(plane: int) -> None:
            height = targets.shape[1]
            folded(sources[plane], self._rows, self._columns, targets[plane], 0, height)

        threads.run(lambda: work, range(problem.planes), workers)

    @cached_property
    def _transposed(self) -> LineOperator:
        return self._make_transposed()


def as_lines(image: Array) -> Array:
    """View (planes, rows, columns, channels) as (planes, rows, samples of a line)."""
    planes, rows, columns, channels = image.shape
    return image.reshape(planes, rows, columns * channels)


def _interleaved(columns: Index, channels: int) -> Index:
    """Source sample of every sample of an extended line, from the source column of its pixels."""
    samples = columns[:, None] * channels + np.arange(channels)
    return np.where(columns[:, None] == OUTSIDE, OUTSIDE, samples).reshape(-1)
