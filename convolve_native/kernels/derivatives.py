"""Kernels that differentiate: integer weights, so that integer images give exact sums."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._parameters import one_of, whole

# Lists, not arrays: every call makes an array of its own, which the caller may change.
LAPLACIANS = {
    4: [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    8: [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
}

CompassName = Literal["N", "NE", "E", "SE", "S", "SW", "W", "NW"]

# Clockwise, as steps of (row, column): rows go down.
COMPASS = {
    "N": (-1, 0),
    "NE": (-1, 1),
    "E": (0, 1),
    "SE": (1, 1),
    "S": (1, 0),
    "SW": (1, -1),
    "W": (0, -1),
    "NW": (-1, -1),
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
    return _slope(axis, [1, 2, 1])


def scharr(axis: int) -> NDArray[np.int64]:
    """Return Scharr's first derivative along one axis, whose direction errs less than Sobel's.

    Parameters
    ----------
    axis : int
        0 differentiates along the rows' index (downwards), 1 along the columns' (to the right);
        -2 and -1 name the same two.

    Returns
    -------
    (3, 3) ndarray, int64
        ``[1, 0, -1]`` along `axis` times ``[3, 10, 3]`` across it; sums to 0.

    Raises
    ------
    ValueError
        An axis that is not an integer from -2 to 1.

    Notes
    -----
    For *convolution*: the response is positive where the image increases along `axis`, and is 32
    times the slope in grey levels a pixel; `correlate` gives the opposite sign.

    H. Scharr, "Optimale Operatoren in der digitalen Bildverarbeitung", dissertation, Heidelberg,
    2000; these are his weights rounded to integers.

    Examples
    --------
    >>> scharr(axis=0)
    array([[  3,  10,   3],
           [  0,   0,   0],
           [ -3, -10,  -3]])
    """
    return _slope(axis, [3, 10, 3])


def prewitt(axis: int) -> NDArray[np.int64]:
    """Return Prewitt's first derivative along one axis: the slope of the plane that fits best.

    Parameters
    ----------
    axis : int
        0 differentiates along the rows' index (downwards), 1 along the columns' (to the right);
        -2 and -1 name the same two.

    Returns
    -------
    (3, 3) ndarray, int64
        ``[1, 0, -1]`` along `axis` times ``[1, 1, 1]`` across it; sums to 0.

    Raises
    ------
    ValueError
        An axis that is not an integer from -2 to 1.

    Notes
    -----
    For *convolution*: the response is positive where the image increases along `axis`, and is 6
    times the slope in grey levels a pixel; `correlate` gives the opposite sign.

    J. M. S. Prewitt, "Object enhancement and extraction", in "Picture Processing and
    Psychopictorics", Academic Press, 1970.

    Examples
    --------
    >>> prewitt(axis=1)
    array([[ 1,  0, -1],
           [ 1,  0, -1],
           [ 1,  0, -1]])
    """
    return _slope(axis, [1, 1, 1])


def _slope(axis: int, across: list[int]) -> NDArray[np.int64]:
    """Return the central difference along an axis times a smoothing across it."""
    along_rows = np.multiply.outer(np.array([1, 0, -1], np.int64), np.array(across, np.int64))
    turned = whole("axis", axis, least=-2, most=1) % 2 == 1
    return along_rows.T.copy() if turned else along_rows


def kirsch(direction: CompassName) -> NDArray[np.int64]:
    """Return Kirsch's edge detector for one of eight directions of the compass.

    Parameters
    ----------
    direction : {"N", "NE", "E", "SE", "S", "SW", "W", "NW"}
        The side on which the image is brighter; north is up, east to the right.

    Returns
    -------
    (3, 3) ndarray, int64
        5 at three neighbours, -3 at the other five, 0 in the middle; sums to 0.

    Raises
    ------
    ValueError
        A direction that is not one of the eight.

    Notes
    -----
    For *convolution*: the response is positive where the image is brighter towards `direction`,
    and is 15 times the height of a straight step there. That puts the fives on the opposite side
    of the array; `correlate` answers to the opposite direction. The strength of an edge of any
    direction is the greatest of the eight responses.

    R. A. Kirsch, "Computer determination of the constituent structure of biological images",
    Computers and Biomedical Research 4, 1971.

    Examples
    --------
    >>> kirsch("N")
    array([[-3, -3, -3],
           [-3,  0, -3],
           [ 5,  5,  5]])
    """
    toward = list(COMPASS).index(one_of("direction", direction, COMPASS))
    weights = np.full((3, 3), -3, np.int64)
    weights[1, 1] = 0
    places = list(COMPASS.values())
    for place in (toward - 1, toward, (toward + 1) % len(places)):
        row, column = places[place]
        weights[1 - row, 1 - column] = 5  # convolution turns the kernel by half a turn
    return weights


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
