"""What the machine can do: multiply-adds that never leave the registers, and copies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from convolve_native.calibration import timings

# Floats a vector, and vectors summed to at a time: enough to hide how long one takes, few enough
# to stay in registers. The fastest is the limit: SSE or NEON, AVX, AVX-512, and all its registers.
TILES = ((4, 12), (8, 12), (16, 12), (16, 24))
STEPS = 2_000_000  # some milliseconds, beside which handing out to threads is nothing
COPIES = {"in cache": (256, 256), "2048x2048": (2048, 2048), "8192x8192": (8192, 8192)}


@dataclass(frozen=True)
class Limits:
    """float32; a copy counts what is read and what is written."""

    multiply_adds: dict[int, float]  # threads -> a second
    copies: dict[str, float]  # bytes a second, on one thread

    def as_dict(self):
        return asdict(self)


def _chain(lanes, count):
    """A compiled loop of `count` independent chains of multiply-adds on vectors of `lanes`."""

    @intrinsic
    def chains(typing_context, steps, factor, term):
        def codegen(context, builder, signature, args):
            vector = ir.VectorType(ir.FloatType(), lanes)

            def spread(scalar):
                undefined = ir.Constant(vector, ir.Undefined)
                zero = ir.Constant(ir.IntType(32), 0)
                first = builder.insert_element(undefined, scalar, zero)
                order = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)
                return builder.shuffle_vector(first, undefined, order)

            factor, term = spread(args[1]), spread(args[2])
            sums = [cgutils.alloca_once_value(builder, term) for _ in range(count)]
            with cgutils.for_range(builder, args[0]):
                for slot in sums:
                    product = builder.fmul(builder.load(slot), factor, flags=["contract"])
                    builder.store(builder.fadd(product, term, flags=["contract"]), slot)
            total = builder.load(sums[0])
            for slot in sums[1:]:
                total = builder.fadd(total, builder.load(slot))
            return builder.extract_element(total, ir.Constant(ir.IntType(32), 0))

        return types.float32(types.intp, types.float32, types.float32), codegen

    @njit("float32(intp, float32, float32)", nogil=True)
    def loop(steps, factor, term):
        return chains(steps, factor, term)

    return loop


def multiply_add_rate(workers):
    """Multiply-adds a second, on so many threads at a time."""
    best = 0.0
    with ThreadPoolExecutor(workers) as pool:
        for lanes, count in TILES:
            loop = _chain(lanes, count)

            def call(loop=loop):
                factors = np.full(workers, 0.999, np.float32)
                return list(pool.map(lambda factor: loop(STEPS, factor, np.float32(1)), factors))

            (timing,) = timings(call)
            best = max(best, workers * STEPS * lanes * count / timing.best)
    return best


def copy_rate(shape):
    """Bytes read and written a second."""
    source, target = np.ones(shape, np.float32), np.zeros(shape, np.float32)
    (timing,) = timings(lambda: np.copyto(target, source))
    return 2 * source.nbytes / timing.best


def limits(workers):
    """Measure them, for these numbers of threads."""
    return Limits(
        {count: multiply_add_rate(count) for count in workers},
        {name: copy_rate(shape) for name, shape in COPIES.items()},
    )
