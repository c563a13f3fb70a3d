"""The features that a photograph can be searched for: what is convolved, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convolve_native as cn
from convolve_native import kernels
from convolve_native.views.contact import contact_sheet
from convolve_native.views.features import bright, directions, signed, steepness

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


def bank() -> dict[str, Array]:
    """What a first layer often comes to learn: steps and stripes of a few directions."""
    stripes = zip(ANGLES, kernels.gabor_bank(WAVELENGTHS[0], ANGLES), strict=True)
    return {
        "Sobel across": kernels.sobel(axis=1),
        "Sobel down": kernels.sobel(axis=0),
        **{f"Gabor, {angle} degrees": kernel for angle, kernel in stripes},
    }


def layer(grey: Array, convolve: Convolve, chosen: Mapping[str, Array] | None = None) -> Array:
    """Draw the maps of a layer: convolved, without what is negative, the largest of every four."""
    tiles = []
    for name, kernel in (chosen or bank()).items():
        response = convolve(f"layer: {name}", grey, kernel)
        active = cn.relu(response)
        pooled = cn.max_pool2d(active[None], 2)[0] if min(grey.shape) > 1 else active
        tiles += [
            (signed(response), f"{name}\nconvolved: grey is 0"),
            (bright(active), "\nrelu"),
            (bright(pooled), "\nmax pooling, 2 x 2"),
        ]
    return contact_sheet(tiles, columns=3)


FEATURES: dict[str, Callable[[Array, Convolve], Array]] = {
    "sobel": sobel,
    "laplacian": laplacian,
    "gabor": gabor,
    "layer": layer,
}
