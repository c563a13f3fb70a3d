"""How far the spectrum of an image speaks for a kernel.

Where a kernel lets little by, a blurred photograph shows little: no search that looks for sharp
edges has used that, so it tells which of several searches to believe.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.estimation import _models
from convolve_native.estimation._spectrum import SIDES, observe

Array = NDArray[Any]


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
        passed = self._observed.cells.transfer(psf.astype(np.float32))
        return _models.known(self._observed, passed).likelihood - self._none
