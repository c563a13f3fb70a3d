"""Transforms of a whole image in pieces that stay in cache: along its lines, then across them.

Lines are transformed some at a time along the last axis; then a few columns of that spectrum are
brought together, transformed along all other axes, worked on, and put back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.fourier.plans import POOL, Plan, PlanKey
from convolve_native.loops import Loop
from convolve_native.loops import spectra as loops

Array = NDArray[Any]

BLOCK = 2**20  # bytes of a spectrum that are transformed at a time
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
        self.workers = threads.available_workers() if self.size >= PAYS else 1

    @property
    def whole(self) -> tuple[int, ...]:
        """Shape of the spectrum of an image of this shape."""
        return (*self.shape[:-1], self.width)

    def along(self, image: Array, out: Array | None = None) -> Array:
        """Transform along the last axis: (lines, width)."""
        lines = image.reshape(-1, self.shape[-1])
        out = np.empty((len(lines), self.width), self.complex) if out is None else out

        def work(first: int, plan: Plan) -> None:
            some = lines[first : first + self._together * len(plan.frame)]
            spectra = out[first : first + len(some)]
            if self._together == 2:
                self._run(loops.pair_lines, some, plan.frame)
                plan.forward()
                self._run(loops.part_spectra, plan.spectrum, spectra)
            else:
                plan.frame[: len(some)] = some
                plan.forward()
                spectra[...] = plan.spectrum[: len(some)]

        self._each(work, self._lines, len(lines), self._together)
        return out

    def back(self, spectrum: Array, clip: bool, out: Array | None = None) -> Array:
        """The image, not normalised, of a spectrum along the last axis."""
        real = self._together == 2
        most = self.dtype.type(1 if clip else np.inf)
        if out is None:
            out = np.empty(self.shape, self.dtype if real else self.complex)
        whole = out.reshape(-1, self.shape[-1])

        def work(first: int, plan: Plan) -> None:
            some = spectrum[first : first + self._together * len(plan.frame)]
            lines = whole[first : first + len(some)]
            if real:
                self._run(loops.pair_spectra, some, plan.spectrum)
                plan.inverse()
                part = loops.part_lines.compiled(self.dtype)
                part(plan.frame.view(self.dtype), most, lines)
            else:
                plan.spectrum[: len(some)] = some
                plan.inverse()
                np.clip(plan.frame[: len(some)], -most, most, out=lines)

        self._each(work, self._lines, len(whole), self._together)
        return out

    def columns(self, work: Callable[[int, Plan], None]) -> None:
        """Have work(first, plan) done for columns `first` and next, with a plan for them."""
        self._each(work, self._columns, self.width, 1)

    def plan(self) -> AbstractContextManager[Plan]:
        """Hold a plan for some columns."""
        return POOL.lease(self._columns)

    def _run(self, parts: Loop, source: Array, target: Array) -> None:
        """Run a loop on numbers, real and imaginary ones in turn."""
        parts.compiled(self.dtype)(source.view(self.dtype), target.view(self.dtype))

    def _each(
        self, work: Callable[[int, Plan], None], key: PlanKey, count: int, together: int
    ) -> None:
        def part(first: int) -> None:
            with POOL.lease(key) as plan:
                work(first, plan)

        threads.run(lambda: part, range(0, count, together * key.shape[0]), self.workers)

    def enter(self, lines: Array, first: int, plan: Plan) -> None:
        """Transform columns of a spectrum along the last axis."""
        self.take(lines, first, plan.frame)
        plan.forward()

    def leave(self, plan: Plan, first: int, lines: Array) -> None:
        """Undo `enter`, times the number of samples of a column."""
        plan.inverse()
        self.put(plan.frame, first, lines)

    def take(self, lines: Array, first: int, columns: Array) -> None:
        """Bring columns together."""
        take = loops.take_columns.compiled(self.complex)
        take(lines, first, columns.reshape(len(columns), -1))

    def put(self, columns: Array, first: int, lines: Array) -> None:
        """Put columns back where `enter` took them."""
        put = loops.put_columns.compiled(self.complex)
        put(columns.reshape(len(columns), -1), first, lines)
