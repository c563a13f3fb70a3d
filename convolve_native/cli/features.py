"""The features that a photograph can be searched for: what is convolved, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import kernels
from convolve_native.views.features import directions, signed, steepness

Array = NDArray[Any]
# Of the Gabor bank, in pixels and degrees: an octave, and 30 degrees, leave no gap.
WAVELENGTHS = (4, 8)
ANGLES = (0, 30, 60, 90, 120, 150)

Convolve = Callable[[str, Array, Any], Array]  # a step's name, an image, a kernel


def sobel(grey: Array, convolve: Convolve) -> Array:
    """Draw how steeply the luminance rises or falls."""
    across = convolve("Sobel across", grey, kernels.sobel(axis=1))
    down = convolve("Sobel down", grey, kernels.sobel(axis=0))
    return steepness(across, down)


def laplacian(grey: Array, convolve: Convolve) -> Array:
    """Draw what is darker or brighter than its surroundings."""
    return signed(convolve("Laplacian", grey, kernels.laplacian()))


def gabor(grey: Array, convolve: Convolve) -> Array:
    """Draw which way stripes and edges run, and how strong they are."""
    strengths = [np.zeros(grey.shape, np.float32) for _ in ANGLES]
    for wavelength in WAVELENGTHS:
        bank = kernels.gabor_bank(wavelength, ANGLES, phase=None)
        for strength, angle, kernel in zip(strengths, ANGLES, bank, strict=True):
            step = f"Gabor, {wavelength} pixels, {angle} degrees"
            np.maximum(strength, np.abs(convolve(step, grey, kernel)), out=strength)
    return directions(strengths, ANGLES)


FEATURES: dict[str, Callable[[Array, Convolve], Array]] = {
    "sobel": sobel,
    "laplacian": laplacian,
    "gabor": gabor,
}
