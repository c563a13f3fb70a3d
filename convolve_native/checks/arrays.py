"""Checks of arrays: image, kernel, axes, anchor, out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks.dtypes import NUMBERS
from convolve_native.checks.options import as_integer, as_integers

Array = NDArray[Any]
Shape = tuple[int, ...]

NDIMS = (1, 2, 3)  # axes that a kernel may have
_NDIMS = " or ".join(map(str, NDIMS))
CHANNELS = 4  # the longest last axis that is taken for colour


def as_array(name: str, given: Any) -> Array:
    """Read what NumPy can make an array of; lists of what it would lose are refused."""
    if type(given) is np.ndarray:  # itself
        return given
    listed = isinstance(given, (list, tuple))
    if listed and any(isinstance(row, np.ma.MaskedArray) for row in given):
        raise TypeError(f"{name} must be one masked array; a list of them would lose the masks")
    try:
        return np.asarray(given)
    except ValueError:
        if not listed:
            raise
        raise ValueError(f"{name} must have rows of one length; got several lengths") from None


def as_image(image: Any, *, masked: bool = False) -> Array:
    """Check that `image` is an array of numbers with an axis; `masked`: its mask is honoured."""
    if not masked and np.ma.is_masked(image):
        raise ValueError("image must not hold masked values here; fill or crop them first")
    array = as_array("image", image)
    check_numbers("image", array)
    if array.ndim == 0:
        raise ValueError(f"image must have at least one axis; got the scalar {array}")
    return array


def as_mask(mask: Any, shape: Shape, axes: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Check a mask of valid pixels, of the image's shape or of its convolved axes', and copy it."""
    if mask is None:
        return None
    array = as_array("mask", mask).copy()  # its owner may change it, a Convolver not
    if array.dtype.kind != "b":
        raise TypeError(f"mask must hold booleans, True where valid; got dtype {array.dtype}")
    convolved = tuple(shape[axis] for axis in axes)
    if array.shape == shape:
        return array
    if array.shape == convolved:
        within = [n if axis in axes else 1 for axis, n in enumerate(shape)]
        return np.broadcast_to(array.reshape(within), shape)
    wanted = f"{shape}" if convolved == shape else f"{shape} or {convolved}"
    raise ValueError(f"mask must have shape {wanted}; got {array.shape}")


def own_mask(image: Any) -> NDArray[np.bool_] | None:
    """The valid pixels of a masked array, whose mask is True where it is not valid.

    Of one that masks nothing too, lest the dtype of the result hang on the values of a mask.
    """
    return ~np.ma.getmaskarray(image) if isinstance(image, np.ma.MaskedArray) else None


def as_shape(shape: Any) -> Shape:
    """Check the shape of an image that is yet to come."""
    given = as_integers("shape", shape)
    if not given or min(given) < 0:
        raise ValueError(f"shape must hold at least one axis, none negative; got {given}")
    return given


