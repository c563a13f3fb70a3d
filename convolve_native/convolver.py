"""Convolver: a kernel made ready for images of one shape and dtype, and its adjoint.

The steps that every convolution takes stand here too: `plan`, `look`, `prepare` and `run`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convolve_native import planner
from convolve_native.checks import (
    Keywords,
    Options,
    Request,
    as_alike,
    as_number_dtype,
    as_out,
    as_shape,
    check_finite,
    check_sums,
    expose,
)
from convolve_native.factors import Kernel
from convolve_native.loops import values
from convolve_native.machine import DEFAULT
from convolve_native.methods import METHODS, Method, Operator
from convolve_native.methods._omission import OmissionOperator, divisor_problem
from convolve_native.methods._volume import VolumeOperator
from convolve_native.planner import Choice
from convolve_native.problem import Problem, Shape
from convolve_native.results import deliver

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]


def plan(request: Request) -> Choice:
    """Choose by what is known without the pixels, and see that it fits the memory."""
    choice = planner.choose(request.problem, DEFAULT, request.method, request.workers)
    request.check_memory(choice.method)
    return choice


def look(
    request: Request, choice: Choice, planes: Array, *, anyway: bool = False
) -> tuple[Problem, Choice]:
    """Look at the pixels where the choice or the result's dtype hangs on them, and choose again."""
    problem = request.problem
    hangs = anyway or METHODS[choice.method].looks or request.dtype.kind in "iu"
    if request.empty or problem.finite or not hangs:
        return problem, choice
    problem = survey(request, planes)
    return problem, planner.choose(problem, DEFAULT, request.method, request.workers)


def survey(request: Request, planes: Array) -> Problem:
    """Add what the pixels tell: whether all are finite, the largest modulus, that over the mean."""
    found = np.zeros(3)
    values.survey.compiled(planes.dtype)(planes.reshape(-1), found)
    count, peak, total = found.tolist()
    finite = count == planes.size
    spread = peak * count / total if total else 1.0
    if not request.omitting:
        check_finite("image", finite, request.dtype)
    check_sums(peak, request.problem.gain, request.problem.compute, request.dtype)
    return replace(request.problem, finite=finite, peak=peak, spread=spread)


def prepare(request: Request, problem: Problem, method: str) -> Operator | None:
    """Make the operator; None where there is nothing to compute."""
    if request.empty:
        return None
    plain = _summing(METHODS[method], problem, request.kernel)
    if not request.omitting:
        return plain
    absolute = request.kernel.absolute()
    counts = divisor_problem(problem, absolute.terms(np.dtype(np.float64), exact=False))
    divisor = _summing(_divider(counts, problem), counts, absolute)
    mask = None if request.mask is None else request.layout.planes(request.mask, np.dtype(bool))
    return OmissionOperator(
        problem, request.kernel, plain, divisor, mask, watch=request.nan == "omit"
    )


def _summing(method: Method, problem: Problem, kernel: Kernel) -> Operator:
    if problem.depth.flat:
        return method.prepare(problem, kernel)
    return VolumeOperator(method, problem, kernel)


def _divider(counts: Problem, problem: Problem) -> Method:
    """The method of the divisor: a transform only where its float64 is fine beside float32."""
    if problem.single:
        return METHODS[planner.choose(counts, DEFAULT, "auto", 1).method]
    sums = [row for row in METHODS.values() if not row.looks and not row.refusal(counts.slice)]
    return min(sums, key=lambda row: row.seconds(counts.slice, DEFAULT))


def run(
    request: Request,
    operator: Operator | None,
    workers: int,
    image: Array,
    planes: Array,
    out: Array | None,
) -> Array:
    """Apply an operator to the planes of an image, into `out` or a new result."""
    if operator is None:
        return np.empty(request.shape, request.dtype) if out is None else out

    def compute(result: Array) -> None:
        operator.apply(planes, result, workers)
        if request.omitting and request.dtype.kind in "iu":  # NaN stands where nothing was valid
            check_finite("result", bool(np.isfinite(result).all()), request.dtype)

    return deliver(
        request.layout, request.shape, request.problem.stored, request.dtype, compute, image, out
    )


