"""The register tile of a layer: sums for a few output channels over the same columns.

A vector that is loaded serves every channel of the tile.  Where the samples of a tap stand is read
from a list, so that a tile knows neither strides nor dilations nor how many input channels there
are.
"""

from __future__ import annotations

from typing import Any

from convolve_native.loops._simd import WORD, cgutils, intrinsic, parts_pointer, repeat, types
from convolve_native.loops._tiles import HEIGHT, Tile

NAMES = (
    *("lines", "at", "taps", "begin", "many", "weights", "first", "pitch", "start", "level"),
    *("out", "where", "out_pitch", "patch", "then"),
)


def _tile(rows: int, vectors: int) -> Any:
    """Make the intrinsic of a tile of `rows` channels; 0 vectors stand for as many as fit."""

    @intrinsic
    def channels(
        typing_context: Any,
        lines: Any,
        at: Any,
        taps: Any,
        begin: Any,
        many: Any,
        weights: Any,
        first: Any,
        pitch: Any,
        start: Any,
        level: Any,
        out: Any,
        where: Any,
        out_pitch: Any,
        patch: Any,
        then: Any,
    ) -> Any:
        """start[level + r] + sum of weights[first + r * pitch + k] * lines[at + taps[k] + ...].

        begin <= k < begin + many.  The sums go to out[where + r * out_pitch + ...], or into
        `patch`, as `then` says.
        """
        signature = types.void(
            lines, at, taps, begin, many, weights, first, pitch, start, level,
            out, where, out_pitch, patch, then,
        )  # fmt: skip

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = dict(zip(NAMES, signature.args, strict=True))
            a = dict(zip(NAMES, args, strict=True))
            own = kinds["weights"].dtype
            pointers = {
                name: parts_pointer(context, builder, kinds[name], a[name])
                for name in ("lines", "weights", "start", "out", "patch")
            }
            offsets = cgutils.create_struct_proxy(kinds["taps"])(context, builder, a["taps"]).data
            tile = Tile(context, builder, own, rows, vectors)
            bases = []
            for r in range(rows):
                tile.begin(r, pointers["start"], builder.add(a["level"], WORD(r)))
                bases.append(builder.add(a["first"], builder.mul(a["pitch"], WORD(r))))
            column = builder.gep(pointers["lines"], [a["at"]])
            with repeat(builder, a["many"], WORD(1)) as (k, _):
                tap = builder.add(a["begin"], k)
                line = builder.gep(column, [builder.load(builder.gep(offsets, [tap]))])
                touched = [(line, r, base) for r, base in enumerate(bases)]
                tile.add_taps(touched, kinds["lines"].dtype, pointers["weights"], tap, WORD(0))
            tile.finish(
                a["then"],
                pointers["patch"],
                own,
                WORD(tile.across),
                pointers["out"],
                kinds["out"].dtype,
                a["where"],
                a["out_pitch"],
            )
            return context.get_dummy_value()

        return signature, generate

    return channels


tile = _tile(HEIGHT, 0)
narrow_tile = _tile(HEIGHT, 1)
lone_tile = _tile(1, 0)
narrow_lone_tile = _tile(1, 1)
