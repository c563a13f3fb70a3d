"""gaussian_blur and box_blur: kernels that are made here and never multiplied out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike, NDArray

from convolve_native import kernels
from convolve_native.api.convolution import run_named
from convolve_native.caches import BoundedCache
from convolve_native.checks import Keywords, as_image, expose, one_each

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]

SIDES: BoundedCache[tuple[Array, ...]] = BoundedCache(
    limit=2**20, size=lambda sides: 1024 + sum(side.nbytes for side in sides)
)


@expose
def gaussian_blur(
    image: ArrayLike,
    sigma: float | Sequence[float],
    *,
    truncate: float = 4.0,
    order: int | Sequence[int] = 0,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Blur an image with a Gaussian, or differentiate it by one.

    Parameters
    ----------
    image : array_like of numbers
        One axis or more.
    sigma : float or sequence of float
        Standard deviation in pixels, for all blurred axes or one for each; 0 leaves an axis as it
        is.
    truncate : float
        The kernel ends at ``int(truncate * sigma + 0.5)`` pixels from its centre.
    order : int or sequence of int
        Order of the derivative, for all blurred axes or one for each; 0 blurs.
    **keywords
        Those of `convolve`.  By default the first two axes are blurred, or the only one.

    Returns
    -------
    ndarray
        As from `convolve`.

    Raises
    ------
    ValueError
        A negative or non-finite sigma or truncate, a negative order, a derivative at sigma 0, and
        what `convolve` refuses.

    Notes
    -----
    The weights are ``exp(-x**2 / (2 sigma**2))`` at whole pixels, normalised to sum 1, times the
    derivative's polynomial: those of `scipy.ndimage.gaussian_filter`.

    References
    ----------
    T. Lindeberg, "Scale-Space Theory in Computer Vision", 1994.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.gaussian_blur([0.0, 0.0, 1.0, 0.0, 0.0], 0.5).round(3)
    array([0.   , 0.106, 0.787, 0.106, 0.   ])
    """
    shape, axes = as_image(image, masked=True).shape, keywords.get("axes")
    sigmas, orders = one_each(shape, axes, sigma=sigma, order=order)
    sides = _sides(_gaussian, sigmas, orders, (truncate,) * len(sigmas))
    return run_named("gaussian_blur", image, sides, keywords, out)


@expose
def box_blur(
    image: ArrayLike,
    size: int | Sequence[int],
    *,
    out: Array | None = None,
    **keywords: Unpack[Keywords],
) -> Array:
    """Blur an image by the mean over a box.

    Parameters
    ----------
    image : array_like of numbers
        One axis or more.
    size : int or sequence of int
        Extent of the box in pixels, for all blurred axes or one for each.
    **keywords
        Those of `convolve`.  By default the first two axes are blurred, or the only one.

    Returns
    -------
    ndarray
        As from `convolve`.

    Raises
    ------
    ValueError
        A size below 1, and what `convolve` refuses.

    Notes
    -----
    ``out[n] = mean of image[n + c - K + 1 ... n + c]`` on each axis, c the anchor.  The cost does
    not grow with the box; nothing is subtracted, so that the mean of positive pixels is positive.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.box_blur([0.0, 0.0, 3.0, 0.0, 0.0], 3)
    array([0., 1., 1., 1., 0.])
    """
    shape, axes = as_image(image, masked=True).shape, keywords.get("axes")
    (sizes,) = one_each(shape, axes, size=size)
    return run_named("box_blur", image, _sides(_box, sizes), keywords, out)


def _gaussian(sigma: float, order: int, truncate: float) -> Array:
    if order:
        return kernels.gaussian_derivative(sigma, order, truncate=truncate, ndim=1)
    return kernels.gaussian(sigma, truncate=truncate, ndim=1)


def _box(size: int) -> Array:
    return kernels.box(size, ndim=1)


def _sides(make: Callable[..., Array], *parameters: tuple[Any, ...]) -> tuple[Array, ...]:
    """Make one side an axis from the parameters of each; remembered."""

    def build() -> tuple[Array, ...]:
        return tuple(make(*axis) for axis in zip(*parameters, strict=True))

    key = (make, *parameters, *[tuple(map(type, values)) for values in parameters])  # True is not 1
    try:
        hash(key)
    except TypeError:  # a list among them, say, which no kernel takes
        return build()
    return SIDES.get(key, build)
