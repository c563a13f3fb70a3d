"""Vectors, spelled out: what loops hand to LLVM rather than leave for it to find.

A vector here is a value of LLVM's, as long as a register of the target, and `Lanes` says what can
be done with it while code is being generated.  A complex sample is two lanes, its real and its
imaginary part, and a product with a complex weight is kept in two vectors until it is stored.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils as _cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic as _intrinsic

# Their stubs are younger than what is used of them.
types: Any = numba.types
cgutils: Any = _cgutils
intrinsic: Callable[[Callable[..., Any]], Any] = _intrinsic
WORD = ir.IntType(64)
# Added to this, a float32 up to 2**22 is rounded half to even into the lowest bits.
SHIFT = 1.5 * 2**23
SHIFT_BITS = int(np.float32(SHIFT).view(np.int32))
LANE = ir.IntType(32)  # of a shuffle's mask


@dataclass(frozen=True)
class Target:
    """The CPU that is compiled for: its registers, and the tile of sums that they can hold."""

    nbytes: int  # of a vector register
    rows: int  # of a tile
    vectors: int  # across a tile; with what they are summed from, they must fit the registers
    fused: bool  # whether a multiply-add is one instruction


# feature -> the register tile of the CPUs that have it, the widest first
X86 = {
    "+avx512f": (64, 4, 4),  # 32 registers
    "+avx2": (32, 4, 3),  # 16
    "+avx": (32, 4, 3),
    "": (16, 4, 3),
}
OTHERS = (16, 4, 4)  # NEON has 32


@cache
def target() -> Target:
    """Read off Numba's target, which is not always the host."""
    triple, _, features = cpu_target.target_context.codegen().magic_tuple()
    if not triple.startswith(("x86_64", "i386", "i686")):
        return Target(*OTHERS, fused=triple.startswith(("aarch64", "arm64")))
    has = set(features.split(","))
    return Target(*next(X86[name] for name in X86 if not name or name in has), fused="+fma" in has)


