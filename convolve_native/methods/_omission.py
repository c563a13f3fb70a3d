"""Sums that leave pixels out, and make up for the weights that these would have had.

    out = sum_valid(k x) * sum|k| / sum_valid|k|

NaN where the divisor is not above 8 eps sum|k|, so everywhere for a kernel of zeros.  A fill value
counts as valid.  The divisor is itself a convolution, of 1 and 0 with |k|, summed in float64 so
that its rounding stays far below that threshold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.factors import Kernel
from convolve_native.methods._base import Operator
from convolve_native.problem import Problem

Array = NDArray[Any]
Flags = NDArray[np.bool_]

LEAST = 8  # eps of sum|k|: a divisor up to here is nothing but rounding


def divisor_problem(problem: Problem, terms: int | None) -> Problem:
    """The Problem of the divisor: the same geometry, in float64, 1 outside."""
    double = np.dtype(np.float64)
    return replace(
        problem,
        fill=1.0,
        source=double,
        compute=double,
        stored=double,
        terms=terms,
        exact=False,
        peak=1.0,
        spread=1.0,
        finite=True,
    )


class OmissionOperator:
    """The plain operator, and that of the divisor.

    `mask` (four axes, True where valid) is fixed; `watch` says that pixels which are not finite
    are left out as well, which only shows when they come.
    """

    def __init__(
        self,
        problem: Problem,
        kernel: Kernel,
        plain: Operator,
        divisor: Operator,
        mask: Flags | None,
        watch: bool,
    ) -> None:
        self._problem, self._gain, self._watch = problem, kernel.gain, watch
        self._plain, self._divisor = plain, divisor
        self._mask = None if mask is None or mask.all() else mask
        self._fixed = None if watch or self._mask is None else self._ratio(self._mask, 1)

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """Sum what is valid, and scale it up; an image without omissions is summed as it is."""
        image = image.reshape(self._problem.image_shape)
        out = out.reshape(self._problem.out_shape)
        if self._gain == 0:
            out[...] = np.nan
            return
        valid = self._valid(image)
        if valid is None:
            self._plain.apply(image, out, workers)
            return
        ratio = self._ratio(valid, workers) if self._fixed is None else self._fixed
        self._plain.apply(np.where(valid, image, image.dtype.type(0)), out, workers)
        with np.errstate(invalid="ignore"):  # a valid pixel may be Inf
            np.multiply(out, ratio, out=out)

    @property
    def nbytes(self) -> int:
        """Of both operators, the mask and its ratio."""
        arrays = [each for each in (self._mask, self._fixed) if each is not None]
        return sum(each.nbytes for each in (self._plain, self._divisor, *arrays))

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Scale, transpose, and leave out, for a fixed mask; where nothing is valid, 0."""
        if self._mask is None:
            self._plain.adjoint(image, out, workers)
            return
        ratio = self._fixed
        assert ratio is not None  # or there is no adjoint
        with np.errstate(invalid="ignore"):
            scaled = np.where(np.isnan(ratio), 0, image * ratio).astype(image.dtype)
        self._plain.adjoint(scaled, out, workers)
        out[~np.broadcast_to(self._mask, out.shape)] = 0

    def _valid(self, image: Array) -> Flags | None:
        """The pixels to count, or None for all."""
        finite = np.isfinite(image) if self._watch else None
        if finite is not None and finite.all():
            finite = None
        if finite is None or self._mask is None:
            return self._mask if finite is None else finite
        return finite & self._mask

    def _ratio(self, valid: Flags, workers: int) -> Array:
        divisor = np.empty(self._problem.out_shape)
        self._divisor.apply(valid.astype(np.float64), divisor, workers)
        least = LEAST * float(np.finfo(self._problem.compute).eps) * self._gain
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(divisor > least, self._gain / divisor, np.nan)
        return ratio.astype(np.real(np.empty(0, self._problem.compute)).dtype)
