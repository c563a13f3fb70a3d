"""Recording where the time of calls goes: what the spans of the library tell, by one clock."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from convolve_native import tables
from convolve_native.calibration import clock
from convolve_native.spans import NOTHING, PARTS, RECORDER, PartName
from convolve_native.tables import milliseconds

Row = dict[str, Any]

# What belongs to a kernel's spectrum although it is done as for images.
OF_KERNELS = ("transform",)
SHOWN = 0.001  # of the whole, below which a part is not shown in a table


@dataclass
class Calls:
    """Calls alike, and their seconds by parts."""

    count: int = 0
    predicted: float | None = None  # by all of them; None where nothing was chosen
    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))

    @property
    def seconds(self) -> float:
        """All parts."""
        return sum(self.parts.values())

    def add(self, other: Calls) -> None:
        """Count others as well."""
        self.count += other.count
        if other.predicted is not None:
            self.predicted = (self.predicted or 0.0) + other.predicted
        for part, seconds in other.parts.items():
            self.parts[part] += seconds


class Recording:
    """What was called in a `profiling` block, and where its time went; printed, a table.

    Attributes
    ----------
    seconds : float
        Of the whole block, the user's own work included; up to now while it is open.
    parts : dict of str to float
        Seconds by part, of all calls; `profiling` says what each part is.
    rows : list of dict
        One for calls alike, for `pandas.DataFrame`: the function and its method, the image's shape
        and dtype, the kernel's shape, threads, how many calls, the seconds predicted for all of
        them on one thread (None for functions that choose no method), `seconds`, and every part of
        these.

    Examples
    --------
    >>> import convolve_native as cn
    >>> with cn.profiling() as p:
    ...     blurred = cn.box_blur([0.0, 3.0, 0.0], 3)
    >>> p.rows[0]["function"], p.rows[0]["shape"], p.seconds > p.rows[0]["seconds"] > 0
    ('box_blur', '3', True)
    """

    def __init__(self) -> None:
        self._calls: dict[tuple[Any, ...], Calls] = {}
        self._open: _Span | None = None
        self._begun = self._ended = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of the block."""
        return (self._ended or clock()) - self._begun

    @property
    def parts(self) -> dict[str, float]:
        """Seconds by part."""
        every = [calls.parts for calls in self._calls.values()]
        return {part: sum(parts[part] for parts in every) for part in PARTS}

    @property
    def rows(self) -> list[Row]:
        """A dict for calls alike."""
        return [
            {**dict(zip(NAMES, key, strict=True)), "calls": calls.count}
            | {"predicted": calls.predicted, "seconds": calls.seconds, **calls.parts}
            for key, calls in self._calls.items()
        ]

    def to_json(self) -> str:
        """Return the rows, and the seconds of the block, as JSON."""
        return tables.to_json({"seconds": self.seconds, "rows": self.rows})

    def to_csv(self) -> str:
        """Return the rows as CSV, with a line of names."""
        return tables.to_csv(self.rows)

    def __str__(self) -> str:
        """Draw a line for calls alike, in milliseconds."""
        return tables.text(*self._table())

    def _repr_html_(self) -> str:
        """Draw the same for a notebook."""
        return tables.html(*self._table())

    def _table(self) -> tuple[str, list[str], list[list[Any]]]:
        shown = [part for part, each in self.parts.items() if each > SHOWN * self.seconds]
        figures = ["predicted", "seconds", *shown]
        cells = [
            [*(row[name] for name in (*NAMES, "calls")), *(milliseconds(row[f]) for f in figures)]
            for row in self.rows
        ]
        headings = [*NAMES, "calls", *(f"{each} ms" for each in ("predicted", "total", *shown))]
        share = sum(self.parts.values()) / self.seconds if self.seconds else 0.0
        title = f"{milliseconds(self.seconds)} ms, {share:.0%} of it in calls of convolve_native"
        return title, headings, cells

    def span(self, part: PartName, about: tuple[Any, ...]) -> AbstractContextManager[None]:
        """Open a span; of other threads, whose time passes beside this one's, none."""
        if threading.get_ident() != self._thread:
            return NOTHING
        outer = self._open
        if outer is not None and outer.part == "kernel" and part in OF_KERNELS:
            part = "kernel"
        return _Span(self, part, about)

    def take(self, call: _Call) -> None:
        """Count a call that has ended."""
        self._calls.setdefault(call.key, Calls()).add(call.calls)

    def __enter__(self) -> Recording:
        """Begin the block, and anew."""
        self._calls, self._ended = {}, 0.0
        self._thread, self._outer = threading.get_ident(), RECORDER.get()
        self._token = RECORDER.set(self)
        self._begun = clock()
        return self

    def __exit__(self, *raised: object) -> None:
        """End it; a block of the same thread around it has recorded the same."""
        self._ended = clock()
        RECORDER.reset(self._token)
        if isinstance(self._outer, Recording) and self._outer._thread == self._thread:
            for key, calls in self._calls.items():
                self._outer._calls.setdefault(key, Calls()).add(calls)


