"""Pictures of a profile: times, their parts, shares of the limit, what `auto` loses; and a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from convolve_native import tables
from convolve_native.spans import PARTS
from convolve_native.views import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = dict[str, Any]

SIZE = (13.0, 9.5)  # hundreds of pixels
WIDTH = 0.8  # of a bar
# A method keeps its colour in every panel: Okabe and Ito's, which everybody can tell apart.
COLOURS = {
    "direct": "#0072B2",
    "separable": "#009E73",
    "box": "#E69F00",
    "fft": "#D55E00",
    "overlap_save": "#CC79A7",
}
SHADES = dict(
    zip(
        PARTS,
        ("#bbbbbb", "#000000", "#E69F00", "#F0E442", "#009E73", "#D55E00", "#0072B2", "#56B4E9"),
        strict=True,
    )
)
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 72em; margin: 2em auto;
       padding: 0 1em; }
h1 { font-size: 1.5em; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; margin: 2em 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4em; }
th, td { padding: .15em .8em .15em 0; border-bottom: 1px solid #ddd; white-space: nowrap; }
"""


def figure(title: str, rows: Sequence[Row], choices: Sequence[Row]) -> Figure:
    """Draw the rows and the choices of a `Profile` in four panels."""
    drawn = style.figure(*SIZE, title)
    (times, shares), (parts, losses) = drawn.subplots(2, 2)
    warm = [row for row in rows if row["state"] == "warm"]
    _times(times, warm)
    _shares(shares, [row for row in warm if row["workers"] == 1])
    _parts(parts, [row for row in rows if row["workers"] == 1])
    _losses(losses, [row for row in choices if row["workers"] == 1 and row["loss"] is not None])
    return drawn


def _series(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    """Rows of each method, or kind of kernel, by growing kernels."""
    ordered = sorted(rows, key=lambda row: int(row["kernel_size"]))
    names = dict.fromkeys(row[name] for row in rows)
    return {each: [row for row in ordered if row[name] == each] for each in names}


def _times(axes: Axes, warm: Sequence[Row]) -> None:
    for count in dict.fromkeys(row["workers"] for row in warm):
        mine = [row for row in warm if row["workers"] == count]
        for method, series in _series(mine, "method").items():
            sizes, colour = [row["kernel_size"] for row in series], COLOURS[method]
            seconds = [1e3 * row["seconds"] for row in series]
            label = method if count == 1 else None
            axes.plot(
                sizes, seconds, "-" if count == 1 else ":", color=colour, marker=".", label=label
            )
            if count == 1:
                predicted = [1e3 * row["predicted"] for row in series]
                axes.plot(sizes, predicted, "--", color=colour, alpha=0.5)
    title = "A warm call: measured, dashed as predicted, dotted on more threads"
    style.curves(axes, title, "kernel size", "milliseconds").set(xscale="log", yscale="log")
    _ticks(axes, warm)
    style.legend(axes)


def _shares(axes: Axes, warm: Sequence[Row]) -> None:
    for method, series in _series(warm, "method").items():
        sizes = [row["kernel_size"] for row in series]
        axes.plot(sizes, [100 * row["share"] for row in series], ".-", color=COLOURS[method])
    title = "How near to what the machine can do, one thread"
    style.curves(axes, title, "kernel size", "% of the limit").set(xscale="log")
    axes.set_ylim(bottom=0)
    _ticks(axes, warm)


def _parts(axes: Axes, rows: Sequence[Row]) -> None:
    """Cold and warm of every method, by a kernel between the least and the largest."""
    sizes = sorted({row["kernel_size"] for row in rows})
    middle = sizes[len(sizes) // 2]
    shown = [row for row in rows if row["kernel_size"] == middle and row["state"] != "first"]
    shown.sort(key=lambda row: list(COLOURS).index(row["method"]), reverse=True)
    names = [f"{row['method']}, {row['state']}" for row in shown]
    left = [0.0] * len(shown)
    for part in PARTS:
        widths = [1e3 * row[part] for row in shown]
        if any(widths):
            axes.barh(names, widths, WIDTH, left, color=SHADES[part], label=part)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    style.curves(axes, f"Parts of a call, kernel size {middle}, one thread", "milliseconds")
    style.legend(axes)


def _losses(axes: Axes, choices: Sequence[Row]) -> None:
    groups = _series(choices, "kernel")
    width = WIDTH / max(1, len(groups))
    for index, (kind, series) in enumerate(groups.items()):
        places = [place + index * width for place in range(len(series))]
        axes.bar(places, [100 * row["loss"] for row in series], width, label=f"{kind} kernel")
    sizes = sorted({row["kernel_size"] for row in choices})
    middles = [place + width * (len(groups) - 1) / 2 for place in range(len(sizes))]
    axes.set_xticks(middles, [str(size) for size in sizes])
    style.curves(axes, "What auto loses, one thread", "kernel size", "% longer than the fastest")
    axes.set_ylim(0, max(10.0, axes.get_ylim()[1]))
    style.legend(axes)


def _ticks(axes: Axes, rows: Sequence[Row]) -> None:
    sizes = sorted({row["kernel_size"] for row in rows})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()


def encoded(drawn: Figure, kind: str = "png") -> bytes:
    """Encode a figure, as PNG or as any other kind that matplotlib can."""
    stream = io.BytesIO()
    drawn.savefig(stream, format=kind)
    return stream.getvalue()


def page(
    title: str,
    lines: Sequence[str],
    figures: Sequence[Figure],
    reports: Sequence[tuple[str, list[str], list[list[str]]]],
) -> str:
    """Write one page that asks for nothing else: pictures and style are inside it."""
    told = "".join(f"<br>{escape(line)}" for line in lines)
    pictures = "".join(
        f'<p><img alt="{escape(title)}" src="data:image/png;base64,'
        f'{base64.b64encode(encoded(each)).decode()}"></p>'
        for each in figures
    )
    drawn = "".join(tables.html(*each) for each in reports)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1><p>{told.removeprefix('<br>')}</p>{pictures}{drawn}"
        "</body></html>\n"
    )
