"""The arguments that all restorations share, checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convolve_native.boundary import FOREIGN, OUTSIDES
from convolve_native.checks import dtypes
from convolve_native.checks.arrays import as_array, as_image, as_mask, check_numbers, own_mask
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import RULES, Function, as_integer, expose, one_of
from convolve_native.checks.psfs import PSFs, warn

Array = NDArray[Any]
Flags = NDArray[np.bool_]
OutsideName = Literal["unknown", "constant", "nearest", "symmetric", "mirror", "wrap"]
Callback = Callable[[int, Array], Any]

FRAMES = 12  # arrays of the image's extended size that one plane's restoration holds at a time
HELD = 5  # of these, those that each of several planes holds while the others are at work


class Shared(TypedDict, total=False):
    """The keywords that all restorations share; `Choices` has their defaults."""

    boundary: OutsideName
    anchor: int | tuple[int, ...] | None
    axes: int | tuple[int, ...] | None
    dtype: DTypeLike | None
    mask: ArrayLike | None
    nan: Literal["raise", "omit"]
    start: ArrayLike | None
    callback: Callback | None
    full_output: bool
    workers: int | None


class Choices(NamedTuple):
    """The shared keywords with their defaults."""

    boundary: str = "unknown"
    anchor: Any = None
    axes: Any = None
    dtype: Any = None
    mask: Any = None
    nan: str = "raise"
    start: Any = None
    callback: Callback | None = None
    full_output: bool = False
    workers: Any = None

    @classmethod
    def of(cls, function: str, keywords: Shared) -> Choices:
        """Check a call's keywords; an unknown one is named as Python would."""
        for name in keywords:
            if name not in cls._fields:
                raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
        given = cls(**keywords)
        one_of("boundary", given.boundary, OUTSIDES, FOREIGN)
        one_of("nan", given.nan, ("raise", "omit"))
        if given.callback is not None and not callable(given.callback):
            raise TypeError(f"callback must be callable; got {given.callback!r}")
        return given._replace(workers=RULES["workers"](given.workers))


def exposed(function: Function) -> Function:
    """Show the shared keywords in the signature of a restoration."""
    return expose(function, Choices)


@dataclass(frozen=True, eq=False)
class Scene:
    """A blurred image and what blurred it, and the dtypes of its restoration."""

    image: Array  # as it was given
    psfs: PSFs
    known: Flags | None  # of the image's shape, True where it counts; None: everywhere
    start: Array | None  # of the image's shape
    compute: np.dtype[Any]
    dtype: np.dtype[Any]  # of the result
    choices: Choices

    @classmethod
    def of(
        cls,
        function: str,
        image: Any,
        psf: Any,
        keywords: Shared,
        *,
        real: bool = False,
    ) -> Scene:
        """Check everything but the method's own parameters; `real`: it knows no complex numbers."""
        choices = Choices.of(function, keywords)
        pixels = as_image(image, masked=True)
        shape = pixels.shape
        psfs = PSFs.of(psf, shape, choices.axes, choices.anchor)
        if pixels.size == 0:
            raise ValueError(f"image must not be empty; got shape {shape}")
        kernel, gain = psfs.kernels[0], max(each.gain for each in psfs.kernels)
        kinds = dtypes.resolve(pixels.dtype, kernel.dtype, choices.dtype, False, None, gain)
        if real and kinds.compute.kind == "c":
            raise TypeError(f"image and psf must be real for {function}; got complex numbers")
        _check_extent(psfs.taps, psfs.sizes, choices.boundary)
        frame = math.prod(n + 2 * k for n, k in zip(psfs.sizes, kernel.shape, strict=True))
        frames = FRAMES + HELD * (psfs.which.size - 1)
        check_memory((frames * frame + 2 * pixels.size) * kinds.compute.itemsize)
        known = _known(pixels, own_mask(image), choices, psfs.axes)
        start = _start(choices.start, shape)
        warn(psfs.remarks)
        return cls(
            image=pixels,
            psfs=psfs,
            known=known,
            start=start,
            compute=kinds.compute,
            dtype=kinds.result,
            choices=choices,
        )


