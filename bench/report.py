"""Tables, which are Markdown as they are printed, and the JSON of everything."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import convolve_native as cn
from bench.bars import BARS, geometric_mean

PACKAGES = (
    "convolve_native", "numpy", "numba", "pyfftw", "opencv-python-headless", "pyvips-binary",
    "scipy", "scikit-image", "pillow",
)  # fmt: skip
COLUMNS = {  # heading -> width
    "cell": 34, "threads": 7, "ours ms": 9, "method": 12, "best peer": 23, "its ms": 9,
    "ratio": 6, "share": 5, "auto / best": 11, "best method": 12,
}  # fmt: skip


def line(texts, widths):
    """One row of a table."""
    cells = [str(text).ljust(width) for text, width in zip(texts, widths, strict=True)]
    return f"| {' | '.join(cells)} |"


def head(columns):
    """The two rows above: headings and their widths."""
    rule = "|".join("-" * (width + 2) for width in columns.values())
    return f"{line(columns, columns.values())}\n|{rule}|"


def table(columns, rows):
    """A whole one, as wide as its longest texts."""
    texts = [[str(text) for text in row] for row in rows]
    widths = {
        name: max([len(name), *(len(row[i]) for row in texts)]) for i, name in enumerate(columns)
    }
    return "\n".join([head(widths), *(line(row, widths.values()) for row in texts)])


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def milliseconds(seconds):
    return f"{seconds * 1e3:.4g}"


def cell_line(row):
    """A cell as it is printed when it has been measured."""
    figures, peer = row.figures, row.best_peer
    texts = (
        row.cell.name, row.workers, milliseconds(row.ours), row.method, peer or "-",
        milliseconds(row.seconds(peer)) if peer else "-", number(figures.get("ratio")),
        number(figures.get("share of the limit")), number(figures["auto over the best method"]),
        row.best_method,
    )  # fmt: skip
    return line(texts, COLUMNS.values())


def versions():
    """What was measured, and with what."""
    found = {"python": platform.python_version(), "machine": platform.platform(), "cpu": _cpu()}
    if hasattr(os, "getloadavg"):  # not Windows
        found["load before"] = f"{os.getloadavg()[0]:.1f}"  # of others: above 0.2 it shows
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _cpu():
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    named = (text.partition(":")[2].strip() for text in lines if text.startswith("model name"))
    return f"{next(named, platform.processor())}, {cn.info().cpu}"


def limits_table(limits):
    rows = [
        (f"float32 multiply-add, {count} thread{'s' * (count > 1)}", f"{2e-9 * rate:.0f} GFLOP/s")
        for count, rate in limits.multiply_adds.items()
    ]
    rows += [(f"copy, {name}", f"{rate / 1e9:.0f} GB/s") for name, rate in limits.copies.items()]
    return table(("limit", "measured"), rows)


def means_table(rows):
    """Geometric means of the ratios, by kind of kernel and dtype."""
    ratios = {}
    for row in rows:
        if "ratio" in row.figures:
            group = (row.cell.kernel.kind, row.cell.dtype, row.workers)
            for key in (group, ("all", row.cell.dtype, row.workers), ("all", "all", row.workers)):
                ratios.setdefault(key, []).append(row.figures["ratio"])
    texts = [
        (*key, len(found), number(geometric_mean(found)), number(min(found)))
        for key, found in sorted(ratios.items())
    ]
    return table(("kernel", "dtype", "threads", "cells", "geometric mean", "least"), texts)


def bars_table(rows, bars=BARS):
    """Every bar, what was measured, and whether it is met."""
    texts = []
    for bar in bars:
        verdict = bar.verdict(rows)
        value, source = verdict or (None, "not measured")
        sign = "<=" if bar.most else ">="
        met = "-" if value is None else "yes" if bar.met(value) else "NO"
        missed = sum(bar.fails(row) for row in rows)
        rest = f" and {missed - 1} more" if missed > 1 else ""
        aim = "less" if bar.aim is None else bar.aim
        bound = f"{sign} {bar.bound}"
        texts.append((bar.figure, bar.name, bound, aim, number(value), met, source + rest))
    return table(("figure", "of", "bound", "aim", "measured", "met", "worst"), texts)


def left_out_table(rows):
    """Which peers were left out, why, and on how many cells."""
    reasons, example = Counter(), {}
    for row in rows:
        for peer, why in row.left_out.items():
            reasons[peer, why] += 1
            example.setdefault((peer, why), row.name)
    texts = [(*key, count, example[key]) for key, count in sorted(reasons.items())]
    return table(("left out", "because it", "cells", "such as"), texts)


def write_json(path, limits, cells, others):
    """Everything that was measured, in seconds."""
    found = {
        "versions": versions(),
        "limits": limits.as_dict(),
        "cells": [
            {
                "name": row.name, "method": row.method, "figures": row.figures,
                "seconds": {name: row.seconds(name) for name in row.rounds},
                "trials": row.trials, "left_out": row.left_out,
            }
            for row in cells
        ],
        "others": [{"name": row.name, "figures": row.figures} for row in others],
        "bars": [{"name": bar.name, "verdict": bar.verdict([*cells, *others])} for bar in BARS],
    }  # fmt: skip
    Path(path).write_text(json.dumps(found, indent=1))
