"""The table of what ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Row(NamedTuple):
    """A step: the method chosen and why, its seconds, and those of the others that could."""

    step: str
    method: str
    why: str
    seconds: float
    others: Mapping[str, float]


def report(rows: Sequence[Row]) -> None:
    """Print a row a step: the method chosen beside the slowest other one."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("step", "method", "why"):
        table.add_column(heading)
    for heading in ("ms", "slowest other", "times"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.step, row.method, row.why, _milliseconds(row.seconds), *_slowest(row))
    Console(highlight=False).print(table)


def _slowest(row: Row) -> tuple[str, str]:
    """Name the slowest other method with its milliseconds, and say how many times slower it is."""
    if not row.others:
        return "-", "-"
    name = max(row.others, key=row.others.__getitem__)
    seconds = row.others[name]
    return f"{name} {_milliseconds(seconds)}", f"{seconds / row.seconds:.1f}"


def _milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.2f}"
