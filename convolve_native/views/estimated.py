"""What was found to have blurred a photograph, and what tells of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.estimation.psf import PSFEstimate
from convolve_native.views.contact import contact_sheet
from convolve_native.views.spectrum import cepstrum, spectrum


def taps(psf: NDArray[Any]) -> NDArray[np.uint8]:
    """Picture a kernel: black is 0, white its largest tap.

    Parameters
    ----------
    psf : (K, L) ndarray
        Not negative.

    Returns
    -------
    (K, L) ndarray of uint8

    Examples
    --------
    >>> taps(np.array([[0.0, 0.5, 0.25]])).tolist()
    [[0, 255, 128]]
    """
    levels: NDArray[np.uint8] = np.rint(255 * psf / psf.max()).astype(np.uint8)
    return levels


def estimated(image: NDArray[Any], estimate: PSFEstimate, title: str) -> NDArray[np.uint8]:
    """Lay out a photograph, its spectrum and cepstrum, and the kernel found in it.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray of uint8 or uint16
        The photograph.
    estimate : PSFEstimate
        From `estimate_psf`.
    title : str
        Of the photograph.

    Returns
    -------
    (rows, columns, 3) ndarray of uint8

    Examples
    --------
    >>> import convolve_native as cn
    >>> photograph = cn.images.read(cn.images.sample())[::4, ::4]
    >>> estimated(photograph, cn.estimate_psf(photograph), "raccoon").shape[2]
    3
    """
    psf = estimate.psf
    confidence = f"{psf.shape[0]} x {psf.shape[1]}, confidence {estimate.confidence:.2f}"
    notes = "\n".join(estimate.warnings)
    return contact_sheet(
        [
            (image, f"{title}\n{notes}" if notes else title),
            (spectrum(image), "spectrum\nlog magnitude, frequency 0 in the middle"),
            (cepstrum(image), "cepstrum\nlags up to 64 pixels, 0 in the middle"),
            (taps(psf), f"kernel\n{confidence}"),
        ],
        columns=2,
        tile=(360, 480),
    )
