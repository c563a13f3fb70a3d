"""The oracle: one convolution as its formula reads, on top of `numpy.pad`.

    convolve    out[n] = sum_j      kernel[j]  * image[n + c - j]
    correlate   out[n] = sum_j conj(kernel[j]) * image[n - c + j]

Slow and simple.  Both are the same thing seen from the window of an output sample: the window
begins `before` samples to the left of it, and holds the weights from left to right.

Where pixels are omitted, by a mask or because they are not finite, the sum over the others is made
up for them: sum_valid(k x) * sum|k| / sum_valid|k|.
"""

import numpy as np

# our name -> numpy.pad's name.  NumPy calls "reflect" what repeats no edge sample.
NUMPY_PAD = {
    "constant": "constant",
    "nearest": "edge",
    "symmetric": "symmetric",
    "mirror": "reflect",
    "wrap": "wrap",
}


def extend(image, margins, boundary, fill=0):
    """`image` gone on by `margins`, one (before, after) an axis, however deep."""
    # An array of the image's own dtype, or numpy.pad puts C integers among Python's.
    fill = np.array(fill, image.dtype)
    options = {"constant_values": fill} if boundary == "constant" else {}
    return np.pad(image, margins, mode=NUMPY_PAD[boundary], **options)


def wide(image, kernel, fill):
    """The dtype to sum in: Python integers, complex128 or float64."""
    kinds = {np.asarray(image).dtype.kind, np.asarray(kernel).dtype.kind}
    if kinds <= set("iu"):
        return object if float(np.real(fill)).is_integer() else np.float64
    return np.complex128 if "c" in kinds else np.float64


def convolve(image, kernel, **options):
    return _answer(image, kernel, conjugate=False, **options)


def correlate(image, kernel, **options):
    return _answer(image, kernel, conjugate=True, **options)


def _answer(image, kernel, *, nan="propagate", mask=None, **options):
    pixels = np.ma.getdata(image)
    valid = counted(image, nan=nan, mask=mask, axes=options.get("axes"), ndim=np.ndim(kernel))
    if nan == "raise" and not np.isfinite(pixels[valid]).all():
        raise ValueError("image must be finite")
    if nan != "omit" and mask is None and not np.ma.isMaskedArray(image):
        return _slide(pixels, kernel, **options)
    floating = pixels.astype(np.result_type(pixels, np.float64))
    total = _slide(np.where(valid, floating, 0), kernel, **options)
    share = valid_share(valid, kernel, **options)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 8 * np.finfo(np.float64).eps, total / share, np.nan)


def counted(image, *, nan="propagate", mask=None, axes=None, ndim=None):
    """True where a pixel takes part: neither masked nor, with nan="omit", NaN or infinite."""
    pixels = np.ma.getdata(image)
    valid = ~np.ma.getmaskarray(image)
    if mask is not None:
        mask = np.asarray(mask, bool)
        if mask.ndim < pixels.ndim:  # over the convolved axes alone, in the image's order
            along = {a % pixels.ndim for a in (range(ndim) if axes is None else axes)}
            mask = np.expand_dims(mask, tuple(set(range(pixels.ndim)) - along))
        valid = valid & mask
    if nan == "omit":
        valid = valid & np.isfinite(pixels)
    return valid


def valid_share(valid, kernel, *, fill=0, **options):
    """The share of sum|kernel| on valid pixels; what lies outside by a fill value is valid."""
    weights = np.abs(np.asarray(kernel))
    return _slide(valid.astype(np.float64), weights, fill=1, **options) / (weights.sum() or 1)


def _slide(
    image,
    kernel,
    *,
    conjugate=False,
    mode="same",
    boundary="symmetric",
    fill=0,
    anchor=None,
    axes=None,
):
    dtype = wide(image, kernel, fill)
    if dtype is object:
        fill = int(fill)
    kernel = np.asarray(kernel).astype(dtype)
    axes = tuple(range(kernel.ndim)) if axes is None else axes
    image = np.moveaxis(np.asarray(image).astype(dtype), axes, range(kernel.ndim))
    anchor = tuple((k - 1) // 2 for k in kernel.shape) if anchor is None else anchor

    if conjugate:
        weights = np.conj(kernel)
        to_the_left = anchor
    else:
        weights = np.flip(kernel)
        to_the_left = tuple(k - 1 - c for k, c in zip(kernel.shape, anchor, strict=True))

    margins, lengths = [], []
    for n, k, left in zip(image.shape, kernel.shape, to_the_left, strict=False):
        # `same` is the only mode where the anchor counts; the others go from end to end.
        length, before = {"same": (n, left), "full": (n + k - 1, k - 1), "valid": (n - k + 1, 0)}[
            mode
        ]
        lengths.append(length)
        margins.append((before, length + k - 1 - n - before))
    margins += [(0, 0)] * (image.ndim - kernel.ndim)
    extended = extend(image, margins, boundary, fill)

    out = np.zeros((*lengths, *image.shape[kernel.ndim :]), dtype)
    # 0 * NaN and 0 * Inf are NaN: the whole window spreads what it holds, as the contract says.
    with np.errstate(invalid="ignore"):
        for tap in np.ndindex(kernel.shape):
            window = tuple(slice(t, t + n) for t, n in zip(tap, lengths, strict=True))
            out += weights[tap] * extended[window]
    return np.moveaxis(out, range(kernel.ndim), axes)


def cast(exact, dtype):
    """`exact` in `dtype`: into integers rounded half to even and saturated."""
    dtype = np.dtype(dtype)
    if dtype.kind not in "iu":
        return exact.astype(dtype)
    limits = np.iinfo(dtype)
    whole = exact if exact.dtype == object else np.rint(exact)
    # Python integers, since no float holds the limits of 64 bits.
    whole = [min(max(int(value), int(limits.min)), int(limits.max)) for value in whole.flat]
    return np.array(whole, dtype).reshape(exact.shape)
