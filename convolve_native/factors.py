"""A kernel, and its factors: the short sum of outer products that makes it separable.

    kernel[i, j] = sum_t columns[t, i] * rows[t, j]

Terms are taken by elimination with complete pivoting: subtract the column through the largest
remaining entry times the row through it, over the entry.  A kernel of rank one comes out with one
rounding a weight, integers come out as integers; what is left over is measured, not guessed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.caches import BoundedCache, cached_property
from convolve_native.spans import spanned

Array = NDArray[Any]

TERMS = 8  # more cost as much as the direct loop on kernels small enough to have been tried
DROPPED = 4  # eps of sum |kernel|: what the contract lets the terms leave out
SHORT = 4096  # bytes that are quicker kept and compared than digested
GROWTH = 4  # sum of the terms' own gains over the kernel's: how much of their rounding can show


@dataclass(frozen=True, eq=False)
class Factors:
    """`columns` (terms, kernel rows) and `rows` (terms, kernel columns)."""

    columns: Array
    rows: Array

    @property
    def terms(self) -> int:
        """How many outer products are summed."""
        return int(self.columns.shape[0])

    @property
    def nbytes(self) -> int:
        """Of both arrays."""
        return self.columns.nbytes + self.rows.nbytes


FACTORS: BoundedCache[Factors | None] = BoundedCache(
    limit=2**24, size=lambda factors: factors.nbytes if factors else 64
)


def fingerprint(array: Array) -> tuple[Hashable, ...]:
    """What an array is remembered by: its dtype, its shape and its bytes, or a digest of many."""
    data = array.tobytes()
    if len(data) > SHORT:
        data = hashlib.blake2b(data, digest_size=16).digest()
    return array.dtype, array.shape, data


class Kernel:
    """Convolution weights on (rows, columns) or (depth, rows, columns): int64, float64, complex128.

    Given whole, or as the sides whose outer product it is; that product is only formed when a
    method needs it.
    """

    def __init__(self, whole: Array | None, sides: tuple[Array, ...] | None = None) -> None:
        self._whole, self._sides = whole, sides
        self.dtype: np.dtype[Any] = np.result_type(*self._parts)
        self.integer = self.dtype.kind == "i"

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns) or (depth, rows, columns)."""
        if self._sides is not None:
            return tuple(int(side.size) for side in self._sides)
        return self.whole.shape

    @property
    def slices(self) -> list[Kernel]:
        """The kernels of (rows, columns) along the depth."""
        if len(self.shape) == 2:
            return [self]
        if self._sides is not None:
            depth, rows, columns = self._sides
            return [Kernel(None, (weight * rows, columns)) for weight in depth]
        return [Kernel(plane) for plane in self.whole]

    @property
    def _parts(self) -> tuple[Array, ...]:
        return self._sides if self._sides is not None else (self.whole,)

    @cached_property
    def whole(self) -> Array:
        """The weights as one array."""
        if self._whole is not None:
            return self._whole
        assert self._sides is not None
        return reduce(np.multiply.outer, self._sides)

    @cached_property
    def gain(self) -> float:
        """sum |kernel|, the most by which it can enlarge an image."""
        # Python's integers have no limit, and the rules of exactness rest on this number.
        number = object if self.integer else self.dtype
        gain: float = math.prod(np.abs(part.astype(number)).sum() for part in self._parts)
        return gain

    @cached_property
    def uniform(self) -> bool:
        """Whether all weights are the same."""
        return all(bool((part == part.flat[0]).all()) for part in self._parts)

    @property
    def weight(self) -> complex:
        """The first weight: of a uniform kernel, every one."""
        first: complex = math.prod(part.flat[0].item() for part in self._parts)
        return first

    @cached_property
    def key(self) -> tuple[Hashable, ...]:
        """What the kernel is remembered by."""
        return tuple(map(fingerprint, self._parts))

    @property
    def nbytes(self) -> int:
        """Of the weights, and of their outer product where it was formed."""
        formed = self.__dict__.get("whole")
        held = [*self._parts, *([] if formed is None or formed is self._whole else [formed])]
        return sum(array.nbytes for array in held)

    def turned(self) -> Kernel:
        """The kernel turned by 180 degrees and conjugated: correlation's, and the adjoint's."""
        if self._sides is not None:
            return Kernel(None, tuple(side[::-1].conj() for side in self._sides))
        return Kernel(np.flip(self.whole).conj())

    def absolute(self) -> Kernel:
        """The moduli of the weights, in float64."""
        parts = tuple(np.abs(part).astype(np.float64) for part in self._parts)
        return Kernel(None, parts) if self._sides is not None else Kernel(parts[0])

    def weights(self, dtype: np.dtype[Any]) -> Array:
        """The kernel reversed, as the loops sum it, C-contiguous."""
        return np.ascontiguousarray(np.flip(self.whole), dtype=dtype)

    def terms(self, compute: np.dtype[Any], exact: bool) -> int | None:
        """How many terms the kernel has, or the one of its slices that has the most."""
        found = [kernel.factors(compute, exact) for kernel in self.slices]
        counts = [factors.terms for factors in found if factors is not None]
        return max(counts) if len(counts) == len(found) else None

    def factors(self, compute: np.dtype[Any], exact: bool) -> Factors | None:
        """Terms that give the kernel to the precision of `compute`; None if there are too many.

        The terms of an exact problem are integers.
        """
        if self._sides is not None:
            rows, columns = self._sides
            return Factors(rows[None], columns[None])
        eps = float(np.finfo(compute).eps) if compute.kind != "i" else 0.0
        key = (self.key, eps, exact)
        if exact:
            return FACTORS.get(key, lambda: spanned(_integer_factors, "kernel")(self.whole))
        bounds = DROPPED * eps * self.gain, GROWTH * self.gain
        return FACTORS.get(key, lambda: spanned(_eliminate, "kernel")(self.whole, *bounds))


def _integer_factors(kernel: Array) -> Factors | None:
    """Factor a rank-one kernel of integers into integers."""
    i, j = np.unravel_index(np.argmax(np.abs(kernel)), kernel.shape)
    column = kernel[:, j] // (np.gcd.reduce(kernel[:, j]) or 1)
    row = kernel[i] // (column[i] or 1)
    return Factors(column[None], row[None]) if (np.outer(column, row) == kernel).all() else None


def _eliminate(kernel: Array, tolerance: float, growth: float) -> Factors | None:
    """Peel off outer products until no more than `tolerance` of the weights is left."""
    rest = kernel.astype(np.result_type(kernel, np.float64))
    columns: list[Array] = []
    rows: list[Array] = []
    while not columns or np.abs(rest).sum() > tolerance:
        if len(columns) == TERMS:
            return None
        i, j = np.unravel_index(np.argmax(np.abs(rest)), rest.shape)
        columns.append(rest[:, j] / (rest[i, j] or 1))
        rows.append(rest[i].copy())
        rest = rest - np.multiply.outer(columns[-1], rows[-1])
    gains = sum(np.abs(c).sum() * np.abs(r).sum() for c, r in zip(columns, rows, strict=True))
    return Factors(np.array(columns), np.array(rows)) if gains <= growth else None