def as_alike(image: Any, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Check that an image has the shape and dtype that something was prepared for."""
    if type(image) is np.ndarray and image.shape == shape and image.dtype == dtype:
        return image
    array = as_image(image)
    if array.shape != shape:
        raise ValueError(f"image must have shape {shape}; got {array.shape}")
    if array.dtype.newbyteorder("=") != dtype:
        raise ValueError(f"image must have dtype {dtype}; got {array.dtype}")
    return array


def one_each(shape: Shape, axes: Any, **parameters: Any) -> list[tuple[Any, ...]]:
    """Give each parameter of a blur one value an axis: those named, else the lists' length.

    Without either the first two axes are blurred, or the only one.
    """
    lists = {n: tuple(v) for n, v in parameters.items() if isinstance(v, (Sequence, np.ndarray))}
    count = min(2, len(shape)) if axes is None else len(as_integers("axes", axes))
    if axes is None and lists:
        count = max(len(values) for values in lists.values())
    for name, values in lists.items():
        if len(values) != count:
            raise ValueError(
                f"{name} must be one value, or one for each of {count} axes; got {values}"
            )
    return [lists.get(name, (value,) * count) for name, value in parameters.items()]


def as_bank(kernels: Any) -> list[Any]:
    """Check a sequence of kernels."""
    bank = list(kernels) if isinstance(kernels, (Sequence, np.ndarray)) else []
    if not bank or (isinstance(kernels, np.ndarray) and kernels.ndim < 2):
        shape = np.shape(kernels)
        raise ValueError(
            f"kernels must hold one kernel at least, along its first axis; got shape {shape}"
        )
    return bank


def kernel_shape(kernel: Any) -> Shape:
    """The taps of a kernel that was checked before, on each of its axes."""
    return tuple(map(len, kernel)) if isinstance(kernel, tuple) else np.shape(kernel)


def check_same_shape(name: str, shapes: list[Shape]) -> None:
    """Refuse results that cannot be stacked."""
    if len(set(shapes)) > 1:
        raise ValueError(f"{name} must give results of one shape; got {sorted(set(shapes))}")


def as_stride(stride: Any) -> int:
    """Check a step between the samples that are taken."""
    step = as_integer("stride", stride)
    if step < 1:
        raise ValueError(f"stride must be at least 1; got {step}")
    return step


def check_numbers(name: str, array: Array) -> None:
    """Refuse objects, text and dates."""
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"{name} must hold numbers; got dtype {array.dtype}")


def as_parts(kernel: Any, name: str, shape: Shape) -> tuple[Array, ...]:
    """Check a kernel: one array, or the 1-D sides of an outer product given as a tuple."""
    bare = as_arrays(kernel, name)
    if not isinstance(bare, tuple):
        return (as_kernel(bare, name, NDIMS, shape),)
    if len(bare) not in NDIMS:
        raise ValueError(
            f"{name} as a tuple must hold {_NDIMS} arrays, one an axis; got {len(bare)}"
        )
    return tuple(as_kernel(side, f"{name}[{i}]", (1,), shape) for i, side in enumerate(bare))


def as_arrays(kernel: Any, name: str) -> Array | tuple[Array, ...]:
    """Take a kernel for an array, or a tuple for one of arrays; what they hold is not checked."""
    if isinstance(kernel, tuple):
        return tuple([_unmasked(side, f"{name}[{i}]") for i, side in enumerate(kernel)])
    return _unmasked(kernel, name)


def _unmasked(weights: Any, name: str) -> Array:
    if np.ma.is_masked(weights):
        raise ValueError(f"{name} must not hold masked weights; set them to zero first")
    return as_array(name, weights)


def as_kernel(array: Array, name: str, ndims: tuple[int, ...], shape: Shape) -> Array:
    """Check the weights of a kernel, or one of its sides."""
    check_numbers(name, array)
    kind = array.dtype.kind
    got = f"got shape {array.shape} for an image of shape {shape}"
    if array.ndim not in ndims:
        raise ValueError(f"{name} must have {' or '.join(map(str, ndims))} axes; {got}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; {got}")
    if kind in "fc" and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite; got {array[where]} at {where}")
    if kind == "u" and array.max() > np.iinfo(np.int64).max:
        raise OverflowError(f"{name} must fit int64; got {array.max()}")
    return array.astype({"f": np.float64, "c": np.complex128}.get(kind, np.int64))


def as_axes(axes: Any, shape: Shape, taps: Shape, name: str) -> tuple[int, ...]:
    """Check which image axes the kernel's axes run along; in the kernel's order."""
    if len(taps) > len(shape):
        raise ValueError(
            f"{name} must not have more axes than the image; got shapes {taps} and {shape}"
        )
    if axes is None:
        return _default_axes(shape, taps, name)
    given = as_integers("axes", axes)
    if len(given) != len(taps):
        raise ValueError(
            f"axes must name one image axis for each axis of {name}; got {given} for shape {taps}"
        )
    for axis in given:
        if not -len(shape) <= axis < len(shape):
            raise ValueError(f"axes must lie within the image's {len(shape)} axes; got {given}")
    positive = tuple(axis % len(shape) for axis in given)
    if len(set(positive)) != len(positive):
        raise ValueError(f"axes must differ; got {given}")
    return positive


def _default_axes(shape: Shape, taps: Shape, name: str) -> tuple[int, ...]:
    """All axes, or the first ones of a picture with colour; what could be a slip is refused."""
    if len(taps) < len(shape):
        if len(taps) == 1:
            raise ValueError(
                f"axes must be given for a 1-D {name} on an image of shape {shape}: "
                f"one of 0 to {len(shape) - 1}"
            )
        if len(shape) > len(taps) + 1 or shape[-1] > CHANNELS:
            n, k = len(shape), len(taps)
            images = " x ".join(map(str, shape[-k:]))
            raise ValueError(
                f"axes must be given for an image of shape {shape}: {tuple(range(k))} if it has "
                f"{shape[-1]} channels, {tuple(range(n - k, n))} if it is a stack of images "
                f"{images}"
            )
    return tuple(range(len(taps)))


def as_anchor(anchor: Any, taps: Shape, mode: str, name: str) -> tuple[int, ...] | None:
    """Check the tap that sits on the output pixel, one index a kernel axis."""
    if anchor is None:
        return None
    if mode != "same":
        raise ValueError(f"anchor must be None in mode {mode!r}, which does not depend on it")
    given = as_integers("anchor", anchor)
    if len(given) != len(taps) or not all(0 <= a < k for a, k in zip(given, taps, strict=True)):
        raise ValueError(f"anchor must be an index into the {name} of shape {taps}; got {given}")
    return given


def check_extent(shape: Shape, taps: Shape, axes: tuple[int, ...], mode: str, name: str) -> None:
    """Check that every convolved axis is long enough for the mode."""
    sizes = tuple(shape[axis] for axis in axes)
    if mode != "same" and 0 in sizes:
        raise ValueError(f"image must not be empty along axes {axes} in mode {mode!r}; got {shape}")
    if mode == "valid" and any(k > n for n, k in zip(sizes, taps, strict=True)):
        raise ValueError(
            f"{name} must not exceed the image in mode 'valid'; "
            f"got {taps} along axes {axes} of {shape}"
        )


def check_fill(fill: complex, compute_is_complex: bool) -> None:
    """Refuse a complex value outside a real image."""
    if fill.imag != 0 and not compute_is_complex:
        raise TypeError(f"fill must be real for a real image and kernel; got {fill!r}")


def as_out(out: Any, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Check the array that takes the result."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an ndarray; got {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}; got {out.shape}")
    if out.dtype != dtype:  # which is native
        raise ValueError(f"out must have dtype {dtype} in native byte order; got {out.dtype.str}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable; got a read-only array")
    return out


def check_pixels(image: Array, valid: NDArray[np.bool_] | None) -> None:
    """Refuse, for nan='raise', a valid pixel that is not finite."""
    if image.dtype.kind not in "fc":
        return
    bad = ~np.isfinite(image) if valid is None else ~np.isfinite(image) & valid
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"image must be finite for nan='raise'; got {image[where]} at {where}")


def check_sums(peak: float, gain: float, compute: np.dtype[Any], result: np.dtype[Any]) -> None:
    """A sum of floats that overflows has no integer to become either."""
    if result.kind in "iu" and compute.kind == "f" and peak * gain > np.finfo(compute).max:
        raise OverflowError(
            f"image must be small enough for its sums to fit {compute}; "
            f"got up to {peak:.6g} times sum|kernel| = {gain:.6g}: convert it to float64 first"
        )


def check_finite(name: str, finite: bool, result: np.dtype[Any]) -> None:
    """NaN and Inf have no integer to become."""
    if not finite and result.kind in "iu":
        raise ValueError(f"{name} must be finite for a result of dtype {result}; got NaN or Inf")


def nbytes(shape: Shape, dtype: np.dtype[Any]) -> int:
    """Bytes of an array, in Python's integers, which do not overflow."""
    return math.prod(shape) * dtype.itemsize
