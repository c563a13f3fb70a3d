"""One convolution described: shapes, dtypes and what is known of the values, but no pixels.

Every image is brought to one form, ``(planes, rows, columns, channels)``: the kernel runs along
rows and columns, planes are independent and apart, channels are independent and interleaved.
Every mode, anchor and orientation is brought to one formula, on each of the two axes

    out[n] = sum_u weights[u] * extended[n + u],      0 <= n < length,  0 <= u < taps

where `weights` is the kernel reversed and `extended` the image with `before` more samples in front.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import BOUNDARIES, Boundary, Index, source_index

Array = NDArray[Any]
ModeName = Literal["same", "full", "valid"]
Shape = tuple[int, ...]

PAYS = 2**21  # products worth a thread's while: tens of microseconds
LONGEST = 2**32  # products in a band: 0.7 s at 6e9 a second, what SSE2 does in double precision


class Extent(NamedTuple):
    """A mode on one axis: output length, and the kernel tap on the first pixel's sample."""

    length: Callable[[int, int], int]
    lead: Callable[[int, int], int]


MODES: dict[str, Extent] = {
    "same": Extent(lambda size, taps: size, lambda taps, anchor: anchor),
    "full": Extent(lambda size, taps: size + taps - 1, lambda taps, anchor: 0),
    "valid": Extent(lambda size, taps: size - taps + 1, lambda taps, anchor: taps - 1),
}


@dataclass(frozen=True)
class Axis:
    """The geometry of one axis, in samples."""

    size: int  # of the image
    taps: int  # of the kernel
    before: int  # by which the image is extended in front of its first sample
    length: int  # of the output

    @classmethod
    def of(cls, size: int, taps: int, mode: str, anchor: int) -> Axis:
        """Place a kernel of `taps` on an axis of `size`."""
        extent = MODES[mode]
        before = taps - 1 - extent.lead(taps, anchor)
        return cls(size, taps, before, extent.length(size, taps))

    @property
    def flat(self) -> bool:
        """Whether nothing is summed along it."""
        return self.taps == 1

    @property
    def extended(self) -> int:
        """Samples of the extended image that the outputs touch."""
        return self.length + self.taps - 1

    @property
    def transposed(self) -> Axis:
        """The axis of the adjoint's sum: the outputs, zeros around them, in full extent."""
        return Axis(self.length, self.taps, self.taps - 1, self.extended)

    def index(self, boundary: Boundary) -> Index:
        """Source of every extended sample."""
        return source_index(self.size, self.before, self.extended, boundary)


FLAT = Axis(size=1, taps=1, before=0, length=1)


@dataclass(frozen=True)
class Layout:
    """How an image of any axes is seen as (planes, rows, columns, channels)."""

    order: tuple[
        int, ...
    ]  # the image's axes: those apart, the convolved ones, the interleaved ones
    cuts: tuple[int, int, int]  # where `order` is cut into planes, rows, columns and channels
    along: tuple[int, ...]  # of (rows, columns, depth), those that the kernel's axes run along

    @classmethod
    def of(cls, shape: Shape, axes: tuple[int, ...]) -> Layout:
        """Lay out an image of this shape, convolved along these ascending axes."""
        last = axes[-1]
        apart = tuple(a for a in range(last) if a not in axes)
        order = apart + axes + tuple(range(last + 1, len(shape)))
        n = len(apart)
        if len(axes) == 3:  # the planes along the depth come one after the other
            return cls(order, (n + 1, n + 2, n + 3), (2, 0, 1))
        if len(axes) == 2:
            return cls(order, (n, n + 1, n + 2), (0, 1))
        if math.prod(shape[last + 1 :]) == 1:  # lines side by side are the rows of one plane
            return cls(order, (0, n, n + 1), (1,))
        return cls(order, (n, n + 1, len(shape)), (0,))

    def shape(self, shape: Shape) -> Shape:
        """(planes, rows, columns, channels) of an image of this shape."""
        moved = [shape[a] for a in self.order]
        edges = (0, *self.cuts, len(moved))
        return tuple(math.prod(moved[a:b]) for a, b in pairwise(edges))

    @property
    def natural(self) -> bool:
        """Whether the image's axes stand in this order already."""
        return self.order == tuple(range(len(self.order)))

    def placed(self, values: tuple[int, ...], absent: int) -> tuple[int, int, int]:
        """Values per kernel axis as (rows, columns, depth), `absent` where no kernel axis runs."""
        slots = [absent, absent, absent]
        for slot, value in zip(self.along, values, strict=True):
            slots[slot] = value
        return slots[0], slots[1], slots[2]

    def planes(self, image: Array, dtype: np.dtype[Any]) -> Array:
        """`image` as a C-contiguous array of four axes; a view where it can be."""
        moved = image.transpose(self.order)
        contiguous = np.require(np.asarray(moved), dtype=dtype, requirements=["C", "A"])
        return contiguous.reshape(self.shape(image.shape))

    def restore(self, planes: Array, shape: Shape) -> Array:
        """Give a result of four axes the shape and the axis order of the image; a view."""
        moved = planes.reshape([shape[a] for a in self.order])
        return moved.transpose(np.argsort(self.order))


