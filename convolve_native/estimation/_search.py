"""The search for a kernel: from coarse to fine, scene and kernel in turn, from several starts.

At each scale the scene is found whose differences are few (a penalty on their number), and the
kernel from the strongest of these.  How much the penalty weighs, and how fast the splitting is
driven, decides which kernel is found: of several searches that kernel is taken which the spectrum
of the image speaks for.

On the way the spectrum draws each kernel to itself as well: once at every scale, early, so that the
rounds that follow undo what the scene contradicts.

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

from convolve_native import threads
from convolve_native.api.blurs import gaussian_blur
from convolve_native.estimation._evidence import Evidence
from convolve_native.estimation._latent import FLOAT, Latent
from convolve_native.estimation._pyramid import Scale, resized, scales
from convolve_native.estimation._taps import LOOSE, centring, cleaned, fitted, likeness

Array = NDArray[Any]

PriorName = Literal["gradient", "patch-minimum"]
PRIORS: tuple[str, ...] = get_args(PriorName)


class Start(NamedTuple):
    """How a search goes."""

    first: float  # weight of the number of differences, with pixels from 0 to 1, where it begins
    last: float  # where it ends
    growth: float  # of the splitting's weight, from one pass to the next


# None is the best on most photographs.  The last one, which ends with few differences, finds
# kernels in scenes of nothing but edges, where the others go astray.
STARTS = (
    Start(8e-3, 2e-4, 2.0),
    Start(16e-3, 1e-4, 2.0),
    Start(8e-3, 2e-4, 3.0),
    Start(8e-3, 1e-3, 2.0),
)
FINALISTS = 2  # of them go on to the finest scale, which is half of the work
DARK, DARKEST = 0.1, 0.01  # what counts as black in the darkest pixel of a patch, first and at last
DARKER = 1.06  # by which that falls in a round
ROUNDS = 8  # of scene and kernel at a scale
POLISHED = 1  # round before which the kernel is made likelier; later ones undo what was too much
MORE = 1.4  # by which the square of the edges' threshold falls in a round
CALM = 2 / 255  # of noise does no harm; beyond, the search looks at a smoothed image
SMOOTHING, ROUGHEST = 85.0, 1.5  # pixels of a Gaussian for noise beyond that, and at most
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
    evidence: float  # log-likelihood of the last scale's spectrum, over that of no blur
    agreement: float  # likeness of what the other starts found, 1 at most
    steps: tuple[Step, ...]


Told = Callable[[Step], object]


def smoothing(noise: float) -> float:
    """Pixels of the Gaussian through which noise is looked at."""
    return min(max(noise - CALM, 0.0) * SMOOTHING, ROUGHEST)


class Walk:
    """One search: a kernel and a scene, taken from scale to scale."""

    def __init__(
        self,
        image: Array,
        known: Array,
        every: list[Scale],
        noise: float,
        start: Start = STARTS[0],
        prior: str = PRIORS[0],
    ) -> None:
        sigma = smoothing(noise)
        self._smooth = gaussian_blur(image, sigma) if sigma > 0 else image
        self._known = known.astype(FLOAT)
        self._start, self._dark = start, DARK if prior == "patch-minimum" else None
        self._fading = (start.first / start.last) ** (1 / (ROUNDS * len(every)))
        self.weight = start.first
        self.kernel, self.scene = np.ones((1, 1)), image[:0, :0]

    def to(self, scale: Scale, spectrum: Evidence | None = None) -> None:
        """Find scene and kernel at the next scale, the kernel by the image's spectrum as well."""
        known = resized(self._known, scale.shape) > WHOLE
        scene = Latent(resized(self._smooth, scale.shape), known, scale.taps)
        k = np.zeros((scale.taps, scale.taps))
        k[scale.taps // 2, scale.taps // 2] = 1
        if self.scene.size:
            k = _grown(self.kernel, scale.taps)
            scene.start(resized(self.scene, scale.shape))
        threshold = None
        for number in range(ROUNDS):
            if spectrum is not None and number == POLISHED:
                k = spectrum.polished(k)
            if self._dark is not None:
                scene.darken(self._dark)
                self._dark = max(self._dark / DARKER, DARKEST)
            scene.sharpen(k, self.weight, self._start.growth)
            threshold = scene.threshold() if threshold is None else threshold
            k = _refitted(scene, k, threshold)
            threshold /= MORE
            self.weight /= self._fading
        self.kernel, self.scene = k, scene.image

    def along(self, every: list[Scale], image: Array | None = None) -> Array:
        """The kernel at the last of the scales, by the spectrum of an image as well if given."""
        for scale in every:
            self.to(scale, None if image is None else Evidence(resized(image, scale.shape)))
        return tidied(self.kernel)


def search(image: Array, known: Array, taps: int, noise: float, prior: str, told: Told) -> Search:
    """Find the kernel of so many taps that blurred an image from 0 to 1 about its mean.

    It ends with the scale at which `told` returns true.
    """
    every = scales(image.shape, taps)
    walks = [Walk(image, known, every, noise, start, prior) for start in STARTS]
    steps: list[Step] = []
    for number, scale in enumerate(every, 1):
        spectrum = Evidence(resized(image, scale.shape))
        _onward(walks, scale, spectrum)
        walks.sort(key=lambda walk: -spectrum.of(walk.kernel))
        steps.append(Step(number, len(every), scale.shape, walks[0].weight, walks[0].kernel))
        if told(steps[-1]):
            break
        if number == len(every) - 1:
            del walks[FINALISTS:]
    kernels = [tidied(walk.kernel) for walk in walks]
    evidence = [spectrum.of(kernel) for kernel in kernels]
    best = int(np.argmax(evidence))
    alike = [likeness(kernels[best], kernel) for kernel in kernels]
    agreement = (sum(alike) - alike[best]) / (len(alike) - 1)
    scene = resized(walks[best].scene, image.shape)
    return Search(_grown(kernels[best], taps), scene, evidence[best], agreement, tuple(steps))


def _onward(walks: list[Walk], scale: Scale, spectrum: Evidence) -> None:
    def to(walk: Walk) -> None:
        walk.to(scale, spectrum)

    threads.run(lambda: to, walks, threads.available_workers())


def tidied(k: Array) -> Array:
    """Without what is faint or light and apart, about the middle."""
    return _centred(cleaned(k, LOOSE))


def _grown(k: Array, taps: int) -> Array:
    """A kernel over more taps."""
    if k.shape[0] == taps:
        return k
    k = np.maximum(resized(k, (taps, taps)), 0)
    return _centred(k / k.sum())


def _refitted(scene: Latent, k: Array, threshold: float) -> Array:
    """The kernel from the scene's differences, in the middle, and the scene moved against it."""
    auto, cross = scene.correlations(threshold)
    found = fitted(auto, cross, k)
    if not found.any():  # the scene has no differences left
        return k
    k = cleaned(found)
    steps = centring(k)
    scene.move(steps)
    return np.roll(k, steps, (0, 1))


def _centred(k: Array) -> Array:
    return np.roll(k, centring(k), (0, 1))
