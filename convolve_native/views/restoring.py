"""Deconvolution: what dividing spectra makes of noise, and what a regularisation makes of that."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import convolve_native as cn
from convolve_native.checks import as_positive, as_samples
from convolve_native.views import style
from convolve_native.views.palette import ERROR, FAINT, KERNEL, RESULT
from convolve_native.views.scenes import reduced

Array = NDArray[Any]

LONGEST = 220  # pixels of a picture, which is drawn about as large
NAIVE = 1e-12  # so small a ratio that nothing but the division is left
TRIED = np.logspace(-7, 1, 25)


def deconvolution(
    image: ArrayLike, psf: ArrayLike, *, noise: float = 0.01, colours: str = "gray"
) -> NDArray[np.uint8]:
    """Picture a blur, its naive inverse, the Wiener filter, and the error over its parameter.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) array_like of real numbers
        A sharp photograph; its luminance is averaged down to 220 pixels along the longer side.
    psf : (K, L) array_like of real numbers
        What blurs it.
    noise : float > 0, default 0.01
        Standard deviation of the noise, white being 1.
    colours : str, default 'gray'
        Colour map of the pixels: see ``convolve_native.views.palette.COLOURS``.

    Returns
    -------
    (520, 1000, 3) ndarray of uint8
        Four pictures, with how far each is from the sharp one; below, that distance over the
        noise-to-signal ratio, and the scores by which `convolve_native.wiener`, which sees the
        blurred one alone, chose it.

    Raises
    ------
    ValueError, TypeError
        An image that is no photograph, a psf of other axes, noise that is not positive, another
        colour map.
    ModuleNotFoundError
        Matplotlib, the extra ``plot``, is not installed.

    Examples
    --------
    >>> import convolve_native as cn
    >>> deconvolution(cn.images.read(cn.images.sample()), cn.kernels.motion(9, 30)).shape
    (520, 1000, 3)
    """
    chosen = style.as_colours(colours)
    weights = as_samples("psf", psf, 2).astype(np.float64)
    sharp = reduced(image, LONGEST).astype(np.float64)
    deviation = as_positive("noise", noise)
    grains = np.random.default_rng(0).normal(0, deviation, sharp.shape)
    blurred = cn.convolve(sharp, weights, boundary="wrap") + grains

    def restored(nsr: Any, **keywords: Any) -> Any:
        return cn.wiener(blurred, weights, nsr=nsr, boundary="wrap", **keywords)

    found = restored("auto", full_output=True)
    errors = [_distance(restored(float(nsr)), sharp) for nsr in TRIED]
    pictures = {
        "sharp": sharp,
        f"blurred, noise of {deviation:g}": blurred,
        "naive inverse": restored(NAIVE),
        f"Wiener, ratio {found.parameter:.1g}, found": found.image,
    }
    figure = style.figure(10.0, 5.2, "Deconvolution divides spectra, and keeps the noise in check")
    grid = figure.add_gridspec(2, 4, height_ratios=(1, 1.15))
    limits = float(sharp.min()), float(sharp.max())
    for place, (title, each) in enumerate(pictures.items()):
        axes = figure.add_subplot(grid[0, place])
        style.picture(axes, each, title, chosen, limits)
        style.note(axes, "" if each is sharp else f"error {_distance(each, sharp):.3f}")
    axes = style.curves(
        figure.add_subplot(grid[1, :]),
        "the parameter: too small keeps noise, too large keeps blur",
        "noise-to-signal ratio",
        "error (root mean square)",
    )
    axes.loglog(TRIED, errors, color=RESULT, linewidth=2, marker=".", label="error")
    blur = _distance(blurred, sharp)
    axes.axhline(blur, color=FAINT, linestyle="--", label="error of the blurred one")
    axes.axvline(found.parameter, color=ERROR, linestyle=":", label="the ratio that is found")
    score = axes.twinx()
    shown = (found.curve.values >= TRIED[0]) & (found.curve.values <= TRIED[-1])
    score.loglog(found.curve.values[shown], found.curve.scores[shown], color=KERNEL, linewidth=2)
    axes.plot([], [], color=KERNEL, linewidth=2, label=f"score: {found.curve.rule} (right)")
    style.curves(score, "", up="score")
    score.grid(visible=False)
    score.spines["right"].set_visible(True)
    style.legend(axes, loc="upper center", ncols=4)
    return style.pixels(figure)


def _distance(one: Array, other: Array) -> float:
    return float(np.sqrt(np.square(one - other).mean()))
