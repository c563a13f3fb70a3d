"""Checks of the photographs that something is to be learned from."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks.arrays import as_anchor, as_array, as_axes, check_numbers
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import as_integers

Array = NDArray[Any]
Shape = tuple[int, ...]

AXES = {1: "one axis", 2: "two axes"}
DRAWN = 1e30  # of what is drawn: its products and squares are numbers, too
SQUARES = 5  # matrices of weights by weights that are held at a time: products, a copy, an inverse


def as_picture(name: str, image: Any) -> Array:
    """Check that an image is real and finite, and holds pixels."""
    if np.ma.is_masked(image):
        raise ValueError(f"{name} must not hold masked values; fill or crop them first")
    pixels = as_array(name, image)
    check_numbers(name, pixels)
    if pixels.dtype.kind == "c":
        raise TypeError(f"{name} must be real; got complex numbers")
    if pixels.ndim == 0 or pixels.size == 0:
        raise ValueError(f"{name} must hold pixels along an axis at least; got {pixels.shape}")
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(pixels))[0])
        raise ValueError(f"{name} must be finite; got {pixels[where]} at {where}")
    return pixels


def as_planes(image: Any, axes: Any) -> Array:
    """Check an image of pictures along two of its axes: (planes, rows, columns)."""
    pixels = as_picture("image", image)
    if pixels.ndim < 2:
        raise ValueError(f"image must have at least 2 axes; got shape {pixels.shape}")
    along = as_axes(axes, pixels.shape, (1, 1), "picture")
    planes = np.moveaxis(pixels, along, (-2, -1))
    return planes.reshape(-1, *planes.shape[-2:])


def as_photograph(name: str, image: Any) -> Array:
    """Check that an image is grey, RGB or RGBA, real, finite, and may be drawn."""
    pixels = _as_drawable(name, image)
    if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,), (4,)):
        raise ValueError(f"{name} must be (H, W), (H, W, 3) or (H, W, 4); got shape {pixels.shape}")
    return pixels


def as_samples(name: str, samples: Any, axes: int) -> Array:
    """Check samples along a number of axes, which are real, finite, and may be drawn."""
    given = _as_drawable(name, samples)
    if given.ndim != axes:
        raise ValueError(f"{name} must have {AXES[axes]}; got shape {given.shape}")
    return given


def _as_drawable(name: str, values: Any) -> Array:
    given = as_picture(name, values)
    largest = float(np.abs(given.astype(np.float64)).max())
    if largest > DRAWN:
        raise ValueError(f"{name} must be within {DRAWN:g} to be drawn; got {largest:g}")
    return given


class Pair(NamedTuple):
    """A picture, what became of it, and the kernel that is asked for."""

    sharp: Array  # (planes, rows, columns)
    blurred: Array  # the interior, for which the kernel never reads from outside
    taps: tuple[int, int]
    size: Shape  # as it was asked for

    @classmethod
    def of(cls, sharp: Any, blurred: Any, size: Any, axes: Any, anchor: Any) -> Pair:
        """Check that there is something to learn."""
        before, after = as_picture("sharp", sharp), as_picture("blurred", blurred)
        if before.shape != after.shape:
            raise ValueError(
                f"blurred must have the shape of sharp, {before.shape}; got {after.shape}"
            )
        taps, along = _as_size(size, before.shape, axes)
        check_memory(SQUARES * 8 * math.prod(taps) ** 2)
        centre = as_anchor(anchor, taps, "same", "kernel") or tuple((k - 1) // 2 for k in taps)
        sides = tuple(before.shape[axis] for axis in along)
        starts = [k - 1 - c for k, c in zip(taps, centre, strict=True)]
        window = [slice(at, at + n - k + 1) for at, n, k in zip(starts, sides, taps, strict=True)]
        sharp, blurred = (_planes(pixels, along) for pixels in (before, after))
        pair = cls(sharp, blurred[(..., *window)], (1, *taps)[-2:], taps)  # type: ignore[arg-type]
        if pair.blurred.size < math.prod(taps):
            raise ValueError(
                f"size must leave as many interior pixels as it has weights, {math.prod(taps)}; "
                f"got {pair.blurred.size} of {before.shape}"
            )
        if (pair.sharp == pair.sharp[:, :1, :1]).all():
            raise ValueError(f"sharp must not be constant; got {before.flat[0]} everywhere")
        return pair


def _as_size(size: Any, shape: Shape, axes: Any) -> tuple[Shape, tuple[int, ...]]:
    """Check the extent of a kernel, and which image axes it runs along."""
    given = as_integers("size", size)
    if np.ndim(size) == 0:
        given *= min(2, len(shape)) if axes is None else len(as_integers("axes", axes))
    if len(given) not in (1, 2):
        raise ValueError(f"size must have one or two axes; got {given}")
    along = as_axes(axes, shape, given, "kernel")
    sides = tuple(shape[axis] for axis in along)
    if not all(1 <= k <= n for k, n in zip(given, sides, strict=True)):
        raise ValueError(f"size must be from 1 to the image's {sides}; got {given}")
    return given, along


def _planes(pixels: Array, along: tuple[int, ...]) -> Array:
    """The pictures one after the other; the lines of a kernel of one axis are one picture."""
    moved = np.moveaxis(pixels, along, range(-len(along), 0)).astype(np.float64)
    return moved.reshape(-1, *((1, *moved.shape)[-2:]))


class Region(NamedTuple):
    """A part of a picture."""

    window: tuple[slice, slice]
    axes: tuple[int, ...]
    whole: tuple[int, ...]  # of the picture

    def of(self, pixels: Array) -> Array:
        """That part of an image."""
        index: list[slice] = [slice(None)] * pixels.ndim
        for axis, along in zip(self.axes, self.window, strict=True):
            index[axis] = along
        return pixels[tuple(index)]


def as_region(roi: Any, pixels: Array, axes: Any) -> Region:
    """Check the first row and column, and the rows and columns, of a part; None is all."""
    along = as_axes(axes, pixels.shape, (1, 1), "picture")
    shape = tuple(pixels.shape[axis] for axis in along)
    if roi is None:
        return Region((slice(None), slice(None)), along, shape)
    given = as_integers("roi", roi)
    if len(given) != 4:
        raise ValueError(f"roi must hold first row, first column, rows, columns; got {given}")
    firsts, sides = given[:2], given[2:]
    ends = [first + side for first, side in zip(firsts, sides, strict=True)]
    inside = all(0 <= a < b <= n for a, b, n in zip(firsts, ends, shape, strict=True))
    if not inside:
        raise ValueError(f"roi must lie in the image of {shape}; got {given}")
    rows, columns = map(slice, firsts, ends)
    return Region((rows, columns), along, shape)
