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
    """Print a row a step, the method chosen beside the slowest other one, and why each was."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("step", "method"):
        table.add_column(heading)
    for heading in ("ms", "slowest other", "times"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.step, row.method, _milliseconds(row.seconds), *_slowest(row))
    console = Console(highlight=False)
    console.print(table)
    console.print()
    for reason in dict.fromkeys(row.why for row in rows):
        steps = ", ".join(row.step for row in rows if row.why == reason)
        console.print(f"{reason[:1].upper()}{reason[1:]}: {steps}", markup=False)


def _slowest(row: Row) -> tuple[str, str]:
    """Name the slowest other method with its milliseconds, and say how many times slower it is."""
    if not row.others:
        return "-", "-"
    name = max(row.others, key=row.others.__getitem__)
    seconds = row.others[name]
    return f"{name} {_milliseconds(seconds)}", f"{seconds / row.seconds:.1f}"


def _milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.2f}"
