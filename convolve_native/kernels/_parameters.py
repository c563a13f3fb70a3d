"""The rules that kernel parameters keep, each once.

A rule takes the parameter's name and value and returns the value as a plain Python number, or an
array's as one of three dtypes; or raises one sentence: name, rule, value.
"""

import math
from collections.abc import Callable, Collection
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

MAX_WEIGHTS = 2**28
"""The largest kernel built: 2 GiB of float64. More is a slip of the keyboard, not a kernel."""


def number(
    name: str,
    value: Any,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    most: float = math.inf,
) -> float:
    """Return a finite float, from `least`, or from just above `above`, to `most`."""
    value = _plain(value)
    bounds = {">= ": least, "> ": above, "<= ": most}
    listed = " and ".join(f"{sign}{b:g}" for sign, b in bounds.items() if math.isfinite(b))
    inside = _is_real(value) and _is_finite(value) and least <= value <= most and value > above
    if not inside:
        raise ValueError(f"{name} must be {f'a finite number {listed}'.rstrip()}; got {value!r}")
    return float(value)


def whole(name: str, value: Any, *, least: int, most: int | None = None) -> int:
    """Return an integer between `least` and `most`; 3.0 is one, True is not."""
    value = _plain(value)
    rule = f"an integer >= {least}" if most is None else f"an integer from {least} to {most}"
    # The remainder of a NaN or an infinity is NaN, so neither is whole.
    if (
        not _is_real(value)
        or value % 1 != 0
        or value < least
        or (most is not None and value > most)
    ):
        raise ValueError(f"{name} must be {rule}; got {value!r}")
    return int(value)


def per_axis(
    name: str, value: Any, ndim: Any, rule: Callable[..., T], **bounds: float
) -> tuple[T, ...]:
    """Return one value an axis, each by `rule` with its bounds; a single one is for all axes."""
    axes = whole("ndim", ndim, least=1, most=3)
    if np.ndim(value) == 0:
        return (rule(name, value, **bounds),) * axes
    if np.shape(value) != (axes,):
        raise ValueError(f"{name} must be one number, or {axes}, one an axis; got {value!r}")
    return tuple(rule(name, each, **bounds) for each in value)


def one_of(name: str, value: Any, choices: Collection[T]) -> T:
    """Return the member of `choices` that equals `value`."""
    for choice in choices:
        if type(choice) is type(_plain(value)) and choice == value:
            return choice
    listed = ", ".join(map(repr, choices))
    raise ValueError(f"{name} must be one of {listed}; got {_plain(value)!r}")


def fitting(name: str, value: Any, *extents: float) -> None:
    """Refuse a kernel of these extents, which `value` asks for, if it is absurdly large."""
    if math.prod(extents) > MAX_WEIGHTS:
        raise ValueError(
            f"{name} must give a kernel of at most {MAX_WEIGHTS} weights; got {_plain(value)!r}"
        )


def weights(name: str, value: Any) -> NDArray[Any]:
    """Return a finite array of 1 to 3 axes, not empty: int64, float64 or complex128."""
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must not hold masked weights; fill them first")
    array = np.asarray(value)
    kind = array.dtype.kind
    if kind not in "biufc":
        raise TypeError(f"{name} must hold numbers; got dtype {array.dtype}")
    if not 1 <= array.ndim <= 3 or array.size == 0:
        raise ValueError(f"{name} must have 1 to 3 axes and a weight; got shape {array.shape}")
    if kind == "u" and array.max() > np.iinfo(np.int64).max:
        raise OverflowError(f"{name} must fit int64; got {array.max()}")
    with np.errstate(over="ignore"):  # a long double may exceed float64
        array = array.astype({"f": np.float64, "c": np.complex128}.get(kind, np.int64))
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite; got {array[where]} at {where}")
    return array


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as Python's own, whose repr is the bare number."""
    return value.item() if isinstance(value, np.generic) else value


def _is_real(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the largest float
        return False
