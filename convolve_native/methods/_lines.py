"""The operator of the methods that sweep a plane line by line: direct, separable and box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.caches import cached_property
from convolve_native.loops import Loop
from convolve_native.methods._adjoint import as_lines, fold_back, interleaved
from convolve_native.methods._costs import products
from convolve_native.problem import Problem

Array = NDArray[Any]
Band = tuple[int, int, int]


class LineOperator:
    """A loop with its weights, the source index of every extended sample, and scratch by worker."""

    def __init__(
        self,
        problem: Problem,
        loop: Loop,
        weights: tuple[Any, ...],
        scratch: Callable[[int, int], tuple[tuple[int, ...], ...]],
        transposed: Callable[[], LineOperator],
    ) -> None:
        self._problem, self._weights, self._scratch = problem, weights, scratch
        self._loop = loop.compiled(problem.source, problem.compute, problem.stored)
        self._rows, columns = problem.indices
        self._columns = interleaved(columns, problem.channels)
        self._products = products(problem, sum(map(np.size, weights)))
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

        threads.run(start, problem.bands(self._products), workers)

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Sum over the result with zeros around it, and fold back what lies outside."""
        fold_back(self._problem, self._transposed, image, out, workers)

    @cached_property
    def _transposed(self) -> LineOperator:
        return self._make_transposed()
