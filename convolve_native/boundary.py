"""How an image goes on outside its frame: the one table of extension rules.

A rule is integer arithmetic: it takes positions ``i`` (any integers, as deep outside as one likes)
and the length ``n`` of the axis, and gives the index of the sample that stands at each position,
or `OUTSIDE` where the fill value stands.  Everything else in the package works on such indices and
never hears the name of a boundary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

BoundaryName = Literal["constant", "nearest", "symmetric", "mirror", "wrap"]
Index = NDArray[np.intp]

OUTSIDE = -1


def _constant(i: Any, n: int) -> Any:
    return np.where((i >= 0) & (i < n), i, OUTSIDE)


def _nearest(i: Any, n: int) -> Any:
    return np.minimum(np.maximum(i, 0), n - 1)


def _symmetric(i: Any, n: int) -> Any:
    j = i % (2 * n)
    return np.minimum(j, 2 * n - 1 - j)


def _mirror(i: Any, n: int) -> Any:
    period = max(2 * n - 2, 1)  # an axis of one sample mirrors onto itself
    j = i % period
    return np.minimum(j, period - j)


def _wrap(i: Any, n: int) -> Any:
    return i % n


@dataclass(frozen=True)
class Boundary:
    """One way to go on outside: its name, its picture, its rule.

    `circular` says that the extended image has the period of the image itself, which a Fourier
    transform of just that length supplies for nothing.
    """

    name: BoundaryName
    picture: str
    rule: Callable[[Any, int], Any]
    circular: bool = False


BOUNDARIES: dict[str, Boundary] = {
    boundary.name: boundary
    for boundary in (
        Boundary("constant", "k k | a b c d | k k", _constant),
        Boundary("nearest", "a a | a b c d | d d", _nearest),
        Boundary("symmetric", "b a | a b c d | d c", _symmetric),
        Boundary("mirror", "c b | a b c d | c b", _mirror),
        Boundary("wrap", "c d | a b c d | a b", _wrap, circular=True),
    )
}


@dataclass(frozen=True)
class Outside:
    """How a scene that is to be found goes on outside: by a rule, or open, and begun by one."""

    rule: Boundary
    open: bool = False


OUTSIDES: dict[str, Outside] = {
    "unknown": Outside(BOUNDARIES["symmetric"], open=True),
    **{name: Outside(boundary) for name, boundary in BOUNDARIES.items()},
}

# What other libraries call them (SciPy, NumPy, OpenCV, MATLAB, ImageMagick, PyTorch), in words.
FOREIGN: dict[str, str] = {
    "reflect": "'symmetric' (scipy.ndimage) or 'mirror' (NumPy, PyTorch)",
    "edge": "'nearest'",
    "replicate": "'nearest'",
    "extend": "'nearest'",
    "border_replicate": "'nearest'",
    "fill": "'constant'",
    "zero": "'constant'",
    "zeros": "'constant'",
    "pad": "'constant'",
    "grid-constant": "'constant'",
    "border_constant": "'constant'",
    "circular": "'wrap'",
    "periodic": "'wrap'",
    "grid-wrap": "'wrap'",
    "tile": "'wrap'",
    "border_wrap": "'wrap'",
    "symm": "'symmetric'",
    "grid-mirror": "'symmetric'",
    "border_reflect": "'symmetric'",
    "reflect_101": "'mirror'",
    "reflect101": "'mirror'",
    "border_reflect_101": "'mirror'",
}


def source_index(n: int, before: int, length: int, boundary: Boundary) -> Index:
    """Index of the sample at each of `length` positions, the first `before` samples outside.

    >>> source_index(4, 2, 8, BOUNDARIES["mirror"]).tolist()
    [2, 1, 0, 1, 2, 3, 2, 1]
    """
    positions = np.arange(-before, length - before)
    return np.asarray(boundary.rule(positions, n), dtype=np.intp)
