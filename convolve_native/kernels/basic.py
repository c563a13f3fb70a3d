"""Kernels that leave an image as it is, or a little crisper."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._parameters import fitting, number, per_axis, whole
from convolve_native.kernels.derivatives import laplacian


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
