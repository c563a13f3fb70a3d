"""Kernels that leave an image as it is, or bring out its edges: the identity and something more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._directions import direction
from convolve_native.kernels._parameters import fitting, number, per_axis, whole
from convolve_native.kernels.derivatives import laplacian, prewitt
from convolve_native.kernels.smoothing import gaussian


def identity(size: int | Sequence[int] = 1, *, ndim: int = 2) -> NDArray[np.float64]:
    """Return the unit impulse at the default anchor: convolving with it changes nothing.

    Parameters
    ----------
    size : int or sequence of int, default 1
        Extent in pixels, one for all axes or one an axis; odd or even.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        Shape `size`; 1 at ``(K - 1) // 2`` on every axis of extent K, and 0 elsewhere.

    Raises
    ------
    ValueError
        A size that is not an integer >= 1, or one too many or too few of them.

    Examples
    --------
    >>> identity((1, 4))
    array([[0., 1., 0., 0.]])
    """
    shape = per_axis("size", size, ndim, whole, least=1)
    fitting("size", size, *shape)
    weights = np.zeros(shape)
    weights[tuple((extent - 1) // 2 for extent in shape)] = 1.0
    return weights


def sharpen(amount: float = 1.0, *, neighbors: int = 4) -> NDArray[np.float64]:
    """Return the kernel that subtracts the image's Laplacian from it.

    Parameters
    ----------
    amount : float, default 1.0
        How much of the Laplacian to subtract, >= 0; 0 gives the identity.
    neighbors : {4, 8}, default 4
        Which `laplacian`.

    Returns
    -------
    (3, 3) ndarray, float64
        ``identity(3) - amount * laplacian(neighbors)``; sums to 1.

    Raises
    ------
    ValueError
        An amount that is negative or not finite; a number of neighbours other than 4 and 8.

    Notes
    -----
    Gonzalez and Woods, "Digital Image Processing", section on the Laplacian for image sharpening.

    Examples
    --------
    >>> sharpen()
    array([[ 0., -1.,  0.],
           [-1.,  5., -1.],
           [ 0., -1.,  0.]])
    """
    return identity(3) - number("amount", amount, least=0) * laplacian(neighbors)


def unsharp(
    sigma: float | Sequence[float], amount: float = 1.0, *, truncate: float = 4.0, ndim: int = 2
) -> NDArray[np.float64]:
    """Return the kernel of unsharp masking: the image, and what a Gaussian takes from it.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation of the Gaussian in pixels, >= 0, one for all axes or one an axis
        ``(rows, columns)``.
    amount : float, default 1.0
        How much of the difference to add, >= 0; 0 gives the identity in a larger array.
    truncate : float, default 4.0
        Where to cut the Gaussian, in standard deviations, >= 0.
    ndim : {1, 2, 3}, default 2
        Number of axes.

    Returns
    -------
    ndarray, float64
        ``(1 + amount) * identity - amount * gaussian(sigma)``, of the Gaussian's shape; sums to 1.

    Raises
    ------
    ValueError
        A sigma, amount or truncate that is negative or not finite, or one sigma too many or too
        few.

    Notes
    -----
    R. C. Gonzalez and R. E. Woods, "Digital Image Processing", section on unsharp masking and
    highboost filtering.

    Examples
    --------
    >>> unsharp(1.0, 0.5, truncate=1.0).round(3)
    array([[-0.038, -0.062, -0.038],
           [-0.062,  1.398, -0.062],
           [-0.038, -0.062, -0.038]])
    """
    amount = number("amount", amount, least=0)
    smooth = gaussian(sigma, truncate=truncate, ndim=ndim)
    return (1 + amount) * identity(smooth.shape, ndim=ndim) - amount * smooth


def emboss(angle: float = 225.0, depth: float = 1.0) -> NDArray[np.float64]:
    """Return the kernel that lights an image from one side, as if its greys were heights.

    Parameters
    ----------
    angle : float, default 225.0
        Where the light comes from, in degrees from +column towards +row (rows go down): 225 is
        the upper left, 270 above. Any finite angle.
    depth : float, default 1.0
        How much of the slope to add, >= 0; 0 gives the identity.

    Returns
    -------
    (3, 3) ndarray, float64
        ``identity(3) - depth * (cos(angle) * prewitt(1) + sin(angle) * prewitt(0))``; sums to 1.

    Raises
    ------
    ValueError
        An angle that is not finite; a depth that is negative or not finite.

    Notes
    -----
    For *convolution*: slopes that face the light become brighter, by ``6 * depth`` times the
    slope in grey levels a pixel. ``emboss(225, sqrt(2))`` turned by half a turn, as correlation
    wants it, is the ``[[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]`` of the textbooks of graphics.

    Examples
    --------
    >>> emboss(180)
    array([[ 1.,  0., -1.],
           [ 1.,  1., -1.],
           [ 1.,  0., -1.]])
    """
    cosine, sine = direction(number("angle", angle))
    slope = cosine * prewitt(1) + sine * prewitt(0)
    return identity(3) - number("depth", depth, least=0) * slope
