"""What smoothing kernels do: a Gaussian in two passes, and a box beside a Gaussian."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native import kernels
from convolve_native.views import style
from convolve_native.views.palette import FAINT, KERNEL, SIGNAL
from convolve_native.views.scenes import reduced

Array = NDArray[Any]

LONGEST = 220  # pixels of a picture, which is drawn about as large
BOX = 9
# The standard deviation of that box, in pixels: sqrt((9**2 - 1) / 12).
SIGMA = 2.582
SCENE = (48, 64)  # rows and columns of the edge, and of the noise
WAVES = 256  # frequencies up to one cycle a pixel
LEVELS = (0.0, 1.0)  # black and white
LEFT = (0.38, 0.62)  # the same of noise that was smoothed, some three deviations on either side


def passes(image: ArrayLike, sigma: float = 3.0, *, colours: str = "gray") -> NDArray[np.uint8]:
    """Picture a Gaussian blur as two passes on one axis each, which is what separable means.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) array_like of real numbers
        Its luminance is averaged down to 220 pixels along the longer side.
    sigma : float > 0, default 3
        Standard deviation of the Gaussian in those pixels.
    colours : str, default 'gray'
        Colour map of the pixels: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    (500, 840, 3) ndarray of uint8
        The image, after the first pass, and after the second; the weights of a pass, of the kernel
        on two axes that both are together, and what is left between that and the two passes.

    Raises
    ------
    ValueError, TypeError
        An image that is no photograph, a sigma out of range, another colour map.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Notes
    -----
    ``exp(-(x**2 + y**2) / 2 s**2) = exp(-x**2 / 2 s**2) exp(-y**2 / 2 s**2)``, and convolution is
    associative: K weights twice do what K * K weights do.

    Examples
    --------
    >>> passes(np.eye(64), sigma=2.0).shape
    (500, 840, 3)
    """
    chosen = style.as_colours(colours)
    taps = kernels.gaussian(sigma, ndim=1)
    scene = reduced(image, LONGEST).astype(np.float64)
    once = cn.convolve(scene, taps, axes=1)
    twice = cn.convolve(once, taps, axes=0)
    whole = cn.convolve(scene, np.outer(taps, taps), method="direct")
    figure = style.figure(8.4, 5.0, "A Gaussian blur is two passes on one axis each")
    (given, first, second), (line, plane, rest) = figure.subplots(2, 3)
    limits = float(scene.min()), float(scene.max())
    style.picture(given, scene, "image", chosen, limits)
    style.picture(first, once, "first pass: across", chosen, limits)
    style.picture(second, twice, "second pass: down", chosen, limits)
    style.curves(line, f"weights of a pass: {taps.size}", "taps")
    middle = taps.size // 2
    edges = np.arange(taps.size + 1) - middle - 0.5
    line.stairs(taps, edges, color=KERNEL, fill=True, alpha=0.3)
    line.stairs(taps, edges, color=KERNEL, linewidth=2)
    style.picture(plane, np.outer(taps, taps), f"weights of both in one: {taps.size**2}", chosen)
    left = twice - whole
    style.signed_picture(rest, left, "two passes less both in one")
    style.note(rest, f"largest difference {np.abs(left).max():.1e}")
    return style.pixels(figure)


def smoothing(*, colours: str = "gray") -> NDArray[np.uint8]:
    """Picture what a box and a Gaussian, equally wide, make of an edge and of noise.

    Parameters
    ----------
    colours : str, default 'gray'
        Colour map of the pixels: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    (460, 1000, 3) ndarray of uint8
        A row for the edge, with its profile; and one for the noise, with how much of waves of each
        frequency the kernels leave: the box lets some through, upside down, and is chunky.

    Raises
    ------
    ValueError
        Another colour map.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Examples
    --------
    >>> smoothing().shape
    (460, 1000, 3)
    """
    chosen = style.as_colours(colours)
    rows, columns = SCENE
    edge = np.zeros(SCENE)
    edge[:, columns // 2 :] = 1
    noise = np.random.default_rng(0).random(SCENE)
    taps = {"box": kernels.box(BOX, ndim=1), "Gaussian": kernels.gaussian(SIGMA, ndim=1)}
    looks = {"box": SIGNAL, "Gaussian": KERNEL}
    figure = style.figure(10.0, 4.6, f"A box of {BOX} pixels beside a Gaussian as wide")
    upper, lower = figure.subplots(2, 4)
    style.curves(upper[3], "across the edge", "column")
    style.curves(lower[3], "what is left of waves", "cycles a pixel")
    upper[3].set_xlim(columns / 2 - BOX, columns / 2 + BOX)
    upper[3].plot(edge[rows // 2], color=FAINT, drawstyle="steps-mid", label="edge")
    for axes, scene, name in ((upper, edge, "an edge"), (lower, noise, "noise")):
        style.picture(axes[0], scene, name, chosen, LEVELS)
        for place, (kernel, weights) in enumerate(taps.items(), 1):
            smooth = cn.convolve(scene, (weights, weights))
            limits = LEVELS if scene is edge else LEFT
            style.picture(axes[place], smooth, f"{name}, {kernel}", chosen, limits)
            if scene is edge:
                axes[3].plot(smooth[rows // 2], color=looks[kernel], linewidth=2, label=kernel)
            else:
                style.note(axes[place], f"shown from {LEFT[0]:.2f} to {LEFT[1]:.2f}")
                axes[3].plot(*_response(weights), color=looks[kernel], linewidth=2, label=kernel)
    for axes in (upper[3], lower[3]):
        style.legend(axes, loc="best")
    return style.pixels(figure)


def _response(taps: Array) -> tuple[Array, Array]:
    """What a symmetric kernel multiplies waves by, up to half a cycle a pixel."""
    centred = np.roll(np.pad(taps, (0, WAVES - taps.size)), -(taps.size // 2))
    return np.fft.rfftfreq(WAVES), np.fft.rfft(centred).real
