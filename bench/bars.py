"""The bars: what a figure must reach, and which rows it is taken from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import memory, pairs, profiles
from bench.grid import COLOUR, DTYPES, HUGE, LARGE, MIDDLE, SMALL


def anywhere(row):
    return True


def on(kind, dtype, shapes, least=0, most=101, *, workers=1):
    """Rows of kernels of a kind and of sizes from `least` to `most`, on so many threads."""

    def where(row):
        shape, pixels, kernel = row.cell
        of_size = least <= kernel.size <= most
        of_kind = kernel.kind.startswith(kind) and of_size
        return of_kind and pixels in dtype and shape in shapes and row.workers == workers

    return where


def peer_takes(least, most):
    """Rows of 512² and up whose best peer takes so many seconds."""
    return lambda row: row.cell.shape != SMALL and least <= row.seconds(row.best_peer) < most


def threads(workers):
    return lambda row: row.workers == workers


def geometric_mean(values):
    return float(np.exp(np.mean(np.log(values))))


def percentile(values):
    return float(np.percentile(values, 95))


@dataclass(frozen=True)
class Bar:
    """A figure of the rows it is about, and what it must be at least, or at most."""

    name: str
    figure: str
    bound: float
    aim: float | None = None
    where: Callable[[Any], bool] = anywhere
    most: bool = False
    summary: Callable[[list[float]], float] | None = None  # None: every row, the worst counts

    def values(self, rows):
        """Row -> figure, of the rows it is about."""
        able = (row for row in rows if self.figure in row.figures and self.where(row))
        return [(row, row.figures[self.figure]) for row in able]

    def met(self, value):
        return value <= self.bound if self.most else value >= self.bound

    def fails(self, row):
        """Whether this row alone is enough to miss it."""
        return self.summary is None and any(not self.met(v) for _, v in self.values([row]))

    def verdict(self, rows):
        """Value and the row that it comes from, which a summary has not; None where nothing was."""
        found = self.values(rows)
        if not found:
            return None
        if self.summary is not None:
            return self.summary([value for _, value in found]), f"{len(found)} cells"
        row, value = (max if self.most else min)(found, key=lambda each: each[1])
        return value, row.name


FLOATS, BYTES, ANY = ("float32",), ("uint8",), DTYPES
FROM_MIDDLE = (MIDDLE, LARGE, HUGE, COLOUR)
BOTH = (MIDDLE, LARGE)
SHARE, AUTO = "share of the limit", "auto over the best method"

BARS = (
    Bar("direct float32, 512², 5-11", "ratio", 1.8, 2.0, on("dense", FLOATS, (MIDDLE,), 5, 11)),
    Bar("direct float32, 512², 3", "ratio", 1.3, 1.7, on("dense", FLOATS, (MIDDLE,), 3, 3)),
    Bar("direct uint8, 512², 5-11", "ratio", 2.0, 2.7, on("dense", BYTES, (MIDDLE,), 5, 11)),
    Bar("Gaussian float32", "beside sepFilter2D", 1.7, 3.0, on("gaussian", FLOATS, BOTH)),
    Bar("Gaussian float32", "beside GaussianBlur", 1.3, 2.0, on("gaussian", FLOATS, BOTH)),
    Bar("Gaussian uint8", "ratio", 1.0, 1.5, on("gaussian", BYTES, FROM_MIDDLE)),
    Bar("box uint8, 3-5", "ratio", 1.0, 1.3, on("box", BYTES, FROM_MIDDLE, 3, 5)),
    Bar("box uint8, from 7", "ratio", 2.0, 3.0, on("box", BYTES, FROM_MIDDLE, 7)),
    Bar("dense float32, 2048², 13-101", "ratio", 1.3, 2.0, on("dense", FLOATS, (LARGE,), 13)),
    Bar(
        "dense float32, 2048², 13-101, two threads",
        "ratio",
        2.3,
        4.0,
        on("dense", FLOATS, (LARGE,), 13, workers=2),
    ),
    Bar("64², 3, Convolver with out", "ratio", 0.9, 1.5, on("dense", ANY, (SMALL,), 3, 3)),
    Bar("64², 5-7, Convolver with out", "ratio", 1.0, 1.5, on("dense", ANY, (SMALL,), 5, 7)),
    Bar("from 512², peer over 0.2 ms", "ratio", 1.0, 1.3, peer_takes(2e-4, np.inf)),
    Bar("from 512², peer under 0.2 ms", "ratio", 0.6, 1.0, peer_takes(0, 2e-4)),
    Bar("geometric mean, one thread", "ratio", 2.2, 3.0, threads(1), summary=geometric_mean),
    Bar("geometric mean, two threads", "ratio", 2.5, 4.0, threads(2), summary=geometric_mean),
    Bar("direct float32, 512², from 7", SHARE, 0.8, 0.95, on("dense", FLOATS, (MIDDLE,), 7)),
    Bar("95 % of cells", AUTO, 1.15, 1.05, most=True, summary=percentile),
    Bar("all cells", AUTO, 1.5, 1.2, most=True),
    Bar("2048², from 5", pairs.THREADS, 1.7, 1.9),
    Bar("same kernel", pairs.SIZE, 1.4, 1.1, most=True),
    Bar("512² and 2048²", pairs.WIDTH, 1.3, most=True),
    Bar("4096²", memory.FIGURE, 1.0, most=True),
    Bar("1024², 12 kernels", profiles.SECONDS, 60.0, most=True),
    Bar("1024², every call", profiles.PARTS, 0.95),
    Bar("calls that nobody records", profiles.SPANS, 1.0, most=True),
)


def fails(row):
    """Whether a row misses a bar by itself, and so has to be measured again."""
    return any(bar.fails(row) for bar in BARS)
