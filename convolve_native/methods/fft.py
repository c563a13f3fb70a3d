"""fft: the whole plane in one Fourier transform, a product, and back.

seconds = planes x channels x (2 transforms x 2.5 N log2 N x per_fft_flop + 2 N x per_sample)
+ per_lease, for frames of N samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.boundary import BOUNDARIES, OUTSIDE, Index
from convolve_native.caches import BoundedCache
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import POOL, Plan, PlanKey, good_size
from convolve_native.fourier.transfer import circulant, spectrum_of
from convolve_native.loops import frames
from convolve_native.machine import Machine
from convolve_native.methods import _nonfinite
from convolve_native.methods._base import Method
from convolve_native.methods._lines import as_lines
from convolve_native.problem import Axis, Problem

Array = NDArray[Any]
Part = tuple[int, int]

DYNAMIC_RANGE = 4096  # max|x| / mean|x| above which the rounding of a float32 frame drowns the mean

SPECTRA: BoundedCache[Array] = BoundedCache(limit=2**28, size=lambda spectrum: spectrum.nbytes)


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


class Frame:
    """The geometry of a Problem's transform.

    A kernel along one axis is transformed along that axis alone, which is then the frame's last:
    FFTW's real transforms of columns that start on odd samples are not to be trusted before 3.3.10.
    """

    def __init__(self, problem: Problem) -> None:
        tall, wide = (axis.taps > 1 for axis in problem.axes)
        self.rows = FrameAxis.of(problem.rows, problem, tall)
        self.columns = FrameAxis.of(problem.columns, problem, wide or not tall)
        self.turned = tall and not wide
        shape = (self.rows.size, self.columns.size)
        axes = (0, 1) if tall and wide else (1,)
        self.key = PlanKey(shape[::-1] if self.turned else shape, axes, problem.compute)
        self.steps = (1, self.rows.size) if self.turned else (self.columns.size, 1)

    @property
    def samples(self) -> int:
        """Of the frame."""
        return math.prod(self.key.shape)

    @property
    def transformed(self) -> int:
        """Samples of one transform."""
        return math.prod(self.key.shape[axis] for axis in self.key.axes)

    def otf(self, kernel: Kernel) -> Array:
        """The kernel's spectrum for this frame, over the samples of a transform; remembered."""
        shifts = (
            1 - kernel.shape[0] - self.rows.shift,
            1 - kernel.shape[1] - self.columns.shift,
        )
        shape = tuple(n if a in self.key.axes else 1 for a, n in enumerate(self.key.shape))
        key = self.key._replace(shape=(shape[0], shape[1]))

        def build() -> Array:
            weights = kernel.whole.astype(key.dtype)
            turned = (weights.T, shifts[::-1]) if self.turned else (weights, shifts)
            spectrum = spectrum_of(circulant(turned[0], key.shape, turned[1]), key)
            spectrum /= self.transformed  # which the inverse leaves out
            return spectrum

        return SPECTRA.get((kernel.key, key, shifts, self.turned), build)


class FftOperator:
    """A kernel's spectrum, and where the samples of the frame come from and go to."""

    def __init__(self, problem: Problem, kernel: Kernel) -> None:
        self._problem = problem
        self._frame = frame = Frame(problem)
        self._sources = (frame.rows.source, frame.columns.source)
        self._results = (frame.rows.result, frame.columns.result)
        self._otf = self._frame.otf(kernel)
        # The largest exponent of a pixel with which no sum of a transform, nor its product with
        # the kernel's spectrum, can overflow; two bits to spare.
        growth = math.frexp(self._frame.transformed)[1] + max(0, math.frexp(problem.gain)[1])
        self._headroom = int(np.finfo(problem.compute).maxexp) - growth - 2

    @cached_property
    def _conjugate(self) -> Array:
        return self._otf.conj()

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
                self._filter(plan, self._otf, peak)
                crop(flat, *frame.steps, *self._results, results[plane], *at)
            if not finite or not np.isfinite(problem.fill):
                bad = ~np.isfinite(image[plane, :, :, channel])
                out[plane, :, :, channel][_nonfinite.reached(bad, problem)] = np.nan

        threads.run(lambda: work, self._parts(), workers)

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
                self._filter(plan, self._conjugate, peak)
                spread(flat, *frame.steps, *self._sources, results[plane], *at)
            if not finite:
                bad = ~np.isfinite(image[plane, :, :, channel])
                out[plane, :, :, channel][_nonfinite.reached_back(bad, problem)] = np.nan

        threads.run(lambda: work, self._parts(), workers)

    def _parts(self) -> list[Part]:
        problem = self._problem
        return [(p, c) for p in range(problem.planes) for c in range(problem.channels)]

    def _filter(self, plan: Plan, otf: Array, peak: float) -> None:
        """Multiply the frame's spectrum; what could overflow on the way is scaled down for it."""
        shift = self._headroom - math.frexp(peak)[1]
        parts = plan.frame.view(plan.frame.real.dtype)
        if shift < 0:
            np.ldexp(parts, shift, out=parts)
        plan.forward()
        np.multiply(plan.spectrum, otf, out=plan.spectrum)
        plan.inverse()
        if shift < 0:
            with np.errstate(over="ignore"):  # where the sum itself is too large for the dtype
                np.ldexp(parts, -shift, out=parts)


def _accuracy(problem: Problem) -> float:
    """Two transforms, each with a rounding that grows as the root of its depth; with slack."""
    return 4 * math.sqrt(math.log2(max(2, Frame(problem).transformed)))


def _refusal(problem: Problem) -> str | None:
    if problem.compute.kind not in "fc":
        return f"it sums in floating point, and this sum needs {problem.compute}"
    if problem.exact:
        error = (
            _accuracy(problem)
            * float(np.finfo(problem.compute).eps)
            * (problem.peak or 0)
            * problem.gain
        )
        if error >= 0.25:
            return f"its error bound, {error:.2g}, is not under 1/4 for sums of integers"
    return None


def _reluctance(problem: Problem) -> str | None:
    if problem.compute.itemsize // (1 + (problem.compute.kind == "c")) > 4:
        return None
    if problem.spread is not None and problem.spread > DYNAMIC_RANGE:
        return f"the largest pixel is {problem.spread:.3g} times the mean: too wide for float32"
    return None


def _seconds(problem: Problem, machine: Machine) -> float:
    frame = Frame(problem)
    size = problem.compute.itemsize
    flops = 5.0 * frame.samples * math.log2(max(2, frame.transformed))
    if problem.compute.kind == "c":
        flops, size = 2 * flops, size // 2
    plane = flops * machine.rate(machine.per_fft_flop, size)
    plane += 2 * frame.samples * machine.rate(machine.per_sample, size)
    return machine.per_lease + problem.planes * problem.channels * plane


def _scratch(problem: Problem) -> int:
    frame, spectrum, kernel = (Frame(problem).samples,) * 3
    return (frame + spectrum + kernel) * problem.compute.itemsize


def _prepare(problem: Problem, kernel: Kernel) -> FftOperator:
    return FftOperator(problem, kernel)


METHOD = Method("fft", _refusal, _reluctance, _seconds, _accuracy, _scratch, _prepare, looks=True)
