"""min over x of 1/2 ||M (h*x - y)||^2 + weight sum |D x|^exponent, by splitting.

M keeps the samples that were observed; the others are free, and follow the blur of the estimate.
h*x, the differences D x, and x itself where it is bounded, are split off and treated one by one:
pixel by pixel in closed form, and the quadratic step that binds them by a transform.  This is the
alternating direction method of multipliers with over-relaxation; `loops/splitting.py` holds each
variable and its multiplier in one array.

References
----------
M. S. C. Almeida, M. A. T. Figueiredo, "Deconvolving images with unknown boundaries using the
alternating direction method of multipliers", IEEE Trans. Image Process. 22(8), 2013;
J. Eckstein, D. P. Bertsekas, Math. Programming 55, 1992 (relaxation);
D. Krishnan, R. Fergus, "Fast image deconvolution using hyper-Laplacian priors", NIPS 2009.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.fourier.plans import Plan
from convolve_native.loops import splitting as loops
from convolve_native.loops import volumes
from convolve_native.methods._transform import real
from convolve_native.restoration.rules import sparse
from convolve_native.restoration.task import Outcome, Part, Task

Array = NDArray[Any]

RELAX = 1.8  # of 1 to 2: thirty iterations come as far as sixty without
FIDELITY = 0.02  # of what binds h*x to its variable: small lets the margin move far
# Differences are shrunk to zero below exponent^4 times so many standard deviations of the image:
# any will do where the sum is convex; where it is not, a smaller one forecloses less.
THRESHOLD = 0.5
DEGREE = 8
LOOPS = {  # over the differences of as many axes: what reflects them, and what updates them
    2: (loops.reflect_differences, loops.update_differences),
    3: (volumes.reflect_volume, volumes.update_volume),
}


def _jump(exponent: float) -> float:
    """The threshold of shrinking where the weight of the squares is 1, of an exponent below 1."""
    rest = 1 - exponent
    return float((2 - exponent) * (2 * rest) ** (-rest / (2 - exponent)))


@cache
def shares(exponent: float) -> Array:
    """What shrinking keeps of a difference, a polynomial in the root r of threshold / difference.

    The minimum over w of |w|^a + b/2 (w - v)^2 is 0 up to a threshold and a share of v beyond it,
    which over r does not depend on b: 1 - r^2 for a = 1, else fitted, within 0.002 for a >= 1/3.

    >>> shares(1.0)[:4].tolist()
    [1.0, 0.0, -1.0, 0.0]
    """
    if exponent == 1:
        return np.array([1.0, 0.0, -1.0] + [0.0] * (DEGREE - 2))
    roots = (1 - np.cos(np.linspace(0, np.pi, 2001)[1:])) / 2
    v = 1 / roots**2  # in thresholds
    a = exponent
    b = _jump(a) ** (2 - a)
    w = v.copy()
    for _ in range(50):  # Newton's steps, from above, where the function is convex
        w -= (a * w ** (a - 1) + b * (w - v)) / (a * (a - 1) * w ** (a - 2) + b)
    powers = np.vander(roots, DEGREE + 1, increasing=True)[:, 1:]
    return np.append(1.0, np.linalg.lstsq(powers, w / v - 1, rcond=None)[0])


def coupling(weight: float, threshold: float, exponent: float) -> float:
    """The weight of the split differences with which shrinking ends at `threshold`.

    >>> coupling(0.5, 0.25, 1.0)
    2.0
    """
    if exponent == 1:
        return weight / threshold
    return float(weight * (_jump(exponent) / threshold) ** (2 - exponent))


@dataclass(frozen=True)
class Prior:
    """What is known of a scene: small differences, and perhaps bounds of its pixels."""

    exponent: float
    isotropic: bool
    bounds: tuple[float, float] | None

    def energy(self, x: Array) -> float:
        """The sum of |D x|^exponent over an image, not periodic."""
        steps = [
            np.diff(x, axis=axis, append=x.take([-1], axis)).astype(np.float64)
            for axis in range(x.ndim)
        ]
        sizes = (
            [np.sqrt(sum(map(np.square, steps)))] if self.isotropic else list(map(np.abs, steps))
        )
        return sum(float((size**self.exponent).sum()) for size in sizes)


class Split:
    """One plane: its observation, and the variables that are split off."""

    def __init__(self, task: Task, part: Part, prior: Prior, weight: float) -> None:
        self._task, self._part, self._prior = task, part, prior
        self._level = task.scene_level(part)
        frame, compute = task.frame, task.scene.compute
        self._observed, self._known = task.observed(part), task.known(part)
        spread = float(self._observed[frame.window].std(dtype=np.float64))
        threshold = THRESHOLD * prior.exponent**4 * spread
        self._threshold = compute.type(threshold)
        self._coupling = coupling(weight, threshold, prior.exponent) if threshold else 1.0
        self._share = compute.type(FIDELITY / (1 + FIDELITY))
        self._shares = shares(prior.exponent).astype(compute)
        *others, last = frame.steps  # the spectrum is seen as rows of its last axis
        self._steps = reduce(np.add.outer, others).reshape(-1).astype(compute), last.astype(compute)
        self._relax = compute.type(RELAX)
        start = task.start(part)
        scene = self._observed if start is None else start
        self._blurred = scene.copy() if start is None else task.blurred(part, start)
        self._differences = [np.roll(scene, -1, axis) - scene for axis in range(scene.ndim)]
        self._bounded = None if prior.bounds is None else scene.copy()
        self._otf = _rows(task.otf(part), compute)
        self.square = self.energy = 0.0

    def step(self) -> None:
        """One iteration."""
        task, inner = self._task, self._task.inner
        with task.lease(planes=2) as blurred, task.lease(planes=2) as scene:
            _both(partial(self._load_blurred, blurred), partial(self._load_scene, scene), inner)
            self._solve(blurred, scene)
            _both(partial(self._update_blurred, blurred), partial(self._update_scene, scene), inner)

    def _load_blurred(self, plan: Plan) -> None:
        reflect = loops.reflect_observed.compiled(plan.frame.dtype)
        observed = real(self._observed), self._known.reshape(-1), self._share
        reflect(real(self._blurred), *observed, real(plan.frame))
        plan.forward()

    def _load_scene(self, plan: Plan) -> None:
        dtype, penalty = plan.frame.dtype, self._penalty
        *others, width = plan.frame.shape
        scratch = [np.empty((3, width), dtype), np.empty((2, *others[1:], width), dtype)]
        reflect, _ = LOOPS[plan.frame.ndim]
        compiled = reflect.compiled(dtype)
        compiled(*self._differences, *penalty, *scratch[: len(others)], plan.frame)
        if self._bounded is not None:
            bounded = loops.reflect_bounded.compiled(dtype)
            bounded(real(self._bounded), *self._bounds, real(plan.frame))
        plan.forward()

    @property
    def _penalty(self) -> tuple[Any, ...]:
        return self._threshold, self._shares, int(self._prior.isotropic)

    @property
    def _bounds(self) -> tuple[Any, Any]:
        assert self._prior.bounds is not None
        number = self._observed.dtype.type
        low, high = (number(bound - self._level) for bound in self._prior.bounds)
        return low, high

    def _solve(self, blurred: Plan, scene: Plan) -> None:
        """Bind the variables by the quadratic step, in the spectrum; rows of it in bands."""
        dtype, frame = scene.frame.dtype, self._task.frame
        solve = loops.solve.compiled(dtype)
        floor = self._coupling if self._bounded is not None else 0.0
        floor += float(np.finfo(dtype).eps) * FIDELITY  # what neither term sees is 0
        weights = [dtype.type(w) for w in (FIDELITY, self._coupling, floor, 1 / frame.size)]
        spectra = _rows(blurred.spectrum, dtype), _rows(scene.spectrum, dtype), self._otf
        rows = len(self._otf)
        halves = (0, rows // 2), (rows // 2, rows)
        one, other = (partial(solve, *spectra, *self._steps, *weights, *half) for half in halves)
        _both(one, other, self._task.inner)

    def _update_blurred(self, plan: Plan) -> None:
        plan.inverse()
        task = self._task
        if task.explains:
            self.square = task.miss(self._part, self._observed - plan.frame)
        update = loops.update_observed.compiled(plan.frame.dtype)
        observed = real(self._observed), self._known.reshape(-1), self._share
        update(real(self._blurred), *observed, real(plan.frame), self._relax)

    def _update_scene(self, plan: Plan) -> None:
        plan.inverse()
        task, dtype = self._task, plan.frame.dtype
        kept = plan.frame
        if self._bounded is not None:
            low, high = self._bounds
            kept = np.clip(plan.frame, low, high)
        task.keep(self._part, kept)
        if task.explains:
            self.energy = self._prior.energy(kept[task.frame.window])
        _, update = LOOPS[plan.frame.ndim]
        update.compiled(dtype)(*self._differences, *self._penalty, plan.frame, self._relax)
        if self._bounded is not None:
            bounded = loops.update_bounded.compiled(dtype)
            bounded(real(self._bounded), *self._bounds, real(plan.frame), self._relax)


def _rows(spectrum: Array, dtype: np.dtype[Any]) -> Array:
    """A spectrum as rows of its last axis, real and imaginary parts in turn."""
    return spectrum.view(dtype).reshape(-1, 2 * spectrum.shape[-1])


def _both(one: Callable[[], None], other: Callable[[], None], workers: int) -> None:
    """Do two things side by side, if there is a worker for each."""

    def work(side: Callable[[], None]) -> None:
        side()

    threads.run(lambda: work, (one, other), workers)


def restore(
    task: Task, weight: float | str, prior: Prior, iterations: int, outcome: Outcome
) -> Any:
    """Restore every plane of a task, with a weight that is given or "auto"."""
    if isinstance(weight, str):
        curve = sparse(task.spectrum(), prior.exponent)
        outcome.curve, outcome.rule, weight = curve, curve.rule, curve.best
    outcome.parameter = weight
    splits: dict[Part, Split] = {}

    def begin(part: Part) -> None:
        splits[part] = Split(task, part, prior, weight)

    task.each(begin)
    for iteration in range(1, iterations + 1):
        task.each(lambda part: splits[part].step())
        outcome.iterations = iteration
        if task.explains:
            squares = [splits[part].square for part in task.parts]
            energies = [splits[part].energy for part in task.parts]
            outcome.residual.append(sum(squares))
            outcome.objective.append(sum(squares) / 2 + weight * sum(energies))
        if task.told(iteration):
            break
    return task.result(outcome)
