"""The convolution theorem: a product of spectra is the spectrum of a convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native.checks import as_samples
from convolve_native.fourier.transfer import circulant
from convolve_native.views import style
from convolve_native.views.scenes import reduced

Array = NDArray[Any]

LONGEST = 220  # pixels of a picture, which is drawn about as large
FAINTEST = 1e-5  # of the largest magnitude: black


def theorem(image: ArrayLike, kernel: ArrayLike, *, colours: str = "viridis") -> NDArray[np.uint8]:
    """Picture the convolution theorem: image and kernel, their spectra, the product, its inverse.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) array_like of real numbers
        Its luminance is averaged down to 220 pixels along the longer side.
    kernel : (K, L) array_like of real numbers
        The weights.
    colours : str, default 'viridis'
        Colour map of the spectra: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    (520, 840, 3) ndarray of uint8
        Above, image, kernel and the inverse of the product, with how far it is from what
        `convolve_native.convolve` gives; below their spectra, on a logarithmic scale, with
        frequency 0 in the middle.

    Raises
    ------
    ValueError, TypeError
        An image that is no photograph, a kernel of other axes, another colour map.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Notes
    -----
    ``F(f * g) = F(f) F(g)`` where the image goes on as its own repetition, ``boundary='wrap'``.

    Examples
    --------
    >>> theorem(np.eye(64), np.ones((3, 5)) / 15).shape
    (520, 840, 3)
    """
    chosen = style.as_colours(colours)
    weights = as_samples("kernel", kernel, 2).astype(np.float64)
    scene = reduced(image, LONGEST).astype(np.float64)
    anchor = tuple((k - 1) // 2 for k in weights.shape)
    laid = circulant(weights, scene.shape, tuple(-a for a in anchor))
    spectra = np.fft.fft2(scene), np.fft.fft2(laid)
    product = spectra[0] * spectra[1]
    inverse = np.fft.ifft2(product).real
    apart = float(np.abs(inverse - cn.convolve(scene, weights, boundary="wrap")).max())
    figure = style.figure(8.4, 5.2, "The convolution theorem: convolving is multiplying spectra")
    above, below = figure.subplots(2, 3)
    limits = float(scene.min()), float(scene.max())
    style.picture(above[0], scene, "image  f", limits=limits)
    style.picture(above[1], weights, "kernel  g")
    style.picture(above[2], inverse, "f * g: the inverse of the product", limits=limits)
    style.note(above[2], f"differs from cn.convolve by {apart:.0e}")
    titles = "spectrum  F", "spectrum  G", "product  F · G"
    for axes, title, spectrum in zip(below, titles, (*spectra, product), strict=True):
        style.picture(axes, _decades(spectrum), title, chosen, (np.log10(FAINTEST), 0.0))
    return style.pixels(figure)


def _decades(spectrum: Array) -> Array:
    """Magnitudes as powers of ten, 0 the largest, frequency 0 in the middle."""
    size = np.abs(np.fft.fftshift(spectrum))
    decades: Array = np.log10(np.maximum(size / (size.max() or 1.0), FAINTEST))
    return decades
