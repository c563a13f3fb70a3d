"""Spans: the few places where a call spends its time, named for whoever records it.

They know no clock: a recorder, that of the `with` block which is open, opens them.  Without one a
span costs a tenth of a microsecond or two.
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


def span(part: PartName, *about: Any) -> AbstractContextManager[None]:
    """Open a span around the work of a part; of spans within spans, each counts its own."""
    recorder = RECORDER.get()
    return NOTHING if recorder is None else recorder.span(part, about)


def within(part: PartName, work: Callable[..., Value], *arguments: Any) -> Value:
    """Do work in a span of its own; where nobody records, at half the cost of opening one."""
    recorder = RECORDER.get()
    if recorder is None:
        return work(*arguments)
    with recorder.span(part, ()):
        return work(*arguments)


def called(function: Callable[Given, Value]) -> Callable[Given, Value]:
    """Make every call of a public function a span that holds all others of it."""

    @wraps(function)
    def recorded(*arguments: Given.args, **keywords: Given.kwargs) -> Value:
        with span("call", function.__name__):
            return function(*arguments, **keywords)

    return recorded
