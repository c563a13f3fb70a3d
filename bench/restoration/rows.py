"""What was found of one thing, and what it has to be."""

from __future__ import annotations

from dataclasses import dataclass

from bench.bars import Bar
from bench.restoration import sides

GAIN, RATIO, WORST = "Levin: dB over the textbook's", "Levin: mean ratio", "Levin: worst ratio"
FRAME = "error at the frame over within"
MEAN_LOSS, WORST_LOSS = "auto below the best, dB", "auto below the best, worst dB"
NOISE = "noise off by"
TIMES, SECONDS, MEMORY = "times scikit-image", "seconds", "memory over the image"


@dataclass
class Row:
    """Figures of a side."""

    name: str
    figures: dict[str, float]


def of(*names):
    return lambda row: row.name in names


ADAPTIVE = ("total_variation", "hyper_laplacian")

# Of all 32 pairs the textbook's filter has 30.05 dB; on fewer, decibels over it can be compared.
BARS = (
    Bar("the better, one setting", GAIN, 3.45, 4.01, of(*sides.SPARSE), summary=max),
    Bar("the better, one setting", RATIO, 0.93, None, of(*sides.SPARSE), True, min),
    Bar("the better, one setting", WORST, 3.0, None, of(*sides.SPARSE), True, min),
    Bar("the better, auto", GAIN, 3.15, 3.45, of(*ADAPTIVE), summary=max),
    Bar(sides.UNKNOWN, GAIN, 1.95, 2.95, of(sides.UNKNOWN)),
    Bar(sides.TIKHONOV, GAIN, 2.65, 3.05, of(sides.TIKHONOV)),
    Bar("drawn pairs", FRAME, 1.5, most=True, where=of(*sides.AUTO)),
    Bar("drawn pairs", MEAN_LOSS, 0.3, 0.1, most=True),
    Bar("drawn pairs", WORST_LOSS, 0.8, 0.4, most=True),
    Bar("drawn pairs, mean of a noise", NOISE, 0.1, 0.05, most=True),
    Bar("2048² and 512², one thread", TIMES, 4, 8),
    Bar("two threads", SECONDS, 1.5, 0.8, of("total_variation, 1 megapixel"), most=True),
    Bar("every method", MEMORY, 12, 8, most=True),
)
