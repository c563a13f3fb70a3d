"""The arguments of a layer, checked: PyTorch's names, shapes and rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks.arrays import as_array, check_numbers
from convolve_native.checks.dtypes import floating
from convolve_native.checks.options import as_integers, one_of

Array = NDArray[Any]
Pair = tuple[int, int]

PADDINGS = ("valid", "same")


class Window(NamedTuple):
    """A window that steps along one axis of a picture with zeros, or nothing, around it."""

    size: int  # of the picture
    taps: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def reach(self) -> int:
        """Samples from the first tap to the last, both counted."""
        return self.dilation * (self.taps - 1) + 1

    @property
    def length(self) -> int:
        """Places where the window stands."""
        return (self.size + self.before + self.after - self.reach) // self.stride + 1

    @property
    def step(self) -> int:
        """The stride, of which a single place knows nothing, however long."""
        return self.stride if self.length > 1 else 1


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolutional layer over pictures of one shape, and the dtypes of its result."""

    images: Array  # (N, C, H, W), as they were given
    weights: Array  # (O, C / groups, rows, columns)
    bias: Array | None  # (O,)
    groups: int
    rows: Window
    columns: Window
    compute: np.dtype[Any]
    dtype: np.dtype[Any]  # of the result
    batched: bool

    @classmethod
    def of(
        cls,
        x: Any,
        weight: Any,
        bias: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: Any,
    ) -> Layer:
        """Check everything."""
        images, batched = as_pictures(x)
        weights = as_reals("weight", weight)
        if weights.ndim != 4 or 0 in weights.shape:
            raise ValueError(
                "weight must have axes (channels out, channels in / groups, rows, columns), none "
                f"empty; got shape {weights.shape}"
            )
        channels, outputs = images.shape[1], weights.shape[0]
        count = _group_count(groups, channels, weights.shape)
        steps, apart = as_pair("stride", stride, 1), as_pair("dilation", dilation, 1)
        around = _paddings(padding, weights.shape[2:], steps, apart)
        rows, columns = (
            Window(images.shape[2 + i], weights.shape[2 + i], steps[i], apart[i], *around[i])
            for i in (0, 1)
        )
        _check_windows("weight", rows, columns)
        numbers = None if bias is None else as_reals("bias", bias)
        if numbers is not None and numbers.shape != (outputs,):
            raise ValueError(
                f"bias must hold one number for each of the {outputs} channels out; "
                f"got shape {numbers.shape}"
            )
        compute = floating(images.dtype)
        dtype = images.dtype.newbyteorder("=") if images.dtype.kind == "f" else compute
        return cls(images, weights, numbers, count, rows, columns, compute, dtype, batched)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the result: (N, O, rows, columns)."""
        return len(self.images), len(self.weights), self.rows.length, self.columns.length

    @property
    def channels(self) -> int:
        """Channels in that a group sees."""
        return int(self.weights.shape[1])

    @property
    def taps(self) -> int:
        """Products that a sample of the result is the sum of."""
        return int(self.weights[0].size)

    @property
    def products(self) -> int:
        """Of a row of all output channels of a group."""
        return self.weights.size // self.groups * self.columns.length

    @property
    def nbytes(self) -> int:
        """Bytes of the result and of what comes before it."""
        samples = math.prod(self.shape) + self.images.size + self.weights.size
        return samples * self.compute.itemsize


def as_pictures(x: Any) -> tuple[Array, bool]:
    """Check pictures of channels: (N, C, H, W), and whether they were given as such."""
    images = as_reals("x", x)
    if images.ndim not in (3, 4) or 0 in images.shape[-3:]:
        raise ValueError(
            "x must have axes (N, C, H, W) or (C, H, W), with at least a channel and a pixel; "
            f"got shape {images.shape}"
        )
    return (images, True) if images.ndim == 4 else (images[None], False)


def as_pair(name: str, value: Any, least: int) -> Pair:
    """Check one integer for both axes, or one for each."""
    given = as_integers(name, value)
    if len(given) not in (1, 2) or min(given) < least:
        raise ValueError(f"{name} must be one or two integers >= {least}; got {value!r}")
    return given[0], given[-1]


def _check_windows(name: str, *windows: Window) -> None:
    """Refuse a window that stands nowhere."""
    if min(each.length for each in windows) < 1:
        reaches = tuple(each.reach for each in windows)
        sizes = tuple(each.size + each.before + each.after for each in windows)
        raise ValueError(f"{name} must not exceed the padded x; got {reaches} pixels for {sizes}")


def as_pooling(
    x: Any, kernel_size: Any, stride: Any, padding: Any
) -> tuple[Array, dict[int, Window], bool]:
    """Check the arguments of pooling: (N, C, H, W), its windows by axis, whether it was batched."""
    images, batched = as_pictures(x)
    taps = as_pair("kernel_size", kernel_size, 1)
    steps = taps if stride is None else as_pair("stride", stride, 1)
    around = as_pair("padding", padding, 0)
    if any(2 * zeros > k for zeros, k in zip(around, taps, strict=True)):
        raise ValueError(
            f"padding must be at most half of kernel_size, which is {taps}; got {around}"
        )
    windows = [
        Window(size, k, step, 1, none, none)
        for size, k, step, none in zip(images.shape[2:], taps, steps, around, strict=True)
    ]
    _check_windows("kernel_size", *windows)
    return images, dict(enumerate(windows, 2)), batched


def lowest(dtype: np.dtype[Any]) -> Any:
    """Return what no number of a dtype is below."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min
    return -np.inf if dtype.kind == "f" else False


def _paddings(padding: Any, taps: Pair, steps: Pair, apart: Pair) -> tuple[Pair, Pair]:
    """Zeros before and after each axis."""
    if not isinstance(padding, str):
        around = as_pair("padding", padding, 0)
        return (around[0],) * 2, (around[1],) * 2
    if one_of("padding", padding, PADDINGS) == "valid":
        return (0, 0), (0, 0)
    if steps != (1, 1):
        raise ValueError(f"stride must be 1 for padding 'same'; got {steps}")
    down, across = (d * (k - 1) for d, k in zip(apart, taps, strict=True))
    return (down // 2, down - down // 2), (across // 2, across - across // 2)


def _group_count(groups: Any, channels: int, weights: tuple[int, ...]) -> int:
    """Check into how many groups the channels fall."""
    given = as_integers("groups", groups)
    if len(given) != 1 or given[0] < 1:
        raise ValueError(f"groups must be an integer >= 1; got {groups!r}")
    count = given[0]
    if channels % count or weights[0] % count:
        raise ValueError(
            f"groups must divide the {channels} channels of x and the {weights[0]} of weight; "
            f"got {count}"
        )
    if weights[1] * count != channels:
        raise ValueError(
            f"weight must take {channels // count} channels of x, {channels} in {count} groups; "
            f"got shape {weights}"
        )
    return count


def as_reals(name: str, given: Any) -> Array:
    """Check an array of real numbers."""
    if np.ma.is_masked(given):
        raise ValueError(f"{name} must not hold masked values; fill them first")
    array = as_array(name, given)
    check_numbers(name, array)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    return array
