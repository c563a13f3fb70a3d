"""Sweeps along lines of integers, whose sums are exact and so may run: add, and subtract again.

As those of _sweeps, they read and write up to OVERHANG samples more than they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from convolve_native.loops._simd import (
    LANE,
    WORD,
    cgutils,
    intrinsic,
    parts_pointer,
    target,
    types,
)
from convolve_native.loops._sweeps import (
    add_up,
    halves,
    line_at,
    lines_of,
    load,
    store,
    sweep,
    weighted,
)

STEPS = (1, 2, 3, 4)  # between taps, for which running sums are generated


@intrinsic
def slide(
    typing_context: Any, image: Any, entering: Any, leaving: Any, sums: Any, at: Any, n: Any
) -> Any:
    """sums[at + j] += entering[j] - leaving[j], lines of `image`'s dtype."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        image, _, _, sums = signature.args[:4]
        ends = [line_at(context, builder, image, args[n]) for n in (1, 2)]
        (total,) = lines_of(context, builder, sums, args[3], [args[4]])
        count = target().nbytes * 8 // image.dtype.bitwidth
        wide = ir.VectorType(total.type.pointee, count)

        def body(x: Any) -> None:
            more, less = (builder.zext(load(builder, line, x, count), wide) for line in ends)
            change = builder.sub(more, less)
            store(builder, builder.add(load(builder, total, x, count), change), total, x)

        sweep(builder, args[5], count, body)
        return context.get_dummy_value()

    return types.void(image, entering, leaving, sums, at, n), generate


def _divided(
    context: Any, builder: ir.IRBuilder, kinds: Any, args: Any
) -> Callable[[Any, Any], None]:
    """Make put(sums, x), which stores bytes (sums + half) * factor >> 16 + shift, of 16 bits.

    `kinds` and `args` end with division, which is (half, factor, shift), and out, line, n.
    """
    count = target().nbytes // 2
    short, byte = (ir.VectorType(ir.IntType(bits), count) for bits in (16, 8))
    line = line_at(context, builder, kinds[-3], args[-2])
    numbers = parts_pointer(context, builder, kinds[-4], args[-4])
    undefined, zeros = ir.Constant(short, ir.Undefined), ir.VectorType(LANE, count)(None)

    def spread(n: int) -> Any:
        number = builder.trunc(builder.load(builder.gep(numbers, [WORD(n)])), short.element)
        first = builder.insert_element(undefined, number, LANE(0))
        return builder.shuffle_vector(first, undefined, zeros)

    half, factor, shift = (spread(n) for n in range(3))
    # The upper half of a product: written out in 32 bits, LLVM does not see that it is one.
    upper_half = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(short, [short, short, LANE]), f"llvm.umul.fix.v{count}i16"
    )

    def put(sums: Any, x: Any) -> None:
        upper = builder.call(upper_half, [builder.add(sums, half), factor, LANE(16)])
        store(builder, builder.trunc(builder.lshr(upper, shift), byte), line, x)

    return put


