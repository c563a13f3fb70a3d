"""How a result leaves: from an array of four axes in the loops' dtype to what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.loops import values
from convolve_native.problem import Layout, Shape

Array = NDArray[Any]


def deliver(
    layout: Layout,
    shape: Shape,
    stored: np.dtype[Any],
    dtype: np.dtype[Any],
    compute: Callable[[Array], None],
    image: Array,
    out: Array | None,
) -> Array:
    """Let `compute` fill an array of four axes of dtype `stored`; give it `shape` and `dtype`.

    It works in `out` itself, or in the new result, unless that has other strides, another dtype or
    memory in common with the image.
    """
    whole = np.empty(shape, dtype) if out is None else out
    bare = np.asarray(whole)
    in_place = layout.natural and bare.flags.carray and stored == dtype
    if in_place and not np.may_share_memory(bare, image):
        compute(bare.reshape(layout.shape(shape)))
        return whole
    planes = np.empty(layout.shape(shape), stored)
    compute(planes)
    if dtype.kind in "iu" and dtype != stored:
        sums, planes = planes, np.empty(planes.shape, dtype)
        values.convert.compiled(stored, dtype)(sums.reshape(-1), planes.reshape(-1))
    with np.errstate(over="ignore"):  # beyond float16 is Inf, as in any other sum
        bare[...] = layout.restore(planes, shape)
    return whole
