"""Convolver: a kernel made ready for images of one shape and dtype, and its adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convolve_native.checks import (
    Keywords,
    Options,
    Request,
    as_alike,
    as_number_dtype,
    as_shape,
    expose,
)
from convolve_native.machine import current
from convolve_native.prepared import Prepared
from convolve_native.problem import Shape
from convolve_native.spans import span, spanned

if TYPE_CHECKING:
    from typing_extensions import Unpack

Array = NDArray[Any]


class Convolver:
    """A convolution made ready: kernel, shape and dtype are fixed, images come one after another.

    What `convolve` does anew at every call (checks, the choice of a method, the kernel's
    factors or spectrum) is done once.  A Convolver may be used by several threads at a time.

    Parameters
    ----------
    kernel : array_like or tuple of 1-D array_like
        The weights, as `convolve` takes them.
    shape : tuple of int
        Shape of the images.
    image_dtype : dtype, default float32
        Dtype of the images.
    **keywords
        The keywords of `convolve`, without `out`.

    Attributes
    ----------
    choice : Choice
        The method and why.  The pixels are not known yet: where the choice would hang on them,
        the Choice says that nobody looked.
    shape, out_shape : tuple of int
        Of the images, and of the results.
    dtype : dtype
        Of the results.
    T : Adjoint
        The conjugate transpose of the linear part, itself a callable.

    Raises
    ------
    ValueError, TypeError, OverflowError, MemoryError
        As `convolve`; a call refuses an image of another shape or dtype.

    Notes
    -----
    ``convolver(image) = A image + b``, where ``b`` is what a `fill` adds; ``convolver.T(y)`` is
    ``A^H y``.

    Examples
    --------
    >>> import convolve_native as cn
    >>> blur = cn.Convolver(cn.kernels.box(3), (4, 4), boundary="constant")
    >>> blur(np.ones((4, 4), np.float32)).round(2)
    array([[0.44, 0.67, 0.67, 0.44],
           [0.67, 1.  , 1.  , 0.67],
           [0.67, 1.  , 1.  , 0.67],
           [0.44, 0.67, 0.67, 0.44]], dtype=float32)
    >>> x, y = np.eye(4, dtype=np.float32), np.ones((4, 4), np.float32)
    >>> bool(np.isclose(np.vdot(blur(x), y), np.vdot(x, blur.T(y))))
    True
    """

    @expose
    def __init__(
        self,
        kernel: ArrayLike | tuple[ArrayLike, ...],
        shape: Shape,
        image_dtype: DTypeLike = np.float32,
        **keywords: Unpack[Keywords],
    ) -> None:
        self.shape = as_shape(shape)
        self._image_dtype = as_number_dtype("image_dtype", image_dtype)
        with span("call", "Convolver"):
            options = Options.of("Convolver", keywords)
            request = Request.of(self.shape, self._image_dtype, kernel, options)
            self._prepared = Prepared(request, current())
        self.choice = self._prepared.choice
        self.out_shape, self.dtype = request.shape, request.dtype

    def __call__(self, image: ArrayLike, out: Array | None = None) -> Array:
        """Convolve one image, into `out` if given."""
        return spanned(self._convolve, "call", "Convolver")(image, out)

    def _convolve(self, image: ArrayLike, out: Array | None) -> Array:
        pixels = as_alike(image, self.shape, self._image_dtype)
        return self._prepared.convolve(pixels, out, choosing=False)

    @property
    def T(self) -> Adjoint:  # noqa: N802  # the name of NumPy's transpose
        """The adjoint: the conjugate transpose of the linear part."""
        if self._prepared.request.nan == "omit":
            raise ValueError("nan='omit' leaves out what comes, and has no adjoint; give a mask")
        return Adjoint(self)

    def _adjoint(self, image: ArrayLike, out: Array | None) -> Array:
        pixels = as_alike(image, self.out_shape, self._prepared.request.problem.compute)
        return self._prepared.adjoint(pixels, out)


class Adjoint:
    """The adjoint of a Convolver, a view of it: maps images of its `out_shape` to its `shape`.

    Takes and returns the dtype of computation.  Fill, rounding and saturation do not enter.
    """

    def __init__(self, convolver: Convolver) -> None:
        self.T = convolver
        self.shape, self.out_shape = convolver.out_shape, convolver.shape
        self.dtype = convolver._prepared.request.problem.compute

    def __call__(self, image: ArrayLike, out: Array | None = None) -> Array:
        """Apply to one image, into `out` if given."""
        return spanned(self.T._adjoint, "call", "Convolver.T")(image, out)
