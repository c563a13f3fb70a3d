"""All arguments of a convolution, checked and brought to the form that methods work on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import arrays, dtypes
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import Options, as_number
from convolve_native.checks.placement import Placement, place
from convolve_native.factors import Kernel
from convolve_native.methods import METHODS
from convolve_native.problem import Axis, Layout, Problem, Shape

Array = NDArray[Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Request:
    """What was asked: the Problem and its Kernel, and how arrays come in and go out."""

    problem: Problem
    kernel: Kernel
    layout: Layout
    image_shape: Shape
    dtype: np.dtype[Any]  # of the result
    shape: Shape  # of the result
    method: str
    workers: int
    nan: str
    mask: Flags | None  # of the image's shape, True where valid

    @classmethod
    def of(
        cls,
        shape: Shape,
        dtype: np.dtype[Any],
        kernel: Any,
        options: Options,
        *,
        peak: int | None = None,
        own: Flags | None = None,
        correlate: bool = False,
    ) -> Request:
        """Check everything; `peak` is `peak_of` the image, if it is there, and `own` its mask."""
        placed = place(kernel, shape, options.axes, options.anchor, options.mode, turned=correlate)
        mask = arrays.as_mask(options.mask, shape, placed.named)
        if own is not None:
            mask = own if mask is None else own & mask
        omitting = mask is not None or options.nan == "omit"
        problem, result = _problem(shape, dtype, placed, options, peak, omitting)
        along = zip(placed.axes, placed.layout.along, strict=True)
        extents = (problem.rows, problem.columns, problem.depth)
        lengths = {axis: extents[slot].length for axis, slot in along}
        out_shape = tuple(lengths.get(axis, size) for axis, size in enumerate(shape))
        return cls(
            problem,
            placed.kernel,
            placed.layout,
            shape,
            result,
            out_shape,
            options.method,
            options.workers,
            options.nan,
            mask,
        )

    @property
    def omitting(self) -> bool:
        """Whether pixels may be left out."""
        return self.mask is not None or self.nan == "omit"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compute."""
        return math.prod(self.shape) == 0

    def nbytes(self, method: str) -> int:
        """Bytes that it takes, the conversions before and after the loops included."""
        if self.empty:
            return 0
        problem = self.problem
        needed = arrays.nbytes(self.shape, self.dtype) + METHODS[method].scratch(problem)
        needed += arrays.nbytes(problem.image_shape, problem.source)
        if self.omitting:  # the image without the others, what counts, and its sum and quotient
            needed += arrays.nbytes(problem.image_shape, problem.source)
            needed += arrays.nbytes(problem.image_shape, dtypes.FLOAT64)
            needed += 2 * arrays.nbytes(problem.out_shape, dtypes.FLOAT64)
        return needed

    def check_adjoint(self, image: Array) -> None:
        """Refuse an image whose sums in int64 would not fit, folded back at the boundary."""
        if self.problem.compute == dtypes.INT64:
            rows, columns = (np.bincount(i[i >= 0]).max() for i in self.problem.indices)
            folded = self.problem.gain * int(rows) * int(columns)
            dtypes.as_rung(peak_of(image), folded)

    def check_pixels(self, image: Array) -> None:
        """Refuse, where that was asked for, a valid pixel that is not finite."""
        if self.nan == "raise":
            arrays.check_pixels(image, self.mask)

    def check_peak(self, image: Array) -> None:
        """Refuse 64-bit integers whose sums would not fit; for a Request made without pixels."""
        if self.problem.exact and self.problem.peak is None:
            peak = max(peak_of(image) or 0, int(abs(self.problem.fill)))
            dtypes.as_rung(peak, self.problem.gain)


def _problem(
    shape: Shape,
    dtype: np.dtype[Any],
    placed: Placement,
    options: Options,
    found: int | None,
    omitting: bool,
) -> tuple[Problem, np.dtype[Any]]:
    kernel = placed.kernel
    arrays.check_fill(options.fill, "c" in (dtype.kind, kernel.dtype.kind))
    fill = as_number("fill", options.fill) if options.boundary == "constant" else 0
    integers = dtype.kind in "biu" and kernel.integer and isinstance(fill, int)
    exact = integers and not omitting
    peak = (_limit(dtype) or found) if exact else None
    if peak is not None and isinstance(fill, int):
        peak = max(peak, abs(fill))
    kinds = dtypes.resolve(dtype, kernel.dtype, options.dtype, exact, peak, kernel.gain, omitting)
    with np.errstate(over="ignore"):  # beyond float32 is Inf
        fill = kinds.compute.type(fill).item()
    arrays.check_finite("fill", bool(np.isfinite(fill)), kinds.result)
    planes, height, width, channels = placed.layout.shape(shape)
    stack = shape[placed.axes[0]] if len(placed.axes) == 3 else 1
    tall, wide = kernel.shape[-2:]
    deep = kernel.shape[0] if len(placed.axes) == 3 else 1
    sizes = zip((height, width, stack), (tall, wide, deep), placed.anchor, strict=True)
    rows, columns, depth = (Axis.of(n, taps, options.mode, a) for n, taps, a in sizes)
    as_is = depth.flat and dtypes.holds(kinds.source, fill)  # the fill stands among the pixels
    problem = Problem(
        planes=planes // max(1, stack),
        rows=rows,
        columns=columns,
        channels=channels,
        boundary=options.boundary,
        fill=fill,
        source=kinds.source if as_is else kinds.compute,
        compute=kinds.compute,
        stored=kinds.stored if depth.flat else kinds.compute,
        gain=kernel.gain,
        terms=kernel.terms(kinds.compute, exact),
        uniform=kernel.uniform,
        depth=depth,
        exact=exact,
        peak=peak,
        finite=True if dtype.kind in "biu" else None,
    )
    return problem, kinds.result


def _limit(dtype: np.dtype[Any]) -> int | None:
    """The largest modulus that an image of integers of up to 32 bits can hold."""
    if dtype.kind == "b":
        return 1
    if dtype.itemsize > 4:
        return None
    return max(abs(int(np.iinfo(dtype).min)), int(np.iinfo(dtype).max))


def peak_of(image: Array) -> int | None:
    """The largest modulus that an image of 64-bit integers does hold; None of any other."""
    if image.dtype.kind not in "iu" or image.dtype.itemsize != 8:
        return None
    check_memory(image.size * dtypes.FLOAT32.itemsize)  # the least it is read as, before a look
    return max(abs(int(image.min())), abs(int(image.max()))) if image.size else 0
