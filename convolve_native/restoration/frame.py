"""The periodic frame that a Fourier restoration works on, made from an image and a boundary."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import BOUNDARIES, OUTSIDE, Index
from convolve_native.fourier.sizes import good_size

Array = NDArray[Any]


class Margin(NamedTuple):
    """What a frame holds beyond the image on one axis: one mixture of two extensions a sample."""

    after: Index  # source, going on behind the image's end
    before: Index  # source, going back in front of the image's start, one period on
    blend: Array  # share of `before`, 0 to 1


def margin(size: int, taps: int, boundary: str) -> Margin:
    """Extend an axis by ``taps - 1`` on each side by the boundary's rule, and close the period.

    The extensions behind the end and in front of the start meet in the period of the transform; a
    raised cosine leads from one to the other, so that there is no seam to ring.  A circular
    boundary, and an axis along which nothing is blurred, need no margin.
    """
    rule = BOUNDARIES[boundary]
    wanted = 0 if rule.circular or taps == 1 else 2 * (taps - 1)
    length = good_size(size + wanted) - size if wanted else 0
    steps = np.arange(length)
    return Margin(
        after=np.asarray(rule.rule(size + steps, size), np.intp),
        before=np.asarray(rule.rule(steps - length, size), np.intp),
        blend=0.5 - 0.5 * np.cos(np.pi * (steps + 1) / (length + 1)),
    )


def extend(image: Array, margins: tuple[Margin, Margin]) -> Array:
    """The image (rows, columns) with a margin behind each axis; zero where nothing stands."""
    for axis, (after, before, blend) in enumerate(margins):
        shape = (-1, 1) if axis == 0 else (1, -1)
        weights = np.where(after == OUTSIDE, 0, 1 - blend), np.where(before == OUTSIDE, 0, blend)
        mixed = sum(
            image.take(source, axis=axis) * weight.reshape(shape).astype(image.dtype)
            for source, weight in zip((after, before), weights, strict=True)
        )
        image = np.concatenate((image, mixed), axis=axis)
    return image
