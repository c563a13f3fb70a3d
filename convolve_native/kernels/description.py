"""What a kernel is and does, in numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.factors import Kernel
from convolve_native.kernels.composition import composed, factors_of

Array = NDArray[Any]

ROUNDING = 8
"""Eps, of the largest weight or of sum |kernel|: how far from equal, or from 0, still counts."""

INVISIBLE = 1e-12
"""Of the scale of a number: printed as 0."""

AXES = {1: ("taps",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


@dataclass(frozen=True)
class Description:
    """What `describe` finds out about a kernel; `str` gives it as a few lines.

    Attributes
    ----------
    shape : tuple of int
        Extents.
    rank : int
        Numerical rank of the matrix: how many outer products make it exactly. 1 for 1-D; of a 3-D
        kernel the sum over its planes, which are convolved one by one.
    terms : int or None
        How many outer products the separable method would run; None where they are too many, or
        so much larger than the kernel that their rounding would show.
    gain : complex
        Sum of the weights: what a flat image is multiplied by. An int of integers, a float of
        real numbers.
    symmetry : tuple of {"even", "odd", "none"}
        Of each axis under reversal.
    half_turn : {"even", "odd", "none"}
        Under reversal of all axes. Correlating with an even kernel is convolving with it, with an
        odd one it changes the sign.
    absolute_sum, euclidean : float
        ``sum |kernel|``, the most by which it can enlarge an image; ``sqrt(sum |kernel|**2)``,
        by which it enlarges the standard deviation of white noise.
    centroid : tuple of float or None
        Centre of gravity less the default anchor in pixels, an entry an axis: how far the kernel
        moves what it smooths. None where the gain is 0, and for complex kernels.
    """

    shape: tuple[int, ...]
    rank: int
    terms: int | None
    gain: complex
    symmetry: tuple[str, ...]
    half_turn: str
    absolute_sum: float
    euclidean: float
    centroid: tuple[float, ...] | None

    def __str__(self) -> str:
        """One line each; numbers of up to six digits, and what is rounding as 0."""
        axes = AXES[len(self.shape)]
        terms = "not separable" if self.terms is None else f"separable terms {self.terms}"
        parities = [f"{kind} in {axis}" for axis, kind in zip(axes, self.symmetry, strict=True)]
        moved = zip(self.centroid or (), axes, strict=False)
        steps = [f"{_shown(distance, 1)} {axis}" for distance, axis in moved]
        lines = {
            "shape": " x ".join(map(str, self.shape)),
            "rank": f"{self.rank}, {terms}",
            "gain": _shown(self.gain, self.absolute_sum),
            "symmetry": ", ".join([*parities, f"{self.half_turn} under half a turn"]),
            "norms": f"sum |k| = {self.absolute_sum:.6g}, sqrt(sum |k|^2) = {self.euclidean:.6g}",
            "centroid": ", ".join(steps) or "none",
        }
        return "\n".join(f"{name:10}{line}" for name, line in lines.items())


def _shown(value: complex, scale: float) -> str:
    return "0" if abs(value) <= INVISIBLE * scale else f"{value:.6g}"


def describe(kernel: ArrayLike | tuple[ArrayLike, ...]) -> Description:
    """Return rank, gain, symmetry, norms and centroid of a kernel.

    Parameters
    ----------
    kernel : array_like or tuple of 1-D array_like
        Of 1 to 3 axes, real or complex; a tuple of 1-D arrays, one an axis, means their outer
        product.

    Returns
    -------
    Description
        Frozen, and printable.

    Raises
    ------
    ValueError
        A kernel that is empty, of more than 3 axes, or not finite.
    TypeError
        A kernel that does not hold numbers.
    OverflowError
        A sum of magnitudes that float64 does not hold.

    Notes
    -----
    eps is float32's for a kernel given in float32 (or less), else float64's. The rank counts the
    singular values above ``max(shape) * eps`` of the largest, NumPy's rule. Weights count as equal
    where they differ by 8 eps of the largest or less, and a gain of 8 eps of ``sum |kernel|`` or
    less as 0 for the centroid: rounding does not hide what a kernel is.

    Examples
    --------
    >>> from convolve_native.kernels import sobel
    >>> print(describe(sobel(axis=1)))
    shape     3 x 3
    rank      1, separable terms 1
    gain      0
    symmetry  even in rows, odd in columns, odd under half a turn
    norms     sum |k| = 8, sqrt(sum |k|^2) = 3.4641
    centroid  none
    """
    weights = composed("kernel", factors_of("kernel", kernel))
    precision = _precision(kernel)
    eps = float(np.finfo(precision).eps)
    values = weights.astype(np.result_type(weights, np.float64))
    magnitudes = np.abs(values)
    with np.errstate(over="ignore"):
        absolute = float(magnitudes.sum())
    if not np.isfinite(absolute):
        raise OverflowError("kernel must have a sum |kernel| that fits float64; got inf")
    planes = weights.reshape(-1, *weights.shape[-2:]) if weights.ndim > 1 else weights[None, None]
    terms = [_terms(plane, precision) for plane in planes]
    gain = _total(weights)
    near = ROUNDING * eps * float(magnitudes.max())
    moves = weights.dtype.kind != "c" and abs(gain) > ROUNDING * eps * absolute
    return Description(
        shape=weights.shape,
        rank=sum(_rank(plane, eps) for plane in planes),
        terms=None if None in terms else sum(filter(None, terms)),
        gain=gain,
        symmetry=tuple(_parity(values, (axis,), near) for axis in range(weights.ndim)),
        half_turn=_parity(values, tuple(range(weights.ndim)), near),
        absolute_sum=absolute,
        euclidean=_euclidean(magnitudes),
        centroid=_centroid(values / gain.real) if moves else None,
    )


def _precision(kernel: Any) -> np.dtype[Any]:
    """Return the floating dtype in which a kernel was given, float32 or float64."""
    given = np.result_type(*(np.asarray(side) for side in _sides(kernel)))
    low = given.kind in "fc" and np.finfo(given).eps >= np.finfo(np.float32).eps
    return np.dtype(np.float32 if low else np.float64)


def _sides(kernel: Any) -> tuple[Any, ...]:
    return kernel if isinstance(kernel, tuple) else (kernel,)


def _rank(plane: Array, eps: float) -> int:
    singular = np.linalg.svd(plane, compute_uv=False)
    return int((singular > max(plane.shape) * eps * singular.max()).sum())


def _terms(plane: Array, precision: np.dtype[Any]) -> int | None:
    factors = Kernel(plane).factors(precision, exact=False)
    return None if factors is None else factors.terms


def _total(weights: Array) -> complex:
    """Return the sum; of integers, which may exceed int64, exactly."""
    numbers = weights.astype(object) if weights.dtype == np.int64 else weights
    total: complex = np.asarray(numbers.sum()).item()
    return total


def _euclidean(magnitudes: Array) -> float:
    """Return the root of the sum of squares, which may be beyond what a float holds."""
    largest = float(magnitudes.max())
    if largest == 0:
        return 0.0
    return largest * float(np.sqrt(np.square(magnitudes / largest).sum()))


def _parity(values: Array, axes: tuple[int, ...], near: float) -> str:
    turned = np.flip(values, axes)
    if np.abs(values - turned).max() <= near:
        return "even"
    return "odd" if np.abs(values + turned).max() <= near else "none"


def _centroid(shares: Array) -> tuple[float, ...]:
    """Return the mean of each axis' index, from the default anchor, by shares that sum to 1."""
    return tuple(
        float(np.tensordot(np.arange(n) - (n - 1) // 2, shares, (0, axis)).sum())
        for axis, n in enumerate(shares.shape)
    )
