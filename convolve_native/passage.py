"""How images come in and results go out: between arrays of any kind and the loops' own.

Those are C-contiguous, in the order of four axes, in dtypes that loops read and write.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.loops import values
from convolve_native.problem import Layout, Shape
from convolve_native.spans import spanned

Array = NDArray[Any]


class Entry:
    """How images come in, as `dtype`."""

    def __init__(self, layout: Layout, dtype: np.dtype[Any]) -> None:
        self._layout, self._dtype, self._natural = layout, dtype, layout.natural

    def samples(self, image: Array) -> Array:
        """The samples of the planes of `image`, in some shape; itself where it can be."""
        flags = image.flags
        if self._natural and image.dtype == self._dtype and flags.c_contiguous and flags.aligned:
            return image
        return spanned(self._layout.planes, "copy")(image, self._dtype)


class Exit:
    """How results of one shape and dtype go out, computed as `stored`."""

    def __init__(
        self, layout: Layout, shape: Shape, stored: np.dtype[Any], dtype: np.dtype[Any]
    ) -> None:
        self._layout, self._shape, self._stored, self._dtype = layout, shape, stored, dtype
        self._planes = layout.shape(shape)
        self._as_is = layout.natural and stored == dtype

    def open(self, image: Array, out: Array | None) -> tuple[Array, Array, bool]:
        """Return the result, what the loops write (in some shape), and whether they are two.

        They write to `out` itself, or to the new result, unless that has other strides, another
        dtype or memory in common with the image.
        """
        if out is None:
            result = np.empty(self._shape, self._dtype)
            if self._as_is:
                return result, result, False
        else:
            result, bare = out, np.asarray(out)
            if self._as_is and bare.flags.carray and not np.may_share_memory(bare, image):
                return result, bare, False
        return result, np.empty(self._planes, self._stored), True

    def close(self, planes: Array, result: Array) -> Array:
        """Bring to the result what was written apart from it."""
        return spanned(self._brought, "copy")(planes, result)

    def _brought(self, planes: Array, result: Array) -> Array:
        if self._dtype.kind in "iu" and self._dtype != self._stored:
            sums, planes = planes, np.empty(planes.shape, self._dtype)
            values.convert.compiled(self._stored, self._dtype)(sums.reshape(-1), planes.reshape(-1))
        with np.errstate(over="ignore"):  # beyond float16 is Inf, as in any other sum
            np.asarray(result)[...] = self._layout.restore(planes, self._shape)
        return result
