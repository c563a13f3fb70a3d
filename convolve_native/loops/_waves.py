"""Eight complex numbers at a time, while code is being generated: what Fourier transforms do.

Spelled out, since LLVM finds no vectors among butterflies by itself.  With eight lanes everywhere,
in one register or in several, no result depends on the width of a CPU's registers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir
from numba.core import cgutils

LANES = 8
FLAGS = ("contract",)
WORD = ir.IntType(64)
PLACE = ir.IntType(32)  # of a shuffle's mask


@dataclass(frozen=True)
class Wave:
    """Eight complex numbers."""

    builder: ir.IRBuilder
    real: Any
    imaginary: Any

    def __add__(self, other: Wave) -> Wave:
        add = self.builder.fadd
        return self._of(
            add(self.real, other.real, flags=FLAGS),
            add(self.imaginary, other.imaginary, flags=FLAGS),
        )

    def __sub__(self, other: Wave) -> Wave:
        subtract = self.builder.fsub
        return self._of(
            subtract(self.real, other.real, flags=FLAGS),
            subtract(self.imaginary, other.imaginary, flags=FLAGS),
        )

    def plus_turned(self, other: Wave, sign: int) -> Wave:
        """self + sign * i * other."""
        add, subtract = self.builder.fadd, self.builder.fsub
        down, up = (subtract, add) if sign > 0 else (add, subtract)
        return self._of(
            down(self.real, other.imaginary, flags=FLAGS),
            up(self.imaginary, other.real, flags=FLAGS),
        )

    def scaled(self, factor: float) -> Wave:
        """self * factor, a real number."""
        multiply, vector = self.builder.fmul, ir.Constant(self.real.type, [factor] * LANES)
        return self._of(
            multiply(self.real, vector, flags=FLAGS), multiply(self.imaginary, vector, flags=FLAGS)
        )

    def times(self, other: Wave, sign: int = 1) -> Wave:
        """self * other; with -1, self * conj(other)."""
        multiply, add, subtract = self.builder.fmul, self.builder.fadd, self.builder.fsub
        down, up = (subtract, add) if sign > 0 else (add, subtract)
        return self._of(
            down(
                multiply(self.real, other.real, flags=FLAGS),
                multiply(self.imaginary, other.imaginary, flags=FLAGS),
                flags=FLAGS,
            ),
            up(
                multiply(self.imaginary, other.real, flags=FLAGS),
                multiply(self.real, other.imaginary, flags=FLAGS),
                flags=FLAGS,
            ),
        )

    def _of(self, real: Any, imaginary: Any) -> Wave:
        return Wave(self.builder, real, imaginary)


def transform(x: Sequence[Wave], sign: int) -> list[Wave]:
    """y[f] = sum_j x[j] exp(sign 2 pi i f j / n), n of 1, 2, 3, 4, 6 or 8."""
    n = len(x)
    if n == 1:
        return list(x)
    if n == 2:
        return [x[0] + x[1], x[0] - x[1]]
    if n == 3:
        both, apart = x[1] + x[2], (x[1] - x[2]).scaled(math.sqrt(0.75))
        middle = x[0] - both.scaled(0.5)
        return [x[0] + both, middle.plus_turned(apart, sign), middle.plus_turned(apart, -sign)]
    near, far = [], []
    halves = zip(transform(x[0::2], sign), transform(x[1::2], sign), strict=True)
    for f, (even, odd) in enumerate(halves):
        quarter, rest = divmod(4 * f, n)
        if rest:
            angle = math.pi * rest / (2 * n)
            odd = odd.scaled(math.cos(angle)).plus_turned(odd.scaled(math.sin(angle)), sign)
        near.append(even.plus_turned(odd, sign) if quarter else even + odd)
        far.append(even.plus_turned(odd, -sign) if quarter else even - odd)
    return near + far


def turned_over(waves: Sequence[Wave]) -> list[Wave]:
    """Lane i of wave j becomes lane j of wave i."""
    builder = waves[0].builder
    reals = _transposed(builder, [wave.real for wave in waves])
    imaginaries = _transposed(builder, [wave.imaginary for wave in waves])
    return [Wave(builder, *parts) for parts in zip(reals, imaginaries, strict=True)]


def _transposed(builder: ir.IRBuilder, rows: list[Any]) -> list[Any]:
    """The columns of eight vectors, by three rounds of exchanges between pairs of them."""
    for apart in (1, 2, 4):
        low = [j + LANES - apart if j & apart else j for j in range(LANES)]
        high = [j + LANES if j & apart else j + apart for j in range(LANES)]
        for i in range(LANES):
            if not i & apart:
                pair = rows[i], rows[i + apart]
                rows[i], rows[i + apart] = (_shuffled(builder, *pair, m) for m in (low, high))
    return rows


def _shuffled(builder: ir.IRBuilder, a: Any, b: Any, places: list[int]) -> Any:
    """Lanes of a and, from LANES on, of b."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(PLACE, LANES), places))


class Memory:
    """An array of real numbers, flat.

    A wave in it is eight real parts, and eight imaginary parts `half` further on.
    """

    def __init__(self, context: Any, builder: ir.IRBuilder, array: Any, value: Any) -> None:
        proxy: Any = cgutils.create_struct_proxy
        self._builder, self._data = builder, proxy(array)(context, builder, value).data
        self._nbytes = array.dtype.bitwidth // 8
        self._vector = ir.VectorType(context.get_value_type(array.dtype), LANES)

    def load(self, at: Any, half: Any) -> Wave:
        """The wave from there on."""
        return Wave(self._builder, self.part(at), self.part(self._builder.add(at, half)))

    def store(self, wave: Wave, at: Any, half: Any) -> None:
        """Write a wave where `load` reads one."""
        for part, place in ((wave.real, at), (wave.imaginary, self._builder.add(at, half))):
            self._builder.store(part, self._pointer(place)).align = self._nbytes

    def part(self, at: Any) -> Any:
        """The eight numbers from there on."""
        value = self._builder.load(self._pointer(at))
        value.align = self._nbytes
        return value

    def spread(self, at: Any) -> Wave:
        """One complex number in all lanes; its parts are neighbours."""
        return Wave(self._builder, self._spread(at), self._spread(self._builder.add(at, WORD(1))))

    def _spread(self, at: Any) -> Any:
        undefined = ir.Constant(self._vector, ir.Undefined)
        value = self._builder.load(self._builder.gep(self._data, [at]))
        first = self._builder.insert_element(undefined, value, PLACE(0))
        return _shuffled(self._builder, first, undefined, [0] * LANES)

    def _pointer(self, at: Any) -> Any:
        return self._builder.bitcast(self._builder.gep(self._data, [at]), self._vector.as_pointer())
