"""What no sum of products can be faster than: multiply-adds that never leave the registers."""

from __future__ import annotations

from typing import Any

from convolve_native.loops._jit import COUNT, array, loop
from convolve_native.loops._simd import WORD, Lanes, intrinsic, parts_pointer, repeat, target, types


def chains() -> int:
    """Sums that do not wait for one another: those of the register tile, which hide all waiting."""
    return target().rows * target().vectors


@intrinsic
def _chained(typing_context: Any, steps: Any, terms: Any, out: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = Lanes(context, builder, terms.dtype)
        given, written = (
            parts_pointer(context, builder, kind, value)
            for kind, value in zip((terms, out), arguments[1:], strict=True)
        )
        (factor,), (term,) = lanes.spread(given, WORD(0)), lanes.spread(given, WORD(1))
        before = builder.block
        with repeat(builder, arguments[0], WORD(1)):
            body = builder.block
            sums = [builder.phi(lanes.type) for _ in range(chains())]
            later = [lanes.multiply_add(total, factor, term) for total in sums]
            for total, following in zip(sums, later, strict=True):
                total.add_incoming(term, before)
                total.add_incoming(following, body)
        total = later[0]
        for each in later[1:]:
            total = lanes.add(total, each)
        lanes.store(total, written, WORD(0), out.dtype)
        return context.get_dummy_value()

    return types.none(steps, terms, out), codegen


@loop(lambda part: (COUNT, array(part, 1), array(part, 1, written=True)))
def multiply_add(steps: Any, terms: Any, out: Any) -> None:
    """out = one vector: sum over chains of x, where x = x * terms[0] + terms[1] so many times."""
    _chained(steps, terms, out)
