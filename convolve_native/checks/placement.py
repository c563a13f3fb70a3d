"""A kernel checked, and placed on the axes of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convolve_native.checks import arrays
from convolve_native.factors import Kernel
from convolve_native.problem import Layout, Shape

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Placement:
    """A kernel on (rows, columns), its anchor there, and how the image is laid out for it."""

    kernel: Kernel
    anchor: tuple[int, int]
    layout: Layout
    axes: tuple[int, ...]  # of the image, ascending, one for each of layout.along


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
        parts = parts[::-1] if len(parts) == 2 else (parts[0].T,)
        along, centre = along[::-1], centre[::-1]
    layout = Layout.of(shape, along)
    weights = _on_plane(parts, layout)
    return Placement(
        weights.turned() if turned else weights, layout.on_plane(centre, 0), layout, along
    )


def _on_plane(parts: tuple[Array, ...], layout: Layout) -> Kernel:
    if len(parts) == 2:
        return Kernel(None, (parts[0], parts[1]))
    return Kernel(parts[0].reshape(layout.on_plane(parts[0].shape, 1)))
