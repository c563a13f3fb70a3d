"""Pictures of what a photograph was searched for: edges, blobs, textures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Percent of the pixels that are not drawn as the brightest: a few edges are far above all others.
BELOW_WHITE = 99.5


def steepness(across: NDArray[Any], down: NDArray[Any]) -> NDArray[np.uint8]:
    """Draw the magnitude of a gradient.

    Parameters
    ----------
    across, down : (H, W) ndarray of float
        Differences along columns and along rows.

    Returns
    -------
    (H, W) ndarray of uint8
        Black where the image is even, white for the steepest half percent.

    Examples
    --------
    >>> steepness(np.array([[0.0, 3.0]]), np.array([[0.0, 4.0]]))
    array([[  0, 255]], dtype=uint8)
    """
    return bright(np.hypot(across, down))


def bright(size: NDArray[Any]) -> NDArray[np.uint8]:
    """Draw what is not negative: 0 is black, the largest half percent white.

    Parameters
    ----------
    size : (H, W) ndarray of float >= 0

    Returns
    -------
    (H, W) ndarray of uint8

    Examples
    --------
    >>> bright(np.array([[0.0, 1.0, 4.0]]))
    array([[  0,  64, 255]], dtype=uint8)
    """
    return _levels(255 * size / _brightest(size))


def signed(response: NDArray[Any]) -> NDArray[np.uint8]:
    """Draw positive numbers bright, negative ones dark, and 0 in the middle grey.

    Parameters
    ----------
    response : (H, W) ndarray of float
        What a kernel that sums to 0 gave.

    Returns
    -------
    (H, W) ndarray of uint8
        128 for 0, up to 255 and down to 1 for the largest half percent.

    Examples
    --------
    >>> signed(np.array([[-2.0, 0.0, 2.0]]))
    array([[  1, 128, 255]], dtype=uint8)
    """
    return _levels(128 + 127 * np.clip(response / _brightest(np.abs(response)), -1, 1))


def directions(strengths: Sequence[NDArray[Any]], angles: Sequence[float]) -> NDArray[np.uint8]:
    """Draw by hue which way waves run, and by brightness how strong they are.

    Parameters
    ----------
    strengths : sequence of (H, W) ndarray of float >= 0
        How strong waves are in each direction.
    angles : sequence of float
        The directions, in degrees from +column towards +row.

    Returns
    -------
    (H, W, 3) ndarray of uint8
        Red where waves run along columns (upright stripes), cyan along rows, hues between them for
        directions between; grey where all directions are as strong. White or the full hue is the
        strongest half percent.

    Notes
    -----
    A direction and its opposite are one, so that angles are doubled: the mean of the vectors
    ``strength * exp(2i angle)`` has twice the mean angle as its own, and as length how much it is
    preferred.

    Examples
    --------
    >>> directions([np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])], [0, 90])
    array([[[255,   0,   0],
            [  0, 255, 255]]], dtype=uint8)
    """
    turns = np.exp(2j * np.deg2rad(angles))
    mean = sum(turn * each for turn, each in zip(turns, strengths, strict=True))
    total = np.sum(strengths, axis=0)
    strongest = np.max(strengths, axis=0)
    value = np.minimum(strongest / _brightest(strongest), 1)
    saturation = np.minimum(np.abs(mean) / np.where(total > 0, total, 1), 1)
    hue = np.angle(mean)[..., None] / np.deg2rad(60) - np.array([0, 2, 4])
    # Each of red, green and blue is full within 60 degrees of its own hue, and gone beyond 120.
    distance = np.abs((hue + 3) % 6 - 3)
    pure = np.clip(2 - distance, 0, 1)
    return _levels(255 * value[..., None] * (1 - saturation[..., None] * (1 - pure)))


def _brightest(size: NDArray[Any]) -> float:
    """Size that is drawn the brightest; 1 where all is even, which is so drawn even."""
    return float(np.percentile(size, BELOW_WHITE)) or float(size.max()) or 1.0


def _levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return levels
