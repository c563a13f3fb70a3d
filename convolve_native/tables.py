"""Tables as text, as HTML, as CSV and as JSON: how reports are written, each form once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

Cells = Sequence[Sequence[Any]]

GAP = "  "


def extents(shape: Iterable[int]) -> str:
    """Write a shape as 768x1024x3."""
    return "x".join(map(str, shape))


def milliseconds(seconds: float | None) -> str:
    """Write a time to three figures, or what stands for none.

    >>> milliseconds(8.7265), milliseconds(2.5e-5), milliseconds(None)
    ('8726', '0.025', '-')
    """
    if seconds is None:
        return "-"
    return f"{seconds * 1e3:.3g}" if seconds < 0.9995 else f"{seconds * 1e3:.0f}"


def text(title: str, headings: Sequence[str], cells: Cells) -> str:
    """Draw a table: words on the left, figures on the right.

    >>> print(text("Two", ["name", "ms"], [["one", "1"], ["three", "30"]]))
    Two
    <BLANKLINE>
    name   ms
    one     1
    three  30
    """
    lines = [list(headings), *([str(cell) for cell in row] for row in cells)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = _words(cells, len(headings))
    drawn = [
        GAP.join(
            cell.ljust(width) if word else cell.rjust(width)
            for cell, width, word in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join(([title, ""] if title else []) + drawn)


def html(title: str, headings: Sequence[str], cells: Cells) -> str:
    """Draw the same as an HTML table, which stands by itself in a page.

    >>> html("A < B", ["name"], [["one"]]).startswith("<table><caption>A &lt; B</caption>")
    True
    """
    left = _words(cells, len(headings))
    sides = ["left" if word else "right" for word in left]

    def line(tag: str, row: Sequence[Any]) -> str:
        drawn = zip(sides, row, strict=True)
        return "".join(
            f'<{tag} style="text-align:{side}">{escape(str(cell))}</{tag}>' for side, cell in drawn
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in cells)
    head = f"<thead><tr>{line('th', headings)}</tr></thead>"
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    return f"<table>{caption}{head}<tbody>{body}</tbody></table>"


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Write dicts of the same keys, with a line of names; None is an empty cell.

    >>> print(to_csv([{"a": 1, "b": None}, {"a": 2, "b": 0.5}]), end="")
    a,b
    1,
    2,0.5
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def to_json(content: dict[str, Any]) -> str:
    """Write a JSON object, which holds no NaN."""
    return json.dumps(content, indent=2, allow_nan=False)


def _words(cells: Cells, columns: int) -> list[bool]:
    """Which columns hold words: those with a cell that does not begin as a number would."""
    return [any(_is_word(row[column]) for row in cells) for column in range(columns)]


def _is_word(cell: Any) -> bool:
    written = str(cell)
    return bool(written) and not (written[0].isdigit() or written[0] in "-+")
