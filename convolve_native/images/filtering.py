"""The one rule of filtering a photograph: its colours weigh as much as they are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.images import light
from convolve_native.images.formats import layout_of, peak

Array: TypeAlias = NDArray[Any]
Operation: TypeAlias = Callable[[Array], Array]


def filtered(
    image: ArrayLike, operation: Operation, *, gain: float = 1.0, linear_light: bool = False
) -> Array:
    """Filter a photograph with respect to its alpha and, if asked, to light.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) array_like of uint8, uint16 or float32
        A photograph as `read` gives it; the fourth channel is alpha.
    operation : callable
        From an array to the filtered array, each channel by itself: a convolution, say. It gets
        `image` as it is where that has no alpha and `linear_light` is False; else float32 in the
        range of the image, all channels in one array, colours multiplied by alpha.
    gain : float, default 1
        What the operation makes of an even picture of 1: the sum of a kernel's weights. Alpha is
        filtered and divided by it. 0, as of kernels that find edges, leaves alpha as it is.
    linear_light : bool, default False
        Filter the light that the numbers stand for by the transfer function of sRGB, whatever the
        profile of a file says; alpha is no light. Not for float32.

    Returns
    -------
    ndarray
        What `operation` gave, where it got the image as it is. Else of the dtype of the image:
        colours divided by the new alpha, or 0 where that is 0; integers rounded half to even and
        saturated.

    Raises
    ------
    TypeError, ValueError
        `image` is not a photograph, or of float32 with `linear_light`; and what `operation` raises.

    Notes
    -----
    A transparent pixel has a colour too, often black or white, which none should see. Filtering
    colours by themselves lets it bleed into its neighbours; multiplied by alpha, it weighs nothing.
    Under ``boundary='constant'`` with fill 0 the outside of a picture with alpha is transparent.

    T. Porter and T. Duff, "Compositing Digital Images", SIGGRAPH 1984, for the multiplication;
    IEC 61966-2-1:1999 for the transfer function of sRGB.

    Examples
    --------
    A red pixel beside a transparent one whose hidden colour is green, averaged: red, half there.

    >>> image = np.array([[[255, 0, 0, 255], [0, 255, 0, 0]]], np.uint8)
    >>> filtered(image, lambda x: np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape))
    array([[[255,   0,   0, 128],
            [255,   0,   0, 128]]], dtype=uint8)
    """
    pixels = np.asarray(image)
    has_alpha = layout_of(pixels) == "RGBA"
    if not (has_alpha or linear_light):
        return operation(pixels)
    shown = pixels[..., :3] if has_alpha else pixels
    colours: Array = light.decode(shown) if linear_light else shown.astype(np.float32)
    if has_alpha:
        colours, alpha = _weighed(colours, pixels, operation, gain)
    else:
        colours = operation(colours)
    if linear_light:
        colours = light.encode(colours, pixels.dtype)
    result = np.concatenate([colours, alpha], axis=-1) if has_alpha else colours
    return _stored(result, pixels.dtype)


def _weighed(
    colours: Array, pixels: Array, operation: Operation, gain: float
) -> tuple[Array, Array]:
    """Filter colours as much as they are there, and alpha."""
    opaque = np.float32(peak(pixels.dtype))
    alpha: Array = pixels[..., 3:].astype(np.float32)
    weighed: Array = colours * (alpha / opaque)
    if gain == 0:
        weighed = operation(weighed)
    else:
        both = operation(np.concatenate([weighed, alpha], axis=-1))
        weighed, alpha = both[..., :3], both[..., 3:] / gain
    visible = _stored(alpha, pixels.dtype) > 0
    # Beyond opaque, as sharpening makes it, colour and alpha exceed alike: their ratio is colour.
    share = np.where(visible, alpha / opaque, 1)
    return np.where(visible, weighed / share, 0), alpha


def _stored(values: Array, dtype: np.dtype[Any]) -> Array:
    whole = np.clip(np.rint(values), 0, peak(dtype)) if dtype.kind == "u" else values
    stored: Array = whole.astype(dtype)
    return stored
