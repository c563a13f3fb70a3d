"""What is measured, as data: images, kernels, and the cells that they make."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

import convolve_native as cn

SMALL, MIDDLE, LARGE, HUGE = (64, 64), (512, 512), (2048, 2048), (8192, 8192)
COLOUR = (1280, 1920, 3)
SHAPES = (SMALL, MIDDLE, LARGE, HUGE, COLOUR)
DTYPES = ("float32", "uint8")


def sigma(size):
    """Of the Gaussian that OpenCV takes for a kernel of this size."""
    return 0.3 * ((size - 1) * 0.5 - 1) + 0.8


def _bell(size):
    """What cv2.getGaussianKernel(size, sigma(size)) gives."""
    weights = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma(size) ** 2))
    return weights / weights.sum()


def _drawn(shape, kind):
    """Weights of both signs that sum to 1 and saturate no byte for long."""
    random = np.random.default_rng([zlib.crc32(kind.encode()), *shape])
    weights = random.uniform(-0.5, 1.0, shape)
    return weights / weights.sum()


def _sparse(size):
    """Five weights of a hundred, the rest zero."""
    weights = _drawn((size, size), "sparse")
    random = np.random.default_rng(size)
    weights[random.random(weights.shape) > 0.05] = 0.0
    return weights / np.abs(weights).sum()


def _rank_two(size):
    first, second = (np.multiply.outer(*_drawn((2, size), f"rank {i}")) for i in (1, 2))
    weights = first + second
    return weights / np.abs(weights).sum()


def _bells(size):
    return _bell(size), _bell(size)


# kind -> its two sides by size, or the whole kernel by size
SIDES = {
    "gaussian": _bells,
    "gaussian matrix": _bells,  # ours is given the product, and has to find the sides
    "box": lambda size: (np.full(size, 1 / size), np.full(size, 1 / size)),
    "wide": lambda size: (np.ones(1), _drawn((size,), "wide")),
    "tall": lambda size: (_drawn((size,), "tall"), np.ones(1)),
}
WHOLE = {
    "dense": lambda size: _drawn((size, size), "dense"),
    "disk": lambda size: cn.kernels.disk(size // 2),
    "rank 2": _rank_two,
    "sparse": _sparse,
}


@dataclass(frozen=True)
class Kernel:
    """Odd weights, so that every library's centre is the same; convolved, not correlated."""

    kind: str
    size: int

    @cached_property
    def sides(self):
        """Columns' and rows' weights; None where it is no outer product."""
        return SIDES[self.kind](self.size) if self.kind in SIDES else None

    @cached_property
    def whole(self):
        """The weights as one array."""
        return np.multiply.outer(*self.sides) if self.sides else WHOLE[self.kind](self.size)

    @property
    def given(self):
        """What ours is called with."""
        return self.whole if self.sides is None or self.kind.endswith("matrix") else self.sides

    @property
    def margin(self):
        """How far from the border the border still shows."""
        return max(self.whole.shape) // 2


class Cell(NamedTuple):
    """An image and a kernel."""

    shape: tuple[int, ...]
    dtype: str
    kernel: Kernel

    @property
    def name(self):
        shape = "x".join(map(str, self.shape))
        return f"{shape} {self.dtype} {self.kernel.kind} {self.kernel.size}"

    @property
    def products(self):
        """Multiply-adds of the sum as it is written."""
        return int(np.prod(self.shape)) * self.kernel.whole.size


SIZES = {
    "dense": (3, 5, 7, 9, 11, 13, 15, 17, 21, 25, 31, 51, 101),
    "gaussian": (3, 5, 7, 9, 11, 15, 21, 31, 63),
    "gaussian matrix": (3, 7, 15, 31, 63),
    "box": (3, 5, 7, 11, 15, 31, 63, 101),
    "wide": (101,),
    "tall": (101,),
    "disk": (15,),
    "rank 2": (15,),
    "sparse": (31,),
}
QUICK = {"dense": (3, 7, 15, 31), "gaussian": (7, 31), "box": (3, 15), "disk": (15,)}
FEW = {"dense": (3, 7, 31), "gaussian": (15,), "box": (15,)}  # on the largest image
WIDEST_ON_SMALL = 31


def kernels(shape, quick):
    """Those of the grid's kernels that an image is measured with."""
    sizes = QUICK if quick else FEW if shape == HUGE else SIZES
    most = WIDEST_ON_SMALL if shape == SMALL else max(shape)
    return [Kernel(kind, size) for kind in sizes for size in sizes[kind] if size <= most]


def cells(quick=False):
    """Every cell of the grid."""
    shapes = [shape for shape in SHAPES if not (quick and shape == HUGE)]
    return [
        Cell(shape, dtype, kernel)
        for shape in shapes
        for dtype in DTYPES
        for kernel in kernels(shape, quick)
    ]


@lru_cache(maxsize=2)
def image(shape, dtype):
    """The bundled photograph, repeated to the shape; floats from 0 to 1."""
    photograph = cn.images.read(cn.images.sample())
    if len(shape) == 2:
        photograph = photograph[:, :, 1]
    if np.dtype(dtype).kind == "f":
        photograph = (photograph / 255).astype(dtype)
    repeats = [-(-n // m) for n, m in zip(shape, photograph.shape, strict=True)]
    pixels = np.ascontiguousarray(np.tile(photograph, repeats)[tuple(map(slice, shape))])
    pixels.flags.writeable = False
    return pixels