@dataclass(frozen=True)
class Problem:
    """What is to be computed, and all that a method or the planner may know of it."""

    planes: int  # apart from one another; along the depth each is a stack
    rows: Axis
    columns: Axis
    channels: int
    boundary: str
    fill: complex
    source: np.dtype[Any]  # as the loops read the image
    compute: np.dtype[Any]  # as they sum
    stored: np.dtype[Any]  # as they write the result
    gain: float  # sum |kernel|
    terms: int | None  # separable terms that give the kernel; None: more than are worth it
    uniform: bool = False  # whether all weights are the same
    depth: Axis = FLAT
    exact: bool = False  # integers on both sides: the sum must come out exactly
    peak: float | None = None  # max |image|, by its dtype or as found
    spread: float | None = None  # max |image| over mean |image|, as found
    finite: bool | None = None  # None: nobody has looked

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def image_shape(self) -> Shape:
        """Four axes."""
        planes = self.planes * self.depth.size
        return (planes, self.rows.size, self.columns.size, self.channels)

    @property
    def out_shape(self) -> Shape:
        """Four axes."""
        planes = self.planes * self.depth.length
        return (planes, self.rows.length, self.columns.length, self.channels)

    @property
    def single(self) -> bool:
        """Whether it is summed in single precision."""
        return self.compute in (np.float32, np.complex64)

    @property
    def slice(self) -> Problem:
        """One of the sums on a plane that a kernel with a depth is a sum of."""
        return self if self.depth.flat else replace(self, planes=1, depth=FLAT)

    @property
    def slices(self) -> int:
        """How many of them there are."""
        return 1 if self.depth.flat else self.planes * self.depth.length * self.depth.taps

    @property
    def outputs(self) -> int:
        """Samples of the result."""
        return math.prod(self.out_shape)

    @property
    def taps(self) -> int:
        """Samples of the kernel on a plane."""
        return self.rows.taps * self.columns.taps

    @property
    def indices(self) -> tuple[Index, Index]:
        """Source row and source column of every extended sample."""
        rule = BOUNDARIES[self.boundary]
        return self.rows.index(rule), self.columns.index(rule)

    @property
    def transposed(self) -> Problem:
        """The sum inside the adjoint: the result, zeros around it, and the kernel turned round.

        What it gives has the extent of the extended image; folding that back onto the image, which
        is what transposes the boundary, is the rest of the adjoint.
        """
        return replace(
            self,
            rows=self.rows.transposed,
            columns=self.columns.transposed,
            boundary="constant",
            fill=0.0,
            source=self.compute,
            stored=self.compute,
            peak=None,
            spread=None,
            finite=None,
        )

    def bands(self, products: int, repeated: int = 0) -> list[tuple[int, int, int]]:
        """Cut the result into (plane, first row, last row + 1), whoever may work on them.

        `products` are those that a method takes for an output sample.  A band has about `PAYS` of
        them, so that it pays to hand it over, and at most `LONGEST`, or one row, for an interrupt
        is heard between two bands; and four times as many rows as are `repeated` work of its
        neighbour's.  Bands of a plane are alike, and begin where a tile of eight rows would.
        """
        work = max(1, self.columns.length * self.channels * products)
        count = max(1, self.rows.length // max(16, 4 * repeated, PAYS // work))
        height = max(8, -(-self.rows.length // (8 * count)) * 8)
        height = min(height, max(1, LONGEST // work))
        return [
            (plane, start, min(start + height, self.rows.length))
            for plane in range(self.planes)
            for start in range(0, self.rows.length, height)
        ]
