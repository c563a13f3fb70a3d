"""The spectrum of an image: how much of it is in waves of each length and direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# ITU-R BT.601, as JPEG's own grey.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Of the largest magnitude: what float32 cannot tell from nothing.
FAINTEST = 1e-7
CLEAR = 99.9  # percentile of a cepstrum that is black or white: few lags stand out


def spectrum(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Picture the magnitudes of an image's Fourier transform, on a logarithmic scale.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray, real
        Finite. Colours are weighed to one luminance; what is transparent is black.

    Returns
    -------
    (H, W) ndarray of uint8
        Frequency 0 is at ``[H // 2, W // 2]``. White is the largest magnitude, black the faintest
        twentieth of all: a step of grey is a factor, not a difference.

    Notes
    -----
    The transform takes the frame for a tile that repeats, and the edges where tiles meet draw a
    bright cross that is no part of the photograph. A Hann window, which fades the frame to its
    mean, takes the cross away.

    Examples
    --------
    >>> waves = np.cos(2 * np.pi * np.arange(64) / 8) * np.ones((64, 1))
    >>> picture = spectrum(waves)  # a wave 8 pixels long: 64 / 8 columns from the middle
    >>> np.argwhere(picture == 255).tolist()
    [[32, 24], [32, 40]]
    """
    magnitude = np.fft.fftshift(_magnitude(_faded(image)))
    white = magnitude.max()
    if white == 0:  # a flat image has no waves
        return np.zeros(magnitude.shape, np.uint8)
    logarithm = np.log(np.maximum(magnitude / white, FAINTEST))
    black = min(np.percentile(logarithm, 5), -1.0)
    levels: NDArray[np.uint8] = np.rint(255 * np.maximum(1 - logarithm / black, 0)).astype(np.uint8)
    return levels


def cepstrum(image: NDArray[Any], reach: int = 64) -> NDArray[np.uint8]:
    """Picture the cepstrum of an image: where its spectrum repeats.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray, real
        As for `spectrum`.
    reach : int >= 1, default 64
        Lags shown on each side, in pixels.

    Returns
    -------
    (2 r + 1, 2 r + 1) ndarray of uint8
        Lag 0 in the middle, r the reach, or less where the image is smaller.  Grey is nothing;
        the dark lines that a motion cuts into the spectrum make a pair of dark points here, as far
        from the middle as the motion was long.

    Notes
    -----
    The inverse transform of ``log |F|**2``, of what a Hann window leaves of the frame.

    References
    ----------
    B. P. Bogert, M. J. R. Healy, J. W. Tukey, "The quefrency alanysis of time series for echoes",
    1963.

    Examples
    --------
    >>> cepstrum(np.random.default_rng(0).random((64, 80))).shape
    (65, 65)
    """
    power = np.square(_magnitude(_faded(image)))
    white = power.max()
    logarithm = np.log(np.maximum(power / white, FAINTEST**2)) if white else np.zeros_like(power)
    lags = np.fft.fftshift(np.fft.ifft2(logarithm).real)
    rows, columns = (n // 2 for n in lags.shape)
    r = min(reach, rows, columns)
    wide = np.pad(lags, ((0, 1), (0, 1)), mode="wrap")  # lag -n/2 is lag n/2
    shown = wide[rows - r : rows + r + 1, columns - r : columns + r + 1]
    shown[r, r] = 0  # the mean of the logarithm
    largest = np.percentile(np.abs(shown), CLEAR) or 1.0
    return np.rint(127.5 + 127.5 * np.clip(shown / largest, -1, 1)).astype(np.uint8)


def luminance(image: NDArray[Any]) -> NDArray[np.float32]:
    """Weigh the colours of an image to one grey, in its own range; what is transparent is black."""
    pixels = image.astype(np.float32)
    if not np.isfinite(pixels).all():
        raise ValueError("image must be finite; got NaN or Inf")
    if image.ndim == 2:
        return pixels
    # Side by side: how the product adds up must not hang on a fourth channel between them.
    grey = np.ascontiguousarray(pixels[..., :3]) @ LUMA
    if image.shape[2] == 4:
        opaque = np.iinfo(image.dtype).max if image.dtype.kind == "u" else 1
        grey *= pixels[..., 3] / np.float32(opaque)
    return grey


def _faded(image: NDArray[Any]) -> NDArray[np.float32]:
    """The luminance about its mean, faded out towards the frame."""
    grey = luminance(image)
    window = np.outer(*(np.hanning(n + 2)[1:-1].astype(np.float32) for n in grey.shape))
    return np.asarray((grey - grey.mean()) * window, np.float32)


def _magnitude(image: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """Magnitudes of the whole plane, of which a real image needs half to be transformed."""
    width = image.shape[1]
    half = np.abs(np.fft.rfft2(image))
    opposite = np.roll(half[::-1], 1, axis=0)[:, (width - 1) // 2 : 0 : -1]
    return np.concatenate([half, opposite], axis=1)
