"""How a restoration finds its own regularisation: rules over the spectrum of what was observed.

A restoration in closed form lets the share ``f = |H|^2 / (|H|^2 + weight P)`` of each frequency
through.  Every rule scores a weight by sums over the spectrum, which is gathered once in cells of
like |H|^2, |D|^2 and P: each weight then costs a sum over a few thousand cells.

All but one need the noise, and the likelihood the power of the scene too.  A law is fitted to the
spectrum of what was observed, ``noise + (|H|^2 + error) signal / |D|^(2 slope)``, where the error
is that of the PSF, which shows where |H| is next to 0.  There |H|^2 has to be what the window lets
through, which mixes each frequency with those about it.  Then the scene's power is corrected, band
by band of |D|^2: where noise rules the law stands, elsewhere what was observed.

References
----------
G. H. Golub, M. Heath, G. Wahba, "Generalized cross-validation as a method for choosing a good
ridge parameter", Technometrics 21(2), 1979; V. A. Morozov, "On the solution of functional equations
by the method of regularization", 1966 (discrepancy); C. M. Stein, "Estimation of the mean of a
multivariate normal distribution", Ann. Stat. 9(6), 1981; N. P. Galatsanos, A. K. Katsaggelos,
"Methods for choosing the regularization parameter and estimating the noise variance in image
restoration and their relation", IEEE Trans. Image Process. 1(3), 1992; P. Whittle, "Estimation and
information in stationary time series", Ark. Mat. 2, 1953 (the likelihood of a spectrum).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

AUTO = "likelihood"
# What no model explains is taken for noise of this share of the image's standard deviation.
DOUBT = 0.01
DECADES, FINENESS = 8, 10  # of |H|^2, |D|^2 and P down from their largest, and cells a decade
SLOPES = np.arange(0.6, 2.3, 0.2)  # that scenes are tried with; 1: a gradient that is white
# Of the PSF, in units of the largest |H|^2: an error beyond looks like a weak blur, and costs more.
ERRORS = (0, 1e-4, 3e-4, 1e-3)
RATIOS = np.logspace(-10, 4, 43)  # of noise to signal, in units of the largest |H|^2
BELIEF = 4.0  # samples that the power law counts for in a band
ROUNDS = 30  # of the correction: it changes by less than 1 % by then
WEIGHTS = np.logspace(-9, 3, 61)  # in units of the largest |H|^2
SPARSE = 1.43  # median over photographs of a sparse prior's best weight over what `sparse` derives
TINY = float(np.finfo(np.float64).tiny)  # in place of 0, below a fraction bar


class Spectrum(NamedTuple):
    """What was observed, over a half spectrum but for its mean; flat arrays."""

    observed: Array  # |Y|^2, scaled so that white noise of variance s^2 has s^2
    blur: Array  # |H|^2
    seen: Array  # the same as the window shows it, through which the image was looked at
    gradient: Array  # |D|^2
    counts: Array  # how many frequencies of the whole spectrum each stands for
    means: Array = np.empty((0, 3))  # at frequency 0, a row a PSF: observed, blur, planes


@dataclass(frozen=True, eq=False)
class Curve:
    """The scores of a rule over the regularisation; it takes the lowest."""

    rule: str
    values: Array
    scores: Array
    best: float


class Cells:
    """A spectrum gathered by |H|^2, |D|^2 and the penalty's P; arrays of one value a cell."""

    def __init__(self, spectrum: Spectrum, power: Array) -> None:
        index = np.zeros(spectrum.blur.shape, np.int32)
        for each in (spectrum.gradient, spectrum.blur, power):
            index *= DECADES * FINENESS
            index += _place(each)
        filled = np.bincount(index) > 0
        cells, index = np.flatnonzero(filled), (np.cumsum(filled, dtype=np.int32) - 1)[index]

        def mean(values: Array) -> Array:
            return np.bincount(index, spectrum.counts * values, cells.size) / self.count

        self.count = np.bincount(index, spectrum.counts, cells.size)
        self.samples = max(float(self.count.sum()), 1.0)  # a single pixel has none but its mean
        self.observed = mean(spectrum.observed)
        self.gradient, self.blur, self.power = map(mean, (spectrum.gradient, spectrum.blur, power))
        self.seen = mean(spectrum.seen)
        self.band = cells // (DECADES * FINENESS) ** 2
        self.top = max(float(spectrum.blur.max(initial=0)), TINY)

    def joined(self, means: Array, power: float) -> Cells:
        """With the means, which no law of scenes tells of; `power`: the penalty's P of them."""
        whole = copy(self)
        observed, blur, planes = means.T
        whole.count = np.append(self.count, planes)
        whole.observed, whole.blur = np.append(self.observed, observed), np.append(self.blur, blur)
        whole.power = np.append(self.power, np.full(planes.size, power))
        return whole

    def total(self, values: Array) -> float:
        """The sum over the spectrum."""
        return float((self.count * values).sum())

    def bands(self, values: Array) -> Array:
        """The sums over the bands of |D|^2."""
        return np.bincount(self.band, self.count * values, DECADES * FINENESS)

    def share(self, weight: float) -> Array:
        """f of every cell."""
        return self.blur / (self.blur + weight * self.power + TINY)


def _place(values: Array) -> Array:
    """Where values lie between their largest and DECADES below it, in cells."""
    top = max(float(values.max(initial=0)), TINY)
    place = values / top
    np.log10(np.maximum(place, 10.0**-DECADES, out=place), out=place)
    place += DECADES
    place *= FINENESS
    cells: Array = np.minimum(place, DECADES * FINENESS - 1, out=place).astype(np.uint8)
    return cells


