"""The methods: one file each, one row each.

To add one, write its file and its row; the planner, the checks, the command line and the tests of
agreement take it from the table.
"""

from __future__ import annotations

from typing import Literal

from convolve_native.methods import box, direct, fft, overlap_save, separable
from convolve_native.methods._base import Method, Operator
from convolve_native.methods._transform import SPECTRA

MethodName = Literal["auto", "direct", "separable", "box", "fft", "overlap_save"]

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        direct.METHOD,
        separable.METHOD,
        box.METHOD,
        fft.METHOD,
        overlap_save.METHOD,
    )
}

__all__ = ["METHODS", "SPECTRA", "Method", "MethodName", "Operator"]
