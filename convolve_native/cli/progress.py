"""A progress bar, for those who wait."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

PATIENCE = 1.0  # seconds without a bar


@contextmanager
def progress(total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show a bar on standard error, if it is a terminal, once the work has taken a second.

    Gives the function that announces each of `total` steps as it begins; None is an unknown
    number of them.
    """
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    unseen = not sys.stderr.isatty()
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=unseen)
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
