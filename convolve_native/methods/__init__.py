"""The methods: one file each, one row each.

To add one, write its file and its row; the planner, the checks, the command line and the tests of
agreement take it from the table.
"""

from __future__ import annotations

from typing import Literal

from convolve_native.methods import direct, fft, separable
from convolve_native.methods._base import Method, Operator

MethodName = Literal["auto", "direct", "separable", "fft"]

METHODS: dict[str, Method] = {
    method.name: method for method in (direct.METHOD, separable.METHOD, fft.METHOD)
}

__all__ = ["METHODS", "Method", "MethodName", "Operator"]