@intrinsic
def divide_into(
    typing_context: Any,
    lines: Any,
    a: Any,
    b: Any,
    c: Any,
    parts: Any,
    division: Any,
    out: Any,
    line: Any,
    n: Any,
) -> Any:
    """As add_into of 16 bits, but by `division`."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        if signature.args[0].dtype == types.uint16:  # else nobody asks for it
            put = _divided(context, builder, signature.args, args)
            add_up(context, builder, signature.args, args, put)
        return context.get_dummy_value()

    return types.void(lines, a, b, c, parts, division, out, line, n), generate


class _Running:
    """Generates running sums W[j] = W[j - step] + E[j], modulo 2**bits."""

    def __init__(self, builder: ir.IRBuilder, bits: int, step: int) -> None:
        self._builder, self._step = builder, step
        self.count = target().nbytes * 8 // bits
        self.type = ir.VectorType(ir.IntType(bits), self.count)
        self._zero = ir.Constant(self.type, None)
        # For the next vector: the W that each of its lanes adds to; E of even samples; W.
        self._carried, self._even, self._total = (
            cgutils.alloca_once_value(builder, self._zero) for _ in range(3)
        )

    def load(self, line: Any, x: Any) -> Any:
        """A vector of a line, widened."""
        value = load(self._builder, line, x, self.count)
        return value if value.type == self.type else self._builder.zext(value, self.type)

    def advance(self, change: Any) -> Any:
        """W of a vector, from E."""
        builder, count, step = self._builder, self.count, self._step
        shift = step
        while shift < count:
            change = builder.add(change, self._behind(change, self._zero, shift))
            shift *= 2
        last = [count + j - step * -(-(j + 1) // step) for j in range(count)]
        carried = builder.load(self._carried)
        total = builder.add(change, carried)
        if count % step:  # lanes change places from vector to vector
            following = self._pick(total, last)
        else:  # so that one vector need not wait for another's shuffles
            following = builder.add(carried, self._pick(change, last))
        builder.store(following, self._carried)
        return total

    def gather(self, change: Any) -> None:
        """Take E from before the first W."""
        if self.count % self._step:
            self.advance(change)
        else:
            so_far = self._builder.load(self._total)
            self._builder.store(self._builder.add(so_far, change), self._total)

    def begin(self) -> None:
        """Go on with W."""
        if self.count % self._step == 0:
            self.advance(self._builder.load(self._total))

    def begin_pairs(self) -> None:
        """Go on with even and odd samples in vectors of their own, whose step is odd."""
        builder, step, lanes = self._builder, self._step, range(self.count)
        carried = builder.load(self._carried)
        builder.store(self._pick(carried, [(2 * i + 1) % step for i in lanes]), self._carried)
        before = [(2 * (i - self.count) + 1) % step for i in lanes]
        builder.store(self._pick(carried, before), self._total)

    def advance_pairs(self, even: Any, odd: Any) -> list[Any]:
        """W of even and of odd samples, from E.

        W[2i + 1] = W[2i + 1 - 2 step] + E[2i + 1 - step] + E[2i + 1]; W[2i] = W[2i - step] + E[2i].
        """
        builder, step = self._builder, self._step
        crossed = self._behind(even, builder.load(self._even), step // 2)
        total = self.advance(builder.add(odd, crossed))
        builder.store(even, self._even)
        if step == 1:  # with a shuffle less
            return [builder.sub(total, odd), total]
        before = self._behind(total, builder.load(self._total), (step + 1) // 2)
        builder.store(total, self._total)
        return [builder.add(before, even), total]

    def _behind(self, value: Any, before: Any, shift: int) -> Any:
        """Lanes moved up, the last ones of `before` moved in."""
        lanes = [self.count + j - shift for j in range(self.count)]
        mask = ir.Constant(ir.VectorType(LANE, self.count), lanes)
        return self._builder.shuffle_vector(before, value, mask)

    def _pick(self, value: Any, lanes: list[int]) -> Any:
        mask = ir.Constant(ir.VectorType(LANE, self.count), lanes)
        return self._builder.shuffle_vector(value, value, mask)


def _run(
    context: Any,
    builder: ir.IRBuilder,
    kinds: Any,
    args: Any,
    bits: int,
    put: Callable[[list[Any], Any], None],
) -> None:
    """Sum windows W[j] = lines[at + j] + lines[at + j + step] + ... + lines[at + j + reach].

    By W[j] = W[j - step] + lines[at + j + reach] - lines[at + j - step].  `args` begin with lines,
    at, reach, step, and end with the number of samples; before lines[at] stand zeros, as many as a
    vector holds.
    """
    at, reach, step = args[1:4]
    places = [builder.add(at, reach), builder.sub(at, step)]
    ends = enter, _ = lines_of(context, builder, kinds[0], args[0], places)

    def single(running: _Running) -> Callable[[Any], None]:
        def body(x: Any) -> None:
            more, less = (running.load(line, x) for line in ends)
            put([running.advance(builder.sub(more, less))], x)

        return body

    def paired(running: _Running) -> Callable[[Any], None]:
        def body(x: Any) -> None:
            more, less = (halves(builder, load(builder, e, x, 2 * running.count)) for e in ends)
            even, odd = (builder.sub(a, b) for a, b in zip(more, less, strict=True))
            put(running.advance_pairs(even, odd), x)

        return body

    def windows(running: _Running, pairs: bool) -> None:
        count = running.count
        # Whole vectors up to where `enter` begins; the first of them begins among the zeros.
        whole = builder.and_(builder.add(reach, WORD(count - 1)), WORD(-count))
        begin = builder.gep(enter, [builder.neg(whole)])
        with builder.if_then(builder.icmp_signed(">", whole, WORD(0))):
            sweep(builder, whole, count, lambda x: running.gather(running.load(begin, x)))
            running.begin()
        if pairs:
            running.begin_pairs()
            sweep(builder, args[-1], 2 * count, paired(running))
        else:
            sweep(builder, args[-1], count, single(running))

    short = kinds[0].dtype == types.uint16
    for number in STEPS:
        with builder.if_then(builder.icmp_signed("==", step, WORD(number))):
            windows(_Running(builder, bits, number), short and bits == 32 and number % 2 == 1)


@intrinsic
def run_into(
    typing_context: Any,
    lines: Any,
    at: Any,
    reach: Any,
    step: Any,
    weights: Any,
    out: Any,
    line: Any,
    n: Any,
) -> Any:
    """Windows below 2**31 times weights[1], into a line of `out`'s dtype."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        put = weighted(context, builder, signature.args, args, target().nbytes // 4)
        _run(context, builder, signature.args, args, 32, put)
        return context.get_dummy_value()

    return types.void(lines, at, reach, step, weights, out, line, n), generate


@intrinsic
def run_divide_into(
    typing_context: Any,
    lines: Any,
    at: Any,
    reach: Any,
    step: Any,
    division: Any,
    out: Any,
    line: Any,
    n: Any,
) -> Any:
    """Windows below 2**16, by `division`."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        if signature.args[0].dtype == types.uint16:  # else nobody asks for it
            put = _divided(context, builder, signature.args, args)
            _run(*(context, builder, signature.args, args, 16), lambda sums, x: put(sums[0], x))
        return context.get_dummy_value()

    return types.void(lines, at, reach, step, division, out, line, n), generate
