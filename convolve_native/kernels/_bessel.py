"""The Bessel function that diffraction at a round opening needs."""

import math

import numpy as np
from numpy.typing import NDArray

FIRST_ZERO = 3.8317059702075125
"""Of J1, beyond 0."""


def j1(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return J1, the Bessel function of the first kind and of order 1.

    Bessel's integral over a quarter of the circle, by the midpoint rule:

        J1(x) = 2 / pi * integral from 0 to pi / 2 of sin(t) * sin(x * sin(t)) dt

    The integrand is even about both ends and of period pi, so m points leave of it the aliases
    J_(4m - 1)(x), J_(4m + 1)(x), ..., which fall faster than geometrically once 4m exceeds x;
    with the m taken they are below rounding. Rounding is that of the argument: eps * |x| / 2.
    """
    furthest = float(np.abs(x).max(initial=0.0))
    points = math.ceil((1.2 * furthest + 32) / 4)
    total = np.zeros_like(x)
    for sine in np.sin((np.arange(points) + 0.5) * (math.pi / 2 / points)):
        total += sine * np.sin(x * sine)
    return total / points
