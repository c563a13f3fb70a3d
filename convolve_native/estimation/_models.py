"""The kinds of blur that are looked for: where to look, and which of them was found.

Motion leaves dark lines in the spectrum, a sink of the cepstrum at its length and angle; defocus
leaves dark rings, found by trying radii on the mean over circles; a Gaussian leaves nothing, and is
told from the scene by how fast the spectrum falls.

References
----------
M. Cannon, "Blind deconvolution of spatially invariant image blurs with phase", IEEE Trans. ASSP
24(1), 1976 (motion and defocus in the cepstrum); D. B. Gennery, "Determination of optical transfer
function by inspection of frequency-domain plot", J. Opt. Soc. Am. 63(12), 1973 (lines and rings).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native import kernels
from convolve_native.estimation._likelihood import FAINT, Family, Hill, Law, Parameters, Peak
from convolve_native.estimation._spectrum import Cells, Observed
from convolve_native.kernels._bessel import j1

Array = NDArray[Any]

SHORT, LONG = 2.5, 1 / 3  # pixels, and of a piece: the motions that are looked for
SINKS = 6  # of the cepstrum, that are tried
OUTLIERS = -3, 2  # e-folds of a cell's power beyond which it says no more
SMALL, LARGE, FINE = 0.8, 1 / 8, 0.4  # pixels, of a piece, and pixels: the radii that are tried
RADII = 4  # of these, the likeliest ones that are tried on the spectrum itself
NARROW, WIDE = 0.22, 1 / 26  # pixels, and of a piece: the standard deviations that are looked for
VARIANCES = 0.5, 1.5, 3.0, 6.0  # square pixels, from which they are looked for
CUT = 6.0  # standard deviations: where no difference is seen
ROUND = 3.0  # likelihood that a Gaussian of two widths must gain over one of a single width


@lru_cache(maxsize=4)
def _law(cells: Cells) -> Law:
    return Law(cells.rows, cells.columns, (2, 4))


def hill_of(observed: Observed, family: Family) -> Hill:
    """What is climbed for a family."""
    cells = observed.cells
    return Hill(observed.power, cells.counts, _law(cells), family)


def sharp(observed: Observed) -> Peak:
    """A scene that nothing blurred."""
    return known(observed, np.ones(observed.power.size))


def known(observed: Observed, passed: Array) -> Peak:
    """A scene of which a known kernel let a share of the power by in every cell."""
    return hill_of(observed, only(passed)).start(())


def only(passed: Array) -> Family:
    """The family of a single kernel."""
    return Family(lambda _: passed, (), tuple)


def motion(observed: Observed, sharp: Peak) -> Peak:
    """A length and an angle in degrees."""
    cells = observed.cells
    longest = 1.1 * LONG * cells.side
    hill = hill_of(
        observed,
        Family(
            lambda p: cells.transfer(kernels.motion(*p)),
            (0.05, 0.25),
            lambda p: (min(max(p[0], 1.0), longest), p[1]),
        ),
    )
    return hill.best(_sinks(observed, sharp))


def _sinks(observed: Observed, sharp: Peak) -> list[Parameters]:
    """Lengths and angles where the cepstrum is lowest, of what no sharp scene explains."""
    cells = observed.cells
    residual = np.log((observed.power + FAINT) / sharp.expected).clip(*OUTLIERS)
    weight = sharp.share * cells.counts
    residual -= (weight @ residual) / weight.sum()
    cepstrum = cells.lagged(sharp.share * residual)
    middle = cells.side // 2
    down, across = np.indices(cepstrum.shape) - middle
    reach = np.hypot(down, across)
    within = np.where((reach >= SHORT) & (reach <= LONG * cells.side), cepstrum, np.inf)
    low = np.isfinite(within) & ((across > 0) | ((across == 0) & (down > 0)))
    for shift in itertools.product((-1, 0, 1), repeat=2):
        low &= within <= np.roll(within, shift, (0, 1))
    places = np.argwhere(low)
    order = np.argsort(cepstrum[low], kind="stable")[:SINKS]
    found: list[Parameters] = []
    for row, column in places[order]:
        y = row - middle + _vertex(*cepstrum[row - 1 : row + 2, column])
        x = column - middle + _vertex(*cepstrum[row, column - 1 : column + 2])
        found.append((math.hypot(y, x), math.degrees(math.atan2(y, x))))
    return found


def _vertex(before: float, here: float, after: float) -> float:
    """Where the parabola through three samples is lowest, within half a step of the middle one."""
    bend = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend > 0 else 0.0


class _Rings(NamedTuple):
    """The cells gathered by their distance from the origin."""

    places: Array
    counts: Array
    law: Law
    radii: Array  # that are tried
    passed: list[Array]  # by each


@lru_cache(maxsize=4)
def _rings(cells: Cells) -> _Rings:
    index = np.rint(cells.radii * cells.side / 2).astype(int)
    index -= index.min()
    counts = np.bincount(index, cells.counts)
    radii = np.arange(SMALL, LARGE * cells.side, FINE)

    def mean(values: Array) -> Array:
        return np.asarray(np.bincount(index, cells.counts * values) / counts)

    phases = [2 * np.pi * radius * cells.radii for radius in radii]
    passed = [mean(np.square(2 * j1(phase) / phase)) for phase in phases]
    law = Law(np.zeros(counts.size), mean(cells.radii))
    return _Rings(index, counts, law, radii, passed)


def _radii(observed: Observed) -> list[Parameters]:
    """Radii of which the mean over circles is likelier than of those next to them."""
    rings = _rings(observed.cells)
    power = np.bincount(rings.places, observed.cells.counts * observed.power) / rings.counts
    family = Family(lambda p: rings.passed[int(p[0])], (), tuple)
    hill = Hill(power, rings.counts, rings.law, family)
    peak, scores = None, [-math.inf]
    for at in range(rings.radii.size):
        peak = hill.start((at,), peak)
        scores.append(peak.likelihood)
    found = np.array([*scores, -math.inf])
    tops = np.flatnonzero((found[1:-1] > found[:-2]) & (found[1:-1] >= found[2:]))
    order = np.argsort(-found[1:-1][tops], kind="stable")[:RADII]
    return [(float(rings.radii[at]),) for at in tops[order]]


def defocus(observed: Observed, sharp: Peak) -> Peak:
    """A radius."""
    cells = observed.cells
    largest = LARGE * cells.side
    hill = hill_of(
        observed,
        Family(
            lambda p: cells.transfer(kernels.disk(*p)),
            (0.02,),
            lambda p: (min(max(p[0], 0.5), largest),),
        ),
    )
    return hill.best(_radii(observed))


def gaussian(observed: Observed, sharp: Peak) -> Peak:
    """Variances of the rows, of rows with columns, and of the columns; alike, if that will do."""
    cells = observed.cells
    widest = WIDE * cells.side

    def passed(parameters: Parameters) -> Array:
        return cells.transfer(kernels.oriented_gaussian(*axes_of(parameters), truncate=CUT))

    def bound(parameters: Parameters) -> Parameters:
        along, across, angle = axes_of(parameters)
        along, across = (min(max(each, NARROW), widest) for each in (along, across))
        return covariance(along, across, angle)

    def round_bound(parameters: Parameters) -> Parameters:
        return bound((*parameters, 0.0, *parameters))[:1]

    single = Family(lambda p: passed((*p, 0.0, *p)), (0.02,), round_bound)
    alike = hill_of(observed, single).best((variance,) for variance in VARIANCES)
    (variance,) = alike.parameters
    double = hill_of(observed, Family(passed, (0.02, 0.02, 0.02), bound))
    start = double.start((variance, 0.0, variance), alike)
    unlike = double.climb(start)
    return unlike if unlike.likelihood > start.likelihood + ROUND else start


def axes_of(parameters: Parameters) -> tuple[float, float, float]:
    """Standard deviations along and across, and the angle, of variances."""
    rows, mixed, columns = parameters
    mean, angle = (rows + columns) / 2, 0.5 * math.atan2(2 * mixed, columns - rows)
    excess = math.hypot((columns - rows) / 2, mixed)
    along, across = (math.sqrt(max(each, NARROW**2)) for each in (mean + excess, mean - excess))
    return along, across, math.degrees(angle)


def covariance(along: float, across: float, angle: float) -> Parameters:
    """The variances of a Gaussian that lies at an angle."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    p, q = along**2, across**2
    return p * sine**2 + q * cosine**2, (p - q) * sine * cosine, p * cosine**2 + q * sine**2


class Model(NamedTuple):
    """A kind of blur."""

    fit: Callable[[Observed, Peak], Peak]
    spread: Callable[..., float]  # root mean square of the kernel's deviations along two axes


MODELS = {
    "motion": Model(motion, lambda length, angle: length / math.sqrt(24)),
    "defocus": Model(defocus, lambda radius: radius / 2),
    "gaussian": Model(gaussian, lambda rows, mixed, columns: math.sqrt((rows + columns) / 2)),
}
