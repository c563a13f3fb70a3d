"""Restorations in closed form, X = conj(H) Y / (|H|^2 + P), the frame's open samples found.

What is open in Y has to be the blur of the result.  With the response R = |H|^2 / (|H|^2 + P) of
blur and restoration in turn that is a linear system, y = R y on the open samples, symmetric and
positive definite: conjugate gradients solve it, one blurred estimate a pass.

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

from convolve_native.fourier.plans import POOL, Plan
from convolve_native.restoration.frame import Frame
from convolve_native.restoration.rules import choose
from convolve_native.restoration.task import Outcome, Part, Task

Array = NDArray[Any]

PASSES = 30  # at most
TINY = float(np.finfo(np.float64).tiny)
OPERATORS: dict[str, Callable[[Array], Array]] = {  # from |D|^2 of the first differences
    "gradient": np.array,
    "laplacian": np.square,
    "identity": np.ones_like,
}
SETTLED = 1e-3  # the open samples' relative change in a pass with which they count as found


def penalty(frame: Frame, operator: str | Array) -> Array:
    """P = |L|^2 over the spectrum: of a named operator, or of a kernel's spectrum there."""
    if not isinstance(operator, str):
        return np.asarray(np.square(np.abs(operator)), np.float64)
    rows, columns = frame.steps
    return OPERATORS[operator](rows[:, None] + columns[None, :])


def regularized(task: Task, weight: float | str, power: Array, outcome: Outcome) -> Filters:
    """The filters for a weight of the penalty, given or found by a rule."""
    if isinstance(weight, str):
        curve = choose(weight, task.spectrum(), power.reshape(-1)[1:])
        outcome.curve, outcome.rule, weight = curve, curve.rule, curve.best
    outcome.parameter = weight
    return Filters(task.frame, weight * power)


class Filters:
    """The inverse and the response for one weight, scaled for transforms that are not."""

    def __init__(self, frame: Frame, power: Array) -> None:
        square = np.square(np.abs(frame.otf.astype(np.complex128)))
        whole = square + power
        share = np.divide(1 / frame.size, whole, out=np.zeros_like(whole), where=whole > 0)
        self.inverse = (share * frame.otf.conj()).astype(frame.otf.dtype)
        self.response = (share * square).astype(frame.key.dtype.type(0).real.dtype)

    def noise_gain(self, frame: Frame) -> float:
        """Root mean square of the inverse over the whole spectrum."""
        square = np.square(np.abs(self.inverse), dtype=np.float64) * frame.counts
        return float(np.sqrt(square.sum() * frame.size))


def filtered(plan: Plan, image: Array, spectrum: Array) -> Array:
    """The image filtered; in the plan's frame, until that is used again."""
    plan.frame[:] = image
    plan.forward()
    np.multiply(plan.spectrum, spectrum, out=plan.spectrum)
    plan.inverse()
    return plan.frame


class Opening:
    """One plane: its frame, whose open samples are being found by conjugate gradients."""

    def __init__(self, task: Task, part: Part, filters: Filters) -> None:
        self._task, self._part, self._filters = task, part, filters
        frame, known, start = task.observed(part), task.known(part), task.start(part)
        self._open = known == 0
        self.settled = not self._open.any()
        self._frame = frame
        if self.settled:
            return
        with POOL.lease(task.frame.key) as plan:
            if start is not None:
                blurred = filtered(plan, start, task.frame.otf) / frame.dtype.type(frame.size)
                np.copyto(frame, blurred, where=self._open)
            blurred = filtered(plan, frame, filters.response)
            self._residual = np.where(self._open, blurred - frame, 0)
        self._direction = self._residual.copy()
        self._power = _dot(self._residual, self._residual)
        self.settled = self._power == 0

    def step(self) -> None:
        """One pass."""
        if self.settled:
            return
        direction, number = self._direction, self._frame.dtype.type
        with POOL.lease(self._task.frame.key) as plan:
            blurred = filtered(plan, direction, self._filters.response)
            image = np.where(self._open, direction - blurred, 0)
        curvature = _dot(direction, image)
        if not curvature > 0:  # rounding is all that is left
            self.settled = True
            return
        length = self._power / curvature
        self._frame += number(length) * direction
        self._residual -= number(length) * image
        power, before = _dot(self._residual, self._residual), self._power
        found = np.where(self._open, self._frame, 0)
        change = length * np.sqrt(_dot(direction, direction) / max(_dot(found, found), TINY))
        self.settled = bool(change <= SETTLED or power == 0)
        direction *= number(power / before)
        direction += self._residual
        self._power = power

    def estimate(self) -> None:
        """Restore from what the frame holds now."""
        with POOL.lease(self._task.frame.key) as plan:
            self._task.keep(self._part, filtered(plan, self._frame, self._filters.inverse))

    def square(self) -> float:
        """Sum of the squares of the residual."""
        with POOL.lease(self._task.frame.key) as plan:
            blurred = filtered(plan, self._frame, self._filters.response)
            return self._task.miss(self._part, self._frame - blurred)


def _dot(a: Array, b: Array) -> float:
    return float((a * b.conj()).real.sum(dtype=np.float64))


def restore(task: Task, filters: Filters, outcome: Outcome) -> Any:
    """Restore every plane of a task."""
    openings: dict[Part, Opening] = {}

    def begin(part: Part) -> None:
        openings[part] = Opening(task, part, filters)

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
        outcome.noise_gain = filters.noise_gain(task.frame)
    return task.result(outcome)
