"""A card that says what a kernel is: weights, spectrum, numbers, and the method it asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native import kernels
from convolve_native.checks import as_samples
from convolve_native.views import style
from convolve_native.views.palette import INK

Array = NDArray[Any]

SHAPE = (1024, 1024)  # of the float32 image that a method is recommended for
LARGEST = 7  # taps of a kernel whose weights are written out
WAVES = 255  # frequencies an axis, an odd number, so that 0 is one of them
LINE = 0.078  # of the height, from line to line of the words
WORDS = {"gain": "DC gain"}  # what a card calls a line of `describe`


def kernel_card(
    kernel: ArrayLike, name: str = "kernel", *, colours: str = "viridis"
) -> NDArray[np.uint8]:
    """Picture a kernel: its weights, its spectrum, and what it is in numbers.

    Parameters
    ----------
    kernel : (K, L) array_like of real numbers
        Up to 7 by 7 the weights are written out.
    name : str, default 'kernel'
        Heading.
    colours : str, default 'viridis'
        Colour map of the spectrum: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    (360, 1000, 3) ndarray of uint8
        Weights, blue below 0 and red above; magnitudes of the spectrum up to half a cycle a pixel;
        rank, DC gain, symmetry and norms by `convolve_native.kernels.describe`, and the method that
        `convolve_native.choose_method` recommends for 1024 by 1024 pixels of float32.

    Raises
    ------
    ValueError, TypeError
        A kernel of other axes, or not of finite real numbers; another colour map.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Examples
    --------
    >>> import convolve_native as cn
    >>> kernel_card(cn.kernels.sobel(axis=1), "sobel").shape
    (360, 1000, 3)
    """
    chosen = style.as_colours(colours)
    weights = as_samples("kernel", kernel, 2)
    figure = style.figure(10.0, 3.6, name)
    taps, waves, words = figure.subplots(1, 3, width_ratios=(1, 1, 1.3))
    drawn = style.signed_picture(taps, weights, "weights")
    if max(weights.shape) <= LARGEST:
        _write_weights(taps, weights)
    figure.colorbar(drawn, ax=taps, shrink=0.75).ax.tick_params(labelsize=style.TICK)
    spectrum = style.picture(waves, _response(weights), "spectrum (magnitude)", chosen)
    half = (WAVES - 1) / 2
    waves.set_xticks([0, half, 2 * half], ["-0.5", "0", "0.5"], fontsize=style.TICK)
    waves.set_yticks([0, half, 2 * half], ["-0.5", "0", "0.5"], fontsize=style.TICK)
    style.note(waves, "cycles a pixel")
    figure.colorbar(spectrum, ax=waves, shrink=0.75).ax.tick_params(labelsize=style.TICK)
    words.set_axis_off()
    for place, (key, value) in enumerate(facts(weights)):
        y = 1 - LINE * place
        look = {"fontsize": style.LABEL, "color": INK, "transform": words.transAxes}
        words.text(0.0, y, key, fontweight="bold", **look)
        words.text(0.29, y, value, **look)
    return style.pixels(figure)


def facts(weights: Array) -> list[tuple[str, str]]:
    """What the card says in words, line by line; a key is empty where a line goes on."""
    lines: list[tuple[str, str]] = []
    for line in str(kernels.describe(weights)).splitlines():
        key, _, value = line.partition(" ")
        parts = value.strip().split(", ")
        lines += [(WORDS.get(key, key) if part is parts[0] else "", part) for part in parts]
    choice = cn.choose_method(np.zeros(SHAPE, np.float32), weights)
    milliseconds = f"{1e3 * choice.seconds[choice.method]:.2g} ms predicted for"
    where = f"{SHAPE[0]} x {SHAPE[1]}, float32"
    return [*lines, ("method", choice.method), ("", milliseconds), ("", where)]


def _write_weights(axes: Any, weights: Array) -> None:
    largest = float(np.abs(weights).max())
    for (row, column), weight in np.ndenumerate(weights):
        light = abs(weight) > 0.6 * largest
        axes.text(
            column,
            row,
            f"{weight:.3g}",
            ha="center",
            va="center",
            fontsize=36 / max(4, *weights.shape),
            color="white" if light else INK,
        )


def _response(weights: Array) -> Array:
    """Magnitudes of the spectrum, frequency 0 in the middle."""
    size = [max(WAVES, k) for k in weights.shape]
    response: Array = np.abs(np.fft.fftshift(np.fft.fft2(weights, size)))
    return response
