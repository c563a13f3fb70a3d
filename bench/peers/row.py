"""What a peer is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.grid import Kernel

Call = Callable[[], Any]


@dataclass(frozen=True)
class Work:
    """One convolution to be done: all that a side needs, ready before the clock starts."""

    image: Any
    kernel: Kernel
    workers: int
    out: Any  # for those that can write into an array

    @classmethod
    def of(cls, image, kernel, workers):
        return cls(image, kernel, workers, np.zeros_like(image))

    @property
    def bytes(self):
        """Whether pixels are bytes, and not floats."""
        return self.image.dtype == np.uint8

    @property
    def axes(self):
        """Axes of the image beside rows and columns, on which a kernel has length 1."""
        return (1,) * (self.image.ndim - 2)


LEVELS = 2  # between bytes: most round between two passes, or cut; ours does neither


@dataclass(frozen=True)
class Peer:
    """A function that does the same work."""

    can: Callable[[Kernel, str], bool]  # this kernel, on pixels of this dtype
    prepare: Callable[[Work], Call]
    border: bool = True  # whether it extends the image as we do; else only the inside is compared
    levels: int = LEVELS  # by which its bytes may differ from ours


def always(kernel, dtype):
    return True


def separable(kernel, dtype):
    return kernel.sides is not None


def gaussian(kernel, dtype):
    return kernel.kind.startswith("gaussian")


def box(kernel, dtype):
    return kernel.kind == "box"
