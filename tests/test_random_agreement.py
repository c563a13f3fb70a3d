"""Ten thousand draws over everything that the contract names: no method disagrees with the oracle.

Slow: the tests of each part draw a few dozen of their own.
"""

from functools import reduce

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import convolve_native as cn
from tests import cases, reference
from tests.cases import FUNCTIONS, LAYOUTS, able, assert_agrees, poisoned, weights
from tests.omission import BAD, assert_agrees_omitting, holed, masked, places
from tests.test_nonfinite import assert_footprint
from tests.test_volumes import VOLUMES

pytestmark = pytest.mark.slow
DRAWS = 10_000
POLICIES = ("plain", "plain", "spoiled", "omit", "mask", "masked array", "mask and omit", "raise")


@st.composite
def drawn(draw):
    """A call, what becomes of its pixels, and how they come and go."""
    longest = draw(st.sampled_from([(9, 12), (9, 12), (40, 25)]))
    call = draw(cases.calls(layouts=LAYOUTS | VOLUMES, longest=longest))
    policy = draw(st.sampled_from(POLICIES))
    image, options = call.image, dict(call.options)
    if policy != "plain" and image.dtype.kind in "fc":
        image = holed(image, draw(places(image.shape)), draw(st.sampled_from(BAD)))
    if "mask" in policy:
        mask = masked(image.shape, draw(st.integers(0, 2**16)))
        if policy == "masked array":
            image = np.ma.array(image, mask=~mask)
        else:
            options["mask"] = mask
    if policy in ("omit", "mask and omit"):
        options["nan"] = "omit"
    return call, policy, image, options


def run(function, image, kernel, data, **options):
    """One of the ways to ask for the same thing."""
    how = data.draw(st.sampled_from(["as it is", "guise", "out", "strided out", "convolver"]))
    masked_array = np.ma.isMaskedArray(image)
    if how == "guise" and image.ndim > 1 and not masked_array:
        image = data.draw(st.sampled_from(cases.ADVERSARIAL))(image)
    plain = function(image, kernel, **options)
    if how == "convolver" and function is cn.convolve and not masked_array:
        again = cn.Convolver(kernel, image.shape, image.dtype, **options)(image)
    elif how == "out":
        again = function(image, kernel, out=poisoned(plain.shape, plain.dtype), **options)
    elif how == "strided out":
        wide = poisoned((*plain.shape[:-1], 2 * plain.shape[-1]), plain.dtype)
        again = function(image, kernel, out=wide[..., ::-2], **options)
    else:
        again = function(image, kernel, **options | {"workers": 2})
    np.testing.assert_array_equal(again, plain)
    return plain


@settings(max_examples=DRAWS, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(tuple(FUNCTIONS)), draw=drawn(), data=st.data())
def test_all_methods_agree(name, draw, data):
    function, oracle = FUNCTIONS[name]
    call, policy, image, options = draw
    note(policy)
    omitting = policy not in ("plain", "spoiled", "raise")
    if policy == "raise" and not np.isfinite(image).all():
        with pytest.raises(ValueError, match="image"):
            function(image, call.kernel, nan="raise", **options)
        return
    spoiled = policy == "spoiled" and not np.isfinite(image).all()
    exact = oracle(image, call.kernel, **options)
    for method in able(image, call.kernel, **options):
        # A Convolver sees no pixels of 64 bits, so sums in the widest, which transforms refuse.
        seen = image.dtype.itemsize < 8 or image.dtype.kind not in "iu"
        asked = options | {"method": method}
        result = (
            run(function, image, call.kernel, data, **asked)
            if seen
            else function(image, call.kernel, **asked)
        )
        if omitting:
            turned = name == "correlate"
            assert_agrees_omitting(
                result, exact, method, image, call.kernel, turned=turned, **options
            )
        elif spoiled:
            healed = np.where(np.isfinite(image), image, 0).astype(image.dtype)
            assert_footprint(result, image, healed, call.kernel, method, oracle, **options)
        else:
            assert_agrees(result, exact, method, image, call.kernel, **options)


@settings(max_examples=DRAWS // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(call=cases.calls(layouts=LAYOUTS | VOLUMES, kinds=("outer",)), seed=st.integers(0, 2**16))
def test_tuples(call, seed):
    sides = tuple(weights((k,), seed=seed + i) for i, k in enumerate(call.kernel.shape))
    whole = reduce(np.multiply.outer, sides)
    exact = reference.correlate(call.image, whole, **call.options)
    for method in able(call.image, sides, **call.options):
        result = cn.correlate(call.image, sides, method=method, **call.options)
        assert_agrees(result, exact, method, call.image, whole, **call.options)


@settings(max_examples=DRAWS // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    call=cases.calls(layouts=LAYOUTS | VOLUMES, complex_kernels=False),
    dtype=st.sampled_from(cases.DTYPES[1:]),
)
def test_every_dtype_into_every_other(call, dtype):
    if call.image.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        return  # a complex sum has no place in a real dtype
    exact = reference.convolve(call.image, call.kernel, **call.options)
    if np.abs(exact.astype(complex)).max(initial=0) > 60000 and dtype == "float16":
        return  # no infinities here: they are no error of the method
    options = call.options | {"dtype": dtype}
    for method in able(call.image, call.kernel, **options):
        result = cn.convolve(call.image, call.kernel, method=method, **options)
        assert result.dtype == dtype
        assert_agrees(result, exact, method, call.image, call.kernel, **call.options)
