"""What the tests are run over, and how far from the oracle a method may be: shared with bench/."""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.checks import Options, Request, peak_of
from convolve_native.methods import METHODS
from tests import reference

# Methods that take any kernel of low rank, as most tables hold; a box is uniform (test_box.py).
GENERAL = tuple(name for name in METHODS if name != "box")

# Methods that know a sum only to their rounding, exact halves and identities too.
TRANSFORMS = ("fft", "overlap_save")

MODES = ("same", "full", "valid")
FUNCTIONS = {
    "convolve": (cn.convolve, reference.convolve),
    "correlate": (cn.correlate, reference.correlate),
}
INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")
FLOATS = ("float16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
DTYPES = ("bool", *INTEGERS, *FLOATS, *COMPLEX)
IN_SINGLE = ("bool", "uint8", "int8", "uint16", "int16", "float16", "float32", "complex64")

# name -> number of image axes, those that the kernel runs along (None: the default), number of
# kernel axes.
LAYOUTS = {
    "line": (1, None, 1),
    "grey": (2, None, 2),
    "colour": (3, None, 2),
    "stack": (3, (1, 2), 2),
    "stack from the end": (3, (-2, -1), 2),
    "apart": (3, (0, 2), 2),
    "turned": (2, (1, 0), 2),
    "stack of colour": (4, (1, 2), 2),
    "along rows": (2, (1,), 1),
    "along columns": (2, (0,), 1),
    "along the middle": (3, (1,), 1),
}
KINDS = ("random", "outer", "uniform", "sparse", "integers")

# image and kernel for the tables that are run whole: odd and even, grey, colour and a line, a
# kernel of one row, and one larger than the image.
SHAPES = (
    ((7, 6), (3, 3)),
    ((6, 7), (4, 2)),
    ((8, 5, 3), (2, 5)),
    ((9, 4), (1, 4)),
    ((3, 2), (5, 4)),
    ((11,), (4,)),
)


def values(shape, dtype, seed=0):
    """An image that uses its dtype: to the limits up to 32 bits, to 2**40 in 64."""
    rng = np.random.default_rng([seed, 0])
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        low, high = max(limits.min, -(2**40)), min(limits.max, 2**40)
        return rng.integers(low, high, shape, dtype=dtype, endpoint=True)
    drawn = rng.normal(0, 2, shape)
    if dtype.kind == "c":
        drawn = drawn + 1j * rng.normal(0, 2, shape)
    return drawn.astype(dtype)


def weights(shape, kind="random", seed=0, *, complex_=False):
    """A kernel of one of the KINDS."""
    rng = np.random.default_rng([seed, 1])
    if kind == "integers":
        return rng.integers(-9, 9, shape, endpoint=True)
    if kind == "uniform":
        return np.full(shape, 1 / np.prod(shape))
    if kind == "outer":
        sides = [rng.normal(size=k) for k in shape]
        kernel = reduce(np.multiply.outer, sides)
    else:
        kernel = rng.normal(size=shape)
    if kind == "sparse":
        kernel[rng.random(shape) < 0.6] = 0.0
    return kernel * (0.6 - 0.8j) if complex_ else kernel


@dataclass(frozen=True)
class Case:
    """One call: what goes in and every option, drawn by hypothesis."""

    image: Any
    kernel: Any
    options: dict[str, Any]

    def __repr__(self):
        image, kernel = self.image, self.kernel
        return f"{image.dtype}{image.shape} * {kernel.dtype}{kernel.shape}, {self.options}"


@st.composite
def calls(
    draw,
    dtypes=DTYPES,
    kinds=KINDS,
    modes=MODES,
    complex_kernels=True,
    layouts=LAYOUTS,
    longest=(9, 12),
):
    """Every layout, mode, boundary, fill, anchor and dtype; `longest` axes of image and kernel."""
    ndim, axes, kernel_ndim = layouts[draw(st.sampled_from(tuple(layouts)))]
    most, most_taps = longest if kernel_ndim < 3 else (6, 5)
    mode = draw(st.sampled_from(modes))
    seed = draw(st.integers(0, 2**16))
    shape = [draw(st.integers(1, most)) for _ in range(ndim)]
    if ndim > kernel_ndim and axes is None:
        shape[-1] = draw(st.integers(1, 4))  # a longer last axis asks for `axes`
    along = [a % ndim for a in axes] if axes else list(range(kernel_ndim))
    limits = [shape[a] if mode == "valid" else most_taps for a in along]
    taps = tuple(draw(st.integers(1, k)) for k in limits)
    kind = draw(st.sampled_from(kinds))
    is_complex = complex_kernels and kind not in ("integers", "uniform") and draw(st.booleans())

    options = {"mode": mode, "boundary": draw(st.sampled_from(tuple(BOUNDARIES)))}
    if options["boundary"] == "constant":
        options["fill"] = draw(st.sampled_from([0.0, 1.0, 3.0, 0.25]))
    if axes is not None:
        options["axes"] = axes
    if mode == "same" and draw(st.booleans()):
        options["anchor"] = tuple(draw(st.integers(0, k - 1)) for k in taps)
    image = values(tuple(shape), draw(st.sampled_from(dtypes)), seed)
    return Case(image, weights(taps, kind, seed, complex_=is_complex), options)


def able(image, kernel, **options):
    """Names of the methods that do not refuse this call when they are asked for by name."""
    return [name for name in METHODS if not _refuses(name, image, kernel, options)]


def _refuses(method, image, kernel, options):
    try:
        cn.choose_method(image, kernel, **options | {"method": method})
    except ValueError as error:
        if str(error).startswith(f"method {method!r} cannot"):
            return True
        raise
    return False


def poisoned(shape, dtype):
    """An array that shows every sample that was not written."""
    dtype = np.dtype(dtype)
    out = np.full((*shape, dtype.itemsize), 0xAA, np.uint8).view(dtype)[..., 0]
    if dtype.kind in "fc":
        out[...] = np.nan
    return out


def computed(image_dtype, result_dtype):
    """The real dtype whose eps the contract's bound speaks of."""
    single = np.dtype(image_dtype).name in IN_SINGLE
    return np.float32 if single and np.dtype(result_dtype).name != "float64" else np.float64


def size(array):
    """The largest sample and the sum of all, in magnitude."""
    magnitude = np.abs(array.astype(complex))
    return float(magnitude.max(initial=0)), float(magnitude.sum())


def published(method, image, kernel, options):
    """The c of |error| <= c * eps * max|image| * sum|kernel|, from the method itself."""
    given = image.shape, image.dtype, kernel, Options.of("", options)
    return METHODS[method].accuracy(Request.of(*given, peak=peak_of(image)).problem)


def allowed_error(c, peak, kernel, compute):
    """The published bound, and the oracle's own rounding.

    The oracle sums `kernel.size` products in float64, each step off by half an eps of the sum.
    """
    steps = c * float(np.finfo(compute).eps) + kernel.size / 2 * 2.0**-52
    return steps * peak * size(kernel)[1]


def assert_agrees(result, exact, method, image, kernel, **options):
    """`result` is `exact` to the published bound and to the rounding of its own dtype."""
    dtype = result.dtype
    if exact.dtype == object and dtype.kind in "iu":
        np.testing.assert_array_equal(result, reference.cast(exact, dtype), method)
        return
    if dtype.kind in "iu":
        exact = np.clip(exact, *map(float, (np.iinfo(dtype).min, np.iinfo(dtype).max)))
        rounding = 0.5
    else:
        exact = exact.astype(complex)
        # The last step is off by half its eps, or half the least number, as is a product so small.
        info = np.finfo(dtype)
        least = (1 + kernel.size) * info.smallest_subnormal
        rounding = np.abs(exact) * float(info.eps) / 2 + float(least)
    peak = max(size(image)[0], abs(options.get("fill", 0.0)))
    c = published(method, image, kernel, options)
    allowed = allowed_error(c, peak, kernel, computed(image.dtype, dtype)) + rounding
    error = np.abs(result.astype(complex) - exact)
    assert result.shape == exact.shape
    assert not np.isnan(error).any(), method
    assert not (error > allowed).any(), f"{method}: {np.max(error / allowed)} times the bound"


# ---- one array in every guise ----


class Subclass(np.ndarray):
    """An array that would notice if it were taken for one."""

    def __array_finalize__(self, source):
        pass


def native(image):
    return image.copy()


def read_only(image):
    copy = image.copy()
    copy.flags.writeable = False
    return copy


def swapped(image):
    return image.astype(image.dtype.newbyteorder())


def read_only_swapped(image):
    copy = swapped(image)
    copy.flags.writeable = False
    return copy


def unaligned(image):
    raw = np.empty(image.nbytes + 1, np.uint8)
    view = raw[1:].view(image.dtype).reshape(image.shape)
    view[...] = image
    return view


def unaligned_swapped(image):
    return unaligned(swapped(image))


def strided(image):
    wide = np.zeros(tuple(2 * n for n in image.shape), image.dtype)
    view = wide[tuple(slice(1, None, 2) for _ in image.shape)]
    view[...] = image
    return view


def field(image):
    """A field of a record: a stride that is no multiple of the sample's own size."""
    record = np.zeros(image.shape, [("flag", np.uint8), ("pixel", image.dtype)])
    record["pixel"] = image
    return record["pixel"]


def backwards(image):
    return np.ascontiguousarray(image[::-1, ::-1])[::-1, ::-1]


def fortran(image):
    return np.asfortranarray(image)


def subclass(image):
    return image.view(Subclass)


# In this order: a compiled loop that has met a read-only native array takes a read-only swapped
# one for native, and one that has met an unaligned array takes a writable swapped one for native
# (numba's fast path looks at neither byte order nor alignment).
ADVERSARIAL = (
    read_only,
    read_only_swapped,
    native,
    unaligned,
    unaligned_swapped,
    swapped,
    strided,
    field,
    backwards,
    fortran,
    subclass,
)
