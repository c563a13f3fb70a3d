"""Ours beside ours, in turn: other threads, other sizes, other widths."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

import numpy as np

from bench.grid import HUGE, LARGE, MIDDLE, Cell, Kernel, image
from bench.measure import TIMES, ours
from bench.peers.row import Work
from convolve_native.calibration import timings

THREADS, SIZE, WIDTH = "two threads over one", "a pixel of 8192² over 2048²", "width off 2^k"
KERNELS = (Kernel("dense", 7), Kernel("dense", 31), Kernel("gaussian", 15), Kernel("box", 15))


class Pair(NamedTuple):
    """The same kernel on two sides, each an image and a number of threads."""

    figure: str
    dtype: str
    kernel: Kernel
    sides: tuple[tuple[tuple[int, ...], int], tuple[tuple[int, ...], int]]

    @property
    def name(self):
        return f"{Cell(self.sides[0][0], self.dtype, self.kernel).name}, {self.figure}"


def _pairs(figure, kernels, *sides):
    return [Pair(figure, dtype, k, sides) for dtype in ("float32", "uint8") for k in kernels]


PAIRS = (
    *_pairs(THREADS, (Kernel("dense", 5), *KERNELS), (LARGE, 1), (LARGE, 2)),
    *_pairs(SIZE, KERNELS, (HUGE, 1), (LARGE, 1)),
    *_pairs(WIDTH, KERNELS, ((512, 513), 1), (MIDDLE, 1)),
    *_pairs(WIDTH, KERNELS, ((2048, 2049), 1), (LARGE, 1)),
)


@dataclass
class PairRow:
    """Seconds of both sides."""

    pair: Pair
    rounds: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    @property
    def name(self):
        return self.pair.name

    @property
    def value(self):
        """Seconds a pixel of the first side over those of the second."""
        first, second = (
            median(rounds) / np.prod(shape)
            for rounds, (shape, _) in zip(self.rounds, self.pair.sides, strict=True)
        )
        return float(first / second)

    @property
    def figures(self):
        """Of widths, the slower over the faster: a cliff may be on either side."""
        value = self.value
        return {self.pair.figure: max(value, 1 / value) if self.pair.figure == WIDTH else value}


def measure(pair, fails):
    """Make a row; where it `fails`, with the rounds of three measurements."""
    calls = [
        ours(Work.of(image(shape, pair.dtype), pair.kernel, workers))
        for shape, workers in pair.sides
    ]
    row = PairRow(pair)
    for _ in range(TIMES):
        for rounds, timing in zip(row.rounds, timings(*calls), strict=True):
            rounds.extend(timing.rounds)
        if not fails(row):
            break
    return row
