"""The kernel that maps one picture onto another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.checks import Pair, as_positive
from convolve_native.estimation.equations import against, gram, onto

Array = NDArray[np.float64]

FLOOR = 1e-7  # of the variance: what `sharp` has less of than this is not there to learn from
ROUNDS = 4  # of solving, for the outputs and then for what is left of them


@dataclass(frozen=True, eq=False)
class LearnedKernel:
    """A learned kernel, and how well it does: what ``full_output=True`` returns.

    Attributes
    ----------
    kernel : ndarray
        In the convention of `convolve`.
    residual : float
        Root mean square of what the kernel does not explain, in the unit of `blurred`: its noise,
        where a kernel of this size is what lies between the two pictures.
    equations : int
        Pixels of the interior that it was learned from, in all planes.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> sharp = np.random.default_rng(0).random((40, 50))
    >>> learned = cn.learn_kernel(sharp, 2 * sharp, 3, full_output=True)
    >>> learned.equations, round(learned.residual, 9)
    (1824, 0.0)
    """

    kernel: Array
    residual: float
    equations: int


def learn_kernel(
    sharp: ArrayLike,
    blurred: ArrayLike,
    size: int | Sequence[int],
    *,
    regularization: float = 0.0,
    anchor: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    full_output: bool = False,
) -> Any:
    """Learn the kernel that maps one picture onto another from examples of what it does.

    Parameters
    ----------
    sharp : array_like of real numbers
        What went in: one axis or more, finite.
    blurred : array_like of real numbers
        What came out, of the same shape and in register.
    size : int or sequence of int
        Taps of the kernel: for each of its one or two axes, or for all.
    regularization : float
        Weight of the kernel's own squares, >= 0: a little of it, 1e-4 say, keeps noise out of a
        kernel where `sharp` has no texture to learn from.
    anchor : int or sequence of int, optional
        The tap that sits on the output pixel, as for `convolve`; ``(K - 1) // 2`` by default.
    axes : int or sequence of int, optional
        The image axes that the kernel runs along.  By default all, or the first two of a colour
        picture.  All other axes, the channels of a colour picture or the pairs of a stack, are
        further examples for the one kernel.
    full_output : bool
        Return a `LearnedKernel`, which tells the residual too.

    Returns
    -------
    ndarray or LearnedKernel
        Weights of shape `size`, float64: ``convolve(sharp, kernel, anchor=anchor)`` is as near to
        `blurred` as a kernel of this size comes.  They may be negative, and sum to what they must.

    Raises
    ------
    ValueError
        Pictures of different shapes, not finite, or with fewer interior pixels than weights;
        a constant `sharp`; a size larger than the picture, a negative regularization.
    TypeError
        Complex numbers, or none at all.
    MemoryError
        More weights than there is memory for their squares.

    Notes
    -----
    Minimises ``sum (blurred[n] - sum_j kernel[j] sharp[n + c - j])**2 + regularization * n * s *
    sum_j kernel[j]**2`` over the pixels whose whole window lies within the picture, so that nothing
    is assumed of what lies outside; n is how many these are, s the variance of `sharp`.  Without
    noise the kernel comes out to rounding, whatever its shape.

    This is the smallest network there is that learns from examples: one layer, one kernel, no
    activation.  Its loss is a quadratic, so that no steps down the gradient are needed: the normal
    equations give the minimum at once, from correlations that take a few Fourier transforms.

    References
    ----------
    N. Joshi, R. Szeliski, D. J. Kriegman, "PSF estimation using sharp edge prediction", CVPR 2008.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> sharp = np.random.default_rng(0).random((40, 50))
    >>> blurred = cn.convolve(sharp, cn.kernels.binomial(3))
    >>> cn.learn_kernel(sharp, blurred, 3).round(4) + 0
    array([[0.0625, 0.125 , 0.0625],
           [0.125 , 0.25  , 0.125 ],
           [0.0625, 0.125 , 0.0625]])
    """
    pair = Pair.of(sharp, blurred, size, axes, anchor)
    penalty = as_positive("regularization", regularization, zero=True)
    scales = [float(np.abs(part).max()) or 1.0 for part in (pair.sharp, pair.blurred)]
    inputs, outputs = pair.sharp / scales[0], pair.blurred / scales[1]  # squares could overflow
    weights, missed = _solved(inputs, outputs, pair.taps, penalty)
    kernel = (weights * (scales[1] / scales[0])).reshape(pair.size)
    if not full_output:
        return kernel
    return LearnedKernel(kernel, scales[1] * math.sqrt(np.square(missed).mean()), missed.size)


def _solved(
    sharp: Array, blurred: Array, taps: tuple[int, int], penalty: float
) -> tuple[Array, Array]:
    """The weights, and what they leave of the blurred pixels.

    What is left is solved for again: that corrects the rounding of the squares, and the floor.
    """
    squares = np.sum([gram(plane, taps) for plane in sharp], axis=0)
    unit, rounding = blurred.size * sharp.var(), np.finfo(np.float64).eps * np.trace(squares)
    ridge = (penalty + FLOOR) * unit + rounding
    inverse = np.linalg.inv(squares + ridge * np.eye(len(squares)))
    weights, missed = np.zeros(taps), blurred
    for _ in range(ROUNDS):
        downhill = sum(map(against, sharp, missed)) - penalty * unit * weights
        weights = weights + (inverse @ downhill.reshape(-1)).reshape(taps)
        missed = blurred - [onto(plane, weights) for plane in sharp]
    return weights, missed
