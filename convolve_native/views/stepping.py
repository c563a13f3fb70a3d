"""A window steps over an image: convolution on two axes, as an animation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native.boundary import BoundaryName
from convolve_native.checks import as_samples, as_times
from convolve_native.views import style
from convolve_native.views.animation import Animation, Frame
from convolve_native.views.palette import FAINT, KERNEL, RESULT
from convolve_native.views.scenes import reduced

Array = NDArray[Any]

LONGEST = 16  # pixels of the image, which are drawn as squares
LARGEST = 5  # taps of a kernel whose products are written out
SIZE = (8.4, 3.6)
WHITE = 255


class Steps:
    """An image, what lies around it, a kernel turned by half, and the result.

    ``result[r, c]`` is the sum of ``turned * extended[r : r + K, c : c + L]``.
    """

    def __init__(self, image: ArrayLike, kernel: ArrayLike, boundary: BoundaryName) -> None:
        weights = as_samples("kernel", kernel, 2)
        self.image = np.rint(WHITE * reduced(image, LONGEST)).astype(np.float64)
        self.turned = weights[::-1, ::-1].astype(np.float64)
        self.result = cn.convolve(self.image, weights, boundary=boundary, dtype=np.float64)
        # What the window reaches of the outside, by a kernel that only moves the image.
        self.before = tuple(k - 1 - (k - 1) // 2 for k in weights.shape)
        moved = np.zeros(weights.shape)
        moved[self.before] = 1
        self.extended = cn.convolve(self.image, moved, mode="full", boundary=boundary)

    def under(self, row: int, column: int) -> Array:
        """The pixels that the kernel lies on."""
        height, width = self.turned.shape
        return self.extended[row : row + height, column : column + width]


def window(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    boundary: BoundaryName = "symmetric",
    frames: int = 60,
    colours: str = "gray",
) -> Animation:
    """Animate a convolution on two axes: a window steps over the image, and each sum is a pixel.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) array_like of real numbers
        Its luminance is averaged down to 16 pixels along the longer side, and scaled to 0 ... 255:
        white is the largest of unsigned integers, 255 of signed ones, 1 of all others.
    kernel : (K, L) array_like of real numbers
        Up to 5 by 5 the products are written out too.
    boundary : str, default 'symmetric'
        How the image goes on outside, as for `convolve_native.convolve`; drawn too.
    frames : int >= 1, default 60
        At most; pixels between two frames are filled in with the second.
    colours : str, default 'gray'
        Colour map of the pixels: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    Animation
        Of 840 x 360 pixels, for `write`.

    Raises
    ------
    ValueError
        Another boundary or colour map; an image or kernel of another shape, or not finite.
    TypeError
        What does not hold real numbers.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Examples
    --------
    >>> import convolve_native as cn
    >>> animation = window(cn.images.read(cn.images.sample()), cn.kernels.sobel(axis=1), frames=8)
    >>> len(animation), animation.draw(7).shape
    (8, (360, 840, 3))
    """
    steps = Steps(image, kernel, boundary)
    stage = _Stage(steps, style.as_colours(colours))
    count = min(as_times("frames", frames), steps.result.size)
    at = np.linspace(0, steps.result.size - 1, count).round().astype(int)
    return Animation(count, lambda n: stage.frame(int(at[n])))


class _Stage:
    """The figure of a window's steps: the image, the products under the window, the result."""

    def __init__(self, steps: Steps, colours: str) -> None:
        self.steps = steps
        height, width = steps.turned.shape
        figure = style.figure(*SIZE, "Convolution: the kernel, turned, steps over the image")
        whole, close, made = figure.subplots(1, 3)
        (top, left), (rows, columns) = steps.before, steps.image.shape
        grey = (0.0, float(WHITE))
        style.picture(whole, steps.extended, "image, and how it goes on outside", colours, grey)
        inside = {"fill": False, "edgecolor": FAINT, "linewidth": 1}
        corner = left - 0.5, top - 0.5
        whole.add_patch(style.rectangle(corner, columns, rows, **inside))
        self.outline = whole.add_patch(
            style.rectangle((0, 0), width, height, fill=False, edgecolor=KERNEL, linewidth=3)
        )
        self.under = style.picture(close, steps.under(0, 0), "pixel x weight", colours, grey)
        written = max(height, width) <= LARGEST
        cells = {"color": FAINT, "linewidth": 0.6 if written else 0.0}
        lines = [
            close.hlines(np.arange(1, height) - 0.5, -0.5, width - 0.5, **cells),
            close.vlines(np.arange(1, width) - 0.5, -0.5, height - 0.5, **cells),
        ]
        self.words = style.note(close, " ")
        self.numbers = [
            close.text(column, row, "", ha="center", va="center", fontsize=_size(steps.turned))
            for row, column in np.ndindex(height, width)
            if written
        ]
        low, high = float(steps.result.min()), float(steps.result.max())
        self.made = style.picture(
            made, np.full(steps.result.shape, np.nan), "sums", colours, (low, max(high, low + 1))
        )
        self.pixel = made.add_patch(
            style.rectangle((0, 0), 1, 1, fill=False, edgecolor=RESULT, linewidth=3)
        )
        moving = [
            self.outline,
            self.under,
            *lines,
            *self.numbers,
            self.words,
            self.made,
            self.pixel,
        ]
        self.draw = style.stage(figure, moving)

    def frame(self, place: int) -> Frame:
        row, column = divmod(place, self.steps.result.shape[1])
        under, turned = self.steps.under(row, column), self.steps.turned
        self.outline.set_xy((column - 0.5, row - 0.5))
        self.under.set_data(under)
        for text, pixel, weight in zip(self.numbers, under.flat, turned.flat, strict=False):
            text.set_text(f"{pixel:.0f}\nx {weight:.3g}")
            text.set_color("white" if pixel < WHITE / 2 else "black")
        self.words.set_text(f"sum of products: {self.steps.result[row, column]:.1f}")
        seen = np.where(np.arange(self.steps.result.size) <= place, self.steps.result.flat, np.nan)
        self.made.set_data(seen.reshape(self.steps.result.shape))
        self.pixel.set_xy((column - 0.5, row - 0.5))
        return self.draw()


def _size(weights: Array) -> float:
    """Points of a number in a cell."""
    return min(10.0, 32.0 / int(max(weights.shape)))