class Found(NamedTuple):
    """What the likelihood tells of a spectrum."""

    noise: float  # variance
    scene: Array  # power of every cell
    error: Array  # power of what the PSF does not explain


def find(cells: Cells) -> Found:
    """Find the noise, and the power of the scene, of the greatest likelihood."""
    tried = list(product(SLOPES, cells.top * np.array(ERRORS)))
    fits = [_fit(cells, (cells.seen + error) * cells.gradient**-slope) for slope, error in tried]
    best = int(np.argmin([score for score, _, _ in fits]))
    _, noise, signal = fits[best]
    slope, error = tried[best]
    law = signal * cells.gradient**-slope
    expected = (cells.seen + error) * law
    factors = np.ones(DECADES * FINENESS)
    for _ in range(ROUNDS if signal > 0 else 0):
        weight = expected / (noise + expected * factors[cells.band]) ** 2
        wanted = cells.bands(weight * (cells.observed - noise)) + BELIEF
        factors = np.clip(wanted / (cells.bands(weight * expected) + BELIEF), 1e-3, 1e3)
    doubt = DOUBT**2 * cells.total(cells.observed) / cells.samples
    scene = law * factors[cells.band]
    return Found(noise + doubt, scene, error * scene)


def _fit(cells: Cells, shape: Array) -> tuple[float, float, float]:
    """Fit ``noise + signal shape``: less the logarithm of the likelihood, noise and signal."""

    def fitted(weight: float) -> tuple[float, float]:
        ratio = 1 + shape / weight
        noise = cells.total(cells.observed / ratio) / cells.samples
        if not noise > 0:
            return np.inf, 0.0
        return float(np.log(noise) + cells.total(np.log(ratio)) / cells.samples), noise

    curve = lowest("likelihood", lambda weight: fitted(weight)[0], cells.top * RATIOS)
    score, noise = fitted(curve.best)
    return score, noise, noise / curve.best


def lowest(rule: str, score: Callable[[float], float], values: Array) -> Curve:
    """Score values in geometric progression; find the lowest between them by a parabola."""
    scores = np.array([score(value) for value in values])
    at = int(np.argmin(scores))
    best = float(values[at])
    if 0 < at < scores.size - 1 and np.isfinite(scores[at - 1 : at + 2]).all():
        before, here, after = scores[at - 1 : at + 2]
        bend = before - 2 * here + after
        if bend > 0:
            best *= float((values[1] / values[0]) ** (0.5 * (before - after) / bend))
    return Curve(rule, values, scores, best)


def _likelihood(cells: Cells, found: Found, weight: float) -> float:
    """The expected error of the scene."""
    share = cells.share(weight)
    gain = share / (cells.blur + weight * cells.power + TINY)  # of the inverse, squared
    return cells.total((1 - share) ** 2 * found.scene + (found.noise + found.error) * gain)


def _gcv(cells: Cells, _: Found, weight: float) -> float:
    rest = 1 - cells.share(weight)
    return cells.total(rest**2 * cells.observed) / max(cells.total(rest), 1e-150) ** 2


def _sure(cells: Cells, found: Found, weight: float) -> float:
    share = cells.share(weight)
    return cells.total((1 - share) ** 2 * cells.observed + found.noise * (2 * share - 1))


def _discrepancy(cells: Cells, found: Found, weight: float) -> float:
    rest = cells.total((1 - cells.share(weight)) ** 2 * cells.observed)
    return abs(rest / max(found.noise * cells.samples, TINY) - 1)


# Name -> score of a weight, the lower the better.
RULES: dict[str, Callable[[Cells, Found, float], float]] = {
    "likelihood": _likelihood,
    "gcv": _gcv,
    "sure": _sure,
    "discrepancy": _discrepancy,
}


def choose(rule: str, spectrum: Spectrum, power: Array, still: float = 0) -> Curve:
    """Choose the weight of the penalty P = `power`, flat as the spectrum, by a rule.

    `still`: P of the mean, which a penalty that holds it to 0 makes darker.
    """
    cells = Cells(spectrum, power)
    whole, found = cells.joined(spectrum.means, still), find(cells)
    known = spectrum.means[:, 0] / np.maximum(spectrum.means[:, 1], TINY)
    scene, error = np.append(found.scene, known), np.append(found.error, np.zeros(known.size))
    return _choose(AUTO if rule == "auto" else rule, whole, Found(found.noise, scene, error))


def _choose(rule: str, cells: Cells, found: Found) -> Curve:
    weights = cells.top * WEIGHTS
    return lowest(rule, lambda weight: RULES[rule](cells, found, weight), weights)


def sparse(spectrum: Spectrum, exponent: float) -> Curve:
    """Choose the weight of the sum of |gradient|^exponent, from that of its square.

    To a gradient of size g, ``1/2 weight |g|^2`` does what ``weight' |g|^exponent`` does if
    ``weight' = weight g^(2 - exponent) / exponent``.  g is what the best square brings back.
    """
    cells = Cells(spectrum, spectrum.gradient)
    found = find(cells)
    curve = _choose(AUTO, cells, found)
    restored = cells.share(curve.best) ** 2 * cells.gradient * found.scene
    size = max(cells.total(restored) / cells.samples, TINY) ** 0.5
    unit = SPARSE * size ** (2 - exponent) / exponent
    return Curve(curve.rule, unit * curve.values, curve.scores, max(unit * curve.best, TINY))
