"""How far from the oracle a method may be where pixels are omitted; images and masks to draw."""

import numpy as np
from hypothesis import strategies as st

from tests import reference
from tests.cases import allowed_error, computed, published, size

BAD = (np.nan, np.inf, -np.inf)
PLAIN = ("mode", "boundary", "fill", "anchor", "axes")


@st.composite
def places(draw, shape, most=4):
    """A few places of an array, at least one."""
    place = st.tuples(*(st.integers(0, n - 1) for n in shape))
    return draw(st.lists(place, min_size=1, max_size=most))


def holed(image, where, value):
    """A copy of `image` with `value` at some places."""
    copy = image.copy()
    for place in where:
        copy[place] = value
    return copy


def masked(shape, seed):
    """A mask with about a third of it False, now and then all of it."""
    rng = np.random.default_rng([seed, 5])
    return rng.random(shape) > (1.0 if rng.random() < 0.05 else 1 / 3)


def assert_agrees_omitting(
    result, exact, method, image, kernel, *, nan="propagate", mask=None, turned=False, **plain
):
    """`result` is the oracle's `exact` for the same call, of correlate if `turned`.

    Sum and divisor are each off by the published bound, and their quotient by both over the share
    of sum|kernel| that was valid.  Nothing valid is NaN; whether next to nothing is, where the
    divisor is within its own error of the threshold, is not asked.
    """
    plain = {name: value for name, value in plain.items() if name in PLAIN}
    valid = reference.counted(image, nan=nan, mask=mask, axes=plain.get("axes"), ndim=kernel.ndim)
    share = reference.valid_share(valid, kernel, conjugate=turned, **plain)
    pixels = np.ma.getdata(image)
    compute = computed(pixels.dtype, result.dtype)
    pixels = np.where(valid & np.isfinite(pixels), pixels, 0)
    floating = pixels.astype(np.result_type(pixels, compute))
    c = published(method, floating, kernel, plain)
    assert result.shape == exact.shape

    bad = ~np.isfinite(exact)
    doubtful = (share > 0) & (share < 2 * (c + 8) * float(np.finfo(compute).eps))
    sound = ~bad & ~doubtful
    assert not np.isfinite(result[bad & ~doubtful]).any(), f"{method}: a number out of nothing"
    assert np.isfinite(result[sound]).all(), f"{method}: not a number, but there are pixels"
    exact, share, result = exact[sound], share[sound], result[sound]
    if result.dtype.kind in "iu":
        limits = np.iinfo(result.dtype)
        exact, rounding = np.clip(exact, float(limits.min), float(limits.max)), 0.5
    else:
        # The quotient, the product with it, and the step into the result's own dtype.
        info = np.finfo(result.dtype)
        rounding = 2 * np.abs(exact) * float(info.eps) + float(info.smallest_subnormal)
    peak = max(size(pixels)[0], abs(plain.get("fill", 0.0)))
    allowed = 2 * allowed_error(c, peak, kernel, compute) / share + rounding
    error = np.abs(result.astype(complex) - exact)
    assert not (error > allowed).any(), f"{method}: {np.max(error / allowed)} times the bound"