def _check_extent(taps: tuple[int, ...], sizes: tuple[int, ...], boundary: str) -> None:
    if OUTSIDES[boundary].open and any(k > n > 1 for k, n in zip(taps, sizes, strict=True)):
        raise ValueError(
            f"psf must not be larger than the image where nothing is known outside; got {taps} for "
            f"{sizes}: name a boundary, or crop the psf"
        )


def _known(
    image: Array, own: Flags | None, choices: Choices, axes: tuple[int, ...]
) -> Flags | None:
    known = as_mask(choices.mask, image.shape, axes)
    if own is not None:
        known = own if known is None else own & known
    finite = np.isfinite(image)
    if not finite.all():
        counted = finite if known is None else finite | ~known
        if choices.nan == "raise" and not counted.all():
            where = tuple(int(i) for i in np.argwhere(~counted)[0])
            raise ValueError(f"image must be finite, or nan='omit'; got {image[where]} at {where}")
        known = finite if known is None else finite & known
    if known is None or known.all():
        return None
    if not known.any():
        raise ValueError("mask must leave a pixel; all are left out")
    return known


def _start(start: Any, shape: tuple[int, ...]) -> Array | None:
    if start is None:
        return None
    array = as_array("start", start)
    check_numbers("start", array)
    if array.shape != shape:
        raise ValueError(f"start must have the image's shape {shape}; got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("start must be finite; got NaN or Inf")
    return array


def as_pixel_weights(weights: Any, shape: tuple[int, ...]) -> Array | None:
    """Check how much each pixel counts."""
    if weights is None:
        return None
    array = as_array("weights", weights)
    check_numbers("weights", array)
    if array.shape != shape:
        raise ValueError(f"weights must have the image's shape {shape}; got {array.shape}")
    if not (np.isfinite(array).all() and (array >= 0).all() and (array > 0).any()):
        raise ValueError("weights must be finite and >= 0, and not all of them 0")
    return array


def as_times(name: str, value: Any) -> int:
    """Check a number of iterations."""
    count = as_integer(name, value)
    if count < 1:
        raise ValueError(f"{name} must be at least 1; got {count}")
    return count


def as_bounds(bounds: Any) -> tuple[float, float] | None:
    """Check the darkest and the brightest value of a pixel."""
    if bounds is None:
        return None
    try:
        low, high = map(float, bounds)
    except (TypeError, ValueError):
        raise TypeError(f"bounds must be two numbers, or None; got {bounds!r}") from None
    if not low < high:
        raise ValueError(f"bounds must be in order, the lower first; got {low:g} and {high:g}")
    return low, high


def as_operator(operator: Any, names: Collection[str], axes: int) -> str | Array:
    """Check the operator of a penalty: one of the names, or a kernel of one's own."""
    if isinstance(operator, str):
        return one_of("operator", operator, names)
    weights = as_array("operator", operator)
    check_numbers("operator", weights)
    if weights.ndim != axes or weights.size == 0 or not np.isfinite(weights).all():
        raise ValueError(
            f"operator must be a name, or hold finite weights on {axes} axes as the psf does; got "
            f"shape {weights.shape}"
        )
    return weights


def as_weight(name: str, value: Any, rules: Collection[str]) -> float | str:
    """Check a parameter that is a positive number, or the name of a rule that finds it."""
    if isinstance(value, str):
        return one_of(f"{name}, if not a number,", value, rules)
    return as_positive(name, value)


def as_positive(name: str, value: Any, *, zero: bool = False) -> float:
    """Check a parameter that must be a positive number, or none at all."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number; got {value!r}") from None
    if not (math.isfinite(number) and (number > 0 or (zero and number == 0))):
        raise ValueError(f"{name} must be finite and {'>=' if zero else '>'} 0; got {value!r}")
    return number
