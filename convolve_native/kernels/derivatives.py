"""Kernels that differentiate: integer weights, so that integer images give exact sums."""

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._parameters import one_of, whole

# Lists, not arrays: every call makes an array of its own, which the caller may change.
LAPLACIANS = {
    4: [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    8: [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
}


def sobel(axis: int) -> NDArray[np.int64]:
    """Return Sobel's first derivative along one axis of a 2-D image.

    Parameters
    ----------
    axis : int
        0 differentiates along the rows' index (downwards), 1 along the columns' (to the right);
        -2 and -1 name the same two.

    Returns
    -------
    (3, 3) ndarray, int64
        ``[1, 0, -1]`` along `axis` times ``[1, 2, 1]`` across it; sums to 0.

    Raises
    ------
    ValueError
        An axis that is not an integer from -2 to 1.

    Notes
    -----
    The weights are made for *convolution*: the response is positive where the image increases
    along `axis`, and is 8 times the slope in grey levels a pixel (divide by 8 for the slope).
    `correlate` gives the opposite sign; that way round is how most textbooks print it.

    I. Sobel and G. Feldman, "A 3x3 Isotropic Gradient Operator for Image Processing", talk at the
    Stanford Artificial Intelligence Project, 1968.

    Examples
    --------
    >>> sobel(axis=1)
    array([[ 1,  0, -1],
           [ 2,  0, -2],
           [ 1,  0, -1]])
    """
    along_rows = np.multiply.outer(np.array([1, 0, -1], np.int64), np.array([1, 2, 1], np.int64))
    across = whole("axis", axis, least=-2, most=1) % 2 == 1
    return along_rows.T.copy() if across else along_rows


def laplacian(neighbors: int = 4) -> NDArray[np.int64]:
    """Return the discrete Laplacian, the sum of the second derivatives, of a 2-D image.

    Parameters
    ----------
    neighbors : {4, 8}, default 4
        4 uses the neighbours along the axes, 8 the diagonal ones too.

    Returns
    -------
    (3, 3) ndarray, int64
        1 at each neighbour and minus their number in the middle; sums to 0.

    Raises
    ------
    ValueError
        A number of neighbours other than 4 and 8.

    Notes
    -----
    The response is positive where the image is darker than its surroundings. 4 neighbours give
    the Laplacian itself, 8 give 3 times it, both to second order in the pixel.

    M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 25.3.30 is the
    4-neighbour formula.

    Examples
    --------
    >>> laplacian()
    array([[ 0,  1,  0],
           [ 1, -4,  1],
           [ 0,  1,  0]])
    """
    return np.array(LAPLACIANS[one_of("neighbors", neighbors, LAPLACIANS)], np.int64)
