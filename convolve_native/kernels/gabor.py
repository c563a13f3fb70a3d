"""Gabor's waves in a Gaussian window: texture and edges by direction and scale."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.kernels._directions import direction
from convolve_native.kernels._parameters import fitting, number

OCTAVE = 3 * math.sqrt(math.log(2) / 2) / math.pi
"""Sigma in wavelengths whose response halves at frequencies that are one octave apart: 0.56."""


def gabor(
    wavelength: float,
    angle: float,
    sigma: float | None = None,
    *,
    aspect: float = 1.0,
    phase: float | None = 0.0,
    truncate: float = 3.0,
) -> NDArray[Any]:
    """Return a plane wave in a Gaussian window: stripes of one width and direction.

    Parameters
    ----------
    wavelength : float
        From crest to crest in pixels, >= 2.
    angle : float
        Direction in which the wave runs, across its crests, in degrees from +column towards +row
        (rows go down): 0 answers to vertical stripes, 90 to horizontal ones. Any finite angle.
    sigma : float, optional
        Standard deviation of the window along `angle` in pixels, > 0. By default 0.56
        wavelengths, which gives the response a bandwidth of one octave.
    aspect : float, default 1.0
        Standard deviation of the window along the crests over `sigma`, 0.01 to 100.
    phase : float or None, default 0.0
        In degrees: 0 is even, for lines; 90 is odd, for edges, and is positive where the image
        increases along `angle`. None gives both as one complex kernel, whose response has the
        wave's strength as modulus and its phase as argument.
    truncate : float, default 3.0
        Where to cut, in standard deviations; ``truncate * sigma`` must be a pixel or more.

    Returns
    -------
    (K, L) ndarray, float64; complex128 where phase is None
        Odd extents ``2 * int(truncate * s + 0.5) + 1``, s the window's standard deviation along
        rows and columns; sums to 0.

    Raises
    ------
    ValueError
        A parameter that is not finite or out of its range.

    Notes
    -----
    ``w[x, y] * (cos(2 pi u / wavelength + phase) - c * cos(phase))``; u runs along `angle` and t
    across it, from the central pixel; ``w = exp(-u**2 / (2 sigma**2) - t**2 / (2 (aspect *
    sigma)**2)) / sum``, and ``c = sum w * cos(2 pi u / wavelength)`` makes a flat image give 0
    (at the default sigma c is 0.002). The complex kernel has ``exp(2 pi i u / wavelength) - c``.
    A wave of the kernel's own length, direction and phase, of amplitude A, gives A / 2.

    J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and
    orientation optimized by two-dimensional visual cortical filters", Journal of the Optical
    Society of America A 2, 1985.

    Examples
    --------
    >>> gabor(4, 0, 1.0, truncate=1.0).round(3)
    array([[-0.034,  0.068, -0.034],
           [-0.056,  0.112, -0.056],
           [-0.034,  0.068, -0.034]])
    """
    wavelength = number("wavelength", wavelength, least=2)
    cosine, sine = direction(number("angle", angle))
    along = OCTAVE * wavelength if sigma is None else number("sigma", sigma, above=0)
    across = along * number("aspect", aspect, least=0.01, most=100)
    cut = number("truncate", truncate, above=0)
    shift = None if phase is None else direction(number("phase", phase))
    if cut * along < 1:
        raise ValueError(f"truncate * sigma must be >= 1, a pixel; got {cut * along:g}")
    reaches = [
        cut * math.hypot(along * sine, across * cosine) + 0.5,
        cut * math.hypot(along * cosine, across * sine) + 0.5,
    ]
    name, value = ("wavelength", wavelength) if sigma is None else ("sigma", sigma)
    fitting(name, value, *(2 * reach + 1 for reach in reaches))
    rows, columns = (np.arange(-int(reach), int(reach) + 1) for reach in reaches)
    u = cosine * columns + sine * rows[:, None]
    t = cosine * rows[:, None] - sine * columns
    with np.errstate(over="ignore"):  # far outside a vanishing window, where it is 0
        window = np.exp(-0.5 * (np.square(u / along) + np.square(t / across)))
    window /= window.sum()
    wave = 2 * math.pi / wavelength * u
    even = window * np.cos(wave)
    even -= even.sum() * window
    odd = window * np.sin(wave)
    if shift is None:
        return even + 1j * odd
    return shift[0] * even - shift[1] * odd


def gabor_bank(
    wavelengths: float | Sequence[float],
    angles: float | Sequence[float],
    *,
    aspect: float = 1.0,
    phase: float | None = 0.0,
    truncate: float = 3.0,
) -> list[NDArray[Any]]:
    """Return a Gabor kernel for every wavelength and angle, for `convolve_native.filter_bank`.

    Parameters
    ----------
    wavelengths : float or sequence of float
        From crest to crest in pixels, each >= 2.
    angles : float or sequence of float
        Directions in degrees, as for `gabor`; 180 apart they see the same stripes.
    aspect, phase, truncate
        As for `gabor`, the same for all.

    Returns
    -------
    list of ndarray
        ``gabor(wavelength, angle, ...)`` for each angle of the first wavelength, then of the
        second, and so on; each of its own extents, which grow with its wavelength, and sum 0.

    Raises
    ------
    ValueError
        No wavelength, no angle, or one that `gabor` refuses.

    Notes
    -----
    One octave from wavelength to wavelength and 30 degrees from angle to angle leave no gap: the
    response halves half an octave, or 19 degrees at aspect 1, off.

    A. K. Jain and F. Farrokhnia, "Unsupervised texture segmentation using Gabor filters", Pattern
    Recognition 24, 1991.

    Examples
    --------
    >>> bank = gabor_bank([4, 8], [0, 45, 90, 135])
    >>> len(bank), bank[0].shape, bank[-1].shape
    (8, (15, 15), (27, 27))
    """
    lists = {"wavelengths": wavelengths, "angles": angles}
    for name, values in lists.items():
        if np.ndim(values) > 1 or np.size(values) == 0:
            raise ValueError(f"{name} must be one number or a list of them; got {values!r}")
    lengths, directions = (np.atleast_1d(np.asarray(v, object)) for v in lists.values())
    return [
        gabor(length, angle, aspect=aspect, phase=phase, truncate=truncate)
        for length in lengths
        for angle in directions
    ]
