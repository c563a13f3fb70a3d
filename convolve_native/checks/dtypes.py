"""The rules of dtypes: what an image is read as, summed in, written as and given back as."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

DType = np.dtype[Any]

FLOAT32, FLOAT64, INT64 = (np.dtype(t) for t in (np.float32, np.float64, np.int64))
# Integers up to here, and every sum of them on the way, are held exactly.
LADDER: dict[DType, int] = {FLOAT32: 2**24, FLOAT64: 2**53, INT64: 2**63 - 1}
# Weights beyond this and its inverse would leave the range of float32: they ask for float64.
SCALE = 2.0**-100
NUMBERS = "biufc"  # kinds of dtype
# Read and written by the loops as they are; everything else is converted before and after.
BYTES = (np.dtype(np.uint8), np.dtype(np.uint16))


class Dtypes(NamedTuple):
    """The dtypes of one convolution."""

    source: DType  # as the loops read the image
    compute: DType  # as they sum
    stored: DType  # as they write
    result: DType  # as it is given back


def as_number_dtype(name: str, dtype: DTypeLike) -> DType:
    """Check that a dtype is one of numbers; in native byte order."""
    try:
        checked = np.dtype(dtype).newbyteorder("=")
    except TypeError:
        raise TypeError(f"{name} must be a dtype of numbers; got {dtype!r}") from None
    if checked.kind not in NUMBERS:
        raise TypeError(f"{name} must be a dtype of numbers; got {checked}")
    return checked


def resolve(
    image: DType,
    kernel: DType,
    dtype: DTypeLike | None,
    exact: bool,
    peak: int | None,
    gain: float,
    omitting: bool = False,
) -> Dtypes:
    """Apply the rules; `peak` is the largest integer of an exact problem, None if not yet known.

    Where pixels are omitted, sums are divided: integers give floats, unless asked otherwise.
    """
    image = image.newbyteorder("=")
    result = _result(image, kernel, dtype)
    wide = dtype is not None and result in (FLOAT64, *map(np.dtype, "DgG"))
    compute = as_rung(peak, gain) if exact else _computing(image, kernel, wide, gain)
    if exact and wide and compute == FLOAT32:
        compute = FLOAT64
    if omitting and dtype is None and image.kind in "biu":
        result = compute
    as_is = image in BYTES and compute == FLOAT32 and not omitting
    return Dtypes(
        source=image if as_is else compute,
        compute=compute,
        stored=result if as_is and result == image else compute,
        result=result,
    )


def holds(dtype: DType, value: complex) -> bool:
    """Whether a number can stand among samples of a dtype as it is."""
    if dtype.kind not in "iu":
        return True
    bounds = np.iinfo(dtype)
    return value.imag == 0 and value.real % 1 == 0 and bounds.min <= value.real <= bounds.max


def as_rung(peak: int | None, gain: float) -> DType:
    """Find the first dtype that holds every sum of integers; int64 while the peak is not known."""
    if peak is None:
        return INT64
    for rung, holds in LADDER.items():
        if peak * gain <= holds:
            return rung
    raise OverflowError(
        f"image must be small enough for its sums to fit int64; got up to {float(peak):.6g} "
        f"times sum|kernel| = {float(gain):.6g}: convert it to float64 first"
    )


def _result(image: DType, kernel: DType, dtype: DTypeLike | None) -> DType:
    is_complex = "c" in (image.kind, kernel.kind)
    if dtype is None:
        own = FLOAT32 if image.kind == "b" else image
        if is_complex and own.kind != "c":
            return _as_complex(floating(image))
        return own
    result = as_number_dtype("dtype", dtype)
    if result.kind == "b":
        raise TypeError("dtype must not be bool: a sum is not a truth value")
    if is_complex and result.kind != "c":
        raise TypeError(f"dtype must be complex for a complex image or kernel; got {result}")
    return result


def _computing(image: DType, kernel: DType, wide: bool, gain: float) -> DType:
    narrow = not wide and (gain == 0 or SCALE <= gain <= 1 / SCALE)
    real = floating(image) if narrow else FLOAT64
    return _as_complex(real) if "c" in (image.kind, kernel.kind) else real


def floating(image: DType) -> DType:
    """float32 for bool, 8- and 16-bit integers, float16, float32 and complex64; else float64."""
    small = image.itemsize <= (2 if image.kind in "iu" else 8 if image.kind == "c" else 4)
    return FLOAT32 if small else FLOAT64


def _as_complex(floating: DType) -> DType:
    return np.result_type(floating, np.complex64)
