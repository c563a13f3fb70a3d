"""What a restoration has to say beside the image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LAGS = 3  # pixels over which a residual is compared with itself


@dataclass(frozen=True, eq=False)
class Restoration:
    """A restored image, and how it came about: what ``full_output=True`` returns."""

    image: Array
    method: str
    parameter: float | None  # the regularisation that was used
    rule: str  # how it was found
    iterations: int
    objective: tuple[float, ...]  # after each iteration, where the method minimises one
    residual: tuple[float, ...]  # root mean square of observation less blurred result
    whiteness: float  # see `whiteness`
    noise_gain: float | None  # standard deviation of white noise after, over before; if linear
    warnings: tuple[str, ...]
    curve: Any = field(default=None, repr=False)  # the rule's scores over the parameter


def whiteness(residual: Array) -> float:
    """Tell how white a residual (rows, columns) is: its largest autocorrelation over short lags.

    0 for what is nothing but white noise, up to a few over the root of the number of pixels; near 1
    where structure of the scene is left in it.

    >>> rng = np.random.default_rng(0)
    >>> whiteness(rng.normal(size=(200, 200))) < 0.03
    True
    """
    centred = residual - residual.mean()
    power = float(np.square(centred).mean())
    if power == 0:
        return 0.0
    height, width = residual.shape
    lags = [
        (p, q)
        for p in range(min(LAGS + 1, height))
        for q in range(-min(LAGS, width - 1), min(LAGS + 1, width))
        if (p, q) > (0, 0)
    ]
    products = [
        centred[p:, max(q, 0) : width + min(q, 0)]
        * centred[: height - p, max(-q, 0) : width + min(-q, 0)]
        for p, q in lags
    ]
    return max((abs(float(each.mean())) / power for each in products), default=0.0)
