"""The passes of polyblur: what the edges of a picture tell, and the end of halos."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, array, loop, piece, scalar

WIDE = np.dtype(np.float64)


@loop(
    lambda compute: (
        *(array(compute, 3), array(compute, 3), scalar(compute)),
        *(array(WIDE, 2, written=True), COUNT, COUNT),
    )
)
def tally(down: Any, across: Any, faint: Any, sums: Any, start: Any, stop: Any) -> None:
    """Sums over the edges in rows start:stop, by the way they face; zeros where there are none.

    `down` and `across` (scales, rows, columns) are the derivatives at several scales, the finest
    first.  For every pixel whose finest gradient g exceeds `faint`, a row of `sums` (ways, scales
    + 2) takes ``|g|**16`` times the cosine and the sine of twice the angle of g, and for each scale
    the 16th power of what the gradient there has along g.
    """
    ways, scales = sums.shape[0], down.shape[0]
    sums[:] = 0.0
    for i in range(start, stop):
        for j in range(down.shape[2]):
            y, x = down[0, i, j], across[0, i, j]
            square = x * x + y * y
            if square > faint * faint:
                length = math.sqrt(float(square))
                cosine, sine = x / length, y / length
                way = int(math.atan2(sine, cosine) / math.pi * ways + ways + 0.5) % ways
                weight = float(square) ** 8
                sums[way, 0] += weight * (cosine * cosine - sine * sine)
                sums[way, 1] += weight * 2.0 * cosine * sine
                for k in range(scales):
                    along = cosine * across[k, i, j] + sine * down[k, i, j]
                    sums[way, 2 + k] += max(along, 0.0) ** 16


@piece
def _mixed(
    here: Any, there: Any, across: Any, down: Any, after_across: Any, after_down: Any
) -> Any:
    """A sample of both pictures, by their slopes."""
    against = -(across * after_across + down * after_down)
    if against <= 0:
        return there
    return there + against / (across * across + down * down + against) * (here - there)


@loop(
    lambda compute: (
        *(array(compute, 2), array(compute, 2), COUNT),
        *(array(compute, 2, written=True), COUNT, COUNT),
    )
)
def mix(before: Any, after: Any, step: Any, out: Any, start: Any, stop: Any) -> None:
    """out = z before + (1 - z) after in rows start:stop, so that no slope is turned round.

    With ``m = -<grad before, grad after>``, z is 0 where m <= 0, else m over
    ``|grad before|**2 + m``: the least for which the mixture's slope is not against that before.
    Lines hold `step` channels; beyond an end stands the sample at the end.
    """
    height, width = before.shape
    last = max(width - step, step)  # where the last column begins that is not the first
    for i in range(start, stop):
        here, there, line = before[i], after[i], out[i]
        over, under = before[max(i - 1, 0)], before[min(i + 1, height - 1)]
        above, below = after[max(i - 1, 0)], after[min(i + 1, height - 1)]
        for j in range(step):
            k = min(j + step, width - step + j)
            line[j] = _mixed(
                *(here[j], there[j], here[k] - here[j], under[j] - over[j]),
                *(there[k] - there[j], below[j] - above[j]),
            )
        for j in range(step, last):
            line[j] = _mixed(
                *(here[j], there[j], here[j + step] - here[j - step], under[j] - over[j]),
                *(there[j + step] - there[j - step], below[j] - above[j]),
            )
        for j in range(last, width):
            line[j] = _mixed(
                *(here[j], there[j], here[j] - here[j - step], under[j] - over[j]),
                *(there[j] - there[j - step], below[j] - above[j]),
            )
