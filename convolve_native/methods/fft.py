"""fft: the whole plane in one Fourier transform, a product, and back.

seconds = transform_seconds(planes x channels)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import BOUNDARIES, OUTSIDE, Index
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import POOL, good_size
from convolve_native.loops import frames
from convolve_native.machine import Machine
from convolve_native.methods import _nonfinite
from convolve_native.methods._adjoint import as_lines
from convolve_native.methods._base import Method
from convolve_native.methods._costs import parts, transform_seconds
from convolve_native.methods._transform import Frame, Transform, accuracy, refusal, reluctance
from convolve_native.problem import Axis, Problem

Array = NDArray[Any]
Part = tuple[int, int]

SIZES = (64, 96, 128, 192, 256, 384, 512, 768, 1024)  # of the planes that FFTW is calibrated for


@dataclass(frozen=True)
class FrameAxis:
    """One axis of the frame: where its samples come from, and where results are found."""

    axis: Axis
    boundary: str
    size: int
    bare: bool  # the frame begins with the image itself, not with its extension

    @classmethod
    def of(cls, axis: Axis, problem: Problem, transformed: bool) -> FrameAxis:
        """Choose the shortest frame on which wrapping round does no harm."""
        name = problem.boundary
        after = axis.extended - axis.before - axis.size
        if not transformed:
            return cls(axis, name, axis.size, bare=True)
        if BOUNDARIES[name].circular and good_size(axis.size) == axis.size:
            return cls(axis, name, axis.size, bare=True)
        if name == "constant" and problem.fill == 0:  # both ends share the same zeros
            return cls(axis, name, good_size(axis.size + max(axis.before, after)), bare=True)
        return cls(axis, name, good_size(axis.extended), bare=False)

    @property
    def shift(self) -> int:
        """The s of out[n] = sum_u weights[u] frame[(n + u + s) mod size]."""
        return -self.axis.before if self.bare else 0

    @property
    def source(self) -> Index:
        """The image's sample at each sample of the frame, OUTSIDE where the fill value stands."""
        image = np.arange(self.axis.size)
        source = image if self.bare else self.axis.index(BOUNDARIES[self.boundary])
        return np.pad(source, (0, self.size - source.size), constant_values=OUTSIDE)

    @property
    def result(self) -> Index:
        """The frame's sample that holds each output."""
        return np.arange(self.axis.length) % self.size


class Geometry:
    """The frame of a Problem, its axes, and the shift that its kernel's spectrum needs."""

    def __init__(self, problem: Problem) -> None:
        tall, wide = (axis.taps > 1 for axis in problem.axes)
        self.rows = FrameAxis.of(problem.rows, problem, tall)
        self.columns = FrameAxis.of(problem.columns, problem, wide or not tall)
        self.frame = Frame(problem, self.rows.size, self.columns.size)

    @property
    def shift(self) -> tuple[int, int]:
        """Where tap 0 stands, so that out[n] is found at the frame's sample n."""
        rows, columns = self.rows, self.columns
        return 1 - rows.axis.taps - rows.shift, 1 - columns.axis.taps - columns.shift


class FftOperator:
    """A kernel's spectrum, and where the samples of the frame come from and go to."""

    def __init__(self, problem: Problem, kernel: Kernel) -> None:
        geometry = Geometry(problem)
        self._problem, self._frame = problem, geometry.frame
        self._sources = (geometry.rows.source, geometry.columns.source)
        self._results = (geometry.rows.result, geometry.columns.result)
        self._transform = Transform(problem, kernel, geometry.frame, geometry.shift)

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Transform, multiply and transform back each plane and channel."""
        problem, frame = self._problem, self._frame
        gather = frames.gather.compiled(problem.source, problem.compute)
        crop = frames.crop.compiled(problem.compute, problem.stored)
        planes, results = as_lines(image), as_lines(out)
        fill = problem.compute.type(problem.fill if np.isfinite(problem.fill) else 0)

        def work(part: Part) -> None:
            plane, channel = part
            at = (channel, problem.channels)
            with POOL.lease(frame.key) as plan:
                flat = plan.frame.reshape(-1)
                finite, peak = gather(planes[plane], *at, *self._sources, fill, flat, *frame.steps)
                self._transform.filter(plan, peak)
                crop(flat, *frame.steps, *self._results, results[plane], *at)
            if not finite or not np.isfinite(problem.fill):
                _nonfinite.spoil(image[plane, :, :, channel], out[plane, :, :, channel], problem)

        threads.run(lambda: work, self._parts(), workers)

    @property
    def nbytes(self) -> int:
        """Of the spectrum and the indices."""
        indices = sum(index.nbytes for index in (*self._sources, *self._results))
        return self._transform.nbytes + indices

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Each step's transpose, the last one first."""
        problem, frame = self._problem, self._frame
        place = frames.place.compiled(problem.compute)
        spread = frames.spread.compiled(problem.compute)
        planes, results = as_lines(image), as_lines(out)
        out[...] = 0

        def work(part: Part) -> None:
            plane, channel = part
            at = (channel, problem.channels)
            with POOL.lease(frame.key) as plan:
                flat = plan.frame.reshape(-1)
                finite, peak = place(planes[plane], *at, *self._results, flat, *frame.steps)
                self._transform.filter(plan, peak, adjoint=True)
                spread(flat, *frame.steps, *self._sources, results[plane], *at)
            if not finite:
                _nonfinite.spoil_back(
                    image[plane, :, :, channel], out[plane, :, :, channel], problem
                )

        threads.run(lambda: work, self._parts(), workers)

    def _parts(self) -> list[Part]:
        problem = self._problem
        return [(p, c) for p in range(problem.planes) for c in range(problem.channels)]


def _samples(problem: Problem) -> int:
    return Geometry(problem).frame.transformed


def _seconds(problem: Problem, machine: Machine) -> float:
    geometry = Geometry(problem)
    frame, lines = geometry.frame, geometry.rows.size
    numbers = parts(problem) * frame.samples
    frames = problem.planes * problem.channels
    return transform_seconds(problem, machine.fft, frames, lines, numbers, frame.transformed)


def _scratch(problem: Problem) -> int:
    frame, spectrum, kernel = (Geometry(problem).frame.samples,) * 3
    return (frame + spectrum + kernel) * problem.compute.itemsize


METHOD = Method(
    name="fft",
    refusal=lambda problem: refusal(problem, _samples(problem)),
    reluctance=reluctance,
    seconds=_seconds,
    accuracy=lambda problem: accuracy(problem, _samples(problem)),
    scratch=_scratch,
    prepare=FftOperator,
    looks=True,
)
