"""The PSF of a restoration, one for all planes or one each, checked and placed on the image."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks.arrays import CHANNELS, as_array, as_arrays, as_axes, check_numbers
from convolve_native.checks.options import as_integers
from convolve_native.checks.placement import place
from convolve_native.factors import Kernel
from convolve_native.problem import Layout, Shape

Array = NDArray[Any]

UNIT = 1e-3  # by which the sum of a PSF may differ from 1 unremarked: weights of three digits


@dataclass(frozen=True, eq=False)
class PSFs:
    """The PSFs of an image's planes, all of one shape: (rows, columns), with a depth before them.

    The zeros around them are cut away.
    """

    kernels: tuple[Kernel, ...]
    which: Array  # index of the kernel of (plane, channel)
    shift: tuple[int, ...]  # that brings the anchor to the origin
    taps: Shape  # before the zeros were cut away
    sizes: Shape  # of the image on the same axes
    layout: Layout
    axes: tuple[int, ...]  # of the image, as they were named
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, psf: Any, shape: Shape, axes: Any, anchor: Any) -> PSFs:
        """Check the PSF of an image of this shape."""
        given, which = _apart(psf, shape, axes)
        placed = [place(each, shape, axes, anchor, "same", name="psf") for each in given]
        first, whole = placed[0], np.array([each.kernel.whole for each in placed])
        if not all(each.kernel.gain for each in placed):
            raise ValueError("psf must not be zero everywhere")
        layout, taps = first.layout, whole.shape[1:]
        planes, *sizes, channels = layout.shape(shape)
        rows, columns, depth = first.anchor
        at: tuple[int, ...] = (rows, columns)
        if len(taps) == 3:
            deep = shape[first.axes[0]]
            planes, sizes, at = planes // deep, [deep, *sizes], (depth, rows, columns)
        window = _support(whole)
        return cls(
            kernels=tuple(Kernel(each) for each in whole[(slice(None), *window)]),
            which=np.broadcast_to(which.reshape(-1), planes * channels).reshape(planes, channels),
            shift=tuple(side.start - a for side, a in zip(window, at, strict=True)),
            taps=taps,
            sizes=tuple(sizes),
            layout=layout,
            axes=first.named,
            remarks=_remarks(whole),
        )


def _apart(psf: Any, shape: Shape, axes: Any) -> tuple[Sequence[Any], Array]:
    """The PSFs that were given, and which of them belongs to each of the image's planes.

    One for all; or, where it has as many axes as the image and fewer are named, one for each place
    along the others, on which it is as long as the image, or 1.
    """
    one, array = ([psf], np.zeros(1, np.intp)), as_arrays(psf, "psf")
    if isinstance(array, tuple) or array.ndim != len(shape):
        return one
    if axes is None:
        if array.ndim == 3 and array.shape[2] == shape[2] <= CHANNELS and shape[2] > 1:
            raise ValueError(
                f"axes must be given for a psf of shape {array.shape} on an image of shape "
                f"{shape}: (0, 1) if it is one for each channel, (0, 1, 2) if both are volumes"
            )
        return one
    named = as_integers("axes", axes)
    if len(named) == array.ndim:
        return one
    along = as_axes(axes, shape, (1,) * len(named), "psf")
    if len(along) < 2:
        raise ValueError(f"axes must name 2 axes where psf holds one for each plane; got {named}")
    moved = np.moveaxis(array, along, range(-len(along), 0))
    own, others = moved.shape[: -len(along)], [n for a, n in enumerate(shape) if a not in along]
    if any(k not in (1, n) for k, n in zip(own, others, strict=True)):
        raise ValueError(
            f"psf must be as long as the image, or 1, along the axes other than {named}; "
            f"got shapes {array.shape} and {shape}"
        )
    each = moved.reshape(-1, *moved.shape[len(own) :])
    return list(each), np.broadcast_to(np.arange(len(each)).reshape(own), others)


def as_grid(psfs: Any) -> Array:
    """Check the PSFs of a grid of cells, of the grid's axes and their own; not what they hold."""
    grid = as_array("psfs", psfs)
    check_numbers("psfs", grid)
    if grid.ndim != 4 or grid.size == 0:
        raise ValueError(
            f"psfs must have 4 axes, those of a grid and those of its PSFs; got shape {grid.shape}"
        )
    return grid


def check_cells(grid: Array, sizes: Shape) -> None:
    """Refuse cells without a pixel."""
    cells = grid.shape[:2]
    if any(many > n for many, n in zip(cells, sizes, strict=True)):
        raise ValueError(f"psfs must not have more cells than pixels; got {cells} for {sizes}")


def _support(whole: Array) -> tuple[slice, ...]:
    """Where PSFs, one after the other along the first axis, are not all zero."""
    taps = (whole != 0).any(axis=0)
    others = [tuple(a for a in range(taps.ndim) if a != axis) for axis in range(taps.ndim)]
    sides = [np.flatnonzero(taps.any(axis=other)) for other in others]
    return tuple(slice(int(side[0]), int(side[-1]) + 1) for side in sides)


def _remarks(whole: Array) -> tuple[str, ...]:
    """What is odd about PSFs, which are used as given."""
    totals = whole.sum(axis=tuple(range(1, whole.ndim)))
    total = totals[np.abs(totals - 1).argmax()]
    remarks = []
    if whole.dtype.kind != "c" and (whole < 0).any():
        remarks.append(f"psf has negative taps, down to {whole.min():.3g}")
    if abs(total - 1) > UNIT:
        remarks.append(f"psf sums to {total:.6g}, not to 1, and the result is brighter or darker")
    return tuple(remarks)


def warn(remarks: Sequence[str]) -> None:
    """Give a warning of each, where this package was called."""
    for remark in remarks:
        warnings.warn(remark, UserWarning, stacklevel=_depth())


def _depth() -> int:
    """How far up the caller of this package stands, seen from who calls this."""
    package = str(__package__).partition(".")[0]
    depth, frame = 0, inspect.currentframe()
    while frame and str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        depth, frame = depth + 1, frame.f_back
    return depth