def samples_across(dtype: np.dtype[Any]) -> int:
    """Samples in a row of the register tile; complex ones take two vectors each."""
    return vectors_across(dtype) * (target().nbytes // dtype.itemsize)


def vectors_across(dtype: np.dtype[Any]) -> int:
    """Vectors in a row of the register tile."""
    return max(1, target().vectors // 2) if dtype.kind == "c" else target().vectors


class Lanes:
    """Vectors of one dtype, while code is being generated: the tile is summed in these."""

    def __init__(
        self, context: Any, builder: ir.IRBuilder, dtype: Any, count: int | None = None
    ) -> None:
        self._builder = builder
        self.complex = isinstance(dtype, types.Complex)
        self._part = dtype.underlying_float if self.complex else dtype
        self._element = context.get_value_type(self._part)
        self._count = count or target().nbytes * 8 // self._part.bitwidth
        self.type = ir.VectorType(self._element, self._count)
        self.zero = ir.Constant(self.type, None)
        self.samples = self._count // 2 if self.complex else self._count

    @property
    def parts(self) -> int:
        """Lanes that a sample takes, and vectors that a sum of products with weights takes."""
        return 2 if self.complex else 1

    def load(self, samples: Any, offset: Any, source: Any) -> Any:
        """`self.samples` samples of `source` from there on, as lanes."""
        if source in (types.uint8, types.uint16) and source != self._part:
            integers = ir.VectorType(ir.IntType(source.bitwidth), self._count)
            return self.converted(self._load(samples, offset, integers))
        return self._load(samples, offset, self.type)

    def converted(self, value: Any) -> Any:
        """Lanes from integers, unsigned ones of fewer than 32 bits; floats are lanes already."""
        if value.type == self.type:
            return value
        if value.type.element.width < 32:
            value = self._builder.zext(value, ir.VectorType(ir.IntType(32), self._count))
        return self._builder.sitofp(value, self.type)

    def _load(self, samples: Any, offset: Any, vector: ir.VectorType) -> Any:
        value = self._builder.load(self._at(samples, offset, vector))
        value.align = (
            vector.element.width // 8
            if hasattr(vector.element, "width")
            else self._part.bitwidth // 8
        )
        return value

    def _at(self, samples: Any, offset: Any, vector: ir.VectorType) -> Any:
        """Address a vector; of complex samples `samples` points at the parts."""
        return self._builder.bitcast(self._builder.gep(samples, [offset]), vector.as_pointer())

    def spread(self, weights: Any, offset: Any) -> list[Any]:
        """A weight in all lanes: of a complex one, its real part and its imaginary part."""
        return [self._spread(weights, self.scaled(offset, part)) for part in range(self.parts)]

    def scaled(self, offset: Any, part: int = 0) -> Any:
        """Count lanes rather than samples."""
        if not self.complex:
            return offset
        return self._builder.add(self._builder.shl(offset, WORD(1)), WORD(part))

    def _spread(self, weights: Any, offset: Any) -> Any:
        builder = self._builder
        weight = builder.load(builder.gep(weights, [offset]))
        undefined = ir.Constant(self.type, ir.Undefined)
        first = builder.insert_element(undefined, weight, LANE(0))
        return builder.shuffle_vector(
            first, undefined, ir.Constant(ir.VectorType(LANE, self._count), None)
        )

    def multiply_add(self, weight: Any, value: Any, total: Any) -> Any:
        """weight * value + total, with one rounding where the target has the instruction."""
        builder = self._builder
        if isinstance(self._part, types.Integer):
            return builder.add(builder.mul(weight, value), total)
        if not target().fused:
            return builder.fadd(builder.fmul(weight, value), total)
        name = f"llvm.fma.v{self._count}f{self._part.bitwidth}"
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(self.type, [self.type] * 3), name
        )
        return builder.call(function, [weight, value, total])

    def multiply(self, weight: Any, value: Any) -> Any:
        """weight * value."""
        if isinstance(self._part, types.Integer):
            return self._builder.mul(weight, value)
        return self._builder.fmul(weight, value)

    def add(self, a: Any, b: Any) -> Any:
        """a + b."""
        if isinstance(self._part, types.Integer):
            return self._builder.add(a, b)
        return self._builder.fadd(a, b)

    def joined(self, sums: Sequence[Any]) -> Any:
        """The sums of products with real and with imaginary weights, as complex samples."""
        if not self.complex:
            return sums[0]
        builder, count = self._builder, self._count
        turned = builder.shuffle_vector(
            sums[1], sums[1], ir.Constant(ir.VectorType(LANE, count), [i ^ 1 for i in range(count)])
        )
        signs = ir.Constant(self.type, [(-1.0, 1.0)[i % 2] for i in range(count)])
        return builder.fadd(sums[0], builder.fmul(turned, signs))

    def store(self, value: Any, samples: Any, offset: Any, stored: Any) -> None:
        """Write lanes as samples of `stored`: into bytes, rounded half to even and saturated."""
        if stored in (types.uint8, types.uint16) and stored != self._part:
            value = self._rounded(value, stored.bitwidth)
        written = self._builder.store(value, self._at(samples, offset, value.type))
        written.align = (
            max(1, value.type.element.width // 8)
            if hasattr(value.type.element, "width")
            else self._part.bitwidth // 8
        )

    def stream(self, value: Any, samples: Any, offset: Any) -> None:
        """Write lanes past the caches, to an address that a vector's length divides."""
        stream(self._builder, value, self._at(samples, offset, value.type))

    def _rounded(self, value: Any, bits: int) -> Any:
        """float32 to the nearest integer of so many bits."""
        builder = self._builder
        low, high = self.zero, ir.Constant(self.type, [float(2**bits - 1)] * self._count)
        value = builder.select(builder.fcmp_ordered(">", value, low), value, low)
        value = builder.select(builder.fcmp_ordered("<", value, high), value, high)
        shift = ir.Constant(self.type, [SHIFT] * self._count)
        integers = builder.bitcast(
            builder.fadd(value, shift), ir.VectorType(ir.IntType(32), self._count)
        )
        return builder.trunc(integers, ir.VectorType(ir.IntType(bits), self._count))

    def rounded_product(self, weight: Any, value: Any, bits: int) -> Any:
        """weight * value >= 0 to the nearest integer of so many bits, the lowest of 32."""
        builder, integers = self._builder, ir.VectorType(ir.IntType(32), self._count)
        shift = ir.Constant(self.type, [SHIFT] * self._count)
        product = builder.bitcast(self.multiply_add(weight, value, shift), integers)
        # Positive floats are ordered as their bits are.
        high = ir.Constant(integers, [SHIFT_BITS + 2**bits - 1] * self._count)
        return builder.select(builder.icmp_signed("<", product, high), product, high)


def parts_pointer(context: Any, builder: ir.IRBuilder, array: Any, value: Any) -> Any:
    """Point at an array's samples; at the parts of complex ones."""
    data = cgutils.create_struct_proxy(array)(context, builder, value).data
    if isinstance(array.dtype, types.Complex):
        part = context.get_value_type(array.dtype.underlying_float)
        return builder.bitcast(data, part.as_pointer())
    return data


def stream(builder: ir.IRBuilder, value: Any, place: Any) -> None:
    """Write a vector past the caches, to an address that its length divides."""
    written = builder.store(value, place)
    written.align = target().nbytes
    one = builder.module.add_metadata([ir.Constant(LANE, 1)])
    written.set_metadata("nontemporal", one)


def line_length(context: Any, builder: ir.IRBuilder, array: Any, value: Any) -> Any:
    """Samples in a line of an array of two axes or more."""
    shape = cgutils.create_struct_proxy(array)(context, builder, value).shape
    return builder.extract_value(shape, array.ndim - 1)


@contextlib.contextmanager
def repeat(builder: ir.IRBuilder, times: Any, step: Any) -> Iterator[tuple[Any, Any]]:
    """Generate a loop of one round or more, with its index and its offset, which grows by `step`.

    LLVM is bid to leave it as it is: full of vectors already, or too short for them.
    """
    before, body = builder.block, builder.append_basic_block("repeat")
    builder.branch(body)
    builder.position_at_end(body)
    index, offset = builder.phi(WORD), builder.phi(WORD)
    yield index, offset
    following = builder.add(index, WORD(1))
    for phi, later in ((index, following), (offset, builder.add(offset, step))):
        phi.add_incoming(WORD(0), before)
        phi.add_incoming(later, builder.block)
    after = builder.append_basic_block("repeated")
    again = builder.cbranch(builder.icmp_signed("<", following, times), body, after)
    rolled = builder.module.add_metadata(
        [ir.MetaDataString(builder.module, "llvm.loop.unroll.disable")]
    )
    scalar = builder.module.add_metadata(
        [
            ir.MetaDataString(builder.module, "llvm.loop.vectorize.enable"),
            ir.Constant(ir.IntType(1), 0),
        ]
    )
    own = ir.values.MDValue(builder.module, [], str(len(builder.module.metadata)))
    own.operands = (own, rolled, scalar)  # a loop is named by a node that begins with itself
    again.set_metadata("llvm.loop", own)
    builder.position_at_end(after)
