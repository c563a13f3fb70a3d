"""Sweeps along lines in whole vectors, of which the box is made.

A sweep reads and writes up to OVERHANG samples more than it is asked for.  Lines of scratch are
that much longer, and whoever gives it a line of an image or a result sees to what lies behind.
Lines of an image or a result come as addresses, lines of scratch as a place in their array, both
counted in samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
)

OVERHANG = target().nbytes
INTEGER = ir.IntType(32)  # what sums of integers are widened to


def sweep(builder: ir.IRBuilder, samples: Any, count: int, body: Callable[[Any], None]) -> None:
    """Generate body(x) for x = 0, and for count, 2 count ... below `samples`."""
    rounds = builder.sdiv(builder.add(samples, WORD(count - 1)), WORD(count))
    with repeat(builder, rounds, WORD(count)) as (_, x):
        body(x)


def line_at(context: Any, builder: ir.IRBuilder, array: Any, address: Any) -> Any:
    """Point at samples of an array's dtype at an address; at the parts of complex ones."""
    dtype = array.dtype
    part = dtype.underlying_float if isinstance(dtype, types.Complex) else dtype
    return builder.inttoptr(address, context.get_value_type(part).as_pointer())


def lines_of(
    context: Any, builder: ir.IRBuilder, array: Any, value: Any, places: Sequence[Any]
) -> list[Any]:
    """Point at samples of an array by their places."""
    data = parts_pointer(context, builder, array, value)
    parts = WORD(2 if isinstance(array.dtype, types.Complex) else 1)
    return [builder.gep(data, [builder.mul(place, parts)]) for place in places]


def load(builder: ir.IRBuilder, line: Any, offset: Any, count: int) -> Any:
    """So many integers of a line, as they are."""
    vector = ir.VectorType(line.type.pointee, count)
    value = builder.load(builder.bitcast(builder.gep(line, [offset]), vector.as_pointer()))
    value.align = line.type.pointee.width // 8
    return value


def store(builder: ir.IRBuilder, value: Any, line: Any, offset: Any) -> None:
    """Write a vector to a line of anything."""
    place = builder.bitcast(builder.gep(line, [offset]), value.type.as_pointer())
    builder.store(value, place).align = 1


