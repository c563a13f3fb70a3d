"""What the methods that transform share: a frame, a kernel's spectrum on it, and their limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.caches import BoundedCache
from convolve_native.factors import Kernel
from convolve_native.fourier.plans import Plan, PlanKey
from convolve_native.fourier.transfer import spectrum_of
from convolve_native.loops import frames
from convolve_native.problem import Problem
from convolve_native.spans import spanned

Array = NDArray[Any]

DYNAMIC_RANGE = 4096  # max|x| / mean|x| above which the rounding of a float32 frame drowns the mean

SPECTRA: BoundedCache[Array] = BoundedCache(limit=2**28, size=lambda spectrum: spectrum.nbytes)


class Frame:
    """An array of (rows, columns) samples, and the axes along which it is transformed.

    A kernel along one axis is transformed along that axis alone, which is then the frame's last:
    FFTW's real transforms of columns that start on odd samples are not to be trusted before 3.3.10.
    """

    def __init__(self, problem: Problem, rows: int, columns: int) -> None:
        tall, wide = (axis.taps > 1 for axis in problem.axes)
        self.turned = tall and not wide
        shape = (columns, rows) if self.turned else (rows, columns)
        self.key = PlanKey(shape, (0, 1) if tall and wide else (1,), problem.compute)
        self.steps = (1, rows) if self.turned else (columns, 1)  # samples between rows, columns
        self.samples = rows * columns
        self.transformed = math.prod(shape[axis] for axis in self.key.axes)  # by one transform


class Transform:
    """A kernel's spectrum on a frame; tap j of the kernel stands at sample ``j + shift``."""

    def __init__(
        self, problem: Problem, kernel: Kernel, frame: Frame, shift: tuple[int, int]
    ) -> None:
        self._otf = real(_otf(kernel, frame, shift))
        self._multiply = frames.multiply.compiled(self._otf.dtype)

    @property
    def nbytes(self) -> int:
        """Of the spectrum."""
        return self._otf.nbytes

    def filter(self, plan: Plan, *, adjoint: bool = False) -> None:
        """Convolve the frame circularly."""
        plan.forward()
        self._multiply(real(plan.spectrum), self._otf, self._otf.dtype.type(-1 if adjoint else 1))
        plan.inverse()


def real(numbers: Array) -> Array:
    """View contiguous numbers as real ones, flat: of complex ones, both parts in turn."""
    return numbers.reshape(-1).view(numbers.real.dtype)


def _otf(kernel: Kernel, frame: Frame, shift: tuple[int, int]) -> Array:
    """The kernel's spectrum, over the samples of a transform; remembered."""
    shape = tuple(n if a in frame.key.axes else 1 for a, n in enumerate(frame.key.shape))
    key = frame.key._replace(shape=(shape[0], shape[1]))

    def build() -> Array:
        weights = kernel.whole.astype(key.dtype)
        turned = (weights.T, key, shift[::-1]) if frame.turned else (weights, key, shift)
        spectrum = spectrum_of(*turned)
        spectrum /= frame.transformed  # which the inverse leaves out
        return spectrum

    return SPECTRA.get((kernel.key, key, shift, frame.turned), spanned(build, "kernel"))


def headroom(problem: Problem, points: int) -> int:
    """The largest exponent of a pixel with which nothing overflows, two bits to spare.

    Nothing: no sum of a transform of so many points, nor its product with the kernel's spectrum.
    """
    growth = math.frexp(points)[1] + max(0, math.frexp(problem.gain)[1])
    return int(np.finfo(problem.compute).maxexp) - growth - 2


def magnitude_of(exponent: int | None, dtype: np.dtype[Any]) -> int:
    """The magnitude, as loops tell it, of 2^exponent or of the largest number."""
    info = np.finfo(dtype)
    largest = info.max if exponent is None else dtype.type(2.0 ** min(exponent, info.maxexp - 1))
    return int(largest.view(f"i{dtype.itemsize}"))


def accuracy(problem: Problem, samples: int) -> float:
    """Two transforms, each with a rounding that grows as the root of its depth; with slack."""
    return 4 * math.sqrt(math.log2(max(2, samples))) + (problem.depth.taps - 1) / 2


def refusal(problem: Problem, samples: int) -> str | None:
    """Why transforms of this many samples cannot do a problem right."""
    if problem.compute.kind not in "fc":
        return f"it sums in floating point, and this sum needs {problem.compute}"
    if problem.exact:
        eps = float(np.finfo(problem.compute).eps)
        error = accuracy(problem, samples) * eps * (problem.peak or 0) * problem.gain
        if error >= 0.25:
            return f"its error bound, {error:.2g}, is not under 1/4 for sums of integers"
    return None


def reluctance(problem: Problem) -> str | None:
    """Why a transform should not be chosen unasked."""
    if problem.single and problem.spread is not None and problem.spread > DYNAMIC_RANGE:
        return f"the largest pixel is {problem.spread:.3g} times the mean: too wide for float32"
    return None
