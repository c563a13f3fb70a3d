"""One function slides through another: convolution on one axis, as an animation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native.checks import as_samples, as_times, one_of
from convolve_native.views import style
from convolve_native.views.animation import Animation, Frame
from convolve_native.views.palette import FAINT, INK, KERNEL, RESULT, SIGNAL
from convolve_native.views.signals import SIGNALS, Signal

Array = NDArray[Any]

FINENESS = 100  # samples a unit, of named functions
SHARE = 4  # units that given samples are long, to a named function beside them
STEADY = 1.5  # units that are shown beyond the last change, where a function never ends
SIZE = (7.2, 5.2)


@dataclass(frozen=True)
class Samples:
    """Samples of a function, each for a stretch of x as long as their spacing."""

    name: str
    low: float  # where the first stretch begins
    spacing: float
    values: Array
    endless: bool  # the function goes on beyond the last one

    @property
    def edges(self) -> Array:
        """Where stretches begin and end."""
        return self.low + self.spacing * np.arange(self.values.size + 1)


@dataclass(frozen=True)
class Slide:
    """Two functions, and their convolution where it is shown.

    ``result[n] = spacing * sum_i signal[i] * kernel[n - i]`` at ``x[n]``: the integral, by
    rectangles; of given samples, which are 1 apart, the sum.
    """

    signal: Samples
    kernel: Samples
    x: Array
    result: Array

    @classmethod
    def of(cls, signal: str | ArrayLike, kernel: str | ArrayLike) -> Slide:
        """Sample both on one grid, and convolve."""
        given = [_given("signal", signal), _given("kernel", kernel)]
        lengths = [each.size for each in given if not isinstance(each, Signal)]
        spacing, unit = (1.0, max(lengths) / SHARE) if lengths else (1 / FINENESS, 1.0)
        widths = [_width(each, unit) for each in given]
        length = max(filter(math.isfinite, widths), default=0) + STEADY * unit
        # Over twice what is shown: that an endless function is cut is nowhere in the picture.
        f, g = (_sampled(each, spacing, unit, 2 * length + unit) for each in given)
        result = spacing * cn.convolve(f.values, g.values, mode="full", boundary="constant")
        shown = round(length / spacing) if f.endless or g.endless else result.size
        x = f.low + g.low + spacing * np.arange(1, shown + 1)
        return cls(f, g, x, result[:shown])

    def product(self, n: int) -> Array:
        """``signal[i] * kernel[n - i]`` for every i: the rectangles of ``result[n]``."""
        f, g = self.signal.values, self.kernel.values
        lag = n - np.arange(f.size)
        inside = (lag >= 0) & (lag < g.size)
        return f * np.where(inside, g[lag.clip(0, g.size - 1)], 0)

    def turned(self, n: int) -> tuple[Array, Array]:
        """The kernel as it lies over the signal, and the edges of its stretches."""
        edges: Array = self.x[n] - self.kernel.edges[::-1]
        return self.kernel.values[::-1], edges

    @property
    def view(self) -> tuple[float, float]:
        """What is seen of x: all that moves, but for what never ends."""
        f, g = self.signal, self.kernel
        first, last = self.x[0], self.x[-1]
        reach = last - first if g.endless else g.edges[-1]
        right = last - g.low
        room = 0.02 * (last - first + f.spacing)
        low, high = min(f.low, first - reach), right if f.endless else max(f.edges[-1], right)
        return float(low - room), float(high + room)


def slide(
    signal: str | ArrayLike = "box", kernel: str | ArrayLike = "exponential", *, frames: int = 60
) -> Animation:
    """Animate the convolution of two functions: one, turned round, slides through the other.

    Above, the signal stands, the kernel moves, and the area of their product is filled; below, that
    area is drawn where the kernel stands, and so becomes the result.

    Parameters
    ----------
    signal, kernel : {'box', 'triangle', 'gaussian', 'exponential', 'step'} or (N,) array_like
        A function by its name, or samples of one, which are real and lie 1 apart.  A name beside
        samples is as wide as a quarter of them a unit: a box is one unit wide.
    frames : int >= 1, default 60
        At most; fewer where there are fewer sums.

    Returns
    -------
    Animation
        Of 720 x 520 pixels, for `write`.

    Raises
    ------
    ValueError
        Another name; samples that are not finite, or not on one axis; no frames.
    TypeError
        Samples that are not real numbers; frames that are no integer.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Notes
    -----
    ``(f * g)(x) = integral f(t) g(x - t) dt``, by `convolve_native.convolve` of samples, 100 a
    unit; of given samples the sum over them.

    Examples
    --------
    >>> animation = slide([1, 2, 3], [1, 1, 1])
    >>> len(animation), animation.draw(0).shape
    (5, (520, 720, 3))
    """
    slid = Slide.of(signal, kernel)
    positions = min(as_times("frames", frames), slid.x.size)
    at = np.linspace(0, slid.x.size - 1, positions).round().astype(int)
    stage = _Stage(slid)
    return Animation(positions, lambda n: stage.frame(int(at[n])))


class _Stage:
    """The figure of a slide; what moves is moved, and all drawn again."""

    def __init__(self, slid: Slide) -> None:
        f, g = slid.signal, slid.kernel
        self.slid = slid
        figure = style.figure(*SIZE, f"Convolution: {f.name} * {g.name}")
        above, below = figure.subplots(2, 1, sharex=True)
        style.curves(above, "", up="at t")
        style.curves(below, "", "x", "result")
        self.filled = above.stairs(
            slid.product(0), f.edges, fill=True, color=RESULT, alpha=0.45, label="f(t) g(x - t)"
        )
        stands = above.stairs(
            f.values, f.edges, color=SIGNAL, linewidth=2, label=f"f(t), the {f.name}"
        )
        self.moving = above.stairs(
            *slid.turned(0), color=KERNEL, linewidth=2, label=f"g(x - t), the {g.name} turned"
        )
        self.places = [each.axvline(0, color=FAINT, linestyle=":") for each in (above, below)]
        line = {"color": RESULT, "linewidth": 2, "marker": "." if f.spacing == 1 else ""}
        below.plot(slid.x, slid.result, alpha=0.25, **line)
        (self.drawn,) = below.plot([], [], **line)
        (self.point,) = below.plot([], [], "o", color=RESULT, markersize=8)
        self.words = below.set_title(" ", fontsize=style.TITLE, color=INK)
        above.set_xlim(*slid.view)
        above.set_ylim(*style.span(f.values, g.values, np.outer(_ends(f.values), _ends(g.values))))
        below.set_ylim(*style.span(slid.result))
        style.legend(above, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
        moving = [self.filled, stands, self.moving, *self.places, self.drawn, self.point]
        self.draw = style.stage(figure, [*moving, self.words])

    def frame(self, n: int) -> Frame:
        x, value = self.slid.x, self.slid.result
        self.filled.set_data(self.slid.product(n))
        self.moving.set_data(*self.slid.turned(n))
        for place in self.places:
            place.set_xdata([x[n], x[n]])
        self.drawn.set_data(x[: n + 1], value[: n + 1])
        self.point.set_data(x[n : n + 1], value[n : n + 1])
        self.words.set_text(f"(f * g)(x): at x = {x[n]:.2f} the area is {value[n]:.3f}")
        return self.draw()


def _ends(values: Array) -> Array:
    return np.array([values.min(), values.max()])


def _given(name: str, value: str | ArrayLike) -> Any:
    if isinstance(value, str):
        return SIGNALS[one_of(name, value, SIGNALS)]
    return as_samples(name, value, 1).astype(np.float64)


def _width(given: Any, unit: float) -> float:
    return (given.high - given.low) * unit if isinstance(given, Signal) else float(given.size)


def _sampled(given: Any, spacing: float, unit: float, length: float) -> Samples:
    """Sample a function in the middles of stretches, and cut an endless one to a length."""
    if not isinstance(given, Signal):
        return Samples("samples", -0.5, spacing, given, False)
    endless = math.isinf(given.high)
    width = length if endless else _width(given, unit)
    count = max(1, round(width / spacing))
    # What the whole stretches are longer or shorter than the function, half on either side.
    low = given.low * unit - (0 if endless else (count * spacing - width) / 2)
    middles = low + spacing * (np.arange(count) + 0.5)
    (name,) = (name for name, row in SIGNALS.items() if row is given)
    return Samples(name, low, spacing, given.function(middles / unit), endless)
