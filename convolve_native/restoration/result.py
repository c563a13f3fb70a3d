"""What a restoration has to say beside the image."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LAGS = 3  # pixels over which a residual is compared with itself


@dataclass(frozen=True, eq=False)
class Restoration:
    """A restored image, and how it came about: what ``full_output=True`` returns.

    Attributes
    ----------
    image : ndarray
        Shape and dtype of the image that was given.
    method : str
        The function that restored it.
    parameter : float or None
        The regularisation that was used.
    rule : str
        How it was found: 'given', or the name of a rule.
    iterations : int
        Iterations, or passes over what is open.
    objective : tuple of float
        After each iteration, where the method minimises one.
    residual : tuple of float
        Root mean square of what was observed less the blurred result; after each iteration, or at
        the end.
    whiteness : float
        Largest autocorrelation of the residual over lags up to 3 pixels: near 0 where nothing but
        noise is left in it, near 1 where structure of the scene is.
    noise_gain : float or None
        Standard deviation of white noise after, over before, if the method is linear.
    warnings : tuple of str
        What is odd, in words.
    curve : Curve or None
        The scores of the rule over the parameter.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> blurred = np.add.outer(np.arange(32.0), np.arange(32.0))
    >>> told = cn.tikhonov(blurred, cn.kernels.box(3), regularization=0.01, full_output=True)
    >>> told.method, told.rule, told.image.shape
    ('tikhonov', 'given', (32, 32))
    """

    image: Array
    method: str
    parameter: float | None
    rule: str
    iterations: int
    objective: tuple[float, ...]
    residual: tuple[float, ...]
    whiteness: float
    noise_gain: float | None
    warnings: tuple[str, ...]
    curve: Any = field(default=None, repr=False)


def whiteness(residual: Array) -> float:
    """Tell how white a residual is: its largest autocorrelation over short lags.

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
    sizes = residual.shape
    lags = itertools.product(*(range(-min(LAGS, n - 1), min(LAGS + 1, n)) for n in sizes))
    half = [lag for lag in lags if lag > (0,) * len(sizes)]
    products = [centred[_shifted(lag, sizes)] * centred[_shifted(lag, sizes, -1)] for lag in half]
    return max((abs(float(each.mean())) / power for each in products), default=0.0)


def _shifted(lag: tuple[int, ...], sizes: tuple[int, ...], sign: int = 1) -> tuple[slice, ...]:
    """What is left of an array when it is moved by a lag, or by its opposite, over itself."""
    pairs = zip((sign * q for q in lag), sizes, strict=True)
    return tuple(slice(max(q, 0), n + min(q, 0)) for q, n in pairs)
