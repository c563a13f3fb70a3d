"""The functions of one variable that a convolution is shown with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SIGMA, DECAY = 0.25, 0.5
# Where a tail is cut: exp(-8) and exp(-6), next to a peak of 1, are less than a pixel.
DEVIATIONS, DECAYS = 4, 6


class Signal(NamedTuple):
    """A function of x, and where it is not 0; a high end of infinity never ends."""

    function: Callable[[Array], Array]
    low: float
    high: float


SIGNALS: dict[str, Signal] = {
    "box": Signal(np.ones_like, -0.5, 0.5),
    "triangle": Signal(lambda x: np.maximum(1 - np.abs(x), 0), -1, 1),
    "gaussian": Signal(
        lambda x: np.exp(-0.5 * (x / SIGMA) ** 2), -DEVIATIONS * SIGMA, DEVIATIONS * SIGMA
    ),
    "exponential": Signal(lambda x: np.exp(-np.maximum(x, 0) / DECAY), 0, DECAYS * DECAY),
    "step": Signal(np.ones_like, 0, math.inf),
}
