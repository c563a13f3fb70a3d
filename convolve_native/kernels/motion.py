"""The kernel of uniform straight motion."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import normalized, trimmed
from convolve_native.kernels._parameters import fitting, number, one_of, whole

RasterizationName = Literal["antialiased", "tutorial"]


def motion(
    length: float, angle: float, *, rasterization: RasterizationName = "antialiased"
) -> NDArray[np.float64]:
    """Return a straight line: the blur of a camera, or a thing, moving at constant speed.

    Parameters
    ----------
    length : float
        Distance moved in pixels, >= 1; an integer for "tutorial", which makes it the array's size.
    angle : float
        Direction in degrees from +column towards +row (rows go down): 0 is horizontal, 90
        vertical, 45 falls to the right. Any finite angle; 180 degrees apart is the same motion.
    rasterization : {"antialiased", "tutorial"}, default "antialiased"
        How the line becomes pixels. "tutorial" steps along the line, truncates, and lights whole
        pixels: it is there to repeat older results bit for bit.

    Returns
    -------
    ndarray, float64
        Sums to 1. "antialiased": odd extents, as small as hold the line, which is centred on the
        central pixel. "tutorial": ``(length, length)``, the line through ``length // 2``.

    Raises
    ------
    ValueError
        A length below 1 (or, for "tutorial", not whole), an angle that is not finite, an unknown
        rasterization.

    Notes
    -----
    "antialiased": a weight is the area that a bar of `length` by one pixel, turned by `angle`,
    covers of the pixel, over `length`; in closed form. Chosen over the time that a point spends
    above each bilinear (tent) footprint because along an axis it has sharp ends: an odd length
    gives exactly that many equal taps, length 1 the identity, which a tent smears over three.
    In exchange its response along the line is a little less regular: the variance of the weights
    is ``length**2 / 12 + d`` along the line, with -1/12 <= d < 0.18 (odd and even lengths along
    an axis give -1/12 and 1/6), and from 0 (along an axis) to 0.23 across it; in square pixels.

    The kernel is symmetric under half a turn; ``angle -> -angle`` flips its rows and
    ``angle -> 90 - angle`` transposes it.

    "tutorial" truncates towards 0, so its line is not symmetric; and the pixel that it runs
    through, ``length // 2``, is not the default anchor where the length is even: there name
    ``anchor=(length // 2, length // 2)`` to blur and to deblur without a shift.

    Uniform motion as a line's point spread function: M. Sondhi, "Image restoration: the removal
    of spatially invariant degradations", Proc. IEEE 60, 1972.

    Examples
    --------
    >>> motion(4, 0)
    array([[0.125, 0.25 , 0.25 , 0.25 , 0.125]])
    >>> motion(3, 45).round(3)
    array([[0.181, 0.083, 0.   ],
           [0.083, 0.305, 0.083],
           [0.   , 0.083, 0.181]])
    """
    draw = RASTERIZATIONS[one_of("rasterization", rasterization, RASTERIZATIONS)]
    return draw(length, number("angle", angle))


def _antialiased(length: float, angle: float) -> NDArray[np.float64]:
    """Turn the bar of an angle in [0, 45] to the angle asked for: symmetries become exact."""
    length = number("length", length, least=1)
    folded = angle % 180.0
    rising = folded > 90.0
    folded = 180.0 - folded if rising else folded
    steep = folded > 45.0
    weights = normalized(_bar_areas(length, math.radians(90.0 - folded if steep else folded)))
    weights = weights.T if steep else weights
    return np.ascontiguousarray(weights[::-1] if rising else weights)


def _bar_areas(length: float, angle: float) -> NDArray[np.float64]:
    """Return twice the area of every pixel that a bar one pixel wide covers, 0 <= angle <= pi/4.

    Between the abscissas where an edge of the bar turns or crosses a border between pixels, the
    covered part of a column of a pixel is linear in x, so the midpoint rule is exact.
    """
    cosine = math.cos(angle)
    sine = max(math.sin(angle), 1e-200)  # a level bar's ends must not divide by 0
    half_width = (length * cosine + sine) / 2
    half_height = (length * sine + cosine) / 2
    fitting("length", length, 2 * half_width, 2 * half_height)

    # The bar touches at most two rows besides the one that its lower edge is in.
    column, row = math.ceil(half_width), math.ceil(half_height) + 2
    turn = (length * cosine - sine) / 2
    borders = np.arange(-row, row + 1) + 0.5
    end_crossings = (length / 2 - sine * borders) / cosine
    side_crossings = (cosine * borders - 0.5) / sine
    halves = np.concatenate([[half_width, turn], end_crossings, side_crossings])
    x = np.concatenate([halves, -halves, np.arange(-column, column) + 0.5])
    x = np.unique(np.clip(x, -half_width, half_width))

    def upper(x: NDArray[np.float64]) -> NDArray[np.float64]:
        side, end = (0.5 + sine * x) / cosine, (length / 2 - cosine * x) / sine
        return np.minimum(side, end)

    middle, width = (x[1:] + x[:-1]) / 2, np.diff(x)
    top, bottom = upper(middle), -upper(-middle)
    areas = np.zeros((2 * row + 1, 2 * column + 1))
    columns, lowest = np.rint(middle).astype(np.intp), np.rint(bottom).astype(np.intp)
    for rows in (lowest, lowest + 1, lowest + 2):
        covered = np.minimum(top, rows + 0.5) - np.maximum(bottom, rows - 0.5)
        np.add.at(areas, (rows + row, columns + column), width * np.maximum(covered, 0.0))
    # The sum with its half turn is symmetric to the last bit.
    return trimmed(areas + areas[::-1, ::-1])


def _tutorial(length: float, angle: float) -> NDArray[np.float64]:
    """Light the pixels that the line, stepped by one, truncates to."""
    size = whole("length", length, least=1)
    fitting("length", length, size, size)
    center = size // 2
    steps = np.arange(size) - center
    columns = (center + steps * np.cos(np.deg2rad(angle))).astype(np.intp)
    rows = (center + steps * np.sin(np.deg2rad(angle))).astype(np.intp)
    inside = (columns >= 0) & (columns < size) & (rows >= 0) & (rows < size)
    weights = np.zeros((size, size))
    weights[rows[inside], columns[inside]] = 1.0
    return normalized(weights)


RASTERIZATIONS: dict[str, Callable[[float, float], NDArray[np.float64]]] = {
    "antialiased": _antialiased,
    "tutorial": _tutorial,
}
