"""Transforms that a twin asks for by columns: of responses, given ones, and of differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.fourier.plans import Plan
from convolve_native.fourier.spectra import Spectra
from convolve_native.fourier.transfer import steps

Array = NDArray[Any]


class Impulse:
    """The transform of a small response, its middle, K // 2, at the origin."""

    def __init__(self, spectra: Spectra, response: Array) -> None:
        shape = spectra.shape
        places = [(np.arange(k) - k // 2) % n for k, n in zip(response.shape, shape, strict=True)]
        lines = np.zeros((*response.shape[:-1], shape[-1]), response.dtype)
        lines[..., places[-1]] = response
        few = spectra.along(lines)
        self._few = few.reshape(*(response.shape[:-1] or (1,)), spectra.width)
        self._places = places[:-1] or [np.zeros(1, np.intp)]

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns, in its spectrum."""
        few = np.moveaxis(self._few[..., first : first + len(plan.frame)], -1, 0)
        plan.frame[...] = 0
        plan.frame[np.ix_(range(len(few)), *self._places)] = few
        plan.forward()
        return plan.spectrum


class Given:
    """A transform that is there already."""

    def __init__(self, spectra: Spectra, transform: Array) -> None:
        self._transform = transform.reshape(*spectra.lead, spectra.width)

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns, in its spectrum."""
        some = np.moveaxis(self._transform[..., first : first + len(plan.frame)], -1, 0)
        plan.spectrum[: len(some)] = some
        return plan.spectrum


class Laplacian:
    """The transform of second differences, sum_k 2 - 2 cos(2 pi f_k)."""

    def __init__(self, spectra: Spectra) -> None:
        *others, last = map(steps, spectra.shape)
        self._last = last[: spectra.width].astype(spectra.dtype)
        self._lead = sum(np.ix_(*others), np.zeros(spectra.lead)).astype(spectra.dtype)

    def columns(self, first: int, plan: Plan) -> Array:
        """The transform at the plan's columns."""
        some = self._last[first : first + len(plan.frame)]
        some = np.pad(some, (0, len(plan.frame) - len(some)))
        lines: Array = self._lead + some.reshape(-1, *[1] * self._lead.ndim)
        return lines
