"""Photographs that are blurred and made noisy before their blur is estimated, as cameras do it."""

from __future__ import annotations

from functools import cache

import numpy as np

import convolve_native as cn
from tests import pairs

QUIET, CLEAN, NOISY = None, 30, 22  # decibels of the blurred image's variance over the noise's


@cache
def photograph():
    """The bundled photograph in grey at half its size, where it is sharp; 0 to 255."""
    return 255 * pairs.photograph().reshape(384, 2, 512, 2).mean(axis=(1, 3))


def blurred(psf, decibels, seed=0, scene=None):
    """A scene blurred, cut to what its pixels tell of, with noise, in 8 bits."""
    image = cn.convolve(photograph() if scene is None else scene, psf, mode="valid")
    if decibels is not None:
        scale = image.std() * 10 ** (-decibels / 20)
        image = image + np.random.default_rng(seed).normal(scale=scale, size=image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def turned(found, wanted):
    """How far an angle is from another, in degrees; half a turn is none."""
    return abs((found - wanted + 90) % 180 - 90)
