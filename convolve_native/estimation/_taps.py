"""The kernel's taps, none negative, from the differences of a scene and of its blur.

min over k >= 0 of sum |k * D x - D y|^2: all that is needed of the frames is the
autocorrelation of D x and the correlation of D x with D y over the kernel's extent.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.api.blurs import gaussian_blur
from convolve_native.estimation._latent import FLOAT
from convolve_native.fourier.plans import POOL, PlanKey
from convolve_native.fourier.sizes import good_size

Array = NDArray[Any]

STEPS = 30  # of the projected gradient: 60 or 100 find no better kernels
FAINT = 0.05  # of the largest tap: what is fainter is noise
LOOSE = 0.1  # of the mass: what is lighter, and stands apart, is noise


def fitted(auto: Array, cross: Array, start: Array) -> Array:
    """The taps by projected gradients with momentum, begun anew wherever that leads uphill.

    `auto` holds the lags from 1 - K to K - 1, `cross` the K taps.
    """
    taps = start.shape[0]
    side = good_size(2 * taps - 1)
    lags = np.arange(1 - taps, taps)
    with POOL.lease(PlanKey((side, side), (0, 1), FLOAT)) as plan:
        plan.frame[:] = 0
        plan.frame[np.ix_(lags, lags)] = auto
        plan.forward()
        # What the lags that are left out held may leave a power below 0.
        power = np.maximum(plan.spectrum.real, 0)
        limit = power.max()
        if limit == 0:  # no difference is left
            return np.zeros_like(start)
        power /= limit * side * side

        def mapped(k: Array) -> Array:
            plan.frame[:] = 0
            plan.frame[:taps, :taps] = k
            plan.forward()
            np.multiply(plan.spectrum, power, out=plan.spectrum)
            plan.inverse()
            return plan.frame[:taps, :taps]

        k = ahead = np.maximum(start, 0).astype(FLOAT)
        goal, momentum = cross / limit, 1.0
        for _ in range(STEPS):
            after = np.maximum(ahead - mapped(ahead) + goal, 0)
            step = after - k
            if np.vdot(ahead - after, step) > 0:
                momentum, ahead = 1.0, after
            else:
                next_ = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
                ahead = after + (momentum - 1) / next_ * step
                momentum = next_
            k = after
    return k.astype(np.float64)


def cleaned(k: Array, loose: float = 0.0) -> Array:
    """Without what is faint, and without light parts that stand apart; of sum 1."""
    k = np.where(k < FAINT * k.max(), 0, k)
    if loose:
        parts = _parts(k > 0)
        masses = np.bincount(parts.reshape(-1), k.reshape(-1))
        k = np.where(masses[parts] < min(loose * k.sum(), masses.max()), 0, k)
    return np.asarray(k / k.sum())


def _parts(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The number of the part that each flagged sample belongs to, corners touching; 0 elsewhere."""
    parts = np.where(flags, 1 + np.arange(flags.size).reshape(flags.shape), 0)
    while True:
        wide = np.pad(parts, 1)
        for axis in range(2):
            n = wide.shape[axis]
            inner = wide.take(range(1, n - 1), axis)
            sides = wide.take(range(n - 2), axis), wide.take(range(2, n), axis)
            wide = np.maximum(inner, np.maximum(*sides))
        spread = np.where(flags, wide, 0)
        if (spread == parts).all():
            return parts
        parts = spread


def centring(k: Array) -> tuple[int, int]:
    """The whole steps (down, across) that bring the mass to the middle, as far as no tap is lost.

    >>> centring(np.array([[0.0, 0, 0], [0, 0.5, 0.5], [0, 0, 0]]))
    (0, 0)
    >>> centring(np.array([[0.0, 0, 0], [0, 0, 0], [0, 0, 1]]))
    (-1, -1)
    """
    steps = []
    for axis in range(2):
        along = k.sum(axis=1 - axis)
        held, n = np.flatnonzero(along), along.size
        off = float(along @ (np.arange(n) - n // 2)) / float(along.sum())
        steps.append(int(np.clip(-np.rint(off), -held[0], n - 1 - held[-1])))
    return steps[0], steps[1]


def likeness(one: Array, other: Array) -> float:
    """The largest correlation of two kernels over all shifts, each slightly blurred; up to 1.

    >>> k = np.eye(5)
    >>> round(likeness(k, np.pad(k, ((1, 0), (0, 1))) / 5), 2)
    1.0
    """
    side = good_size(one.shape[0] + other.shape[0] + 8)
    soft = [gaussian_blur(np.pad(k, 4), 1.0, boundary="constant") for k in (one, other)]
    norm = np.sqrt(np.square(soft[0]).sum() * np.square(soft[1]).sum())
    with POOL.lease(PlanKey((side, side), (0, 1), np.dtype(np.float64))) as plan:
        spectra = []
        for k in soft:
            plan.frame[:] = 0
            plan.frame[: k.shape[0], : k.shape[1]] = k
            plan.forward()
            spectra.append(plan.spectrum.copy())
        np.multiply(spectra[0], spectra[1].conj(), out=plan.spectrum)
        plan.inverse()
        return float(plan.frame.max()) / (side * side * float(norm))
