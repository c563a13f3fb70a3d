"""Plans of whole planes: FFTW's own where they are small, else in pieces that stay in cache.

FFTW takes twice as long for a large plane as for its lines and columns one by one, unless it has
measured for seconds what suits it.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.fourier.plans import POOL, Plan, PlanKey, PlanPool
from convolve_native.fourier.spectra import Spectra
from convolve_native.loops import spectra as loops

Array = NDArray[Any]

PAYS = 2**23  # bytes of a plane from which pieces pay: less stays in cache as it is


class Pieces(Plan):
    """The transforms of real planes of one shape, by several workers if there are."""

    def __init__(self, key: PlanKey) -> None:
        self._spectra = Spectra(key.shape, key.dtype, real=True)
        self.frame = np.empty(key.shape, key.dtype)
        self.spectrum = np.empty(self._spectra.whole, self._spectra.complex)
        self.settled = True

    def share(self, workers: int) -> None:
        """Let so many workers take part."""
        self._spectra.workers = workers

    def forward(self) -> None:
        """Transform the frame into the spectrum."""
        spectra = self._spectra

        def work(first: int, plan: Plan) -> None:
            spectra.enter(self.spectrum, first, plan)
            spectra.put(plan.spectrum, first, self.spectrum)

        spectra.along(self.frame, self.spectrum)
        spectra.columns(work)

    def inverse(self) -> None:
        """Transform the spectrum, which is lost, into the frame, times the number of samples."""
        spectra = self._spectra

        def work(first: int, plan: Plan) -> None:
            spectra.take(self.spectrum, first, plan.spectrum)
            spectra.leave(plan, first, self.spectrum)

        spectra.columns(work)
        spectra.back(self.spectrum, clip=False, out=self.frame)

    def filter(self, frame: Array, factor: Array) -> Array:
        """Filter a frame as a plan does, each column while it is at hand."""
        spectra, numbers = self._spectra, factor.view(self.frame.dtype)
        loop = loops.multiply_columns if factor.dtype.kind == "c" else loops.scale_columns
        multiply = loop.compiled(self.frame.dtype)

        def work(first: int, plan: Plan) -> None:
            spectra.enter(self.spectrum, first, plan)
            multiply(numbers, first, plan.spectrum.view(self.frame.dtype))
            spectra.leave(plan, first, self.spectrum)

        spectra.along(frame, self.spectrum)
        spectra.columns(work)
        return spectra.back(self.spectrum, clip=False, out=self.frame)


PIECES = PlanPool(limit=2**28, make=Pieces)


@contextlib.contextmanager
def lease(key: PlanKey, workers: int = 1) -> Iterator[Plan]:
    """Hold a plan for planes alone: in pieces where that pays, which workers may share."""
    size = math.prod(key.shape) * key.dtype.itemsize
    if len(key.shape) != 2 or key.dtype.kind != "f" or size < PAYS:
        with POOL.lease(key) as plan:
            yield plan
        return
    with PIECES.lease(key) as pieces:
        assert isinstance(pieces, Pieces)
        pieces.share(workers)
        yield pieces
