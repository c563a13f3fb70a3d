"""Lines of samples in memory: their addresses, their copies, and the caches they come through."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from convolve_native.loops._simd import (
    LANE,
    WORD,
    cgutils,
    intrinsic,
    parts_pointer,
    repeat,
    target,
    types,
)


@intrinsic
def copy(typing_context: Any, source: Any, begin: Any, out: Any, place: Any, samples: Any) -> Any:
    """out[place + j] = source[begin + j] for j < samples; counted from the first, apart."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        read, written = (
            parts_pointer(context, builder, signature.args[n], args[n]) for n in (0, 2)
        )
        dtype = signature.args[0].dtype
        parts = 2 if isinstance(dtype, types.Complex) else 1
        size = context.get_abi_sizeof(read.type.pointee)
        vector = ir.VectorType(read.type.pointee, target().nbytes // size)
        count = WORD(vector.count)
        begin, place, length = (builder.mul(args[n], WORD(parts)) for n in (1, 3, 4))

        def move(kind: Any, offset: Any) -> None:
            source, out = (
                builder.bitcast(builder.gep(base, [builder.add(first, offset)]), kind.as_pointer())
                for base, first in ((read, begin), (written, place))
            )
            value = builder.load(source)
            stored = builder.store(value, out)
            value.align = stored.align = size

        with builder.if_else(builder.icmp_signed(">=", length, count)) as (long, short):
            with long:
                with repeat(builder, builder.sdiv(length, count), count) as (_, offset):
                    move(vector, offset)
                move(vector, builder.sub(length, count))
            with short, cgutils.for_range(builder, length) as loop:
                move(vector.element, loop.index)
        return context.get_dummy_value()

    return types.void(source, begin, out, place, samples), generate


@intrinsic
def fetch(typing_context: Any, table: Any, entry: Any, offset: Any) -> Any:
    """Ask for the line of the cache that stands so many bytes behind a table's address."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0]).data
        pointer = ir.IntType(8).as_pointer()
        start = builder.load(builder.gep(builder.bitcast(data, pointer.as_pointer()), [args[1]]))
        kind = ir.FunctionType(ir.VoidType(), [pointer, LANE, LANE, LANE])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_read, second_level, data_cache = LANE(0), LANE(2), LANE(1)
        place = builder.gep(start, [args[2]])
        builder.call(function, [place, to_read, second_level, data_cache])
        return context.get_dummy_value()

    return types.void(table, types.intp, types.intp), generate


@intrinsic
def address(typing_context: Any, array: Any, index: Any) -> Any:
    """The address of a sample of a C-contiguous array, counted from its first; may lie outside."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0]).data
        return builder.ptrtoint(builder.gep(data, [args[1]]), WORD)

    return types.uintp(array, types.intp), generate
