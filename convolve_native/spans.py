"""Spans: the few places where a call spends its time, named for whoever records it.

They know no clock: a recorder, that of the `with` block which is open, opens them.  Without one,
work that is `spanned` takes some hundredths of a microsecond more; a block, a fifth of one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Literal, ParamSpec, Protocol, TypeVar, get_args

Value = TypeVar("Value")
Given = ParamSpec("Given")
PartName = Literal["call", "compile", "plan", "kernel", "boundary", "transform", "loop", "copy"]

PARTS: tuple[PartName, ...] = get_args(PartName)


class Recorder(Protocol):
    """Whoever records."""

    def span(self, part: PartName, about: tuple[Any, ...]) -> AbstractContextManager[None]:
        """Open a span, about whatever the place knows."""


class _Nothing:
    """The span that nobody records; contextlib's takes longer."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        pass


RECORDER: ContextVar[Recorder | None] = ContextVar("convolve_native_recorder", default=None)
NOTHING = _Nothing()
_recorder = RECORDER.get  # found once, for every call asks


def span(part: PartName, *about: Any) -> AbstractContextManager[None]:
    """Open a span around the work of a part; of spans within spans, each counts its own."""
    recorder = _recorder()
    return NOTHING if recorder is None else recorder.span(part, about)


def spanned(work: Callable[Given, Value], part: PartName, *about: Any) -> Callable[Given, Value]:
    """Make work a span of its own; where nobody records, it is the work as it stands."""
    recorder = _recorder()
    return work if recorder is None else _recorded(work, recorder, part, about)


def _recorded(
    work: Callable[Given, Value], recorder: Recorder, part: PartName, about: tuple[Any, ...]
) -> Callable[Given, Value]:
    def recorded(*arguments: Given.args, **keywords: Given.kwargs) -> Value:
        with recorder.span(part, about):
            return work(*arguments, **keywords)

    return recorded


def called(function: Callable[Given, Value]) -> Callable[Given, Value]:
    """Make every call of a public function a span that holds all others of it."""

    @wraps(function)
    def recorded(*arguments: Given.args, **keywords: Given.kwargs) -> Value:
        return spanned(function, "call", function.__name__)(*arguments, **keywords)

    return recorded
