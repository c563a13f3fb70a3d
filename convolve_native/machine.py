"""What this machine costs: a few constants with units, from which the planner predicts seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Seconds on one thread.  The float32 figure comes first, that of eight-byte samples second."""

    provenance: str
    per_direct_product: tuple[float, float]  # one multiply-add of the direct loop
    per_separable_product: tuple[float, float]  # one multiply-add of the separable loop
    per_fft_flop: tuple[float, float]  # one of the 2.5 N log2 N operations of a real transform
    per_sample: tuple[float, float]  # one sample read, converted and written
    per_row: float  # the fixed work on one line of the result
    per_call: float  # one call of a compiled loop, its scratch included
    per_plan: float  # building a pair of ESTIMATE plans and the kernel's spectrum, shared by calls
    per_thread: float  # handing a part to another thread

    def rate(self, figures: tuple[float, float], itemsize: int) -> float:
        """Pick a figure by the bytes of a sample; a complex one counts as its parts."""
        return figures[0] if itemsize == 4 else figures[1]


DEFAULT = Machine(
    provenance="defaults",
    per_direct_product=(3.5e-11, 7e-11),
    per_separable_product=(4e-11, 8e-11),
    per_fft_flop=(1e-10, 1.6e-10),
    per_sample=(5e-10, 8e-10),
    per_row=2e-7,
    per_call=3e-6,
    per_plan=1e-4,
    per_thread=5e-5,
)
