"""fft: the whole plane in one Fourier transform, a product, and back.

seconds = transform_seconds(planes x channels)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import BOUNDARIES, OUTSIDE, Index
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import POOL
from convolve_native.fourier.sizes import good_size
from convolve_native.loops import frames
from convolve_native.machine import Machine
from convolve_native.methods import _nonfinite
from convolve_native.methods._adjoint import as_real_lines
from convolve_native.methods._base import Method
from convolve_native.methods._costs import parts, transform_seconds
from convolve_native.methods._transform import (
    Frame,
    Transform,
    accuracy,
    headroom,
    magnitude_of,
    real,
    refusal,
    reluctance,
)
from convolve_native.problem import Axis, Problem
from convolve_native.spans import spanned

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
    def first(self) -> int:
        """Where the image's own samples begin."""
        return 0 if self.bare else self.axis.before


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


class Way(NamedTuple):
    """Forwards or backwards: what differs between `apply` and `adjoint`."""

    load: Callable[[Array, int, int, Any, Array], int]  # lines, channel, channels, fill -> frame
    store: Callable[[Array, Array, int, int], None]  # frame -> lines, channel, channels
    spoil: Callable[[Array, Array, Problem], None]
    adjoint: bool


class FftOperator:
    """A kernel's spectrum, and where the samples of the frame come from and go to."""

    def __init__(self, problem: Problem, kernel: Kernel) -> None:
        geometry = Geometry(problem)
        rows, columns, frame = geometry.rows, geometry.columns, geometry.frame
        self._problem, self._key = problem, frame.key
        self._transform = Transform(problem, kernel, frame, geometry.shift)
        self._fill = real(np.array([problem.fill], problem.compute))
        self._source = (rows.source, columns.source, columns.first)
        self._size = (rows.size, columns.size)
        self._steps = tuple(parts(problem) * step for step in frame.steps)
        # Of a frame's samples, each may be the sum of several of the image's.
        points = max(frame.transformed, problem.rows.length * problem.columns.length)
        self._headroom = headroom(problem, points)

    def apply(self, image: Array, out: Array, workers: int) -> int:
        """Transform, multiply and transform back each plane and channel."""
        image = image.reshape(self._problem.image_shape)
        out = out.reshape(self._problem.out_shape)

        def load(lines: Array, channel: int, channels: int, fill: Any, frame: Array) -> int:
            gather = frames.gather.compiled(lines.dtype, frame.dtype)
            place = (channel, channels, *self._source)
            return int(gather(lines, *place, fill, frame, *self._steps))

        def store(frame: Array, lines: Array, channel: int, channels: int) -> None:
            crop = frames.crop.compiled(frame.dtype, lines.dtype)
            crop(frame, *self._steps, *self._size, lines, channel, channels)

        return self._run(image, out, workers, Way(load, store, _nonfinite.spoil, adjoint=False))

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Each step's transpose, the last one first."""

        def load(lines: Array, channel: int, channels: int, fill: Any, frame: Array) -> int:
            place = frames.place.compiled(frame.dtype)
            return int(place(lines, channel, channels, frame, *self._steps, *self._size))

        def store(frame: Array, lines: Array, channel: int, channels: int) -> None:
            spread = frames.spread.compiled(frame.dtype)
            spread(frame, *self._steps, *self._source, lines, channel, channels)

        out[...] = 0
        self._run(image, out, workers, Way(load, store, _nonfinite.spoil_back, adjoint=True))

    def _run(self, image: Array, out: Array, workers: int, way: Way) -> int:
        problem, fill = self._problem, self._fill
        lines, results = as_real_lines(image), as_real_lines(out)
        limit = magnitude_of(self._headroom, fill.dtype)
        channels, found = fill.size * problem.channels, [0]

        def work(part: Part) -> None:
            plane, channel = part
            with POOL.lease(self._key) as plan:
                numbers = real(plan.frame)
                targets = [numbers[side:] for side in range(fill.size)]
                first, shift = fill.size * channel, 0
                sides = [(first + side, channels, fill[side], t) for side, t in enumerate(targets)]
                loudest = [spanned(way.load, "boundary")(lines[plane], *side) for side in sides]
                if max(loudest) > limit:
                    shift = self._load_calmed(way, image[plane, :, :, channel], targets)
                found.append(max(loudest))
                self._transform.filter(plan, adjoint=way.adjoint)
                if shift:
                    _nonfinite.uncalm(numbers, shift)
                for side, target in enumerate(targets):
                    spanned(way.store, "copy")(target, results[plane], first + side, channels)
            if max(loudest) > limit:
                way.spoil(image[plane, :, :, channel], out[plane, :, :, channel], problem)

        every = range(problem.planes), range(problem.channels)
        threads.run(lambda: work, list(itertools.product(*every)), workers)
        return max(found)

    def _load_calmed(self, way: Way, pixels: Array, targets: list[Array]) -> int:
        """Load one channel of a plane, and the fill, calmed; return the shift."""
        sides = len(targets)
        numbers = np.ascontiguousarray(pixels, self._problem.compute).reshape(-1, 1)
        every = np.append(numbers.view(self._fill.dtype), self._fill.reshape(1, sides), axis=0)
        shift = _nonfinite.calm(every, self._headroom)[1]
        calmed = every[:-1].reshape(pixels.shape[0], -1)
        for side, target in enumerate(targets):
            way.load(calmed, side, sides, every[-1, side], target)
        return shift

    @property
    def nbytes(self) -> int:
        """Of the spectrum and the indices."""
        return self._transform.nbytes + sum(index.nbytes for index in self._source[:2])


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
