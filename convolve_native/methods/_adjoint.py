"""The adjoint of a method that sums over an extended image: sum over the result, and fold back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import OUTSIDE, Index
from convolve_native.loops import fold
from convolve_native.methods._base import Operator
from convolve_native.problem import Problem, Shape

Array = NDArray[Any]


def as_lines(image: Array) -> Array:
    """View (planes, rows, columns, channels) as (planes, rows, samples of a line)."""
    return image.reshape(lines_of(image.shape))


def lines_of(shape: Shape) -> Shape:
    """Give the shape of an image's lines of samples."""
    planes, rows, columns, channels = shape
    return planes, rows, columns * channels


def as_real_lines(image: Array) -> Array:
    """The same as real numbers: a complex channel is two."""
    return as_lines(image).view(image.real.dtype)


def interleaved(columns: Index, channels: int) -> Index:
    """Source sample of every sample of an extended line, from the source column of its pixels."""
    samples = columns[:, None] * channels + np.arange(channels)
    return np.where(columns[:, None] == OUTSIDE, OUTSIDE, samples).reshape(-1)


def fold_back(
    problem: Problem, transposed: Operator, image: Array, out: Array, workers: int
) -> None:
    """Let the operator of ``problem.transposed`` sum over `image`; fold what lies outside back."""
    if problem.transposed.out_shape == out.shape:  # nothing lies outside
        transposed.apply(image, out, workers)
        return
    extended = np.empty(problem.transposed.out_shape, problem.compute)
    transposed.apply(image, extended, workers)
    folded = fold.fold.compiled(problem.compute)
    sources, targets = as_lines(extended), as_lines(out)
    rows, columns = problem.indices
    samples = interleaved(columns, problem.channels)

    def work(plane: int) -> None:
        folded(sources[plane], rows, samples, targets[plane], 0, targets.shape[1])

    threads.run(lambda: work, range(problem.planes), workers)
