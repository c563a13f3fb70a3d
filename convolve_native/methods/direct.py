"""Direct: every product, summed as it stands.

seconds = samples of whole tiles x (taps x direct.operation + loads x direct.load + direct.sample)
+ bytes x direct.far + rows x direct.row + direct.call.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.factors import Kernel
from convolve_native.loops import direct
from convolve_native.loops._tiles import ABREAST, HEIGHT, across
from convolve_native.loops.direct import IMAGE, LEFT, RIGHT, RUN
from convolve_native.machine import Machine
from convolve_native.methods._base import Method, never
from convolve_native.methods._costs import products, shared, tile_seconds
from convolve_native.methods._lines import ADDRESS, LineOperator, Scratch, nbytes
from convolve_native.problem import Problem

TALL = 24  # rows up to which a run is cut into columns: rows of a run share what is loaded


class Zones(NamedTuple):
    """Where tiles read the image itself, or copies of its extended ends; in samples of a line.

    The last tile of the right strip ends with the line, so that it may overlap those before it.
    """

    zones: tuple[tuple[int, int, int], ...]  # what is read, the first sample, and how many tiles
    wide: int  # of a tile
    right: int  # where the right strip begins
    left_span: int
    right_span: int

    @classmethod
    def of(cls, problem: Problem, wide: int) -> Zones:
        """Cut the lines of a problem for tiles of `wide` samples."""
        step, axis = problem.channels, problem.columns
        reach, first = (axis.taps - 1) * step, axis.before * step
        samples, end = axis.length * step, first + axis.size * step - reach
        left = -(-first // wide)
        own = max(0, (min(end, samples) - left * wide) // wide)
        if not own or samples < wide:
            left, own = max(1, samples // wide), 0
        right = max(0, -(-(samples - (left + own) * wide) // wide))
        begin = samples - right * wide
        zones = ((IMAGE, left * wide, own), (LEFT, 0, left), (RIGHT, begin, right))
        spans = (each * wide + reach if each else 0 for each in (left, right))
        return cls(zones, wide, begin, *spans)

    @property
    def tiles(self) -> NDArray[np.intp]:
        """The zones, cut into as many tiles as may stand abreast."""
        cut = [
            (what, x + n * self.wide, min(ABREAST, count - n))
            for what, x, count in self.zones
            for n in range(0, count, ABREAST)
        ]
        return np.array(cut, np.intp)

    @property
    def patches(self) -> int:
        """Samples of the largest of them; told of any image, however vast."""
        return min(ABREAST, max(count for *_, count in self.zones)) * self.wide


def runs(tall: int, wide: int) -> NDArray[np.intp]:
    """Cut a kernel into parts of at most RUN taps: first and last + 1 of rows, of columns."""
    down = _share(tall, max(TALL, RUN // wide))
    across = _share(wide, RUN // down)
    cuts = [
        (u, min(u + down, tall), v, min(v + across, wide))
        for u in range(0, tall, down)
        for v in range(0, wide, across)
    ]
    return np.array(cuts, np.intp)


def without_zeros(weights: NDArray[Any], parts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Shrink parts to their weights, and leave out those of zeros; one stays, to write the sum.

    For images that are known to be finite: a zero times a NaN is a NaN.
    """
    kept = []
    for u, end, v, right in parts.tolist():
        rows, columns = np.nonzero(weights[u:end, v:right])
        if rows.size:
            kept.append(
                (u + rows.min(), u + rows.max() + 1, v + columns.min(), v + columns.max() + 1)
            )
    return np.array(kept or parts[:1], np.intp)


def _share(taps: int, most: int) -> int:
    """Cut taps into equal parts of at most so many."""
    return -(-taps // -(-taps // most))


def _seconds(problem: Problem, machine: Machine) -> float:
    loads = shared(problem.rows.taps) * problem.columns.taps
    return tile_seconds(problem, machine.direct, problem.taps, loads)


def _accuracy(problem: Problem) -> float:
    """Half an eps for every addition that one product goes through, and two for the products."""
    parts = runs(problem.rows.taps, problem.columns.taps)
    longest = int(np.max((parts[:, 1] - parts[:, 0]) * (parts[:, 3] - parts[:, 2])))
    return (longest + len(parts) + problem.depth.taps + 1) / 2


def _scratch(problem: Problem, band: int) -> Scratch:
    tall, tile = problem.rows.taps, across(problem.compute)
    zones = Zones.of(problem, tile)
    blank = problem.columns.size * problem.channels if problem.boundary == "constant" else 0
    return (
        ((3, band + tall - 1), ADDRESS),
        ((tall + 2 * HEIGHT - 1, zones.left_span), problem.source),
        ((tall + 2 * HEIGHT - 1, zones.right_span), problem.source),
        ((blank,), problem.source),
        ((HEIGHT, zones.patches), problem.compute),
    )


def _prepare(problem: Problem, kernel: Kernel) -> LineOperator:
    weights = kernel.weights(problem.compute)
    parts = runs(*weights.shape)
    if problem.finite:
        parts = without_zeros(weights, parts)
    zones = Zones.of(problem, across(problem.compute))
    return LineOperator(
        problem,
        direct.correlate,
        (weights, parts, problem.channels, zones.tiles, zones.right),
        partial(_scratch, problem),
        problem.bands(products(problem, problem.taps)),
        lambda: _prepare(problem.transposed, kernel.turned()),
    )


METHOD = Method(
    name="direct",
    refusal=never,
    reluctance=never,
    seconds=_seconds,
    accuracy=_accuracy,
    scratch=lambda problem: nbytes(_scratch(problem, problem.rows.length)),
    prepare=_prepare,
)
