"""A kernel with a depth, as the sum over its planes of sums on planes, each by the same method."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import BOUNDARIES, OUTSIDE
from convolve_native.factors import Kernel
from convolve_native.methods._base import Method, Operator
from convolve_native.problem import Problem

Array = NDArray[Any]


class VolumeOperator:
    """The operators of the kernel's planes, and which plane of the image stands at each depth.

    out[d] = sum_u plane_u(extended[d + u]), u ascending; a plane outside holds the fill value.
    """

    def __init__(self, method: Method, problem: Problem, kernel: Kernel) -> None:
        self._problem = problem
        planes = kernel.slices[::-1]  # reversed, as all weights are for the sum
        self._operators: list[Operator] = [method.prepare(problem.slice, k) for k in planes]
        self._sources = problem.depth.index(BOUNDARIES[problem.boundary])

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Add up one plane at a time."""
        image = image.reshape(self._problem.image_shape)
        out = out.reshape(self._problem.out_shape)
        depth = self._problem.depth
        part = np.empty((1, *out.shape[1:]), out.dtype)
        outside = np.full((1, *image.shape[1:]), self._problem.fill, image.dtype)
        for stack in range(self._problem.planes):
            for d in range(depth.length):
                total = out[stack * depth.length + d :][:1]
                total[...] = 0
                for u, operator in enumerate(self._operators):
                    source = self._sources[d + u]
                    first = stack * depth.size + source
                    plane = outside if source == OUTSIDE else image[first : first + 1]
                    operator.apply(plane, part, workers)
                    _add(part, total)

    @property
    def nbytes(self) -> int:
        """Of the planes' operators and the sources."""
        return self._sources.nbytes + sum(operator.nbytes for operator in self._operators)

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Give every plane of the result back to the planes that it was summed from."""
        depth = self._problem.depth
        part = np.empty((1, *out.shape[1:]), out.dtype)
        out[...] = 0
        for stack in range(self._problem.planes):
            for d in range(depth.length):
                first = stack * depth.length + d
                for u, operator in enumerate(self._operators):
                    source = self._sources[d + u]
                    if source != OUTSIDE:
                        operator.adjoint(image[first : first + 1], part, workers)
                        _add(part, out[stack * depth.size + source :][:1])


def _add(part: Array, total: Array) -> None:
    with np.errstate(over="ignore", invalid="ignore"):  # sums of Inf, as in the loops
        np.add(total, part, out=total)
