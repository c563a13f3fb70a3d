"""What a kernel of any taps lets by in the cells of a spectrum, and which taps would let by more.

|OTF|^2 is the transform of the kernel's autocorrelation, seen through the window of a piece.  Over
the few lags of a kernel that is two products with matrices, whose transposes lead back.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.estimation._spectrum import Cells
from convolve_native.fourier.plans import POOL, Plan, PlanKey
from convolve_native.fourier.sizes import good_size

Array = NDArray[Any]


class Passing:
    """|OTF|^2 in every cell, for kernels of so many taps along both axes."""

    def __init__(self, cells: Cells, taps: int) -> None:
        self._cells, self._taps = cells, taps
        side = good_size(2 * taps - 1)
        # By a plan that depends on nothing that was measured, as that of the cells.
        self._key = PlanKey((side, side), (0, 1), np.dtype(np.float32), "estimate")
        self._lags = np.arange(1 - taps, taps)
        self._down, self._across, self._axis, self._fade = cells.waves(self._lags)

    def of(self, psf: Array) -> Array:
        """|OTF|^2 of a kernel."""
        with POOL.lease(self._key) as plan:
            self._lay(psf, plan)
            plan.spectrum[:] = np.square(np.abs(plan.spectrum))
            plan.inverse()
            auto = plan.frame[np.ix_(self._lags, self._lags)] / plan.frame.size
        rows = (self._down @ auto).reshape(self._down.shape[0] // 2, -1)
        return self._cells.kept(rows @ self._across, self._axis @ (auto @ self._fade))

    def slopes(self, psf: Array, rises: Array) -> Array:
        """How ``rises @ of(psf)`` changes with every tap."""
        cells, column = self._cells.spread(rises)
        rows = (cells @ self._across.T).reshape(self._down.shape[0], -1)
        auto = self._down.T @ rows + np.outer(column @ self._axis, self._fade)
        with POOL.lease(self._key) as plan:
            plan.frame[:] = 0
            plan.frame[np.ix_(self._lags, self._lags)] = auto
            plan.forward()
            shares = 2 / plan.frame.size * plan.spectrum.real  # which is all, for lags are even
            self._lay(psf, plan)
            plan.spectrum[:] *= shares
            plan.inverse()
            return plan.frame[: self._taps, : self._taps].astype(np.float64)

    def _lay(self, psf: Array, plan: Plan) -> None:
        """The transform of a kernel."""
        plan.frame[:] = 0
        plan.frame[: self._taps, : self._taps] = psf
        plan.forward()


@lru_cache(maxsize=32)
def passing(cells: Cells, taps: int) -> Passing:
    """For cells and a number of taps, remembered."""
    return Passing(cells, taps)