NAMES = ("function", "method", "shape", "dtype", "taps", "workers")


class _Call:
    """A call under way: what is known of it, and its parts."""

    def __init__(self) -> None:
        self.calls = Calls(count=1)
        self._function, self._methods, self._what = "", "", ("", "", "", 0)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self._function, self._methods, *self._what)

    def learn(self, part: PartName, about: tuple[Any, ...]) -> None:
        """Take what a place knows: the name of a call; of a loop, the request and the choice."""
        if part == "call" and not self._function:
            (self._function,) = about
        if part == "loop":
            request, choice = about
            if choice.method not in self._methods.split(", "):
                self._methods = ", ".join(filter(None, (self._methods, choice.method)))
            shape, kernel = (tables.extents(x) for x in (request.image_shape, request.kernel.shape))
            self._what = (shape, request.problem.source.name, kernel, choice.workers)
            predicted = choice.seconds[choice.method]
            self.calls.predicted = (self.calls.predicted or 0.0) + predicted


class _Span:
    """A part under way; it counts the seconds that no span inside it has counted."""

    def __init__(self, recording: Recording, part: PartName, about: tuple[Any, ...]) -> None:
        self.part, self._about, self._recording = part, about, recording

    def __enter__(self) -> None:
        outer = self._recording._open
        self._outer = outer
        self.call: _Call = outer.call if outer else _Call()
        if self._about:
            self.call.learn(self.part, self._about)
        self._recording._open, self._inside = self, 0.0
        self._begun = clock()

    def __exit__(self, *raised: object) -> None:
        seconds = clock() - self._begun
        self._recording._open = self._outer
        self.call.calls.parts[self.part] += seconds - self._inside
        if self._outer:
            self._outer._inside += seconds
        else:
            self._recording.take(self.call)


def profiling() -> Recording:
    """Record where the time of the calls in a `with` block goes.

    Of the thread or the asyncio task that entered it; what others call is not recorded, and what
    helpers do for a call passes while the caller works or waits, in its part 'loop'.

    Returns
    -------
    Recording
        The context manager, and what it gives: a line for calls alike, with the seconds predicted,
        those measured, and their parts.  Printed, a table; its `rows` are for `pandas.DataFrame`.

    Notes
    -----
    The parts, which add up to the call: 'compile' loops compiled or loaded, 'plan' FFTW's
    planning, 'kernel' a kernel's factors or spectrum, 'boundary' the frame of a transform filled,
    'transform' FFTW's transforms, 'loop' the compiled loops, 'copy' results and images brought to
    another form, 'call' all else: checks, the choice, looks at the pixels.  The loops of direct,
    separable, box and overlap_save see to the boundary themselves, and those of overlap_save
    transform as well: all of that is their 'loop'.  Where nobody records, this costs a call under
    a microsecond.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> with cn.profiling() as p:
    ...     for _ in range(3):
    ...         blurred = cn.convolve(np.ones((64, 64)), cn.kernels.box(5), method="direct")
    >>> [(row["function"], row["method"], row["taps"], row["calls"]) for row in p.rows]
    [('convolve', 'direct', '5x5', 3)]
    >>> p.parts["loop"] > 0
    True
    """
    return Recording()
