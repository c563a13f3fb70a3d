"""From words on the command line to kernels and images."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convolve_native as cn
from convolve_native.kernels import KERNELS

Array = NDArray[Any]

# A photograph to try arguments on.
PIXEL = np.zeros((1, 1), np.float32)
# What sums in float32 cannot tell from 0, as part of the sum of a kernel's sizes.
ROUNDING = 1e-6


def named_kernel(spec: str) -> Array:
    """Build a kernel from ``NAME`` or ``NAME:key=value,...``, by the function's own signature."""
    name, _, text = spec.partition(":")
    if name not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}; got {name!r}")
    known = inspect.signature(KERNELS[name]).parameters
    given: dict[str, Any] = {}
    for pair in text.split(",") if text else ():
        key, _, value = pair.partition("=")
        if key not in known or key in given or not value:
            takes = ", ".join(f"{each}=..." for each in known)
            raise ValueError(f"kernel {name!r} takes {takes}, each once; got {pair!r}")
        given[key] = _value(value)
    missing = [k for k, p in known.items() if p.default is p.empty and k not in given]
    if missing:
        needs = ",".join(f"{each}=..." for each in missing)
        raise ValueError(f"kernel {name!r} needs a value: write {name}:{needs}")
    return KERNELS[name](**given)


def kernel_from_file(path: Path) -> Array:
    """Read a kernel from text, a row a line, or from ``.npy``; never by unpickling."""
    try:
        if path.suffix.lower() == ".npy":
            with path.open("rb") as stream:
                kernel = np.lib.format.read_array(stream, allow_pickle=False)
        else:
            lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
            rows = [line.replace(",", " ") for line in lines if line]
            kernel = np.loadtxt(rows, ndmin=2) if rows else np.empty((0, 0))
    except ValueError as error:
        raise ValueError(f"{str(path)!r} is not a kernel: {error}") from error
    if kernel.size == 0:
        raise ValueError(f"{str(path)!r} is not a kernel: it holds no weights")
    if kernel.dtype.kind not in "biuf":
        raise ValueError(f"{str(path)!r} is not a kernel: {kernel.dtype} holds no real numbers")
    return kernel


def one_kernel(spec: str | None, path: Path | None, names: tuple[str, str]) -> Array:
    """Take the kernel that one of two options, of these names, describes."""
    if (spec is None) == (path is None):
        raise ValueError(f"give one of {names[0]} and {names[1]}")
    return kernel_from_file(path) if spec is None else named_kernel(spec)  # type: ignore[arg-type]


def only_given(
    choice: str, defaults: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Fill in the parameters of what was chosen, and refuse those that it does not have."""
    chosen = {name: value for name, value in given.items() if value is not None}
    for name in chosen:
        if name not in defaults:
            takes = ", ".join(f"--{each}" for each in defaults)
            raise ValueError(f"--{name} says nothing to {choice}, which takes {takes}")
    return {**defaults, **chosen}


def checked(kernel: Any, **keywords: Any) -> dict[str, Any]:
    """Refuse what no photograph could be convolved with, once and before any is read."""
    cn.choose_method(PIXEL, kernel, **keywords)
    return keywords


def shape(text: str) -> tuple[int, ...]:
    """Parse ``768x1024x3``."""
    try:
        extents = tuple(int(part) for part in text.split("x"))
    except ValueError:
        extents = (-1,)
    if min(extents) < 0:
        raise ValueError(f"--shape must be whole numbers joined by x, as 768x1024x3; got {text!r}")
    return extents


def sizes(text: str) -> tuple[int, ...]:
    """Parse ``3,5,7``."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"--kernels must be whole numbers joined by commas, as 3,5,7; got {text!r}"
        ) from None


def dtype(text: str) -> np.dtype[Any]:
    """Parse any of NumPy's names."""
    try:
        return np.dtype(text)
    except TypeError:
        raise ValueError(f"--dtype must be the name of a NumPy dtype; got {text!r}") from None


def size(text: str | None) -> Any:
    """Read the taps of a kernel, or a word; nothing is "auto"."""
    return int(text) if text and text.isdecimal() else text or "auto"


def region(text: str | None) -> tuple[int, ...] | None:
    """Parse ``100,200,256,256``."""
    try:
        return None if text is None else tuple(map(int, text.split(",")))
    except ValueError:
        raise ValueError(
            "--roi must be first row, first column, rows, columns, as 100,200,256,256; "
            f"got {text!r}"
        ) from None


def number_or_word(text: str) -> float | str:
    """Read a number, or a word that stands for one."""
    try:
        return float(text)
    except ValueError:
        return text


def gain(weights: Array) -> float:
    """What a kernel makes of an even picture of 1; 0 is a sum that only rounding keeps from 0."""
    total = float(weights.sum())
    return 0.0 if abs(total) < ROUNDING * float(np.abs(weights).sum()) else total


def _value(text: str) -> Any:
    """Read a number, several joined by x as one an axis, or else a word."""
    try:
        numbers = tuple(_number(part) for part in text.split("x"))
    except ValueError:
        return text
    return numbers[0] if len(numbers) == 1 else numbers


def _number(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        return float(text)
