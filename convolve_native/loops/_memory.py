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
    stream,
    target,
    types,
)

LINE = 64  # bytes of a line of the cache


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
def gather(
    typing_context: Any,
    source: Any,
    begin: Any,
    indices: Any,
    at: Any,
    fill: Any,
    out: Any,
    place: Any,
    samples: Any,
) -> Any:
    """out[place + j] = source[begin + indices[at + j]], or fill where that index is negative.

    For a few samples: one by one, where LLVM would first ask whether vectors of them pay.
    """

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        read, found, written = (
            cgutils.create_struct_proxy(signature.args[n])(context, builder, args[n]).data
            for n in (0, 2, 5)
        )
        _, begin, _, at, fill, _, place, samples = args
        some = builder.icmp_signed(">", samples, WORD(0))
        with builder.if_then(some), repeat(builder, samples, WORD(1)) as (j, _):
            index = builder.load(builder.gep(found, [builder.add(at, j)]))
            inside = builder.icmp_signed(">=", index, WORD(0))
            own = builder.select(inside, builder.add(begin, index), WORD(0))
            value = builder.select(inside, builder.load(builder.gep(read, [own])), fill)
            builder.store(value, builder.gep(written, [builder.add(place, j)]))
        return context.get_dummy_value()

    return types.void(source, begin, indices, at, fill, out, place, samples), generate


def fetch(builder: ir.IRBuilder, begin: Any, nbytes: int) -> None:
    """Generate a request for the lines of the cache that hold so many bytes from there on."""
    pointer = ir.IntType(8).as_pointer()
    begin = builder.bitcast(begin, pointer)
    kind = ir.FunctionType(ir.VoidType(), [pointer, LANE, LANE, LANE])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    to_read, second_level, data_cache = LANE(0), LANE(2), LANE(1)
    for offset in range(0, nbytes, LINE):
        place = builder.gep(begin, [WORD(offset)])
        builder.call(function, [place, to_read, second_level, data_cache])


@intrinsic
def pour(typing_context: Any, source: Any, begin: Any, out: Any, place: Any, samples: Any) -> Any:
    """The same past the caches: whole lines of them, one or more, that begin where one does."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        ends = (parts_pointer(context, builder, signature.args[n], args[n]) for n in (0, 2))
        size = context.get_abi_sizeof(context.get_value_type(signature.args[0].dtype))
        byte = ir.IntType(8)
        source, out = (
            builder.gep(builder.bitcast(end, byte.as_pointer()), [builder.mul(at, WORD(size))])
            for end, at in zip(ends, (args[1], args[3]), strict=True)
        )
        vector = ir.VectorType(byte, target().nbytes)
        rounds = builder.sdiv(builder.mul(args[4], WORD(size)), WORD(vector.count))
        with repeat(builder, rounds, WORD(vector.count)) as (_, offset):
            source_at, out_at = (
                builder.bitcast(builder.gep(end, [offset]), vector.as_pointer())
                for end in (source, out)
            )
            value = builder.load(source_at)
            value.align = 1
            stream(builder, value, out_at)
        return context.get_dummy_value()

    return types.void(source, begin, out, place, samples), generate


@intrinsic
def await_streams(typing_context: Any) -> Any:
    """Let what was written past the caches come before all that follows."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def address(typing_context: Any, array: Any, index: Any) -> Any:
    """The address of a sample of a C-contiguous array, counted from its first; may lie outside."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0]).data
        return builder.ptrtoint(builder.gep(data, [args[1]]), WORD)

    return types.uintp(array, types.intp), generate
