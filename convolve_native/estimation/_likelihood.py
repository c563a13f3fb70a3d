"""What a spectrum says of a blur: its likelihood, and the climb to the best parameters.

The power of a cell is ``scene (|OTF|^2 + error) + noise``.  The scene's logarithm is a parabola of
that of the frequency and waves of the direction, about the power law of photographs, less what
blurs even a sharp one; the error is what moves otherwise, or was lost in rounding.  Scoring climbs
Whittle's likelihood by all coefficients and the parameters of the kernel together.

References
----------
P. Whittle, "Estimation and information in stationary time series", Ark. Mat. 2, 1953; D. J. Field,
"Relations between the statistics of natural images and the response properties of cortical cells",
J. Opt. Soc. Am. A 4(12), 1987 (the power law); P. McCullagh, J. A. Nelder, "Generalized Linear
Models", 1989 (scoring).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Parameters = tuple[float, ...]

SLOPE, SPREAD = -2.4, 0.4  # of a photograph's power over its frequency: mean, standard deviation
BEND = 0.3  # standard deviation of the slope's change from one e-fold of the frequency to the next
TURN = 0.4  # of what the direction changes
OWN = 0.14  # variance, in square pixels, of what blurs a sharp photograph
# The error: typical, its spread in e-folds, and the most that is no part of the scene itself.
ERROR, DOUBT, WORST = 3e-5, 1.5, 4e-3
TRUST = 0.05  # share of a cell's likelihood that counts: scenes are no noise shaped by a law
FAINT = 1e-9  # in place of 0, where a logarithm or a quotient is to come
UNHEARD = 20.0  # how far below the faintest cells noise could not be told from none
STEPS, SETTLED = 30, 0.01  # of a climb; likelihood that a step must gain for another
HOPELESS = 20.0  # likelihood that a start may lack and still be climbed from
STRIDE = 3.0  # the longest change of a coefficient, all of which are logarithms
SHORTEST = 1 / 16  # of a step that is tried


class Law:
    """What photographs are like: a basis, and the means and precisions of the coefficients.

    After those of the basis come the logarithms of the error and of the noise.
    """

    def __init__(self, rows: Array, columns: Array, orders: tuple[int, ...] = ()) -> None:
        radii = np.hypot(rows, columns)
        length, angle = np.log(radii / 0.1), np.arctan2(rows, columns)
        basis, spreads = [np.ones_like(length), length, length**2], [1 / FAINT, SPREAD, BEND]
        for order in orders:
            for wave in (np.cos(order * angle), np.sin(order * angle)):
                basis += [wave, wave * length]
                spreads += [TURN, TURN]
        self.basis = np.array(basis)
        self.own = -4 * np.pi**2 * OWN * np.square(radii)
        self.means = np.zeros(len(basis) + 2)
        self.means[1], self.means[-2] = SLOPE, np.log(ERROR)
        self.precisions = np.array([*spreads, DOUBT, 1 / FAINT]) ** -2.0


@dataclass(frozen=True)
class Family:
    """Kernels of a few parameters: what passes, and how to move among them."""

    passed: Callable[[Parameters], Array]  # |OTF|^2 in every cell
    steps: Parameters  # differences that tell how it changes with each parameter
    bound: Callable[[Parameters], Parameters]  # the nearest parameters that are allowed


@dataclass(frozen=True, eq=False)
class Peak:
    """Where a climb is, or ended."""

    likelihood: float
    parameters: Parameters
    coefficients: Array
    passed: Array
    share: Array  # of the scene in the power that is expected of a cell
    expected: Array


class Hill:
    """The likelihood of an observed power for the kernels of a family."""

    def __init__(self, power: Array, counts: Array, law: Law, family: Family) -> None:
        self._power, self._counts, self._law, self._family = power, TRUST * counts, law, family
        self._quiet, self._faint = np.log(np.quantile(power, (0.02, 0.3)) + FAINT)

    def start(self, parameters: Parameters, near: Peak | None = None) -> Peak:
        """Parameters with their best scene, whence a climb goes up safely; `near`: one like it."""
        passed = self._passed(parameters)
        coefficients = self._typical(passed) if near is None else near.coefficients
        return self._climb(self._peak(parameters, passed, coefficients), ())

    def climb(self, peak: Peak) -> Peak:
        """Go up from a peak's parameters and scene."""
        return self._climb(peak, self._family.steps)

    def at(self, passed: Array, near: Peak) -> Peak:
        """Another kernel with the scene of a peak, and its parameters, whatever they are."""
        return self._peak(near.parameters, passed, near.coefficients)

    def slopes(self, peak: Peak) -> Array:
        """Of the likelihood, with what passes in every cell: at the best scene, whose own add none.

        ``counts (power / expected - 1) share / (passed + error)``
        """
        excess = self._power / peak.expected - 1
        error = np.exp(peak.coefficients[-2])
        return np.asarray(self._counts * excess * peak.share / (peak.passed + error))

    def best(self, starts: Iterable[Parameters]) -> Peak:
        """Climb from the likeliest start, and from the next if it is nearly as likely."""
        peaks = sorted(map(self.start, starts), key=lambda peak: -peak.likelihood)
        top = self.climb(peaks[0])
        if len(peaks) > 1 and peaks[1].likelihood > top.likelihood - HOPELESS:
            top = max(top, self.climb(peaks[1]), key=lambda peak: peak.likelihood)
        return top

    def _typical(self, passed: Array) -> Array:
        """The scene that photographs show on average, as bright as the observed one."""
        coefficients = self._law.means.copy()
        scene = np.exp(coefficients[:-2] @ self._law.basis + self._law.own) * (passed + ERROR)
        coefficients[0] = np.log(self._power.mean() / scene.mean())
        coefficients[-1] = self._faint
        return coefficients

    def _climb(self, peak: Peak, moving: Parameters) -> Peak:
        for _ in range(STEPS):
            before, peak = peak, self._stepped(peak, moving)
            if peak.likelihood < before.likelihood + SETTLED:
                break
        return peak

    def _stepped(self, peak: Peak, moving: Parameters) -> Peak:
        """One step of scoring, halved until it goes up; or none."""
        step, count = self._step(peak, moving), peak.coefficients.size
        scale = min(1.0, STRIDE / float(np.abs(step[:count]).max()))
        shortest = SHORTEST * scale
        while scale > shortest:
            parameters, passed = peak.parameters, peak.passed
            if moving:
                moved = zip(parameters, scale * step[count:], strict=True)
                parameters = self._family.bound(tuple(float(p + s) for p, s in moved))
                passed = self._passed(parameters)
            coefficients = peak.coefficients + scale * step[:count]
            coefficients[-2] = min(coefficients[-2], np.log(WORST))
            coefficients[-1] = max(coefficients[-1], self._quiet - np.log(UNHEARD))
            there = self._peak(parameters, passed, coefficients)
            if there.likelihood > peak.likelihood:
                return there
            scale /= 2
        return peak

    def _step(self, peak: Peak, moving: Parameters) -> Array:
        law, count = self._law, peak.coefficients.size
        error = np.exp(peak.coefficients[-2])
        # Of the logarithm of what is expected; single precision is enough to show the way.
        slopes = np.empty((count + len(moving), peak.share.size), np.float32)
        slopes[: count - 2] = law.basis
        slopes[count - 2] = error / (peak.passed + error)
        slopes[count - 1] = 1 / peak.share - 1
        for at, step in enumerate(moving):
            ahead = tuple(p + step * (i == at) for i, p in enumerate(peak.parameters))
            change = (self._passed(ahead) - peak.passed) / step
            slopes[count + at] = change / (peak.passed + error)
        slopes *= peak.share.astype(np.float32)
        weighted = slopes * self._counts.astype(np.float32)
        excess = (self._power / peak.expected - 1).astype(np.float32)
        rise, information = (weighted @ each for each in (excess, slopes.T))
        rise, information = rise.astype(np.float64), information.astype(np.float64)
        rise[:count] -= law.precisions * (peak.coefficients - law.means)
        information[np.diag_indices(count)] += law.precisions
        information[np.diag_indices(rise.size)] += FAINT
        return np.linalg.solve(information, rise)

    def _passed(self, parameters: Parameters) -> Array:
        return np.maximum(self._family.passed(parameters), 0)

    def _peak(self, parameters: Parameters, passed: Array, coefficients: Array) -> Peak:
        law, (error, noise) = self._law, np.exp(coefficients[-2:])
        scene = np.exp(np.clip(coefficients[:-2] @ law.basis + law.own, -60, 60)) * (passed + error)
        expected = scene + noise
        fit = self._counts @ (np.log(expected) + self._power / expected)
        prior = 0.5 * law.precisions @ np.square(coefficients - law.means)
        likelihood, share = -float(fit + prior), scene / expected
        return Peak(likelihood, parameters, coefficients, passed, share, expected)
