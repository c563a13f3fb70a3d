"""Every check of an argument and every rule of dtypes, each once: they raise, and compute nothing.

An error is a builtin class and one sentence: the argument's name, the rule, the value.
"""

from __future__ import annotations

from convolve_native.checks.arrays import (
    as_alike,
    as_arrays,
    as_axes,
    as_bank,
    as_image,
    as_kernel,
    as_out,
    as_shape,
    as_stride,
    check_finite,
    check_same_shape,
    check_sums,
    kernel_shape,
    one_each,
    own_mask,
)
from convolve_native.checks.dtypes import as_number_dtype
from convolve_native.checks.layer import Layer, Window, as_pooling, as_reals, lowest
from convolve_native.checks.memory import check_memory
from convolve_native.checks.options import Keywords, Options, as_sizes, expose, one_of
from convolve_native.checks.pictures import Pair, as_photograph, as_picture, as_samples
from convolve_native.checks.psfs import as_grid, check_cells
from convolve_native.checks.request import Request, peak_of
from convolve_native.checks.scene import (
    Choices,
    Scene,
    Shared,
    as_bounds,
    as_operator,
    as_pixel_weights,
    as_positive,
    as_times,
    as_weight,
    exposed,
)

__all__ = [
    "Choices",
    "Keywords",
    "Layer",
    "Options",
    "Pair",
    "Request",
    "Scene",
    "Shared",
    "Window",
    "as_alike",
    "as_arrays",
    "as_axes",
    "as_bank",
    "as_bounds",
    "as_grid",
    "as_image",
    "as_kernel",
    "as_number_dtype",
    "as_operator",
    "as_out",
    "as_photograph",
    "as_picture",
    "as_pixel_weights",
    "as_pooling",
    "as_positive",
    "as_reals",
    "as_samples",
    "as_shape",
    "as_sizes",
    "as_stride",
    "as_times",
    "as_weight",
    "check_cells",
    "check_finite",
    "check_memory",
    "check_same_shape",
    "check_sums",
    "expose",
    "exposed",
    "kernel_shape",
    "lowest",
    "one_each",
    "one_of",
    "own_mask",
    "peak_of",
]
