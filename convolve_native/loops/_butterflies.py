"""The steps of Fourier transforms over vectors of eight lanes, each an intrinsic of a few waves.

`at`, `step` and `half` count numbers: where the first wave is, how far apart the waves are, and how
far a wave's imaginary parts are from its real ones.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils

from convolve_native.loops._waves import LANES, WORD, Memory, transform, turned_over

INDEX = types.intp
BLOCK = LANES**2  # numbers


def intrinsic(function: Any) -> Any:
    """Numba's, whose stub counts no arguments."""
    return extending.intrinsic(function)


def _places(builder: ir.IRBuilder, at: Any, step: Any, count: int) -> list[Any]:
    return [builder.add(at, builder.mul(step, WORD(j))) for j in range(count)]


def _memories(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> list[Memory]:
    """Those of the arguments that are arrays."""
    pairs = zip(signature.args, args, strict=True)
    return [Memory(context, builder, t, a) for t, a in pairs if isinstance(t, types.Array)]


def _step(sign: int) -> Any:
    @intrinsic
    def step(typing: Any, x: Any, at: Any, step: Any, half: Any, factors: Any, first: Any) -> Any:
        """Four waves, and the three factors that lead to the next smaller transforms.

        Forwards, with sign -1, the factors come last; backwards their conjugates come first.
        """

        def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            memory, table = _memories(context, builder, signature, args)
            places, half = _places(builder, args[1], args[2], 4), args[3]
            waves = [memory.load(place, half) for place in places]
            turns = [table.spread(place) for place in _places(builder, args[5], WORD(2), 3)]
            if sign < 0:
                waves = transform(waves, sign)
            waves[1:] = [w.times(turn, -sign) for w, turn in zip(waves[1:], turns, strict=True)]
            if sign > 0:
                waves = transform(waves, sign)
            for wave, place in zip(waves, places, strict=True):
                memory.store(wave, place, half)
            return context.get_dummy_value()

        return types.void(x, INDEX, INDEX, INDEX, factors, INDEX), emit

    return step


def _middle(points: int, sign: int) -> Any:
    @intrinsic
    def middle(typing: Any, x: Any, at: Any, step: Any, half: Any) -> Any:
        """One of the smallest transforms."""

        def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            (memory,) = _memories(context, builder, signature, args)
            places = _places(builder, args[1], args[2], points)
            waves = transform([memory.load(place, args[3]) for place in places], sign)
            for wave, place in zip(waves, places, strict=True):
                memory.store(wave, place, args[3])
            return context.get_dummy_value()

        return types.void(x, INDEX, INDEX, INDEX), emit

    return middle


def _product(points: int) -> Any:
    @intrinsic
    def product(typing: Any, x: Any, at: Any, otf: Any, first: Any) -> Any:
        """One of the smallest transforms, times an otf, and back; waves follow one another."""

        def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            memory, spectrum = _memories(context, builder, signature, args)
            half, wave = WORD(LANES), WORD(2 * LANES)
            places = _places(builder, args[1], wave, points)
            waves = transform([memory.load(place, half) for place in places], -1)
            others = [
                spectrum.load(place, half) for place in _places(builder, args[3], wave, points)
            ]
            products = [one.times(other) for one, other in zip(waves, others, strict=True)]
            for one, place in zip(transform(products, 1), places, strict=True):
                memory.store(one, place, half)
            return context.get_dummy_value()

        return types.void(x, INDEX, otf, INDEX), emit

    return product


forward_step, inverse_step = _step(-1), _step(1)
forward_3, forward_4, forward_6, forward_8 = (_middle(points, -1) for points in (3, 4, 6, 8))
inverse_3, inverse_4, inverse_6, inverse_8 = (_middle(points, 1) for points in (3, 4, 6, 8))
filter_1, filter_3, filter_4, filter_6, filter_8 = map(_product, (1, 3, 4, 6, 8))


def _across(sign: int) -> Any:
    @intrinsic
    def across(
        typing: Any,
        x: Any,
        at: Any,
        half: Any,
        turns: Any,
        first: Any,
        frame: Any,
        to: Any,
        apart: Any,
    ) -> Any:
        """Between eight waves of a line and of a frame, where they are `apart` from one another.

        Forwards, the last step along the line: factors, and the transform of each wave's lanes.
        Backwards the same undone.
        """

        def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            line, table, blocks = _memories(context, builder, signature, args)
            half, inner = args[2], WORD(LANES)
            places = _places(builder, args[1], inner, LANES)
            factors = [
                table.load(place, inner)
                for place in _places(builder, args[4], WORD(2 * LANES), LANES)
            ]
            goals = _places(builder, args[6], args[7], LANES)
            if sign < 0:
                waves = [
                    line.load(place, half).times(factor)
                    for place, factor in zip(places, factors, strict=True)
                ]
                for wave, goal in zip(transform(turned_over(waves), -1), goals, strict=True):
                    blocks.store(wave, goal, inner)
            else:
                waves = turned_over(transform([blocks.load(goal, inner) for goal in goals], 1))
                for wave, place, factor in zip(waves, places, factors, strict=True):
                    line.store(wave.times(factor, -1), place, half)
            return context.get_dummy_value()

        return types.void(x, INDEX, INDEX, turns, INDEX, frame, INDEX, INDEX), emit

    return across


across, back_across = _across(-1), _across(1)


@intrinsic
def move(typing: Any, x: Any, at: Any, half: Any, y: Any, to: Any, half_there: Any) -> Any:
    """One wave from x to y."""

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        here, there = _memories(context, builder, signature, args)
        there.store(here.load(args[1], args[2]), args[4], args[5])
        return context.get_dummy_value()

    return types.void(x, INDEX, INDEX, y, INDEX, INDEX), emit


@intrinsic
def magnitude(typing: Any, x: Any, at: Any) -> Any:
    """A number without its sign, as the integer that has the same bits.

    Such integers are in the order of the numbers; what is not finite comes after all that is.
    Unlike a maximum of numbers that may be NaN, one of integers is a maximum of vectors to LLVM.
    """

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        proxy: Any = cgutils.create_struct_proxy
        data, bits = proxy(x)(context, builder, args[0]).data, x.dtype.bitwidth
        number = builder.bitcast(builder.load(builder.gep(data, [args[1]])), ir.IntType(bits))
        unsigned = builder.and_(number, ir.Constant(number.type, 2 ** (bits - 1) - 1))
        return builder.zext(unsigned, WORD)

    return INDEX(x, INDEX), emit


@intrinsic
def moduli_of(typing: Any, x: Any, at: Any) -> Any:
    """The sum of the moduli of a block of numbers, in double precision."""

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        (memory,) = _memories(context, builder, signature, args)
        double = ir.VectorType(ir.DoubleType(), LANES)
        function: Any = cgutils.get_or_insert_function
        parts = [memory.part(place) for place in _places(builder, args[1], WORD(LANES), LANES)]
        kind = f"v{LANES}f{x.dtype.bitwidth}"
        modulus = function(
            builder.module, ir.FunctionType(parts[0].type, [parts[0].type]), f"llvm.fabs.{kind}"
        )
        sums = [builder.fpext(builder.call(modulus, [part]), double) for part in parts]
        while len(sums) > 1:
            sums = [builder.fadd(a, b) for a, b in zip(sums[::2], sums[1::2], strict=True)]
        reduced = ir.FunctionType(ir.DoubleType(), [ir.DoubleType(), double])
        reduce = function(builder.module, reduced, f"llvm.vector.reduce.fadd.v{LANES}f64")
        return builder.call(reduce, [ir.Constant(ir.DoubleType(), 0.0), sums[0]])

    return types.float64(x, INDEX), emit
