"""A tile: its size, the constants of its transforms, and the kernels' spectra in their order.

It is `height` lines of `width` samples, transformed along the axes that the kernel runs along.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.factors import Kernel
from convolve_native.fourier.transfer import circulant
from convolve_native.loops import overlap_save
from convolve_native.methods._transform import SPECTRA
from convolve_native.spans import spanned

Array = NDArray[Any]


class Tile(NamedTuple):
    """All that shapes it; `dtype` is that of a real or an imaginary part."""

    height: int
    width: int
    tall: bool  # whether it is transformed along its columns
    wide: bool  # whether along its lines
    dtype: np.dtype[Any]

    @property
    def samples(self) -> int:
        """Complex ones."""
        return self.height * self.width

    @property
    def points(self) -> tuple[int, int]:
        """Of a transform, along columns and along lines."""
        return self.height if self.tall else 1, self.width if self.wide else 1

    @property
    def nbytes(self) -> int:
        """Of a frame."""
        return overlap_save.frame_size(self.height, self.width) * self.dtype.itemsize

    @property
    def factors(self) -> tuple[Array, Array, Array]:
        """Between the steps of a transform along columns, along lines, and across a line's end."""
        return _factors(*self.points, self.dtype)

    def scratch(self) -> tuple[Array, Array]:
        """A frame and a line, for one worker."""
        frame = overlap_save.frame_size(self.height, self.width)
        return np.empty(frame, self.dtype), np.empty(2 * self.width, self.dtype)

    def spectrum(self, kernel: Kernel) -> Array:
        """The transform of a kernel, over the number of points; remembered."""

        def build() -> Array:
            tall, wide = self.points
            shift = 1 - kernel.shape[0], 1 - kernel.shape[1]
            period = circulant(kernel.whole / (tall * wide), (tall, wide), shift)
            width = max(wide, overlap_save.LANES)  # in all lanes the same
            lines = np.empty((tall, 2, width), self.dtype)
            lines[:, 0], lines[:, 1] = period.real, period.imag
            line = np.empty(2 * width, self.dtype)
            frame = np.zeros(overlap_save.frame_size(tall, width), self.dtype)
            transform = overlap_save.transform_tile.compiled(self.dtype)
            transform(lines.reshape(tall, 2 * width), tall, *self.factors, line, frame)
            return frame

        return SPECTRA.get((kernel.key, *self.points, self.dtype), spanned(build, "kernel"))


@lru_cache(maxsize=64)
def _factors(tall: int, wide: int, dtype: np.dtype[Any]) -> tuple[Array, Array, Array]:
    empty = np.empty(0, dtype)
    if wide == 1:
        return _steps(tall).astype(dtype), empty, empty
    lanes = overlap_save.LANES
    across = _roots(np.outer(_order(wide // lanes), np.arange(lanes)), wide)
    turns = np.stack([across.real, across.imag], axis=1)
    return (
        _steps(tall).astype(dtype),
        _steps(wide // lanes).astype(dtype),
        turns.reshape(-1).astype(dtype),
    )


def _steps(points: int) -> Array:
    """Three factors for each transform of four points, from the first step on."""
    found = [np.empty(0)]
    while points > overlap_save.LARGEST_MIDDLE:
        roots = _roots(np.outer(np.arange(points // 4), (1, 2, 3)), points)
        found.append(np.stack([roots.real, roots.imag], axis=-1).reshape(-1))
        points //= 4
    return np.concatenate(found)


def _order(points: int) -> Array:
    """The frequency that comes out at each place."""
    if points <= overlap_save.LARGEST_MIDDLE:
        return np.arange(points)
    return np.concatenate([4 * _order(points // 4) + j for j in range(4)])


def _roots(powers: Array, points: int) -> Array:
    """exp(-2 pi i / points) to these powers, from angles within a quarter of a turn."""
    quarters, rest = np.divmod(4 * (powers % points), points)
    return np.array([1, -1j, -1, 1j])[quarters] * np.exp(-0.5j * np.pi / points * rest)
