"""A convolution made ready, and remembered by what it was made from.

`plan`, `survey` and `prepare` are the steps; `Prepared` takes all that need no pixels, once.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import planner, threads
from convolve_native.caches import BoundedCache
from convolve_native.checks import (
    Options,
    Request,
    as_arrays,
    as_out,
    check_finite,
    check_memory,
    check_sums,
    peak_of,
)
from convolve_native.factors import Kernel, fingerprint
from convolve_native.loops import values
from convolve_native.machine import Machine, current
from convolve_native.methods import METHODS, Method, Operator
from convolve_native.methods._omission import OmissionOperator, divisor_problem
from convolve_native.methods._transform import DYNAMIC_RANGE
from convolve_native.methods._volume import VolumeOperator
from convolve_native.passage import Entry, Exit
from convolve_native.planner import Choice
from convolve_native.problem import Problem
from convolve_native.spans import spanned

Array = NDArray[Any]
Flags = NDArray[np.bool_]

PART = 2**16  # numbers that one worker looks at
WEIGHT = 16  # bytes at most, in the kernels of planes that the operators of a volume hold
OWN = 3 * 2**12  # bytes of a Prepared beside its arrays: the objects, and the key it is found by


def plan(request: Request, machine: Machine, problem: Problem | None = None) -> Choice:
    """Choose by what is known: without the pixels, or by the problem that `survey` has seen."""
    return planner.choose(problem or request.problem, machine, request.method, request.workers)


def survey(request: Request, samples: Array, workers: int) -> Problem:
    """Add what the pixels tell: whether all are finite, the largest modulus, that over the mean."""
    if request.empty or request.problem.finite:
        return request.problem
    numbers = samples.reshape(-1).view(samples.real.dtype)  # of complex ones, their parts
    parts = range(0, numbers.size, PART)
    found, loudest = np.empty((len(parts), 2)), np.empty(len(parts), f"i{numbers.itemsize}")
    look = values.survey.compiled(numbers.dtype)

    def work(part: int) -> None:
        loudest[part] = look(numbers[part * PART : (part + 1) * PART], found[part])

    threads.run(lambda: work, range(len(parts)), workers)
    count, total = found.sum(axis=0).tolist()
    peak = float(loudest.max().view(numbers.dtype))
    finite = count == numbers.size
    spread = peak * count / total if total else 1.0
    if not request.omitting:
        check_finite("image", finite, request.dtype)
    check_sums(peak, request.problem.gain, request.problem.compute, request.dtype)
    return replace(request.problem, finite=finite, peak=peak, spread=spread)


def prepare(request: Request, method: str, machine: Machine) -> Operator:
    """Make the operator."""
    problem, kernel = request.problem, request.kernel
    if request.empty:
        return Nothing()
    plain = _summing(METHODS[method], problem, kernel)
    if not request.omitting:
        return plain
    absolute = kernel.absolute()
    counts = divisor_problem(problem, absolute.terms(np.dtype(np.float64), exact=False))
    divisor = _summing(_divider(counts, problem, machine), counts, absolute)
    mask = None if request.mask is None else request.layout.planes(request.mask, np.dtype(bool))
    return OmissionOperator(problem, kernel, plain, divisor, mask, watch=request.nan == "omit")


class Nothing:
    """The operator where the result is empty."""

    nbytes = 0

    def apply(self, image: Array, out: Array, workers: int) -> None:
        """There is nothing to write."""

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """An image that nothing came from."""
        out[...] = 0


def _summing(method: Method, problem: Problem, kernel: Kernel) -> Operator:
    if problem.depth.flat:
        return method.prepare(problem, kernel)
    return VolumeOperator(method, problem, kernel)


def _divider(counts: Problem, problem: Problem, machine: Machine) -> Method:
    """The method of the divisor: a transform only where its float64 is fine beside float32."""
    if problem.single:
        return METHODS[planner.choose(counts, machine, "auto", 1).method]
    sums = [row for row in METHODS.values() if not row.looks and not row.refusal(counts.slice)]
    return min(sums, key=lambda row: row.seconds(counts.slice, machine))


class Prepared:
    """A Request, its Choice and its operator: all that does not hang on an image's pixels.

    Threads may share it.
    """

    def __init__(self, request: Request, machine: Machine) -> None:
        self.request, self._machine, self.choice = request, machine, plan(request, machine)
        self._needed = request.nbytes(self.choice.method)
        check_memory(self._needed)
        self.operator = prepare(request, self.choice.method, machine)
        problem, dtype = request.problem, request.dtype
        self._entry = Entry(request.layout, problem.source)
        self._exit = Exit(request.layout, request.shape, problem.stored, dtype)
        # What is asked of the pixels: for checks, always; for the choice, where it may change.
        self._reads = request.nan == "raise" or (problem.exact and problem.peak is None)
        unseen = not (request.empty or problem.finite)
        self._surveys = unseen and dtype.kind in "iu"
        worst, method = replace(problem.slice, spread=math.inf), METHODS[self.choice.method]
        doubts = unseen and request.method == "auto" and method.reluctance(worst) is not None
        # A transform sees the largest pixel by itself, and what is in doubt is done again.
        self._watches = doubts and problem.depth.flat and not (request.omitting or self._surveys)
        self._doubts = doubts and not self._watches
        self._divides = request.omitting and dtype.kind in "iu"

    @property
    def nbytes(self) -> int:
        """Of what it holds, at most."""
        kernel = self.request.kernel
        planes = 0 if self.request.problem.depth.flat else math.prod(kernel.shape) * WEIGHT
        return OWN + self.operator.nbytes + kernel.nbytes + planes

    def convolve(self, image: Array, out: Array | None, *, choosing: bool) -> Array:
        """Convolve an image of the shape and dtype asked for.

        `choosing`: by another method where the pixels forbid the one that was chosen unseen.
        """
        request, operator, choice = self.request, self.operator, self.choice
        if out is not None:
            as_out(out, request.shape, request.dtype)
        check_memory(self._needed)
        if self._reads:
            request.check_pixels(image)
            request.check_peak(image)
        samples = self._entry.samples(image)
        if self._surveys or (choosing and self._doubts):
            seen = survey(request, samples, choice.workers)
            if choosing and self._is_reluctant(seen):
                operator, choice = self._another(seen)
        result, written, apart = self._exit.open(image, out)
        apply = spanned(operator.apply, "loop", request, choice)
        loudest = apply(samples, written, choice.workers)
        if (
            choosing
            and self._watches
            and _modulus(loudest, samples.real.dtype) > _harmless(samples)
        ):
            seen = survey(request, samples, choice.workers)
            if self._is_reluctant(seen):
                operator, choice = self._another(seen)
                apply = spanned(operator.apply, "loop", request, choice)
                apply(samples, written, choice.workers)
        if self._divides:  # NaN stands where nothing was valid
            check_finite("result", bool(np.isfinite(written).all()), request.dtype)
        return self._exit.close(written, result) if apart else result

    def _is_reluctant(self, seen: Problem) -> bool:
        """Whether the pixels speak against the method that was chosen unseen."""
        return METHODS[self.choice.method].reluctance(seen.slice) is not None

    def _another(self, seen: Problem) -> tuple[Operator, Choice]:
        """Choose again."""
        choice = plan(self.request, self._machine, seen)
        return prepare(self.request, choice.method, self._machine), choice

    def adjoint(self, image: Array, out: Array | None) -> Array:
        """Apply the adjoint to an image of the result's shape, in the dtype of computation."""
        request, compute = self.request, self.request.problem.compute
        if out is not None:
            as_out(out, request.image_shape, compute)
        request.check_adjoint(image)
        planes = request.layout.planes(image, compute)
        back = Exit(request.layout, request.image_shape, compute, compute)
        result, written, apart = back.open(image, out)
        adjoint = spanned(self.operator.adjoint, "loop", request, self.choice)
        adjoint(planes, written.reshape(request.problem.image_shape), self.choice.workers)
        return back.close(written, result) if apart else result


