"""A progress bar, for those who wait."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column

PATIENCE = 1.0  # seconds without a bar


@contextmanager
def progress(total: int | None = None, *, shown: bool = True) -> Iterator[Callable[[str], None]]:
    """Show a bar on standard error, if it is a terminal, once the work has taken a second.

    Gives the function that announces each of `total` steps as it begins; None is an unknown
    number of them.
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
    task, steps = bar.add_task("working", total=total), count()
    timer = Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda step: bar.update(task, description=step, completed=next(steps))
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
