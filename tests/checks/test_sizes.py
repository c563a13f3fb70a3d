"""The arithmetic of sizes, whatever is declared, and the refusals that come before any allocation.

More than 2**31 samples are really summed in stress/test_large.py.
"""

import re
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES, OUTSIDE, source_index
from convolve_native.checks import Options, Request, memory
from convolve_native.fourier.sizes import good_size
from convolve_native.machine import DEFAULT
from convolve_native.methods import METHODS
from convolve_native.problem import MODES, Axis

KERNEL = np.ones((3, 3))
VAST = st.integers(2**31 - 2, 2**80)


@pytest.fixture
def little_memory(monkeypatch):
    """A machine with a gibibyte left."""
    monkeypatch.setattr(memory, "available_memory", lambda: 2**30)


def refused(gibibytes):
    sentence = f"this needs {gibibytes} GiB, and 1.0 GiB are available"
    return pytest.raises(MemoryError, match=f"^{re.escape(sentence)}$")


@given(size=VAST, taps=st.integers(1, 2**40), data=st.data())
def test_axes_of_any_length(size, taps, data):
    """No output reads beyond what is extended, and no number has wrapped."""
    for mode in MODES:
        anchor = data.draw(st.integers(0, taps - 1))
        axis = Axis.of(size, taps, mode, anchor)
        length = {"same": size, "full": size + taps - 1, "valid": size - taps + 1}[mode]
        before = {"same": taps - 1 - anchor, "full": taps - 1, "valid": 0}[mode]
        assert (axis.length, axis.before, axis.extended) == (length, before, length + taps - 1)
        assert axis.transposed.length == axis.extended


@pytest.mark.parametrize("name", BOUNDARIES)
@pytest.mark.parametrize("size", [2**31 - 1, 2**31 + 1, 2**40])
def test_sources_far_out_on_long_axes(name, size):
    """The last samples of an axis beyond 32 bits, and the first beyond them."""
    rule = BOUNDARIES[name]
    index = source_index(size, -(size - 2), 4, rule)
    first = {"constant": OUTSIDE, "nearest": size - 1, "symmetric": size - 1, "mirror": size - 2}
    second = {"constant": OUTSIDE, "nearest": size - 1, "symmetric": size - 2, "mirror": size - 3}
    assert index.tolist() == [size - 2, size - 1, first.get(name, 0), second.get(name, 1)]


@given(shape=st.tuples(VAST, VAST), dtype=st.sampled_from(["uint8", "float32", "complex128"]))
def test_what_is_planned_for_any_shape(shape, dtype):
    """Bounds, scratch and seconds come out positive, the seconds growing with the image."""
    options = Options(boundary="wrap", mode="full")
    problems = [
        Request.of(size, np.dtype(dtype), KERNEL / 9, options).problem
        for size in (shape, (2 * shape[0], shape[1]))
    ]
    for smaller, larger in pairwise(problems):
        assert larger.outputs > smaller.outputs >= 2**62
        for method in METHODS.values():
            assert 0 < method.seconds(smaller, DEFAULT) < method.seconds(larger, DEFAULT)
            assert min(method.scratch(smaller), method.scratch(larger)) >= 0
            assert 0 < method.accuracy(smaller) < 1e4


@given(st.integers(1, 2**80))
def test_good_sizes_of_any_length_are_found_at_once(least):
    """Within a tenth above 64, and not by trying one after the other."""
    size = good_size(least)
    assert least <= size <= max(64, least * 1.1)
    for prime in (2, 3, 5, 7):
        while size % prime == 0:
            size //= prime
    assert size == 1


@pytest.mark.parametrize(
    ("shape", "gibibytes"),
    [
        ((2**16, 2**16), "32.0"),
        ((2**31, 2**31), "34359738368.0"),
        ((2**63, 1), "68719476736.0"),
        ((2**70, 2**70), f"{2**113}.0"),
    ],
)
@pytest.mark.usefixtures("little_memory")
def test_a_vast_convolver_is_refused(shape, gibibytes):
    """Image and result in float32, by the method with the least scratch."""
    with refused(gibibytes):
        cn.Convolver(np.ones((1, 1)), shape, method="overlap_save", axes=(0, 1))