def halves(builder: ir.IRBuilder, value: Any) -> list[Any]:
    """Integers of 16 bits: those in even lanes and those in odd ones, as 32 bits."""
    pairs = builder.bitcast(value, ir.VectorType(INTEGER, value.type.count // 2))
    low, high = (ir.Constant(pairs.type, [each] * pairs.type.count) for each in (0xFFFF, 16))
    return [builder.and_(pairs, low), builder.lshr(pairs, high)]


def weighted(
    context: Any, builder: ir.IRBuilder, kinds: Any, args: Any, count: int
) -> Callable[[list[Any], Any], None]:
    """Make put(sums, x), which stores sums times weights[1].

    `sums` are one vector, or two whose lanes alternate, of integers of 32 bits, or of weights[1]'s
    dtype.  `kinds` and `args` end with weights, out, line, n.  Of integers that are rounded the
    weight is positive.
    """
    stored = kinds[-3].dtype
    lanes = Lanes(context, builder, kinds[-4].dtype, count)
    weights = lanes.spread(parts_pointer(context, builder, kinds[-4], args[-4]), WORD(1))
    line = line_at(context, builder, kinds[-3], args[-2])

    def put(sums: list[Any], x: Any) -> None:
        values = [lanes.converted(each) for each in sums]
        ready = [lanes.joined([lanes.multiply(w, value) for w in weights]) for value in values]
        if len(ready) == 1:
            lanes.store(ready[0], line, x, stored)
        else:
            mask = [n // 2 + n % 2 * count for n in range(2 * count)]
            mixed = ir.Constant(ir.VectorType(LANE, 2 * count), mask)
            store(builder, builder.shuffle_vector(*ready, mixed), line, x)

    def put_rounded(sums: list[Any], x: Any) -> None:
        bits = stored.bitwidth
        ready = [lanes.rounded_product(weights[0], lanes.converted(each), bits) for each in sums]
        total = ready[0]
        for odd in ready[1:]:
            total = builder.add(total, builder.shl(odd, ir.Constant(odd.type, [bits] * count)))
        narrow = ir.VectorType(ir.IntType(bits * len(sums)), count)
        store(builder, builder.trunc(total, narrow), line, x)

    counted = isinstance(kinds[0].dtype, types.Integer)
    return put_rounded if counted and stored in (types.uint8, types.uint16) else put


@intrinsic
def add_line(
    typing_context: Any, image: Any, line: Any, weights: Any, sums: Any, at: Any, to: Any, n: Any
) -> Any:
    """sums[to + j] = sums[at + j] + weights[0] * line[j], a real weight; of `image`'s dtype."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        image, _, weights, sums = signature.args[:4]
        lanes = Lanes(context, builder, sums.dtype)
        line = line_at(context, builder, image, args[1])
        weight = lanes.spread(parts_pointer(context, builder, weights, args[2]), WORD(0))[0]
        before, after = lines_of(context, builder, sums, args[3], args[4:6])

        def body(x: Any) -> None:
            value = lanes.multiply(weight, lanes.load(line, x, image.dtype))
            total = lanes.add(lanes.load(before, x, sums.dtype), value)
            lanes.store(total, after, x, sums.dtype)

        sweep(builder, lanes.scaled(args[6]), lanes.type.count, body)
        return context.get_dummy_value()

    return types.void(image, line, weights, sums, at, to, n), generate


def _add_rows(rows: int) -> Any:
    """Make the intrinsic of so many windows, one below the other, of as many lines or more."""

    @intrinsic
    def add_rows(
        typing_context: Any,
        image: Any,
        table: Any,
        tall: Any,
        weights: Any,
        sums: Any,
        to: Any,
        pitch: Any,
        n: Any,
    ) -> Any:
        """sums[to + r * pitch + j] = weights[0] * sum_{u < tall} line[r + u][j] for window r.

        `table` holds the addresses of tall + rows - 1 lines, of `image`'s dtype.
        """

        def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            image, table, _, weights, sums = signature.args[:5]
            lanes, tall = Lanes(context, builder, sums.dtype), args[2]
            weight = lanes.spread(parts_pointer(context, builder, weights, args[3]), WORD(0))[0]
            entries = parts_pointer(context, builder, table, args[1])
            places = [builder.add(args[5], builder.mul(args[6], WORD(r))) for r in range(rows)]
            results = lines_of(context, builder, sums, args[4], places)
            shared = cgutils.alloca_once_value(builder, lanes.zero)

            def value(u: Any, x: Any) -> Any:
                line = line_at(context, builder, image, builder.load(builder.gep(entries, [u])))
                return lanes.multiply(weight, lanes.load(line, x, image.dtype))

            def running(lines: Sequence[Any], x: Any) -> list[Any]:
                """Sums of the first of the lines, of the first two, and so on."""
                totals = [value(lines[0], x)]
                for u in lines[1:]:
                    totals.append(lanes.add(totals[-1], value(u, x)))
                return totals

            def body(x: Any) -> None:
                builder.store(value(WORD(rows - 1), x), shared)  # what all windows hold
                with cgutils.for_range_slice(builder, WORD(rows), tall, WORD(1)) as (u, _):
                    builder.store(lanes.add(builder.load(shared), value(u, x)), shared)
                above = running([WORD(u) for u in reversed(range(rows - 1))], x)
                below = running([builder.add(tall, WORD(u)) for u in range(rows - 1)], x)
                for r, result in enumerate(results):
                    total = builder.load(shared)
                    for ends in (above[rows - 2 - r : rows - 1 - r], below[r - 1 : r]):
                        for end in ends:  # one, or none
                            total = lanes.add(total, end)
                    lanes.store(total, result, x, sums.dtype)

            sweep(builder, lanes.scaled(args[7]), lanes.type.count, body)
            return context.get_dummy_value()

        return types.void(image, table, tall, weights, sums, to, pitch, n), generate

    return add_rows


add_two, add_four = _add_rows(2), _add_rows(4)


def add_up(
    context: Any, builder: ir.IRBuilder, kinds: Any, args: Any, put: Callable[[Any, Any], None]
) -> None:
    """Sweep over lines[a + j] + lines[b + j] + lines[c + j], the first `parts` of them.

    `args` begin with lines, a, b, c, parts, and end with the number of samples.
    """
    lanes, dtype = Lanes(context, builder, kinds[0].dtype), kinds[0].dtype
    lines = lines_of(context, builder, kinds[0], args[0], args[1:4])

    def body(parts: int) -> Callable[[Any], None]:
        def add_parts(x: Any) -> None:
            total = lanes.load(lines[0], x, dtype)
            for line in lines[1:parts]:
                total = lanes.add(total, lanes.load(line, x, dtype))
            put(total, x)

        return add_parts

    for parts in (1, 2, 3):
        with builder.if_then(builder.icmp_signed("==", args[4], WORD(parts))):
            sweep(builder, lanes.scaled(args[-1]), lanes.type.count, body(parts))


@intrinsic
def add(
    typing_context: Any, lines: Any, a: Any, b: Any, c: Any, parts: Any, sums: Any, to: Any, n: Any
) -> Any:
    """sums[to + j] = lines[a + j] + lines[b + j] + lines[c + j], the first `parts` of them."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kinds = signature.args
        lanes = Lanes(context, builder, kinds[5].dtype)
        (to,) = lines_of(context, builder, kinds[5], args[5], [args[6]])

        def put(value: Any, x: Any) -> None:
            lanes.store(value, to, x, kinds[5].dtype)

        add_up(context, builder, kinds, args, put)
        return context.get_dummy_value()

    return types.void(lines, a, b, c, parts, sums, to, n), generate


@intrinsic
def add_into(
    typing_context: Any,
    lines: Any,
    a: Any,
    b: Any,
    c: Any,
    parts: Any,
    weights: Any,
    out: Any,
    line: Any,
    n: Any,
) -> Any:
    """The same times weights[1], into a line of `out`'s dtype."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kinds = signature.args
        short = kinds[0].dtype == types.uint16
        count = Lanes(context, builder, kinds[0].dtype).type.count
        put = weighted(context, builder, kinds, args, count // 2 if short else count)
        add_up(
            *(context, builder, kinds, args),
            lambda value, x: put(halves(builder, value) if short else [value], x),
        )
        return context.get_dummy_value()

    return types.void(lines, a, b, c, parts, weights, out, line, n), generate
