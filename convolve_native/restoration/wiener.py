"""The Wiener filter for a known noise-to-signal ratio."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convolve_native import threads
from convolve_native.boundary import BoundaryName
from convolve_native.checks import Scene, as_image, as_positive
from convolve_native.fourier.plans import POOL, PlanKey
from convolve_native.fourier.transfer import spectrum_of
from convolve_native.passage import Entry, Exit
from convolve_native.restoration.frame import extend, margin

Array = NDArray[Any]

PAYS = 2**17  # samples of a frame from which a thread of its own pays


def wiener(
    image: ArrayLike,
    psf: ArrayLike | tuple[ArrayLike, ...],
    *,
    nsr: float,
    boundary: BoundaryName,
    anchor: int | tuple[int, ...] | None = None,
    axes: int | tuple[int, ...] | None = None,
    dtype: DTypeLike | None = None,
    workers: int | None = None,
) -> Array:
    """Restore a blurred image by the Wiener filter.

    Parameters
    ----------
    image : array_like of numbers
        The blurred image, finite.
    psf : array_like, or tuple of 1-D array_like
        The kernel that blurred it, on one or two axes.
    nsr : float
        Noise-to-signal power ratio, > 0: the larger, the smoother the result.
    boundary : {'constant', 'nearest', 'symmetric', 'mirror', 'wrap'}
        How the image is taken to go on outside: it is extended by ``K - 1`` pixels on each side,
        the seam blended, inverted circularly and cropped; with 'wrap' it is inverted as it is.
    anchor : int or tuple of int, optional
        The PSF tap that stands on the scene point; ``(K - 1) // 2`` on each axis by default.  The
        result stands where the scene stood.
    axes : int or tuple of int, optional
        As for `convolve`: a colour photograph is restored channel by channel.
    dtype : dtype, optional
        Dtype of the result; float64 also asks for computation in float64.
    workers : int, optional
        Threads to use at most.

    Returns
    -------
    ndarray
        Shape and dtype of the image.  Floats keep their scale and are never clipped; integers are
        rounded half to even and saturated.

    Raises
    ------
    ValueError
        A PSF that is empty, all zero or not finite; an nsr that is not positive; an image that is
        not finite; and the wrong shapes and names that `convolve` refuses.
    TypeError, MemoryError
        As `convolve`.

    Notes
    -----
    ``X = conj(H) Y / (|H|**2 + nsr)``, with H and Y the transforms of the PSF and of the extended
    image.  A positive nsr scales a constant image by ``1 / (1 + nsr)``.

    ``boundary='wrap', anchor=(0, 0)`` is the usual textbook program, in which the PSF is padded
    with zeros and transformed as it lies.

    References
    ----------
    N. Wiener, "Extrapolation, Interpolation, and Smoothing of Stationary Time Series", 1949;
    R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th ed., 2018, section 5.8.

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((16, 16))
    >>> scene[5:9, 6:12] = 1
    >>> psf = cn.kernels.box(3)
    >>> blurred = cn.convolve(scene, psf, boundary="wrap")
    >>> restored = cn.wiener(blurred, psf, nsr=1e-6, boundary="wrap")
    >>> bool(np.abs(restored - scene).max() < 0.01)
    True
    """
    pixels = as_image(image)
    nsr = as_positive("nsr", nsr)
    scene = Scene.of(pixels, psf, boundary, anchor, axes, dtype, workers)
    planes = Entry(scene.layout, pixels.shape, scene.compute).planes(pixels)
    height, width = planes.shape[1:3]
    taps = scene.psf.shape
    margins = margin(height, taps[0], boundary), margin(width, taps[1], boundary)
    shape = (height + margins[0].blend.size, width + margins[1].blend.size)
    key = PlanKey(shape, (0, 1), scene.compute)

    otf = spectrum_of(scene.psf.whole.astype(scene.compute), key, scene.shift)
    inverse = otf.conj() / ((otf * otf.conj()).real + nsr) / math.prod(shape)
    inverse = inverse.astype(otf.dtype)

    leave = Exit(scene.layout, pixels.shape, scene.compute, scene.dtype)
    result, written, apart = leave.open(pixels, None)

    def work(part: tuple[int, int]) -> None:
        plane, channel = part
        with POOL.lease(key) as plan:
            plan.frame[:] = extend(planes[plane, :, :, channel], margins)
            plan.forward()
            np.multiply(plan.spectrum, inverse, out=plan.spectrum)
            plan.inverse()
            written[plane, :, :, channel] = plan.frame[:height, :width]

    parts = list(np.ndindex(planes.shape[0], planes.shape[3]))
    threads.run(lambda: work, parts, scene.workers if math.prod(shape) >= PAYS else 1)
    return leave.close(written, result) if apart else result
