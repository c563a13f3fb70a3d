"""The blur of volumes and its adjoint, by one transform there and back on all three axes.

A frame begins with the scene, so that what stands in front of it, one period on, ends the frame.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import OUTSIDE, OUTSIDES, source_index
from convolve_native.fourier.plans import POOL, Plan, PlanKey
from convolve_native.fourier.sizes import good_size
from convolve_native.fourier.transfer import spectrum_of
from convolve_native.loops import frames
from convolve_native.methods._transform import real

Array = NDArray[Any]
Margin = tuple[Array, Array]  # places beyond the image, and the places of what stands there


class VolumeBlur:
    """The convolution of volumes of one shape with a PSF, and its adjoint `back`.

    Where the outside is open, of a scene larger than the image by what the PSF reaches; else as
    large, going on outside by the boundary's rule.
    """

    def __init__(
        self, psf: Array, anchor: tuple[int, ...], boundary: str, shape: tuple[int, ...], dtype: Any
    ) -> None:
        self._shape, self._seen = shape, tuple(map(slice, shape))
        if OUTSIDES[boundary].open:
            sides = zip(psf.shape, anchor, shape, strict=True)
            self._seen = tuple(slice(k - 1 - a, n - a) for k, a, n in sides)
        axes = [_axis(*each, boundary) for each in zip(shape, psf.shape, anchor, strict=True)]
        self._margins = [margin for _, margin in axes]
        lengths = tuple(length for length, _ in axes)
        self._key = PlanKey(lengths, tuple(range(len(lengths))), dtype)
        otf = spectrum_of(psf.astype(dtype), self._key, tuple(-a for a in anchor))
        otf /= math.prod(lengths)  # which the inverse leaves out
        self._otf = real(otf)

    def forward(self, scene: Array, out: Array) -> Array:
        """Blur a scene."""
        with POOL.lease(self._key) as plan:
            plan.frame[...] = 0
            plan.frame[tuple(map(slice, self._shape))] = scene
            for axis, (places, sources) in enumerate(self._margins):
                lines = np.moveaxis(plan.frame, axis, 0)
                lines[places] = lines[sources]
            self._filter(plan, 1)
            out[...] = plan.frame[self._seen]
        return out

    def back(self, image: Array, out: Array | None = None) -> Array:
        """Give every voxel back to what it was blurred from."""
        out = np.empty(self._shape, self._key.dtype) if out is None else out
        with POOL.lease(self._key) as plan:
            plan.frame[...] = 0
            plan.frame[self._seen] = image
            self._filter(plan, -1)
            for axis, margin in enumerate(self._margins):
                lines = np.moveaxis(plan.frame, axis, 0)
                for place, source in zip(*margin, strict=True):
                    lines[source] += lines[place]
            out[...] = plan.frame[tuple(map(slice, self._shape))]
        return out

    def _filter(self, plan: Plan, sign: int) -> None:
        plan.forward()
        multiply, number = frames.multiply.compiled(self._otf.dtype), self._otf.dtype.type
        multiply(real(plan.spectrum), self._otf, number(sign))
        plan.inverse()


def _axis(size: int, taps: int, anchor: int, boundary: str) -> tuple[int, Margin]:
    """The length of an axis of a frame, and what stands beyond the scene there.

    >>> _axis(6, 4, 1, "symmetric")
    (10, (array([6, 8, 9]), array([5, 1, 0])))
    """
    nothing = np.zeros(0, np.intp)
    if taps == 1:
        return size, (nothing, nothing)
    outside = OUTSIDES[boundary]
    if outside.open:  # what the period brings round is not seen
        return good_size(size), (nothing, nothing)
    rule, before = outside.rule, taps - 1 - anchor
    if rule.circular and good_size(size) == size:
        return size, (nothing, nothing)
    length = good_size(size + taps - 1)
    source = source_index(size, before, size + taps - 1, rule)
    place = np.arange(-before, size + anchor) % length
    beyond = (place >= size) & (source != OUTSIDE)
    order = np.argsort(place[beyond])
    return length, (place[beyond][order], source[beyond][order])
