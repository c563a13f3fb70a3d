"""What this machine costs: a few constants with units, from which the planner predicts seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Seconds on one thread.  The float32 figure comes first, that of eight-byte samples second."""

    provenance: str
    per_direct_product: tuple[float, float]  # one multiply-add of the direct loop
    per_separable_product: tuple[float, float]  # one multiply-add of the separable loop
    per_addition: tuple[float, float]  # one addition of the box loop
    per_fft_flop: tuple[float, float]  # one of the 2.5 N log2 N operations of a real transform
    per_tile_flop: tuple[float, float]  # the same, of transforms that stay in cache
    per_sample: tuple[float, float]  # one sample read, converted and written
    per_row: float  # the fixed work on one line of the result
    per_call: float  # one call of a compiled loop, its scratch included
    per_tile: float  # the fixed work on one tile
    per_lease: float  # finding a plan and a kernel's spectrum that were used before
    per_thread: float  # handing a part to another thread

    def rate(self, figures: tuple[float, float], itemsize: int) -> float:
        """Pick a figure by the bytes of a sample; a complex one counts as its parts."""
        return figures[0] if itemsize == 4 else figures[1]


DEFAULT = Machine(
    provenance="shipped: AMD EPYC (Zen 5, AVX-512), numba 0.68.1, FFTW 3.3.5, November 2026",
    per_direct_product=(2.6e-11, 5.1e-11),
    per_separable_product=(2.9e-11, 6.2e-11),
    per_addition=(1e-10, 1.7e-10),
    per_fft_flop=(7.5e-11, 9e-11),
    per_tile_flop=(4e-11, 6e-11),
    per_sample=(7e-10, 1.3e-9),
    per_row=1e-7,
    per_call=3e-6,
    per_tile=5e-6,
    per_lease=1e-5,
    per_thread=5e-5,
)
