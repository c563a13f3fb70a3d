"""profile: every method on one image, by kernels of growing size; predicted beside measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convolve_native import __version__, limits, machine
from convolve_native.api.convolution import convolve
from convolve_native.api.information import clear_caches
from convolve_native.boundary import BoundaryName
from convolve_native.calibration import timings
from convolve_native.checks import (
    Keywords,
    Options,
    Request,
    as_number_dtype,
    as_shape,
    as_sizes,
    check_memory,
)
from convolve_native.folders import cpu_name
from convolve_native.loops import forget
from convolve_native.machine import DEFAULT, Machine, TileSweep
from convolve_native.methods import METHODS
from convolve_native.prepared import plan
from convolve_native.problem import Shape
from convolve_native.profiles.recording import Recording, Row, profiling
from convolve_native.profiles.report import Profile
from convolve_native.tables import extents

Array = NDArray[Any]

SIZES = (3, 5, 7, 9, 11, 15, 21, 31, 45, 63, 81, 101)

PEAK = 100  # of the pixels: what every dtype holds, and bool as True

# Counts what a method's seconds are predicted from: the operations alone.
COUNTING = Machine.of("operations", {name: float(".operation" in name) for name in DEFAULT.figures})


def _dense(shape: Shape) -> Array:
    return np.random.default_rng(0).random(shape)


def _separable(shape: Shape) -> Array:
    sides = [np.hanning(taps + 2)[1:-1] for taps in shape]
    return sides[0] if len(sides) == 1 else np.outer(*sides)


def _box(shape: Shape) -> Array:
    return np.full(shape, 1 / math.prod(shape))


# Kernels by what they spare a method: `auto` chooses for each kind.  Every method can do the last,
# and takes as long for it as for any other that it can do.
KINDS: dict[str, Callable[[Shape], Array]] = {
    "dense": _dense,
    "separable": _separable,
    "box": _box,
}


def profile(
    shape: int | Sequence[int] = (1024, 1024),
    kernel_sizes: int | Sequence[int] = SIZES,
    *,
    dtype: DTypeLike = "float32",
    boundary: BoundaryName = "symmetric",
    workers: int | None = None,
) -> Profile:
    """Measure what every method takes, and why, on images of a shape by kernels of growing size.

    Parameters
    ----------
    shape : int or sequence of int
        Of the image, as `convolve` takes it.
    kernel_sizes : sequence of int
        Extents K of the kernels, which are K x K, or K on an image of one axis.
    dtype : dtype
        Of the image.
    boundary : {'constant', 'nearest', 'symmetric', 'mirror', 'wrap'}
        How the image goes on outside.
    workers : int, optional
        Threads at most, by default as many as this process may use.  One thread is measured too.

    Returns
    -------
    Profile
        Printed, tables; `rows` is for `pandas.DataFrame`; `to_json`, `to_csv`, `plot` and
        `to_html` write it.

    Raises
    ------
    ValueError, TypeError, MemoryError
        An empty shape, a size below 1, and what `convolve` refuses.

    Notes
    -----
    The kernel is a box, which every method can do; all take as long for any other kernel that they
    can do in as many terms.  A call is measured in three states: 'first', with the loops to be
    loaded or compiled, as in a new process, by the smallest kernel; 'cold', with nothing
    remembered of the kernel, and no plan made; 'warm', as from the third call on, the least of
    several rounds in which the methods take turns.  `clear_caches` is called on the way.

    The parts of a call are those of `profiling`.  ``gflops`` counts the operations that the method
    does, a multiply-add as two, a transform of N points as 5 N log2 N; ``share`` is of the limit,
    the longer of what these take at the rate of multiply-adds that never leave the registers, and
    of what it takes to copy an image.

    Examples
    --------
    >>> import convolve_native as cn
    >>> found = cn.profile((32, 32), (3, 9), workers=1)
    >>> sorted({row["method"] for row in found.rows})
    ['box', 'direct', 'fft', 'overlap_save', 'separable']
    >>> [row["kernel_size"] for row in found.choices if row["kernel"] == "dense"]
    [3, 9]
    """
    sizes = as_sizes("kernel_sizes", kernel_sizes)
    bench = _Bench(as_shape(shape), as_number_dtype("dtype", dtype), boundary, workers)
    rows = [row for size in sizes for row in bench.rows(size, first=size == sizes[0])]
    clear_caches()  # of what was only measured
    return Profile(
        shape=extents(bench.shape),
        dtype=bench.dtype.name,
        boundary=boundary,
        kernel_sizes=sizes,
        workers=bench.workers,
        machine={
            "convolve_native": __version__,
            "cpu": cpu_name(),
            "predictions": bench.machine.provenance,
        },
        limits=bench.limits,
        rows=rows,
        choices=[
            bench.choice(kind, size, count, rows)
            for kind, count, size in product(KINDS, bench.workers, sizes)
        ],
    )


class _Recorded:
    """A call whose quietest recording is kept."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call, self.best = call, Recording()

    def __call__(self) -> None:
        """Record it once more."""
        recording = self.once()
        if not self.best.seconds or recording.seconds < self.best.seconds:
            self.best = recording

    def once(self) -> Recording:
        """Record it, and keep nothing."""
        with profiling() as recording:
            self._call()
        return recording


