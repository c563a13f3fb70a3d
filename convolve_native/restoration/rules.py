"""How a restoration finds its own regularisation: rules over the spectrum of what was observed.

A restoration in closed form lets the share ``f = q / (q + weight)`` of each frequency through, with
``q = |H|^2 / P``.  Every rule scores a weight by sums over the spectrum in which `f` alone depends
on it, so the spectrum is gathered in bins of `q` once, and each weight costs a sum over the bins.

References
----------
G. H. Golub, M. Heath, G. Wahba, "Generalized cross-validation as a method for choosing a good
ridge parameter", Technometrics 21(2), 1979; V. A. Morozov, "On the solution of functional equations
by the method of regularization", 1966 (discrepancy); C. M. Stein, "Estimation of the mean of a
multivariate normal distribution", Ann. Stat. 9(6), 1981; N. P. Galatsanos, A. K. Katsaggelos,
"Methods for choosing the regularization parameter and estimating the noise variance in image
restoration and their relation", IEEE Trans. Image Process. 1(3), 1992 (likelihood).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

AUTO = "likelihood"
# No PSF is known exactly: what it explains wrongly is taken for noise of this share of the image's
# standard deviation.  On photographs with exact PSFs it costs 0.05 dB, on Levin's measured ones it
# is what keeps the noise from being taken for a third of what has to be smoothed away.
DOUBT = 0.02
SPARSE = 0.75  # measured on photographs: total variation stays within 0.4 dB of its best weight
BINS = 400  # from the largest q down: a twentieth of a decade each
DECADES = 20.0
TINY = float(np.finfo(np.float64).tiny)  # in place of 0, below a fraction bar
WEIGHTS = np.logspace(-9, 3, 121)  # of q, whose largest value is about 1 over the lowest |D|^2


class Spectrum(NamedTuple):
    """What was observed, over a half spectrum without its mean; flat arrays."""

    observed: Array  # |Y|^2 over the number of samples: white noise of variance s^2 has s^2
    blur: Array  # |H|^2
    gradient: Array  # |D|^2
    counts: Array  # how many frequencies of the whole spectrum each stands for


@dataclass(frozen=True, eq=False)
class Curve:
    """The scores of a rule over the regularisation; it takes the lowest."""

    rule: str
    values: Array
    scores: Array
    best: float


class Prior(NamedTuple):
    """Noise and scene by their likelihood: ``|Y|^2`` is about ``noise + signal |H|^2 / |D|^2``.

    A scene whose gradient is white, of variance `signal`: its spectrum falls with the square of
    the frequency, as those of photographs do.
    """

    noise: float
    signal: float
    curve: Curve


class Bins:
    """A spectrum gathered by q."""

    def __init__(self, spectrum: Spectrum, power: Array) -> None:
        q = spectrum.blur / np.maximum(power, TINY)
        top = float(q.max(initial=TINY))
        place = np.log10(np.maximum(q, top * 10.0**-DECADES) / top) / DECADES + 1
        index = np.minimum((place * BINS).astype(np.intp), BINS - 1)
        weight = spectrum.counts / np.maximum(spectrum.blur, top * 1e-30)

        def gathered(values: Array) -> Array:
            return np.bincount(index, values, BINS)

        self.count = gathered(spectrum.counts)
        self.q = gathered(spectrum.counts * q) / np.maximum(self.count, 1)
        self.observed = gathered(spectrum.counts * spectrum.observed)
        self.scene = gathered(spectrum.counts / spectrum.gradient)
        self.noise = gathered(weight)

    def share(self, weight: float) -> Array:
        """f of every bin."""
        return self.q / (self.q + weight)


def fit(spectrum: Spectrum) -> Prior:
    """Find the noise and the scene's gradient of the greatest likelihood."""
    bins = Bins(spectrum, spectrum.gradient)
    samples = max(bins.count.sum(), 1)  # a single pixel has none but its mean

    def score(weight: float) -> float:  # noise over signal; less the logarithm, twice, a sample
        ratio = 1 + bins.q / weight
        noise = (bins.observed / ratio).sum() / samples
        if not noise > 0:
            return np.inf
        return float(np.log(noise) + (bins.count * np.log(ratio)).sum() / samples)

    curve = lowest("likelihood", score)
    noise = float((bins.observed / (1 + bins.q / curve.best)).sum() / samples)
    doubt = DOUBT**2 * float(bins.observed.sum() / samples)
    return Prior(noise + doubt, noise / curve.best, curve)


def lowest(rule: str, score: Callable[[float], float]) -> Curve:
    """Score the weights, and find the lowest between them by a parabola over their logarithms."""
    scores = np.array([score(weight) for weight in WEIGHTS])
    at = int(np.argmin(scores))
    best = float(WEIGHTS[at])
    if 0 < at < scores.size - 1:
        before, here, after = scores[at - 1 : at + 2]
        bend = before - 2 * here + after
        if bend > 0:
            best *= float((WEIGHTS[1] / WEIGHTS[0]) ** (0.5 * (before - after) / bend))
    return Curve(rule, WEIGHTS, scores, best)


def _likelihood(bins: Bins, prior: Prior, weight: float) -> float:
    """The expected error of the scene, under the prior that is the likeliest."""
    share = bins.share(weight)
    lost = prior.signal * ((1 - share) ** 2 * bins.scene).sum()
    return float(lost + prior.noise * (share**2 * bins.noise).sum())


def _gcv(bins: Bins, _: Prior, weight: float) -> float:
    rest = 1 - bins.share(weight)
    return float((rest**2 * bins.observed).sum() / max((rest * bins.count).sum(), 1e-150) ** 2)


def _sure(bins: Bins, prior: Prior, weight: float) -> float:
    share = bins.share(weight)
    freedom = 2 * (share * bins.count).sum() - bins.count.sum()
    return float(((1 - share) ** 2 * bins.observed).sum() + prior.noise * freedom)


def _discrepancy(bins: Bins, prior: Prior, weight: float) -> float:
    rest = ((1 - bins.share(weight)) ** 2 * bins.observed).sum()
    return abs(float(rest / max(prior.noise * bins.count.sum(), TINY)) - 1)


# Name -> score of a weight, the lower the better.
RULES: dict[str, Callable[[Bins, Prior, float], float]] = {
    "likelihood": _likelihood,
    "gcv": _gcv,
    "sure": _sure,
    "discrepancy": _discrepancy,
}


def choose(rule: str, spectrum: Spectrum, power: Array) -> Curve:
    """Choose the weight of the penalty P = `power`, flat as the spectrum, by a rule."""
    prior, bins = fit(spectrum), Bins(spectrum, power)
    name = AUTO if rule == "auto" else rule
    return lowest(name, lambda weight: RULES[name](bins, prior, weight))


def sparse(spectrum: Spectrum, exponent: float) -> Curve:
    """Choose the weight of the sum of |gradient|^exponent: noise over the gradient's size.

    Were the gradient's logarithmic density -|g / b|^exponent, it would be noise / b^exponent.
    """
    prior = fit(spectrum)
    size = max(math.sqrt(prior.signal), TINY)
    best = SPARSE * prior.noise / size**exponent
    return Curve(AUTO, prior.curve.values, prior.curve.scores, best)
