"""What the machine can do: multiply-adds that never leave the registers, and copies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from convolve_native.limits import copy_rate, multiply_add_rate

COPIES = {"in cache": (256, 256), "2048x2048": (2048, 2048), "8192x8192": (8192, 8192)}


@dataclass(frozen=True)
class Limits:
    """float32; a copy counts what is read and what is written."""

    multiply_adds: dict[int, float]  # threads -> a second
    copies: dict[str, float]  # bytes a second, on one thread

    def as_dict(self):
        return asdict(self)


def limits(workers):
    """Measure them, for these numbers of threads."""
    return Limits(
        {count: multiply_add_rate(count) for count in workers},
        {name: copy_rate(shape) for name, shape in COPIES.items()},
    )
