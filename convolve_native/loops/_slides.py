"""Both passes of a short separable kernel in registers: a slide along a few lines of the result.

Sums down the columns come a few vectors at a time and stay where they are; what a tap across needs
lies in two neighbours, out of which it is shuffled.  So nothing is written but the result, and no
vector is read across two lines of the cache for every tap.  Taps are spelled out, up to MOST, since
a shuffle wants to know by how many lanes.  Products are added in the order of the tiles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from llvmlite import ir

from convolve_native.loops._simd import (
    LANE,
    WORD,
    Lanes,
    cgutils,
    intrinsic,
    parts_pointer,
    repeat,
    target,
    types,
    vectors_across,
)
from convolve_native.loops._sweeps import line_at
from convolve_native.loops._tiles import HEIGHT, Tile

MOST = (
    9  # taps: more lines than these, at a distance of 2**k bytes, drive each other out of a cache
)


def span(dtype: np.dtype[Any]) -> int:
    """Samples of a vector: as far as a kernel may reach."""
    return target().nbytes // dtype.itemsize


def advance(dtype: np.dtype[Any]) -> int:
    """Samples of a line that are summed side by side."""
    return _vectors(dtype) * span(dtype)


def _vectors(dtype: np.dtype[Any]) -> int:
    return max(1, vectors_across(dtype) // 2)


def _chain(
    builder: ir.IRBuilder, most: int, goes_on: Callable[[int], Any], body: Callable[[int], None]
) -> None:
    """Generate body(0), body(1) ... for as long as it goes on: a loop, spelled out."""
    after = builder.append_basic_block("after")
    for n in range(most):
        block = builder.append_basic_block("link")
        builder.cbranch(goes_on(n), block, after)
        builder.position_at_end(block)
        body(n)
    builder.branch(after)
    builder.position_at_end(after)


def _moved(
    builder: ir.IRBuilder, lanes: Lanes, rows: list[list[Any]], shift: int
) -> list[list[Any]]:
    """Every vector but the last of a row, moved up by so many lanes of the next one.

    As integers, of which LLVM knows that one instruction does it.
    """
    count = lanes.type.count
    integers = ir.VectorType(ir.IntType(target().nbytes * 8 // count), count)
    mask = ir.Constant(ir.VectorType(LANE, count), [shift + j for j in range(count)])

    def moved(near: Any, far: Any) -> Any:
        pair = (builder.bitcast(each, integers) for each in (near, far))
        return builder.bitcast(builder.shuffle_vector(*pair, mask), lanes.type)

    return [[moved(*pair) for pair in pairwise(row)] for row in rows]


@intrinsic
def slide(
    typing_context: Any,
    image: Any,
    table: Any,
    before: Any,
    at: Any,
    x: Any,
    columns: Any,
    rows: Any,
    shifts: Any,
    out: Any,
    place: Any,
    pitch: Any,
    blocks: Any,
    past: Any,
) -> Any:
    """Sum of columns[u] * rows[v] * line[at + r + u][x + s[v] + j], for row r of HEIGHT.

    The result of `out`'s dtype stands at the address `place` + r * pitch + x + j, j < blocks *
    `advance`; it may be written `past` the caches, from where a line of them begins.  s are the
    bits that are set in `shifts`, up to `span`; `table` holds the addresses of lines of `image`'s
    dtype, and those of their first `span` samples begin at `before`.
    """
    signature = types.void(
        image, table, before, at, x, columns, rows, shifts, out, place, pitch, blocks, past
    )

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kinds = signature.args
        _, table, before, at, x, columns, _, shifts, _, place, pitch, blocks, past = args
        source, compute, stored = (kinds[n].dtype for n in (0, 5, 8))
        lanes, vectors = Lanes(context, builder, compute), _vectors(np.dtype(str(compute)))
        down, across = (parts_pointer(context, builder, kinds[n], args[n]) for n in (5, 6))
        tall = cgutils.create_struct_proxy(kinds[5])(context, builder, columns).shape
        tall = builder.extract_value(tall, 0)
        entries = cgutils.create_struct_proxy(kinds[1])(context, builder, table).data
        element = context.get_value_type(source) if not lanes.complex else lanes.type.element
        entries = builder.bitcast(entries, element.as_pointer().as_pointer())
        result = line_at(context, builder, kinds[8], place)
        begin, pitch, count = lanes.scaled(x), lanes.scaled(pitch), lanes.type.count

        def sums(wide: int, first: Any, offset: Any) -> list[list[Any]]:
            tile = Tile(context, builder, compute, HEIGHT, wide)

            def line(i: Any) -> Any:
                start = builder.load(builder.gep(entries, [builder.add(first, i)]))
                return builder.gep(start, [offset])

            touch = partial(tile.add_taps, source=source, weights=down, v=WORD(0), offset=WORD(0))
            tile.add_shared(tall, line, lambda u: u, touch, partial(_chain, builder, MOST))
            found: list[list[Any]] = [[] for _ in range(HEIGHT)]
            for value, r, _ in tile.values():
                found[r].append(value)
            return found

        carried = [cgutils.alloca_once_value(builder, value) for (value,) in sums(1, before, begin)]
        with repeat(builder, blocks, WORD(vectors * count)) as (_, offset):
            offset = builder.add(begin, offset)
            new = sums(vectors, at, builder.add(offset, WORD(count)))
            window = [[builder.load(slot), *row] for slot, row in zip(carried, new, strict=True)]
            for slot, row in zip(carried, new, strict=True):
                builder.store(row[-1], slot)
            tile = Tile(context, builder, compute, HEIGHT, vectors)
            tap = cgutils.alloca_once_value(builder, WORD(0))
            builder.store(WORD(0), tap)

            def add(shift: int) -> None:
                with builder.if_then(builder.trunc(left(shift), ir.IntType(1))):
                    v = builder.load(tap)
                    builder.store(builder.add(v, WORD(1)), tap)
                    values = _moved(builder, lanes, window, shift * lanes.parts)
                    tile.add_values(values, lanes.spread(across, v))

            def left(shift: int) -> Any:
                return builder.lshr(shifts, WORD(shift))

            def goes_on(shift: int) -> Any:
                return builder.icmp_signed("!=", left(shift), WORD(0))

            _chain(builder, lanes.samples + 1, goes_on, add)
            rows = [builder.add(builder.mul(WORD(r), pitch), offset) for r in range(HEIGHT)]
            streams = builder.icmp_signed("!=", past, WORD(0))
            with builder.if_else(streams) as (then, otherwise):
                with then:
                    for value, r, j in tile.values():
                        lanes.stream(value, result, builder.add(rows[r], WORD(j)))
                with otherwise:
                    for value, r, j in tile.values():
                        lanes.store(value, result, builder.add(rows[r], WORD(j)), stored)
        return context.get_dummy_value()

    return signature, generate
