"""The search for a kernel: from coarse to fine, scene and kernel in turn.

At each scale the scene is found whose differences are few (a penalty on their number), and the
kernel from the strongest of these; at the end the scene is restored by total variation, and the
kernel found from all its differences.

References
----------
J. Pan, Z. Hu, Z. Su, M.-H. Yang, "Deblurring text images via L0-regularized intensity and gradient
prior", CVPR 2014; L. Xu, J. Jia, "Two-phase kernel estimation for robust motion deblurring", ECCV
2010 (the choice of edges); J. Anger, M. Delbracio, G. Facciolo, "Efficient blind deblurring under
high noise levels", ISPA 2019 (the part of the noise).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from convolve_native.api.blurs import gaussian_blur
from convolve_native.estimation._latent import FLOAT, Latent
from convolve_native.estimation._pyramid import Scale, resized, scales
from convolve_native.estimation._taps import LOOSE, centring, cleaned, fitted
from convolve_native.restoration.total_variation import total_variation

Array = NDArray[Any]

PriorName = Literal["gradient", "patch-minimum"]
PRIORS: tuple[str, ...] = get_args(PriorName)
WEIGHT = 4e-3  # of the number of differences, with pixels from 0 to 1, where the search begins
FADING = 1.06  # by which the weight falls in a round
LEAST = 1e-4  # where it ends
DARK, DARKEST = 0.1, 0.01  # what counts as black in the darkest pixel of a patch, first and at last
ROUNDS = 8  # of scene and kernel at a scale
MORE = 1.4  # by which the square of the edges' threshold falls in a round
CALM = 2 / 255  # of noise does no harm; beyond, the search looks at a smoothed image
SMOOTHING, ROUGHEST = 85.0, 1.5  # pixels of a Gaussian for noise beyond that, and at most
REFINEMENTS = 3  # by total variation
PASSES = 15  # of each
WHOLE = 0.5  # of a pixel of the finest scale's: what is known at a coarser one


@dataclass(frozen=True, eq=False)
class Step:
    """Where an estimation stands: one scale done."""

    number: int  # of the scale, from 1
    count: int  # of scales
    shape: tuple[int, int]  # of the image
    weight: float  # of the number of differences, at its end
    psf: Array


class Search(NamedTuple):
    """What a search found."""

    kernel: Array
    scene: Array
    steps: tuple[Step, ...]


Told = Callable[[Step], object]


def smoothing(noise: float) -> float:
    """Pixels of the Gaussian through which noise is looked at."""
    return min(max(noise - CALM, 0.0) * SMOOTHING, ROUGHEST)


def search(image: Array, known: Array, taps: int, noise: float, prior: str, told: Told) -> Search:
    """Find the kernel of so many taps that blurred an image from 0 to 1 about its mean."""
    every = scales(image.shape, taps)
    found = climb(image, known, every, noise, prior, told)
    scene, k = Latent(image, known, taps), found.kernel
    latent = found.scene
    for _ in range(REFINEMENTS):
        latent = restored(image, k, known)
        scene.start(latent)
        k = _refitted(scene, k, 0.0, LOOSE)
    return found._replace(kernel=k, scene=latent)


def climb(
    image: Array,
    known: Array,
    every: list[Scale],
    noise: float,
    prior: str = PRIORS[0],
    told: Told = lambda step: None,
) -> Search:
    """Find scene and kernel from scale to scale."""
    sigma = smoothing(noise)
    smooth = gaussian_blur(image, sigma) if sigma > 0 else image
    k, latent, weight, dark = np.ones((1, 1)), None, WEIGHT, DARK
    steps: list[Step] = []
    for number, scale in enumerate(every, 1):
        whole = resized(known.astype(FLOAT), scale.shape) > WHOLE
        scene = Latent(resized(smooth, scale.shape), whole, scale.taps)
        if latent is None:
            k = np.zeros((scale.taps, scale.taps))
            k[scale.taps // 2, scale.taps // 2] = 1
        else:
            k = np.maximum(resized(k, (scale.taps, scale.taps)), 0)
            k = _centred(k / k.sum())
            scene.start(resized(latent, scale.shape))
        threshold = None
        for _ in range(ROUNDS):
            if prior == "patch-minimum":
                scene.darken(dark)
                dark = max(dark / FADING, DARKEST)
            scene.sharpen(k, weight)
            threshold = scene.threshold() if threshold is None else threshold
            k = _refitted(scene, k, threshold)
            threshold /= MORE
            weight = max(weight / FADING, LEAST)
        latent = scene.image
        steps.append(Step(number, len(every), scale.shape, weight, k))
        told(steps[-1])
    k = _centred(cleaned(k, LOOSE))
    return Search(k, np.asarray(latent), tuple(steps))


def restored(image: Array, k: Array, known: Array) -> Array:
    """The scene by total variation."""
    mask = None if known.all() else known
    return np.asarray(total_variation(image.astype(FLOAT), k, iterations=PASSES, mask=mask), FLOAT)


def _refitted(scene: Latent, k: Array, threshold: float, loose: float = 0.0) -> Array:
    """The kernel from the scene's differences, in the middle, and the scene moved against it."""
    auto, cross = scene.correlations(threshold)
    found = fitted(auto, cross, k)
    if not found.any():  # the scene has no differences left
        return k
    k = cleaned(found, loose)
    steps = centring(k)
    scene.move(steps)
    return np.roll(k, steps, (0, 1))


def _centred(k: Array) -> Array:
    return np.roll(k, centring(k), (0, 1))
