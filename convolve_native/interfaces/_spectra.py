"""Transforms of a whole image in pieces that stay in cache: along its lines, then across them.

Lines are transformed some at a time along the last axis; then a few columns of that spectrum are
brought together, transformed along all other axes, worked on, and put back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.fourier.plans import POOL, Plan, PlanKey
from convolve_native.loops import Loop, deconvolution

Array = NDArray[Any]

BLOCK = 2**18  # bytes of a spectrum that are transformed at a time
PAYS = 2**17  # samples of an image from which a thread of its own pays


class Spectra:
    """The transforms of images of one shape; `real`: half the spectrum along the last axis."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], real: bool) -> None:
        self.shape, self.dtype = shape, dtype
        self.complex = np.result_type(dtype, np.complex64)
        self.lead = shape[:-1] or (1,)
        self.width = shape[-1] // 2 + 1 if real else shape[-1]
        self.size = int(np.prod(shape))
        count, held = self.size // shape[-1], BLOCK // self.complex.itemsize
        some = max(1, min(count, held // shape[-1]))
        self._together = 2 if real else 1  # real lines in a complex one, by far the faster
        self._lines = PlanKey((some, shape[-1]), (1,), self.complex)
        few = max(1, min(self.width, held // count))
        axes = tuple(range(1, 1 + len(self.lead)))
        self._columns = PlanKey((few, *self.lead), axes, self.complex)
        self._workers = threads.available_workers() if self.size >= PAYS else 1

    @property
    def whole(self) -> tuple[int, ...]:
        """Shape of the spectrum of an image of this shape."""
        return (*self.shape[:-1], self.width)

    def along(self, image: Array) -> Array:
        """Transform along the last axis: (lines, width)."""
        lines = image.reshape(-1, self.shape[-1])
        out = np.empty((len(lines), self.width), self.complex)

        def work(first: int, plan: Plan) -> None:
            some = lines[first : first + self._together * len(plan.frame)]
            spectra = out[first : first + len(some)]
            if self._together == 2:
                self._run(deconvolution.pair_lines, some, plan.frame)
                plan.forward()
                self._run(deconvolution.part_spectra, plan.spectrum, spectra)
            else:
                plan.frame[: len(some)] = some
                plan.forward()
                spectra[...] = plan.spectrum[: len(some)]

        self._each(work, self._lines, len(lines), self._together)
        return out

    def back(self, spectrum: Array, clip: bool) -> Array:
        """The image, not normalised, of a spectrum along the last axis."""
        real = self._together == 2
        most = self.dtype.type(1 if clip else np.inf)
        out = np.empty((len(spectrum), self.shape[-1]), self.dtype if real else self.complex)

        def work(first: int, plan: Plan) -> None:
            some = spectrum[first : first + self._together * len(plan.frame)]
            lines = out[first : first + len(some)]
            if real:
                self._run(deconvolution.pair_spectra, some, plan.spectrum)
                plan.inverse()
                part = deconvolution.part_lines.compiled(self.dtype)
                part(plan.frame.view(self.dtype), most, lines)
            else:
                plan.spectrum[: len(some)] = some
                plan.inverse()
                np.clip(plan.frame[: len(some)], -most, most, out=lines)

        self._each(work, self._lines, len(out), self._together)
        return out.reshape(self.shape)

    def columns(self, work: Callable[[int, Plan], None]) -> None:
        """Have work(first, plan) done for columns `first` and next, with a plan for them."""
        self._each(work, self._columns, self.width, 1)

    def _run(self, parts: Loop, source: Array, target: Array) -> None:
        """Run a loop on numbers, real and imaginary ones in turn."""
        parts.compiled(self.dtype)(source.view(self.dtype), target.view(self.dtype))

    def _each(
        self, work: Callable[[int, Plan], None], key: PlanKey, count: int, together: int
    ) -> None:
        def part(first: int) -> None:
            with POOL.lease(key) as plan:
                work(first, plan)

        threads.run(lambda: part, range(0, count, together * key.shape[0]), self._workers)

    def enter(self, lines: Array, first: int, plan: Plan) -> None:
        """Transform columns of a spectrum along the last axis."""
        take = deconvolution.take_columns.compiled(self.complex)
        take(lines, first, plan.frame.reshape(len(plan.frame), -1))
        plan.forward()

    def leave(self, plan: Plan, first: int, lines: Array) -> None:
        """Undo `enter`, times the number of samples of a column."""
        plan.inverse()
        put = deconvolution.put_columns.compiled(self.complex)
        put(plan.frame.reshape(len(plan.frame), -1), first, lines)


class Impulse:
    """The transform of a small response, its middle, K // 2, at the origin."""

    def __init__(self, spectra: Spectra, response: Array) -> None:
        shape = spectra.shape
        places = [(np.arange(k) - k // 2) % n for k, n in zip(response.shape, shape, strict=True)]
        lines = np.zeros((*response.shape[:-1], shape[-1]), response.dtype)
        lines[..., places[-1]] = response
        few = spectra.along(lines)
        self._few = few.reshape(*(response.shape[:-1] or (1,)), spectra.width)
        self._places = places[:-1] or [np.zeros(1, np.intp)]

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns, in its spectrum."""
        few = np.moveaxis(self._few[..., first : first + len(plan.frame)], -1, 0)
        plan.frame[...] = 0
        plan.frame[np.ix_(range(len(few)), *self._places)] = few
        plan.forward()
        return plan.spectrum


class Given:
    """A transform that is there already."""

    def __init__(self, spectra: Spectra, transform: Array) -> None:
        self._transform = transform.reshape(*spectra.lead, spectra.width)

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns, in its spectrum."""
        some = np.moveaxis(self._transform[..., first : first + len(plan.frame)], -1, 0)
        plan.spectrum[: len(some)] = some
        return plan.spectrum


class Laplacian:
    """The transform of second differences, sum_k 2 - 2 cos(2 pi f_k)."""

    def __init__(self, spectra: Spectra) -> None:
        steps = [2 - 2 * np.cos(2 * np.pi * np.arange(n) / n) for n in spectra.shape]
        self._last = steps.pop()[: spectra.width].astype(spectra.dtype)
        self._lead = sum(np.ix_(*steps), np.zeros(spectra.lead)).astype(spectra.dtype)

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns."""
        some = self._last[first : first + len(plan.frame)]
        some = np.pad(some, (0, len(plan.frame) - len(some)))
        lines: Array = self._lead + some.reshape(-1, *[1] * self._lead.ndim)
        return lines