def _modulus(magnitude: int | None, dtype: np.dtype[Any]) -> float:
    """What a loop told of the largest pixel, as a number; NaN is told as more than Inf."""
    found = float(np.array(magnitude or 0, f"i{dtype.itemsize}").view(dtype))
    return math.inf if math.isnan(found) else found


def _harmless(samples: Array) -> float:
    """A modulus up to which no pixel is too large beside the mean, whatever the others are.

    By a sixteenth of the pixels: their sum is a part of the sum of all.
    """
    numbers = samples.reshape(-1).view(samples.real.dtype)
    look, found = values.survey.compiled(numbers.dtype), np.empty(2)
    total = 0.0
    for start in range(0, numbers.size, PART):
        look(numbers[start : start + PART // 16], found)
        total += float(found[1])
    return DYNAMIC_RANGE * total / numbers.size


PREPARED: BoundedCache[Prepared] = BoundedCache(limit=2**25, size=lambda each: each.nbytes)


def prepared(
    image: Array,
    kernel: Any,
    options: Options,
    *,
    own: Flags | None = None,
    correlate: bool = False,
) -> Prepared:
    """Return the Prepared for an image and a kernel; remembered, but for omissions."""
    bare = as_arrays(kernel, "kernel")
    parts = bare if isinstance(bare, tuple) else (bare,)
    whole = image.dtype.kind in "iu" and all(part.dtype.kind in "biu" for part in parts)
    peak = peak_of(image) if whole else None

    machine = current()

    def make() -> Prepared:
        described = image.shape, image.dtype, bare, options
        request = Request.of(*described, peak=peak, own=own, correlate=correlate)
        return Prepared(request, machine)

    if own is not None or options.mask is not None or options.nan == "omit":
        return make()
    weights = tuple(map(fingerprint, bare)) if isinstance(bare, tuple) else fingerprint(bare)
    # The Prepared holds the machine, whose id is nobody else's as long.
    key = (image.shape, image.dtype, weights, options, correlate, peak, id(machine))
    return PREPARED.get(key, make)
