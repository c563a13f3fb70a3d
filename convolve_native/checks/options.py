"""The keywords that all convolutions share, and the checks of those that stand alone."""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from convolve_native.boundary import BOUNDARIES, FOREIGN, BoundaryName
from convolve_native.checks.dtypes import as_number_dtype
from convolve_native.methods import METHODS, MethodName
from convolve_native.problem import MODES, ModeName
from convolve_native.threads import available_workers

NanName = Literal["propagate", "omit", "raise"]
Function = TypeVar("Function", bound=Callable[..., Any])

NANS: tuple[str, ...] = get_args(NanName)


class Keywords(TypedDict, total=False):
    """The shared keywords; `Options` has their defaults, `convolve` describes them."""

    mode: ModeName
    boundary: BoundaryName
    fill: complex
    anchor: int | tuple[int, ...] | None
    axes: int | tuple[int, ...] | None
    method: MethodName
    dtype: DTypeLike | None
    nan: NanName
    mask: ArrayLike | None
    workers: int | None


def one_of(
    name: str, value: object, names: Collection[str], hints: dict[str, str] | None = None
) -> str:
    """Check that `value` is one of a table's names; `hints` translate those of others."""
    if isinstance(value, str) and value in names:
        return value
    listed = ", ".join(map(repr, names))
    hint = (hints or {}).get(value.lower()) if isinstance(value, str) else None
    raise ValueError(
        f"{name} must be one of {listed}; got {value!r}" + (f", say {hint}" if hint else "")
    )


def as_workers(workers: object) -> int:
    """Check the number of threads a call may use; None is as many as this process may."""
    if workers is None:
        return available_workers()
    count = as_integer("workers", workers)
    if count < 1:
        raise ValueError(f"workers must be at least 1, or None; got {count}")
    return count


def as_integer(name: str, value: Any) -> int:
    """Check that a number is an integer, of Python's or NumPy's."""
    if isinstance(value, bool):
        raise TypeError(f"{name} must be an integer; got {value!r}")
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer; got {value!r}") from None


def as_integers(name: str, value: Any) -> tuple[int, ...]:
    """Check a list of integers; a single one is a list of one."""
    listed = value.tolist() if isinstance(value, np.ndarray) else value
    several = isinstance(listed, Sequence) and not isinstance(listed, str)
    return tuple(as_integer(name, item) for item in (listed if several else (listed,)))


def as_sizes(name: str, value: Any) -> tuple[int, ...]:
    """Check extents of kernels: one or more, each once, the least first."""
    sizes = sorted(set(as_integers(name, value)))
    if not sizes or sizes[0] < 1:
        raise ValueError(f"{name} must hold at least one size, none below 1; got {value!r}")
    return tuple(sizes)


def as_number(name: str, value: Any) -> complex:
    """Check that a value is a number, of Python's; a whole one, which keeps sums exact, an int."""
    try:
        number = None if isinstance(value, str) or np.ma.is_masked(value) else complex(value)
    except (TypeError, ValueError):
        number = None
    except OverflowError:
        raise OverflowError(f"{name} must fit float64; got {value}") from None
    if number is None:
        raise TypeError(f"{name} must be a number; got {value!r}")
    if number.imag != 0:
        return number
    if number.real % 1 == 0:
        return int(getattr(value, "real", number.real))
    return number.real if number == number else math.nan  # the one that equals itself in a tuple


# The rule of every shared keyword, as far as it stands alone.
RULES: dict[str, Callable[[Any], Any]] = {
    "mode": lambda mode: one_of("mode", mode, MODES),
    "boundary": lambda boundary: one_of("boundary", boundary, BOUNDARIES, FOREIGN),
    "fill": lambda fill: as_number("fill", fill),
    "anchor": lambda anchor: None if anchor is None else as_integers("anchor", anchor),
    "axes": lambda axes: None if axes is None else as_integers("axes", axes),
    "method": lambda method: one_of("method", method, ("auto", *METHODS)),
    "dtype": lambda dtype: None if dtype is None else as_number_dtype("dtype", dtype),
    "nan": lambda nan: one_of("nan", nan, NANS),
    "mask": lambda mask: mask,  # which needs the image's shape
    "workers": as_workers,
}


class Options(NamedTuple):
    """The shared keywords with their defaults; as `of` makes them, equal ones ask for the same."""

    mode: str = "same"
    boundary: str = "symmetric"
    fill: complex = 0.0
    anchor: tuple[int, ...] | None = None
    axes: tuple[int, ...] | None = None
    method: str = "auto"
    dtype: np.dtype[Any] | None = None
    nan: str = "propagate"
    mask: Any = None
    workers: Any = None

    @classmethod
    def of(cls, function: str, keywords: Keywords) -> Options:
        """Check a call's keywords; an unknown one is named as Python would."""
        checked = {}
        for name, value in {"workers": None, **keywords}.items():
            if name not in RULES:
                raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
            checked[name] = RULES[name](value)
        return cls(**checked)


def expose(function: Function, table: Any = Options) -> Function:
    """Show the shared keywords, with their defaults, in the function's signature."""
    signature = inspect.signature(function)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in table._field_defaults.items()
    ]
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    function.__signature__ = signature.replace(parameters=own + shared)  # type: ignore[attr-defined]
    return function