class _Bench:
    """An image, and what the machine can do with it at most."""

    def __init__(
        self, shape: Shape, dtype: np.dtype[Any], boundary: BoundaryName, workers: int | None
    ) -> None:
        options = Options.of("profile", {"boundary": boundary, "workers": workers})
        if math.prod(shape) == 0:
            raise ValueError(f"shape must hold at least one pixel; got {shape}")
        check_memory(2 * math.prod(shape) * dtype.itemsize)
        self.shape, self.dtype, self._boundary = shape, dtype, boundary
        self.workers = tuple(sorted({1, options.workers}))
        self.machine = machine.current()
        request = self._request("box", 1, 1)
        pixels = np.random.default_rng(0).integers(0, PEAK, shape)
        self._image, self._out = pixels.astype(dtype), np.empty(request.shape, request.dtype)
        part = np.empty(0, request.problem.compute).real.dtype
        self.limits = {
            count: {
                "multiply_adds": limits.multiply_add_rate(count, part.name),
                "copied_bytes": limits.copy_rate(shape, count, dtype.name),
            }
            for count in self.workers
        }

    def _kernel(self, kind: str, size: int) -> Array:
        return KINDS[kind]((size,) * min(2, len(self.shape)))

    def _request(self, kind: str, size: int, workers: int) -> Request:
        options = Options.of("profile", {"boundary": self._boundary, "workers": workers})
        return Request.of(self.shape, self.dtype, self._kernel(kind, size), options)

    def rows(self, size: int, first: bool) -> Iterator[Row]:
        """Every method with a kernel of one size: first and cold on one thread, warm on all."""
        request, kernel = self._request("box", size, 1), self._kernel("box", size)
        predicted = plan(request, self.machine).seconds

        def recorded(method: Any, count: int) -> _Recorded:
            keywords: Keywords = {"boundary": self._boundary, "method": method, "workers": count}
            return _Recorded(partial(convolve, self._image, kernel, out=self._out, **keywords))

        calls = {key: recorded(*key) for key in product(predicted, self.workers)}
        for method, seconds in predicted.items():
            once = calls[method, 1].once
            if first:
                clear_caches()
                forget()
                yield self._row(request, (method, 1, "first"), once(), seconds)
            else:
                once()  # another size may take another loop, which is to be there
            clear_caches()
            yield self._row(request, (method, 1, "cold"), once(), seconds)
        timings(*calls.values())
        for (method, count), call in calls.items():
            yield self._row(request, (method, count, "warm"), call.best, predicted[method])

    def _row(
        self, request: Request, key: tuple[str, int, str], found: Recording, predicted: float
    ) -> Row:
        method, count, state = key
        operations = METHODS[method].seconds(request.problem, COUNTING)
        if isinstance(getattr(DEFAULT, method), TileSweep):  # a multiply-add is two
            operations *= 2
        limit, nbytes = self.limits[count], self._image.nbytes + self._out.nbytes
        least = max(operations / 2 / limit["multiply_adds"], nbytes / limit["copied_bytes"])
        return {
            "method": method,
            "kernel_size": request.kernel.shape[-1],
            "workers": count,
            "state": state,
            "seconds": found.seconds,
            "predicted": predicted if (count, state) == (1, "warm") else None,
            **found.parts,
            "gflops": operations / found.seconds / 1e9,
            "share": least / found.seconds,
        }

    def choice(self, kind: str, size: int, count: int, rows: Sequence[Row]) -> Row:
        """What `auto` picks for a kernel of this kind, and what it loses."""
        request = self._request(kind, size, count)
        choice, few = plan(request, self.machine), request.problem.terms == 1
        key = size, count, "warm"
        measured = {
            row["method"]: row["seconds"]
            for row in rows
            if (row["kernel_size"], row["workers"], row["state"]) == key
            and row["method"] in choice.seconds
            and (few or row["method"] != "separable")  # which was measured with one term
        }
        fastest, seconds = min(measured, key=measured.__getitem__), measured.get(choice.method)
        return {
            "kernel": kind,
            "kernel_size": size,
            "workers": count,
            "auto": choice.method,
            "seconds": seconds,
            "fastest": fastest,
            "fastest_seconds": measured[fastest],
            "loss": None if seconds is None else seconds / measured[fastest] - 1,
        }
