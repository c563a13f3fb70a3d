"""Disks and rings with exact edges: what a lens out of focus makes of a point."""

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._arrays import normalized, trimmed
from convolve_native.kernels._parameters import fitting, number

THINNEST = 0.01
"""Pixels: the least width of a ring, whose areas are differences that rounding must not fill."""


def disk(radius: float) -> NDArray[np.float64]:
    """Return a uniform disk with exact edges: the blur of a lens out of focus.

    Parameters
    ----------
    radius : float
        Radius in pixels, > 0, whole or not. Up to 0.5 the disk lies within the central pixel, and
        the kernel is the identity.

    Returns
    -------
    (K, K) ndarray, float64
        K odd, as small as holds the disk; sums to 1.

    Raises
    ------
    ValueError
        A radius that is not a finite number > 0.

    Notes
    -----
    A weight is the area that the disk, centred on the central pixel, has in common with the
    pixel, over ``pi * radius**2``: within the pixel, the rectangle under the arc, the trapezoid
    below its chord and the circular segment above it. The areas are in closed form, so the
    weights vary continuously with `radius`.

    The "pillbox", the limit by geometrical optics of a focusing error: J. W. Goodman,
    "Introduction to Fourier Optics", chapter on the frequency analysis of imaging systems.

    Examples
    --------
    >>> disk(1.0).round(3)
    array([[0.025, 0.145, 0.025],
           [0.145, 0.318, 0.145],
           [0.025, 0.145, 0.025]])
    """
    radius = number("radius", radius, above=0)
    fitting("radius", radius, 2 * radius + 1, 2 * radius + 1)
    # Within the central pixel every radius gives the same kernel; 0.5 keeps its square from 0.
    return normalized(trimmed(disk_areas(max(radius, 0.5))))


def ring(radius: float, width: float) -> NDArray[np.float64]:
    """Return a uniform ring with exact edges: the defocus of a telescope with a central mirror.

    Parameters
    ----------
    radius : float
        Radius in pixels of the middle of the ring's band, >= 0.01, whole or not.
    width : float
        Width of the band in pixels, 0.01 to ``2 * radius``; there the ring closes to a disk.

    Returns
    -------
    (K, K) ndarray, float64
        K odd, as small as holds the ring; sums to 1. A ring within the central pixel gives the
        identity.

    Raises
    ------
    ValueError
        A radius that is not a finite number >= 0.01; a width that is not one within its range.

    Notes
    -----
    A weight is the area that the ring, ``radius - width / 2 <= r <= radius + width / 2`` about
    the centre of the central pixel, has in common with the pixel, over the ring's own; the
    difference of two disks, each in closed form as in `disk`.

    Out of focus, geometrical optics images a point as the pupil: W. J. Smith, "Modern Optical
    Engineering", chapter on image evaluation; with a central obstruction the pupil is a ring.

    Examples
    --------
    >>> ring(1.0, 0.5).round(3)
    array([[0.083, 0.167, 0.083],
           [0.167, 0.   , 0.167],
           [0.083, 0.167, 0.083]])
    """
    radius = number("radius", radius, least=THINNEST)
    width = number("width", width, least=THINNEST, most=2 * radius)
    inner, outer = radius - width / 2, radius + width / 2
    fitting("radius", radius, 2 * outer + 1, 2 * outer + 1)
    areas = disk_areas(outer)
    if inner > 0:
        hole = disk_areas(inner)
        margin = (len(areas) - len(hole)) // 2
        areas -= np.pad(hole, margin)
        # A difference of areas leaves rounding where both disks hold all of the pixel.
        far = np.abs(np.arange(len(areas)) - len(areas) // 2) + 0.5
        areas[np.hypot(far[:, None], far) <= inner] = 0.0
    return normalized(trimmed(np.maximum(areas, 0.0)))


def disk_areas(radius: float) -> NDArray[np.float64]:
    """Return the area of the disk within every pixel."""
    reach = int(np.ceil(radius - 0.5))
    # One quadrant, where the arc falls: the central pixels enter it as halves.
    edges = np.concatenate([[0.0], np.arange(reach + 1) + 0.5])
    left, right = edges[:-1], edges[1:]
    bottom, top = left[:, None], right[:, None]
    chord = np.sqrt(np.maximum((radius - edges) * (radius + edges), 0.0))
    at_low, at_high = chord[:-1], chord[1:]
    # Where the arc enters the pixel and where it leaves it.
    x_in, y_in = np.clip(at_high[:, None], left, right), np.clip(at_low, bottom, top)
    x_out, y_out = np.clip(at_low[:, None], left, right), np.clip(at_high, bottom, top)
    angle = 2 * np.arcsin(np.hypot(x_out - x_in, y_in - y_out) / (2 * radius))
    quadrant = (
        (x_in - left) * (top - bottom)
        + (x_out - x_in) * ((y_in + y_out) / 2 - bottom)
        + radius**2 / 2 * (angle - np.sin(angle))
    )
    # Rounding knows rows from columns; a disk does not.
    quadrant = (quadrant + quadrant.T) / 2
    quadrant[0] *= 2
    quadrant[:, 0] *= 2
    unfold = np.abs(np.arange(-reach, reach + 1))
    areas: NDArray[np.float64] = quadrant[np.ix_(unfold, unfold)]
    return areas
