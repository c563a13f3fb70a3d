"""Separable: the kernel as a short sum of outer products, each one pass along and one across.

seconds = samples of whole tiles x (terms x (rows + columns of taps) x separable.operation
+ loads x separable.load + separable.sample) + bytes x separable.far + rows x separable.row
+ separable.call.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from convolve_native.factors import DROPPED, GROWTH, TERMS, Kernel
from convolve_native.loops import separable, short
from convolve_native.loops._slides import MOST, advance, span
from convolve_native.loops._tiles import ABREAST, HEIGHT, across
from convolve_native.machine import Machine
from convolve_native.methods._base import Method, never
from convolve_native.methods._costs import additions, products, shared, tile_seconds
from convolve_native.methods._lines import (
    ADDRESS,
    CACHE_LINE,
    LineOperator,
    Scratch,
    nbytes,
    streams,
)
from convolve_native.problem import Problem


def _refusal(problem: Problem) -> str | None:
    if problem.terms is not None:
        return None
    kind = "an outer product of integers" if problem.exact else f"{TERMS} outer products or fewer"
    return f"the kernel is not {kind}"


def _seconds(problem: Problem, machine: Machine) -> float:
    loads = (problem.terms or 1) * (shared(problem.rows.taps) + problem.columns.taps)
    return tile_seconds(problem, machine.separable, _taps(problem), loads)


def _taps(problem: Problem) -> int:
    return (problem.terms or 1) * (problem.rows.taps + problem.columns.taps)


def _accuracy(problem: Problem) -> float:
    """As direct's, for one pass after the other; more terms may cancel and may leave some out."""
    terms = problem.terms or 1
    along, across = additions(problem.columns.taps), additions(problem.rows.taps)
    passes = (along + across + terms + problem.depth.taps + 3) / 2
    return passes if terms == 1 else GROWTH * passes + DROPPED


BLOCKS = 8  # of a line from which on a slide pays for its strips


class Slide(NamedTuple):
    """How a short kernel slides along a line of the result, in samples of a line.

    Bytes would be converted for every two vectors of a line that they are summed into, not four.
    """

    shifts: int  # the samples that the taps across see, as bits
    blocks: int  # that read the image itself and, at first, a strip on the left
    right: int  # where the blocks begin that read a strip on the right
    rest: int  # how many these are
    streams: bool  # whether the blocks may move on to where a line of the cache begins

    @classmethod
    def of(cls, problem: Problem) -> Slide | None:
        """Cut the lines of a problem; None where the kernel or a line is not short enough."""
        axis, step, wide = problem.columns, problem.channels, advance(problem.compute)
        samples, reach = axis.length * step, (axis.taps - 1) * step
        short = max(problem.rows.taps, axis.taps) <= MOST and reach <= span(problem.compute)
        floats = problem.source == problem.compute and problem.compute.kind == "f"
        if problem.terms != 1 or not floats or not short:
            return None
        end = (axis.before + axis.size) * step - span(problem.compute)
        whole = samples * problem.stored.itemsize % CACHE_LINE == 0
        streamed = whole and streams(problem)
        room = CACHE_LINE // problem.stored.itemsize if streamed else 0
        blocks = (min(end, samples) - room) // wide
        if blocks < BLOCKS:
            return None
        rest = max(1, -(-(samples - blocks * wide) // wide))
        shifts = sum(1 << v * step for v in range(axis.taps))
        return cls(shifts, blocks, samples - rest * wide, rest, streamed)


def _short_scratch(problem: Problem, slide: Slide, band: int) -> Scratch:
    tall, samples = problem.rows.taps, problem.columns.length * problem.channels
    blank = problem.columns.size * problem.channels if problem.boundary == "constant" else 0
    reach = span(problem.compute)
    left = reach + CACHE_LINE // problem.source.itemsize  # as far as the blocks may move on
    return (
        ((3, band + tall + HEIGHT - 1), ADDRESS),
        ((tall + 2 * HEIGHT - 1, left), problem.source),
        ((tall + 2 * HEIGHT - 1, slide.rest * advance(problem.compute) + reach), problem.source),
        ((blank,), problem.source),
        ((HEIGHT, samples), problem.stored),
    )


def _scratch(problem: Problem, band: int) -> Scratch:
    if (slide := Slide.of(problem)) is not None:
        return _short_scratch(problem, slide, band)
    terms, tall, step = problem.terms or 1, problem.rows.taps, problem.channels
    tile, own = across(problem.compute), problem.columns.size * step
    reach = (problem.columns.taps - 1) * step
    pitch = max(problem.columns.extended * step, reach + tile, problem.columns.before * step + tile)
    return (
        ((1, band + tall + 2 * HEIGHT), ADDRESS),
        ((tall + 2 * HEIGHT - 1 if own < tile else 0, tile), problem.source),
        ((own if problem.boundary == "constant" else 0,), problem.source),
        ((terms, HEIGHT, pitch), problem.compute),
        ((1, terms * HEIGHT), ADDRESS),
        ((HEIGHT, ABREAST * tile), problem.compute),
    )


def _prepare(problem: Problem, kernel: Kernel) -> LineOperator:
    factors = kernel.factors(problem.compute, problem.exact)
    assert factors is not None  # or it was refused
    columns, rows = (
        np.ascontiguousarray(side[:, ::-1], problem.compute)
        for side in (factors.columns, factors.rows)
    )
    if (slide := Slide.of(problem)) is not None:
        loop = short.correlate
        arguments: tuple[Any, ...] = (columns[0], rows[0], *slide)
    else:
        loop = separable.correlate
        arguments = (problem.compute.type(problem.fill), columns, rows, problem.channels)
    return LineOperator(
        problem,
        loop,
        arguments,
        partial(_scratch, problem),
        problem.bands(products(problem, _taps(problem))),
        lambda: _prepare(problem.transposed, kernel.turned()),
    )


METHOD = Method(
    name="separable",
    refusal=_refusal,
    reluctance=never,
    seconds=_seconds,
    accuracy=_accuracy,
    scratch=lambda problem: nbytes(_scratch(problem, problem.rows.length)),
    prepare=_prepare,
)
