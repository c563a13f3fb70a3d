"""The register tile: sums of products for a few rows of vectors at a time, held in registers.

A sample that is loaded serves every row of the tile whose window holds it, so that multiply-adds
and not loads bound the speed.  Lines are found by a table of addresses, one for each extended row,
so that a tile neither knows where a line came from nor where the image ends.  Products are added
in the same order, rows of the kernel one after the other, whatever the tile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir

from convolve_native.loops._memory import fetch
from convolve_native.loops._simd import (
    WORD,
    Lanes,
    cgutils,
    intrinsic,
    line_length,
    parts_pointer,
    repeat,
    samples_across,
    target,
    types,
    vectors_across,
)

Touch = Callable[[list[tuple[Any, int, Any]]], None]  # lines, rows of the tile, first weights

HEIGHT = target().rows
ABREAST = 8  # tiles at most, side by side, whose patches stay in the nearest cache
ADD, STORE = 1, 2  # to the sums: add what the patch holds; then write them to `out`, not the patch
across = samples_across


class Tile:
    """Generates one tile: sums in stack slots, which LLVM keeps in registers."""

    def __init__(
        self, context: Any, builder: ir.IRBuilder, dtype: Any, rows: int, vectors: int = 0
    ) -> None:
        self.lanes = Lanes(context, builder, dtype)
        self._builder, self._rows = builder, range(rows)
        self._vectors = range(vectors or vectors_across(np.dtype(str(dtype))))
        self._parts = range(self.lanes.parts)
        self._sums = {
            (r, c, part): cgutils.alloca_once_value(builder, self.lanes.zero)
            for r in self._rows
            for c in self._vectors
            for part in self._parts
        }
        for slot in self._sums.values():
            builder.store(self.lanes.zero, slot)

    def begin(self, r: int, weights: Any, first: Any) -> None:
        """Begin the sums of a row with one number."""
        for part, value in enumerate(self.lanes.spread(weights, first)):
            for c in self._vectors:
                self._builder.store(value, self._sums[r, c, part])

    def add(
        self, lines: list[tuple[Any, int, Any]], source: Any, weights: Any, wide: Any, step: Any
    ) -> None:
        """Add a row of the kernel: (line, row of the tile, first weight) for each that it touches.

        Where rows share a line, or a weight, it is loaded once.
        """
        with repeat(self._builder, wide, step) as (v, offset):
            self.add_taps(lines, source, weights, v, offset)

    def add_taps(
        self, lines: list[tuple[Any, int, Any]], source: Any, weights: Any, v: Any, offset: Any
    ) -> None:
        """Add tap v of a row of the kernel, whose samples begin `offset` from a line's."""
        builder, lanes = self._builder, self.lanes
        loaded: dict[Any, Any] = {}
        spread: dict[Any, Any] = {}
        for line, r, first in lines:
            if first not in spread:
                spread[first] = lanes.spread(weights, builder.add(first, v))
            for c in self._vectors:
                if (line, c) not in loaded:
                    at = builder.add(offset, _number(c * lanes.samples * lanes.parts))
                    loaded[line, c] = lanes.load(line, at, source)
                for part, weight in enumerate(spread[first]):
                    slot = self._sums[r, c, part]
                    builder.store(
                        lanes.multiply_add(weight, loaded[line, c], builder.load(slot)), slot
                    )

    def add_values(self, values: list[list[Any]], weight: list[Any]) -> None:
        """Add a weight times a vector to every sum."""
        for (r, c, part), slot in self._sums.items():
            total = self._builder.load(slot)
            self._builder.store(self.lanes.multiply_add(weight[part], values[r][c], total), slot)

    def add_shared(
        self,
        high: Any,
        line: Callable[[Any], Any],
        weight: Callable[[Any], Any],
        add: Touch,
        chain: Any = None,
    ) -> None:
        """Add `high` rows of the kernel line by line, each to all rows whose windows hold it."""
        builder, rows, one = self._builder, len(self._rows), _number(1)

        def shared(i: Any, active: range) -> None:
            here = line(i)
            add([(here, r, weight(builder.sub(i, _number(r)))) for r in active])

        enough = builder.icmp_signed(">=", high, _number(rows - 1))
        with builder.if_else(enough) as (then, otherwise):
            with then:
                for i in range(rows - 1):
                    shared(_number(i), range(i + 1))
                if chain is not None:
                    chain(
                        lambda n: builder.icmp_signed("<", _number(n + rows - 1), high),
                        lambda n: shared(_number(n + rows - 1), range(rows)),
                    )
                else:
                    with cgutils.for_range_slice(builder, _number(rows - 1), high, one) as (i, _):
                        shared(i, range(rows))
                for i in range(rows - 1):
                    shared(builder.add(high, _number(i)), range(i + 1, rows))
            with otherwise:
                self.add_apart(high, line, weight, add)

    def add_apart(
        self, high: Any, line: Callable[[Any], Any], weight: Callable[[Any], Any], add: Touch
    ) -> None:
        """Add `high` rows of the kernel to every row of the tile, each from a line of its own."""
        with cgutils.for_range(self._builder, high) as loop:
            u = loop.index
            first = weight(u)
            add([(line(self._builder.add(u, _number(r))), r, first) for r in self._rows])

    @property
    def across(self) -> int:
        """Lanes in a row of the tile."""
        return len(self._vectors) * int(self.lanes.type.count)

    def finish(
        self,
        then: Any,
        patch: Any,
        own: Any,
        apart: Any,
        out: Any,
        stored: Any,
        where: Any,
        pitch: Any,
    ) -> None:
        """Do with the sums as `then` says.

        Rows of the patch hold `own` and are so many lanes `apart`, those of `out` `pitch`.
        """
        builder = self._builder
        for each in (STORE, ADD | STORE, ADD, 0):
            chosen = builder.icmp_signed("==", then, _number(each))
            likely = each == STORE
            with cgutils.if_likely(builder, chosen) if likely else builder.if_then(chosen):
                for value, r, place in self.values():
                    kept = builder.add(builder.mul(_number(r), apart), _number(place))
                    if each & ADD:
                        value = self.lanes.add(self.lanes.load(patch, kept, own), value)
                    if each & STORE:
                        row = builder.add(where, builder.mul(_number(r), pitch))
                        at = builder.add(row, _number(place))
                        self.lanes.store(value, out, at, stored)
                    else:
                        self.lanes.store(value, patch, kept, own)

    def values(self) -> Iterator[tuple[Any, int, int]]:
        """Every vector of sums, with its row and its place in it in lanes."""
        for r in self._rows:
            for c in self._vectors:
                sums = [self._builder.load(self._sums[r, c, part]) for part in self._parts]
                yield self.lanes.joined(sums), r, c * self.lanes.samples * self.lanes.parts


