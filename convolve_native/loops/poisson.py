"""The pixels' part of an iteration of Richardson-Lucy, each pass over some samples in a row.

`light` is what was observed and `blurred` the blur of the estimate, both raised alike by a level
(background and readout variance); neither is taken below 0, nor a divisor below `floor`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop, piece, scalar

LANES = 256  # partial sums, side by side so that they are vectors


def _light(compute: np.dtype[Any], numbers: int) -> Any:
    return (array(compute, 1), *(scalar(compute),) * numbers)


@loop(lambda compute: (*_light(compute, 3), array(compute, 1, written=True)))
def divide(observed: Any, readout: Any, level: Any, floor: Any, blurred: Any) -> None:
    """blurred = light / blurred."""
    none = blurred.dtype.type(0)
    for i in range(observed.size):
        light = max(observed[i] + readout, none)
        blurred[i] = light / max(blurred[i] + level, floor)


@piece
def _deviance(light: Any, blurred: Any, floor: Any) -> Any:
    """The I-divergence of a sample: light log(light / blurred) - light + blurred, >= 0."""
    ratio = light / blurred
    logarithm = np.log(ratio) if light > floor else ratio - ratio
    return light * logarithm - light + blurred


@loop(lambda compute: (*_light(compute, 4), array(compute, 1, written=True)))
def divide_damped(
    observed: Any, readout: Any, level: Any, floor: Any, threshold: Any, blurred: Any
) -> None:
    """blurred = the ratio, drawn to 1 where it deviates by less than the threshold.

    With u = min(2 deviance / threshold^2, 1) a share of u^9 (10 - 9 u) of its deviation stays.
    """
    number = blurred.dtype.type
    scale = number(2) / (threshold * threshold)
    for i in range(observed.size):
        light = max(observed[i] + readout, number(0))
        model = max(blurred[i] + level, floor)
        u = min(max(scale * _deviance(light, model, floor), number(0)), number(1))
        square = u * u
        fourth = square * square
        share = fourth * fourth * u * (number(10) - number(9) * u)
        blurred[i] = number(1) + share * (light - model) / model


@loop(lambda compute: (*_light(compute, 3), array(compute, 1), array(compute, 1)))
def divergence(
    observed: Any, readout: Any, level: Any, floor: Any, blurred: Any, weights: Any
) -> float:
    """The I-divergence of light and blurred, weighted."""
    total = 0.0
    wide_floor = np.float64(floor)
    for i in range(observed.size):
        light = max(np.float64(observed[i]) + np.float64(readout), 0.0)
        model = max(np.float64(blurred[i]) + np.float64(level), wide_floor)
        total += weights[i] * _deviance(light, model, wide_floor)
    return total


@loop(
    lambda compute: (
        array(compute, 2),
        *(scalar(compute),) * 2,
        *(array(compute, 2),) * 2,
        *(array(compute, 2, written=True),) * 2,
    )
)
def neighbours(
    observed: Any, readout: Any, level: Any, blurred: Any, weights: Any, rows: Any, sums: Any
) -> None:
    """sums += r r, and r times r to its right and r above, column by column.

    r = weights (light - blurred); one row of weights may stand for all.  `rows`: two of scratch.
    """
    height, width = observed.shape
    none = observed.dtype.type(0)
    above, row = rows[0], rows[1]
    own, beside, over = sums[0], sums[1], sums[2]
    for j in range(width):
        above[j] = none
    for i in range(height):
        seen, model, counted = observed[i], blurred[i], weights[min(i, weights.shape[0] - 1)]
        for j in range(width):
            row[j] = counted[j] * (max(seen[j] + readout, none) - (model[j] + level))
            own[j] += row[j] * row[j]
            over[j] += row[j] * above[j]
        for j in range(width - 1):
            beside[j] += row[j] * row[j + 1]
        above, row = row, above


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        array(compute, 1),
        array(compute, 1),
        scalar(compute),
    )
)
def multiply(scene: Any, correction: Any, shares: Any, flux: Any) -> None:
    """scene *= correction * shares, where there is a share, up to all the light there is."""
    none = scene.dtype.type(0)
    for i in range(scene.size):
        share = shares[i]
        light = min(scene[i] * max(correction[i] * share, none), flux * share)
        scene[i] = light if share > none else scene[i]


@piece
def _logarithm(ratio: Any) -> Any:
    """log(ratio) to 2 % within a factor of 4, and never beyond 3, for either sign alike."""
    number = type(ratio)
    q = min(max(ratio, number(1e-3)), number(1e3))
    square = q * q
    return number(3) * (square - number(1)) / (square + number(4) * q + number(1))


@loop(
    lambda compute: (
        array(compute, 1),
        array(compute, 1),
        scalar(compute),
        scalar(compute),
        array(compute, 1, written=True),
    )
)
def predict(scene: Any, change: Any, momentum: Any, relaxation: Any, previous: Any) -> None:
    """previous = scene * (scene / previous)^momentum * exp(relaxation * change), about.

    What goes on in logarithms stays positive.
    """
    number = scene.dtype.type
    tiny = number(1e-37)
    for i in range(scene.size):
        ratio = scene[i] / max(previous[i], tiny)
        power = momentum * _logarithm(ratio) + relaxation * change[i]
        power = min(max(power, number(-3)), number(3))
        root = number(1) + power / number(16)
        second = root * root
        fourth = second * second
        eighth = fourth * fourth
        previous[i] = scene[i] * (eighth * eighth)


@loop(
    lambda compute: (
        array(compute, 1, written=True),
        array(compute, 1, written=True),
        array(compute, 1),
        scalar(compute),
    )
)
def multiply_on(point: Any, correction: Any, shares: Any, flux: Any) -> None:
    """`multiply`; correction = the logarithm of what point was multiplied by."""
    none, one = point.dtype.type(0), point.dtype.type(1)
    for i in range(point.size):
        share = shares[i]
        factor = max(correction[i] * share, none)
        light = min(point[i] * factor, flux * share)
        point[i] = light if share > none else point[i]
        correction[i] = _logarithm(factor if share > none else one)


@loop(
    lambda compute: (array(compute, 1), array(compute, 1), array(compute, 2, written=True)),
)
def compare(change: Any, before: Any, sums: Any) -> None:
    """sums[0] = change * before, sums[1] = change^2, each in partial sums."""
    cross, own = sums[0], sums[1]
    for j in range(LANES):
        cross[j] = own[j] = sums.dtype.type(0)
    for start in range(0, change.size, LANES):
        c, b = change[start : start + LANES], before[start : start + LANES]
        for j in range(c.size):
            cross[j] += c[j] * b[j]
            own[j] += c[j] * c[j]


@piece
def _flux_row(
    row: Any, below: Any, behind: Any, share: Any, down: Any, across: Any, deep: Any
) -> None:
    """grad x / |grad x| of a row, differences forward."""
    last = row.size - 1
    none, tiny = row.dtype.type(0), row.dtype.type(1e-37)
    for j in range(last):
        u, v, w = below[j] - row[j], row[j + 1] - row[j], behind[j] - row[j]
        flat = share * row[j]
        length = np.sqrt(u * u + v * v + w * w + flat * flat) + tiny
        down[j], across[j], deep[j] = u / length, v / length, w / length
    u, w, flat = below[last] - row[last], behind[last] - row[last], share * row[last]
    length = np.sqrt(u * u + w * w + flat * flat) + tiny
    down[last], across[last], deep[last] = u / length, none, w / length


@loop(
    lambda compute: (
        array(compute, 3),
        *(scalar(compute),) * 3,
        array(compute, 2, written=True),
        array(compute, 3, written=True),
    )
)
def flatten(x: Any, weight: Any, share: Any, least: Any, rows: Any, correction: Any) -> None:
    """correction /= 1 - weight div(grad x / |grad x|), or `least` at the least.

    (share x)^2 is added to |grad x|^2.  `rows` is scratch: four, and those of a plane.
    """
    depth, height, width = x.shape
    above, down, across, deep = rows[0], rows[1], rows[2], rows[3]
    one, none = x.dtype.type(1), x.dtype.type(0)
    for i in range(height):
        for j in range(width):
            rows[4 + i, j] = none
    for k in range(depth):
        for j in range(width):
            above[j] = none
        for i in range(height):
            below, behind = x[k, min(i + 1, height - 1)], x[min(k + 1, depth - 1), i]
            _flux_row(x[k, i], below, behind, share, down, across, deep)
            line, front = correction[k, i], rows[4 + i]
            bend = down[0] - above[0] + across[0] + deep[0] - front[0]
            line[0] /= max(one - weight * bend, least)
            for j in range(1, width):
                bend = down[j] - above[j] + across[j] - across[j - 1] + deep[j] - front[j]
                line[j] /= max(one - weight * bend, least)
            for j in range(width):
                front[j] = deep[j]
            above, down = down, above
