"""The keywords that all convolutions share, and the checks of those that stand alone."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypedDict, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from convolve_native.boundary import BOUNDARIES, FOREIGN, BoundaryName
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
    name: str, value: object, names: Iterable[str], hints: dict[str, str] | None = None
) -> str:
    """Check that `value` is one of a table's names; `hints` translate those of others."""
    known = list(names)
    if isinstance(value, str) and value in known:
        return value
    listed = ", ".join(map(repr, known))
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


@dataclass(frozen=True)
class Options:
    """The shared keywords as given, with their defaults; names are checked here."""

    mode: str = "same"
    boundary: str = "symmetric"
    fill: Any = 0.0
    anchor: Any = None
    axes: Any = None
    method: str = "auto"
    dtype: Any = None
    nan: str = "propagate"
    mask: Any = None
    workers: Any = None

    def __post_init__(self) -> None:
        """Refuse a name that its table does not hold."""
        one_of("mode", self.mode, MODES)
        one_of("boundary", self.boundary, BOUNDARIES, FOREIGN)
        one_of("method", self.method, ("auto", *METHODS))
        one_of("nan", self.nan, NANS)

    @classmethod
    def of(cls, function: str, keywords: Keywords) -> Options:
        """Take a call's keywords; an unknown one is named as Python would."""
        known = [field.name for field in fields(cls)]
        for name in keywords:
            if name not in known:
                raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
        return cls(**keywords)


def expose(function: Function) -> Function:
    """Show the shared keywords, with their defaults, in the function's signature."""
    signature = inspect.signature(function)
    shared = [
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default)
        for field in fields(Options)
    ]
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    function.__signature__ = signature.replace(parameters=own + shared)  # type: ignore[attr-defined]
    return function
