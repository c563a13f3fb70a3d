"""A progress bar, for those who wait."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Timer

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

PATIENCE = 1.0  # seconds without a bar


class Announce:
    """Says on a bar which step begins, and how far it is."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task, self._steps, self._step = bar, task, count(), ""

    def __call__(self, step: str) -> None:
        """Begin a step."""
        self._step = step
        self._bar.update(self._task, description=step, completed=next(self._steps))

    def within(self, place: str) -> None:
        """Tell how far the step is."""
        self._bar.update(self._task, description=f"{self._step}: {place}")


@contextmanager
def progress(total: int | None = None, *, shown: bool = True) -> Iterator[Announce]:
    """Show a bar on standard error, if it is a terminal, once the work has taken a second.

    Gives what announces each of `total` steps as it begins; None is an unknown number of them.
    """
    # A long name is cut, so that the bar stays one line.
    name = TextColumn(
        "{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1)
    )
    columns = [name, BarColumn(bar_width=30), MofNCompleteColumn(), TimeElapsedColumn()]
    if total is None:
        columns.pop(2)
    unseen = not (shown and sys.stderr.isatty())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, disable=unseen, expand=True)
    task = bar.add_task("working", total=total)
    timer = Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield Announce(bar, task)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