def _number(value: int) -> Any:
    return ir.Constant(WORD, value)


def _tiles(rows: int, *, tall: bool = True, wide: bool = True) -> Any:
    """Make the intrinsic of tiles of `rows`, for kernels that may be tall, wide, or both."""

    @intrinsic
    def correlate(
        typing_context: Any,
        image: Any,
        table: Any,
        at: Any,
        ahead: Any,
        fetched: Any,
        x: Any,
        count: Any,
        weights: Any,
        first: Any,
        pitch: Any,
        height: Any,
        width: Any,
        step: Any,
        out: Any,
        where: Any,
        out_pitch: Any,
        patches: Any,
        then: Any,
    ) -> Any:
        """Sum of weights[first + u * pitch + v] * line[at + r + u][x + v * step + ...] for row r.

        u < height, v < width; `table` holds the addresses of lines of `image`'s dtype.  `count`
        tiles stand side by side.  Their sums go to out[where + r * out_pitch + ...], or into
        `patches`, as `then` says.  So many `fetched` lines, from `ahead` on, are asked for.
        """
        signature = types.void(
            image, table, at, ahead, fetched, x, count, weights, first, pitch, height, width, step,
            out, where, out_pitch, patches, then,
        )  # fmt: skip

        def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            kinds = dict(zip(NAMES, signature.args, strict=True))
            a = dict(zip(NAMES, args, strict=True))
            source, own = kinds["image"].dtype, kinds["weights"].dtype
            lanes, vectors = Lanes(context, builder, own), vectors_across(np.dtype(str(own)))
            weights, out, patches = (
                parts_pointer(context, builder, kinds[name], a[name])
                for name in ("weights", "out", "patches")
            )
            entries = cgutils.create_struct_proxy(kinds["table"])(context, builder, a["table"]).data
            element = context.get_value_type(source) if not lanes.complex else lanes.type.element
            entries = builder.bitcast(entries, element.as_pointer().as_pointer())
            nbytes = across(np.dtype(str(own))) * np.dtype(str(source)).itemsize
            begin, step = lanes.scaled(a["x"]), lanes.scaled(a["step"])
            where, pitch = lanes.scaled(a["where"]), lanes.scaled(a["out_pitch"])
            apart = lanes.scaled(line_length(context, builder, kinds["patches"], a["patches"]))
            one = _number(1)
            high, taps = a["height"] if tall else one, a["width"] if wide else one

            def weight(u: Any) -> Any:
                return builder.add(a["first"], builder.mul(u, a["pitch"]))

            with repeat(builder, a["count"], _number(vectors * lanes.type.count)) as (_, moved):
                tile = Tile(context, builder, own, rows)
                column = builder.add(begin, moved)

                def line(i: Any, first: Any = a["at"]) -> Any:
                    start = builder.load(builder.gep(entries, [builder.add(first, i)]))
                    return builder.gep(start, [column])

                with cgutils.for_range(builder, a["fetched"]) as each:
                    fetch(builder, line(each.index, a["ahead"]), nbytes)

                touch = partial(tile.add, source=source, weights=weights)
                touch = partial(touch, wide=taps, step=step)
                if rows == 1 or not tall:
                    tile.add_apart(high, line, weight, touch)
                else:
                    tile.add_shared(high, line, weight, touch)
                kept = builder.gep(patches, [moved]), own, apart
                placed = out, kinds["out"].dtype, builder.add(where, moved), pitch
                tile.finish(a["then"], *kept, *placed)
            return context.get_dummy_value()

        return signature, generate

    return correlate


NAMES = (
    *("image", "table", "at", "ahead", "fetched", "x", "count"),
    *("weights", "first", "pitch", "height", "width", "step"),
    *("out", "where", "out_pitch", "patches", "then"),
)

tiles = _tiles(HEIGHT)
tiles_of_row = _tiles(1)
column_tiles = _tiles(HEIGHT, wide=False)
row_tiles = _tiles(HEIGHT, tall=False)
