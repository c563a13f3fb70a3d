"""Restorations in closed form, X = conj(H) Y / (|H|^2 + P), the frame's open samples found.

What is open in Y has to be the blur of the result.  With the response R = |H|^2 / (|H|^2 + P) of
blur and restoration in turn that is a linear system, y = R y on the open samples, symmetric and
positive definite: conjugate gradients solve it.  1 - R is all but 0 where little is lost, so they
are preconditioned by its inverse over the whole frame, bounded.

References
----------
S. J. Reeves, "Fast image restoration without boundary artifacts", IEEE Trans. Image Process.
14(10), 2005; J. Kruse, C. Rother, U. Schmidt, "Learning to push the limits of efficient FFT-based
image deconvolution", ICCV 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.caches import cached_property
from convolve_native.fourier.plans import Plan
from convolve_native.loops import Loop
from convolve_native.loops import quadratic as loops
from convolve_native.methods._transform import real
from convolve_native.restoration.frame import Frame
from convolve_native.restoration.rules import choose
from convolve_native.restoration.task import Outcome, Part, Task

Array = NDArray[Any]

PASSES = 20  # at most
TINY = float(np.finfo(np.float64).tiny)
OPERATORS: dict[str, Callable[[Array], Array]] = {  # from |D|^2 of the first differences
    "gradient": np.array,
    "laplacian": np.square,
    "identity": np.ones_like,
}
BOUND = 1e-3  # of 1 - R in the preconditioner: of 1e-2 to 1e-4 it settles the fastest
SETTLED = 1e-3  # the open samples' relative change in a pass with which they count as found


def penalty(frame: Frame, operator: str | Array) -> Array:
    """P = |L|^2 over the spectrum: of a named operator, or of a kernel's spectrum there."""
    if isinstance(operator, str):
        power = OPERATORS[operator](frame.gradient)
    else:
        power = np.square(np.abs(operator))
    return np.asarray(power, frame.otfs[0].real.dtype)


def regularized(task: Task, weight: float | str, power: Array, outcome: Outcome) -> list[Filters]:
    """The filters of each PSF for a weight of the penalty, given or found by a rule."""
    if isinstance(weight, str):
        still, waves = np.split(power.reshape(-1), [1])
        every = np.broadcast_to(waves, (len(task.frame.otfs), waves.size)).reshape(-1)
        curve = choose(weight, task.spectrum(), every, float(still[0]))
        outcome.curve, outcome.rule, weight = curve, curve.rule, curve.best
    outcome.parameter = weight
    return bank(task, power, weight)


def bank(task: Task, power: Array, weight: float = 1.0) -> list[Filters]:
    """The filters of each PSF for the penalty P = weight power."""
    return [Filters(task.frame, otf, power, weight) for otf in task.frame.otfs]


class Filters:
    """The inverse and the response for one weight, scaled for transforms that are not."""

    def __init__(self, frame: Frame, transfer: Array, power: Array, weight: float) -> None:
        self._otf = real(transfer)
        number = self._otf.dtype.type
        self._size, self._half = frame.size, transfer.shape
        self._penalty = np.ascontiguousarray(power, self._otf.dtype).reshape(-1)
        self._scales = number(weight), number(1 / frame.size)
        self.inverse = np.empty_like(transfer)
        self._fill(loops.invert, self.inverse)

    def _fill(self, loop: Loop, filters: Array) -> Array:
        fill = loop.compiled(self._otf.dtype)
        fill(self._otf, self._penalty, *self._scales, real(filters))
        return filters

    @cached_property
    def response(self) -> Array:
        """Of the inverse and the blur in turn."""
        return self._fill(loops.respond, np.empty(self._half, self._otf.dtype))

    @cached_property
    def settling(self) -> Array:
        """One over what the response leaves, bounded."""
        number = self.response.dtype.type
        rest = 1 - number((1 - BOUND) * self._size) * self.response
        return np.asarray(number(1 / self._size) / rest)

    def noise_gain(self, frame: Frame) -> float:
        """Root mean square of the inverse over the whole spectrum."""
        square = np.square(np.abs(self.inverse), dtype=np.float64) * frame.counts
        return float(np.sqrt(square.sum() * frame.size))


class Opening:
    """One plane: its frame, whose open samples are being found by conjugate gradients."""

    def __init__(self, task: Task, part: Part, filters: Filters) -> None:
        self._task, self._part, self._filters = task, part, filters
        self._frame, start = task.observed(part), task.start(part)
        self._open = task.opened(part)  # what follows holds these samples alone
        self.settled = self._open.size == 0
        if self.settled:
            return
        if start is not None:
            self._found[self._open] = task.blurred(part, start).reshape(-1)[self._open]
        with task.lease() as plan:
            blurred = plan.filter(self._frame, filters.response).reshape(-1)[self._open]
            self._residual = blurred - self._found[self._open]
            self._direction = self._through(plan, filters.settling, self._residual)
        self._power = _dot(self._residual, self._direction)
        self.settled = not self._power > 0

    @property
    def _found(self) -> Array:
        return self._frame.reshape(-1)

    def _through(self, plan: Plan, factor: Array, samples: Array) -> Array:
        """The open samples, all others 0, filtered."""
        plan.frame[:] = 0
        plan.frame.reshape(-1)[self._open] = samples
        return np.asarray(plan.filter(plan.frame, factor).reshape(-1)[self._open])

    def step(self) -> None:
        """One pass."""
        if self.settled:
            return
        direction, number = self._direction, self._frame.dtype.type
        with self._task.lease() as plan:
            image = direction - self._through(plan, self._filters.response, direction)
            curvature = _dot(direction, image)
            if not curvature > 0:  # rounding is all that is left
                self.settled = True
                return
            length = self._power / curvature
            self._found[self._open] += number(length) * direction
            self._residual -= number(length) * image
            next_ = self._through(plan, self._filters.settling, self._residual)
        power, before = _dot(self._residual, next_), self._power
        found = self._found[self._open]
        change = length * np.sqrt(_dot(direction, direction) / max(_dot(found, found), TINY))
        self.settled = bool(change <= SETTLED or not power > 0)
        direction *= number(power / before)
        direction += next_
        self._power = power

    def estimate(self) -> None:
        """Restore from what the frame holds now."""
        with self._task.lease() as plan:
            self._task.keep(self._part, plan.filter(self._frame, self._filters.inverse))

    def square(self) -> float:
        """Sum of the squares of the residual."""
        with self._task.lease() as plan:
            blurred = plan.filter(self._frame, self._filters.response)
            return self._task.miss(self._part, self._frame - blurred)


def _dot(a: Array, b: Array) -> float:
    return float((a * b.conj()).real.sum(dtype=np.float64))


def restore(task: Task, filters: list[Filters], outcome: Outcome) -> Any:
    """Restore every plane of a task, by the filters of its PSF."""
    openings: dict[Part, Opening] = {}

    def begin(part: Part) -> None:
        openings[part] = Opening(task, part, filters[task.scene.psfs.which[part]])

    task.each(begin)
    for iteration in range(1, PASSES + 1):
        if all(opening.settled for opening in openings.values()):
            break
        task.each(lambda part: openings[part].step())
        outcome.iterations = iteration
        if task.watched:
            task.each(lambda part: openings[part].estimate())
            if task.told(iteration):
                break
    task.each(lambda part: openings[part].estimate())
    if task.explains:
        outcome.residual.append(sum(openings[part].square() for part in task.parts))
        gains = [each.noise_gain(task.frame) for each in filters]
        outcome.noise_gain = float(np.sqrt(np.mean(np.square(gains))))
    return task.result(outcome)
