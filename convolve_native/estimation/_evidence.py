"""How far the spectrum of an image speaks for a kernel.

Where a kernel lets little by, a blurred photograph shows little: no search that looks for sharp
edges has used that, so it tells which of several searches to believe.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.estimation import _models
from convolve_native.estimation._passing import passing
from convolve_native.estimation._spectrum import SIDES, observe

Array = NDArray[Any]


POLISHES = 10  # steps up the likelihood
# E-folds of the tap that changes most in a step: at first, at least and at most; and how they grow.
STRIDE, SHORTEST, LONGEST, LONGER = 1.0, 1e-3, 5.0, 1.5


class Evidence:
    """The log-likelihood of an image's spectrum with a kernel, over that with none.

    Of an image too small for a spectrum it is 0.
    """

    def __init__(self, image: Array) -> None:
        self._observed = observe(image) if min(image.shape) >= SIDES[-1] else None
        self._none = 0.0 if self._observed is None else _models.sharp(self._observed).likelihood

    def of(self, psf: Array) -> float:
        """Kernels that have the same spectrum, as one and its mirror image, are as likely."""
        if self._observed is None:
            return 0.0
        passed = passing(self._observed.cells, psf.shape[0]).of(psf)
        return _models.known(self._observed, passed).likelihood - self._none

    def polished(self, psf: Array) -> Array:
        """A likelier kernel nearby: taps grow and fall in proportion, so that none is negative."""
        if self._observed is None:
            return psf
        kernels = passing(self._observed.cells, psf.shape[0])
        passed = kernels.of(psf)
        hill = _models.hill_of(self._observed, _models.only(passed))
        peak, stride = hill.start(()), STRIDE
        for _ in range(POLISHES):
            slopes = kernels.slopes(psf, hill.slopes(peak))
            slopes = np.where(psf > 0, slopes - (slopes * psf).sum(), 0)  # which keep the sum
            slopes /= max(np.abs(slopes).max(), np.finfo(float).tiny)
            while stride > SHORTEST:
                k = psf * np.exp(stride * slopes)
                k /= k.sum()
                there = hill.at(kernels.of(k), peak)
                if there.likelihood > peak.likelihood:
                    psf, peak = k, hill.climb(there)
                    stride = min(LONGER * stride, LONGEST)
                    break
                stride /= 2
        return psf