class Convolver:
    """A convolution made ready: kernel, shape and dtype are fixed, images come one after another.

    What `convolve` does anew at every call (checks, the choice of a method, the kernel's
    factors or spectrum) is done once.  A Convolver may be used by several threads at a time.

    Parameters
    ----------
    kernel : array_like or tuple of 1-D array_like
        The weights, as `convolve` takes them.
    shape : tuple of int
        Shape of the images.
    image_dtype : dtype, default float32
        Dtype of the images.
    **keywords
        The keywords of `convolve`, without `out`.

    Attributes
    ----------
    choice : Choice
        The method and why.  The pixels are not known yet: where the choice would hang on them,
        the Choice says that nobody looked.
    shape, out_shape : tuple of int
        Of the images, and of the results.
    dtype : dtype
        Of the results.
    T : Adjoint
        The conjugate transpose of the linear part, itself a callable.

    Raises
    ------
    ValueError, TypeError, OverflowError, MemoryError
        As `convolve`; a call refuses an image of another shape or dtype.

    Notes
    -----
    ``convolver(image) = A image + b``, where ``b`` is what a `fill` adds; ``convolver.T(y)`` is
    ``A^H y``.

    Examples
    --------
    >>> import convolve_native as cn
    >>> blur = cn.Convolver(cn.kernels.box(3), (4, 4), boundary="constant")
    >>> blur(np.ones((4, 4), np.float32)).round(2)
    array([[0.44, 0.67, 0.67, 0.44],
           [0.67, 1.  , 1.  , 0.67],
           [0.67, 1.  , 1.  , 0.67],
           [0.44, 0.67, 0.67, 0.44]], dtype=float32)
    >>> x, y = np.eye(4, dtype=np.float32), np.ones((4, 4), np.float32)
    >>> bool(np.isclose(np.vdot(blur(x), y), np.vdot(x, blur.T(y))))
    True
    """

    @expose
    def __init__(
        self,
        kernel: ArrayLike | tuple[ArrayLike, ...],
        shape: Shape,
        image_dtype: DTypeLike = np.float32,
        **keywords: Unpack[Keywords],
    ) -> None:
        self.shape = as_shape(shape)
        self._image_dtype = as_number_dtype("image_dtype", image_dtype)
        options = Options.of("Convolver", keywords)
        self._request = Request.of(self.shape, self._image_dtype, kernel, options)
        self.choice = plan(self._request)
        self.out_shape, self.dtype = self._request.shape, self._request.dtype
        self._operator = prepare(self._request, self._request.problem, self.choice.method)

    def __call__(self, image: ArrayLike, out: Array | None = None) -> Array:
        """Convolve one image, into `out` if given."""
        request, problem = self._request, self._request.problem
        pixels = as_alike(image, self.shape, self._image_dtype)
        target = None if out is None else as_out(out, request.shape, request.dtype)
        request.check_peak(pixels)
        request.check_pixels(pixels)
        planes = request.layout.planes(pixels, problem.source)
        if problem.finite is None and request.dtype.kind in "iu":
            survey(request, planes)  # for its checks: an integer cannot be NaN
        return run(request, self._operator, self.choice.workers, pixels, planes, target)

    @property
    def T(self) -> Adjoint:  # noqa: N802  # the name of NumPy's transpose
        """The adjoint: the conjugate transpose of the linear part."""
        if self._request.nan == "omit":
            raise ValueError("nan='omit' leaves out what comes, and has no adjoint; give a mask")
        return Adjoint(self)

    def _adjoint(self, image: ArrayLike, out: Array | None) -> Array:
        layout, dtype = self._request.layout, self._request.problem.compute
        pixels = as_alike(image, self.out_shape, dtype)
        target = None if out is None else as_out(out, self.shape, dtype)
        operator, workers = self._operator, self.choice.workers
        if operator is None:
            return np.zeros(self.shape, dtype) if target is None else target
        self._request.check_adjoint(pixels)
        planes = layout.planes(pixels, dtype)
        return deliver(
            layout,
            self.shape,
            dtype,
            dtype,
            lambda result: operator.adjoint(planes, result, workers),
            pixels,
            target,
        )


class Adjoint:
    """The adjoint of a Convolver, a view of it: maps images of its `out_shape` to its `shape`.

    Takes and returns the dtype of computation.  Fill, rounding and saturation do not enter.
    """

    def __init__(self, convolver: Convolver) -> None:
        self.T = convolver
        self.shape, self.out_shape = convolver.out_shape, convolver.shape
        self.dtype = convolver._request.problem.compute

    def __call__(self, image: ArrayLike, out: Array | None = None) -> Array:
        """Apply to one image, into `out` if given."""
        return self.T._adjoint(image, out)
