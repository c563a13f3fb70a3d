"""warmup: what a first request would wait for, done before it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from convolve_native.api.convolution import choose_method, convolve
from convolve_native.checks import as_number_dtype, one_of
from convolve_native.convolver import Convolver
from convolve_native.methods import METHODS

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from convolve_native.methods import MethodName

IMAGES = ((8, 8), (8, 300))  # of lines that are too short to slide along, and not
KERNELS = (np.full((3, 3), 1 / 9), np.ones((3, 3), np.int64))  # which every method can


def warmup(
    dtypes: DTypeLike | Iterable[DTypeLike] = ("uint8", "float32", "float64"),
    methods: MethodName | Iterable[MethodName] | None = None,
) -> None:
    """Make the compiled loops ready, so that no request has to wait for them.

    A loop is loaded from the code cache, which takes some milliseconds, or else compiled, which
    takes about a second, and kept there.  Processes that fork later find it ready.

    Parameters
    ----------
    dtypes : dtype or iterable of dtype
        Of the images that will come.
    methods : {'direct', 'separable', 'box', 'fft', 'overlap_save'}, or iterable of them, optional
        Those that may be chosen; by default all.

    Raises
    ------
    ValueError
        A method of another name.
    TypeError
        A dtype that is not of numbers.

    Notes
    -----
    Ready are `convolve` and all functions like it, with kernels of floats and of integers and the
    dtype of the image for the result, and `Convolver` with its adjoint.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.warmup(dtypes=["float32"], methods=["direct"])
    """
    wanted = [as_number_dtype("dtypes", each) for each in _several(dtypes)]
    names = [one_of("methods", each, METHODS) for each in _several(methods or METHODS)]
    for dtype, kernel, shape in product(wanted, KERNELS, IMAGES):
        image = np.zeros(shape, dtype)
        able = choose_method(image, kernel).seconds
        for name in able.keys() & names:
            method = cast("MethodName", name)
            convolve(image, kernel, method=method)
            adjoint = Convolver(kernel, shape, dtype, method=method).T
            adjoint(np.zeros(shape, adjoint.dtype))


def _several(given: Any) -> list[Any]:
    """One, or several, as a list."""
    single = isinstance(given, str) or not isinstance(given, Iterable)
    return [given] if single else list(given)