@pytest.mark.parametrize("method", ["auto", *METHODS])
@pytest.mark.parametrize("options", [{}, {"nan": "omit"}, {"mode": "full"}, {"boundary": "wrap"}])
@pytest.mark.usefixtures("little_memory")
def test_by_every_method_at_once(method, options):
    """Nothing is allocated, and no size is searched for one by one."""
    for shape, kernel in (((2**40, 2**40), KERNEL), ((2**62,), np.ones(3)), ((3, 10**25), KERNEL)):
        with pytest.raises(
            MemoryError, match=r"^this needs \d+\.\d GiB, and 1\.0 GiB are available"
        ):
            cn.Convolver(kernel, shape, method=method, **options)
        with pytest.raises(
            MemoryError, match=r"^this needs \d+\.\d GiB, and 1\.0 GiB are available"
        ):
            cn.Convolver(kernel, shape, np.uint8, method=method, **options)


@pytest.mark.usefixtures("little_memory")
def test_what_is_seen_through_strides_of_zero_is_as_vast():
    """A view of one number, whose conversion would not fit."""
    vast = np.broadcast_to(np.float32(1), (2**20, 2**20))
    calls = {
        "convolve": lambda: cn.convolve(vast, KERNEL),
        "nan='raise'": lambda: cn.convolve(vast, KERNEL, nan="raise"),
        "nan='omit'": lambda: cn.convolve(vast, KERNEL, nan="omit"),
        "correlate": lambda: cn.correlate(vast, KERNEL),
        "gaussian_blur": lambda: cn.gaussian_blur(vast, 1.0),
        "box_blur": lambda: cn.box_blur(vast, 3),
        "filter_bank": lambda: cn.filter_bank(vast, [KERNEL]),
        "choose_method": lambda: cn.choose_method(vast, KERNEL),
        "wiener": lambda: cn.wiener(vast, KERNEL, nsr=1, boundary="wrap"),
    }
    for call in calls.values():
        with pytest.raises(
            MemoryError, match=r"^this needs \d+\.\d GiB, and 1\.0 GiB are available"
        ):
            call()


@pytest.mark.usefixtures("little_memory")
def test_the_results_of_a_bank_are_counted_together():
    """Each of which would fit."""
    image = np.broadcast_to(np.uint8(1), (2**13, 2**13))
    cn.Convolver(KERNEL, image.shape, np.uint8)
    with pytest.raises(MemoryError, match=r"^this needs 2\.\d GiB, and 1\.0 GiB are available$"):
        cn.filter_bank(image, [KERNEL] * 32)


VALID = np.arange(420000).reshape(700, 600) % 7 > 0
LEFT_OUT = {
    "by a mask": (np.ones(VALID.shape, np.uint8), {"mask": VALID}),
    "as NaN": (np.where(VALID, np.float32(1), np.float32(np.nan)), {"nan": "omit"}),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_omitting_takes_is_counted(name, method):
    """More than the plain sum does: what is valid, the divisor, their quotient."""
    (image, options), kernel = LEFT_OUT[name], KERNEL / 9
    cn.convolve(image, kernel, method=method, **options)  # compiles, and keeps what it may
    tracemalloc.start()
    cn.convolve(image, kernel, method=method, workers=1, **options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    plain = Request.of(image.shape, image.dtype, kernel, Options())
    request = Request.of(image.shape, image.dtype, kernel, Options(**options))
    assert plain.nbytes(method) < peak <= request.nbytes(method)


def test_an_empty_image_may_be_as_long_as_it_likes():
    for shape in ((0, 2**40), (2**40, 0), (0, 2**62)):
        convolver = cn.Convolver(KERNEL, shape)
        assert convolver.out_shape == shape
