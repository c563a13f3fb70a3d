"""The periodic frame that a Fourier restoration works on, made from an image and a boundary."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import OUTSIDE, OUTSIDES, Index
from convolve_native.checks import Scene
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import PlanKey
from convolve_native.fourier.sizes import good_size
from convolve_native.fourier.transfer import spectrum_of, steps
from convolve_native.methods._transform import SPECTRA

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
    rule = OUTSIDES[boundary].rule
    wanted = 0 if rule.circular or taps == 1 else 2 * (taps - 1)
    length = good_size(size + wanted) - size if wanted else 0
    steps = np.arange(length)
    return Margin(
        after=np.asarray(rule.rule(size + steps, size), np.intp),
        before=np.asarray(rule.rule(steps - length, size), np.intp),
        blend=0.5 - 0.5 * np.cos(np.pi * (steps + 1) / (length + 1)),
    )


def extend(image: Array, margins: tuple[Margin, ...]) -> Array:
    """The image with a margin behind each axis; zero where nothing stands."""
    for axis, (after, before, blend) in enumerate(margins):
        if not blend.size:
            continue
        shape = [-1 if a == axis else 1 for a in range(image.ndim)]
        weights = np.where(after == OUTSIDE, 0, 1 - blend), np.where(before == OUTSIDE, 0, blend)
        mixed = sum(
            image.take(source, axis=axis) * weight.reshape(shape).astype(image.dtype)
            for source, weight in zip((after, before), weights, strict=True)
        )
        image = np.concatenate((image, mixed), axis=axis)
    return np.ascontiguousarray(image)


@dataclass(frozen=True, eq=False)
class Frame:
    """The frame of a scene's planes, or volumes, and the transfer functions of its PSFs there."""

    sizes: tuple[int, ...]  # of the image, which stands where each axis begins
    margins: tuple[Margin, ...]
    open: bool  # whether the margin is not known, and found with the scene
    key: PlanKey
    otfs: tuple[Array, ...]  # half spectra for real images

    @classmethod
    def of(cls, scene: Scene) -> Frame:
        """Frame a scene."""
        psfs, boundary = scene.psfs, scene.choices.boundary
        axes = zip(psfs.sizes, psfs.kernels[0].shape, strict=True)
        margins = tuple(margin(size, taps, boundary) for size, taps in axes)
        shape = tuple(n + side.blend.size for n, side in zip(psfs.sizes, margins, strict=True))
        key = PlanKey(shape, tuple(range(len(shape))), scene.compute)

        def transfer(psf: Kernel) -> Array:
            build = partial(spectrum_of, psf.whole.astype(scene.compute), key, psfs.shift)
            return SPECTRA.get((psf.key, key, psfs.shift), build)

        otfs = tuple(map(transfer, psfs.kernels))
        return cls(psfs.sizes, margins, OUTSIDES[boundary].open, key, otfs)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the frame."""
        return self.key.shape

    @property
    def size(self) -> int:
        """Samples of the frame, by which an inverse transform is too large."""
        return math.prod(self.shape)

    @property
    def half(self) -> tuple[int, ...]:
        """Shape of a spectrum, of which half is held for real images."""
        return self.otfs[0].shape

    @property
    def window(self) -> tuple[slice, ...]:
        """Where the image stands."""
        return tuple(map(slice, self.sizes))

    def known(self, flags: Array | None) -> Array:
        """1 where the frame's samples are observed or follow a rule, 0 where they are open."""
        known = np.full(self.shape, not self.open, np.uint8)
        known[self.window] = True if flags is None else flags
        if flags is not None and not self.open:  # what a missing pixel has a share in
            known[:] = extend((~flags).astype(self.key.dtype), self.margins) == 0
        return known

    @property
    def steps(self) -> tuple[Array, ...]:
        """|D|^2 of the differences along each axis, over the spectrum."""
        return tuple(steps(n)[:m] for n, m in zip(self.shape, self.half, strict=True))

    @property
    def gradient(self) -> Array:
        """|D|^2 of all differences together."""
        return reduce(np.add.outer, self.steps)

    @property
    def counts(self) -> Array:
        """How many columns of the whole spectrum each column stands for."""
        counts = np.ones(self.half[-1])
        if self.key.dtype.kind == "f":
            counts[1 : (self.shape[-1] + 1) // 2] = 2
        return counts

    @property
    def frequencies(self) -> tuple[Array, ...]:
        """Cycles a pixel along each axis, over the spectrum."""
        return tuple(np.fft.fftfreq(n)[:m] for n, m in zip(self.shape, self.half, strict=True))
