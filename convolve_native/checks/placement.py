"""A kernel checked, and placed on the axes of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import arrays
from convolve_native.factors import Kernel
from convolve_native.problem import Layout, Shape

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Placement:
    """A kernel on its two or three axes, its anchor, and how the image is laid out for it."""

    kernel: Kernel
    anchor: tuple[int, int, int]  # on rows, columns, depth
    layout: Layout
    axes: tuple[int, ...]  # of the image, ascending, one for each of layout.along
    named: tuple[int, ...]  # the same, with a depth along which the kernel has but one tap


def place(
    kernel: Any,
    shape: Shape,
    axes: Any,
    anchor: Any,
    mode: str,
    *,
    name: str = "kernel",
    turned: bool = False,
) -> Placement:
    """Check kernel, axes, mode's extent and anchor; `turned` makes a correlation a convolution."""
    parts = arrays.as_parts(kernel, name, shape)
    taps = parts[0].shape if len(parts) == 1 else tuple(part.size for part in parts)
    along = arrays.as_axes(axes, shape, taps, name)
    arrays.check_extent(shape, taps, along, mode, name)
    centre = arrays.as_anchor(anchor, taps, mode, name) or tuple((k - 1) // 2 for k in taps)
    if turned:
        centre = tuple(k - 1 - a for k, a in zip(taps, centre, strict=True))
    if along != tuple(sorted(along)):
        order = np.argsort(along).tolist()
        parts = (parts[0].transpose(order),) if len(parts) == 1 else tuple(parts[i] for i in order)
        along, centre = (tuple(values[i] for i in order) for values in (along, centre))
    named = along
    if len(along) == 3 and parts[0].shape[0] == 1:  # nothing is summed along the depth
        whole, *sides = parts
        parts = (whole[0],) if not sides else (whole[0] * sides[0], sides[1])
        along, centre = along[1:], centre[1:]
    layout = Layout.of(shape, along)
    weights = _on_plane(parts, layout)
    return Placement(
        weights.turned() if turned else weights, layout.placed(centre, 0), layout, along, named
    )


def _on_plane(parts: tuple[Array, ...], layout: Layout) -> Kernel:
    if len(parts) > 1:
        return Kernel(None, parts)
    whole = parts[0]
    return Kernel(whole if whole.ndim == 3 else whole.reshape(layout.placed(whole.shape, 1)[:2]))
