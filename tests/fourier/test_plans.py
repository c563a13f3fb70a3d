"""Plans: leased to one user at a time, kept up to a number of bytes; good sizes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convolve_native.fourier.plans import PlanKey, PlanPool
from convolve_native.fourier.sizes import good_size
from convolve_native.fourier.transfer import circulant

KEY = PlanKey((8, 12), (0, 1), np.dtype(np.float32))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("axes", [(0, 1), (1,)])
def test_a_plan_transforms_there_and_back(dtype, axes):
    key = PlanKey((6, 10), axes, np.dtype(dtype))
    random = np.random.default_rng(0)
    frame = random.random((6, 10)).astype(dtype)
    transform = np.fft.rfftn if frame.dtype.kind == "f" else np.fft.fftn
    with PlanPool(2**20).lease(key) as plan:
        plan.frame[:] = frame
        plan.forward()
        # 60 samples of order one: a few roundings of the larger dtype's partner.
        tolerance = 100 * np.finfo(dtype).eps
        assert np.abs(plan.spectrum - transform(frame, axes=axes)).max() < tolerance
        plan.inverse()
        samples = 60 if axes == (0, 1) else 10
        assert np.abs(plan.frame / samples - frame).max() < tolerance


def test_an_idle_plan_is_used_again_and_a_leased_one_is_not():
    pool = PlanPool(2**20)
    with pool.lease(KEY) as first, pool.lease(KEY) as second:
        assert first is not second
        assert not np.shares_memory(first.frame, second.frame)
    with pool.lease(KEY) as again:
        assert again in (first, second)
    assert pool.info().hits == 1
    assert pool.info().misses == 2


def test_every_part_of_the_key_shapes_the_plan():
    pool = PlanPool(2**20)
    keys = [
        KEY,
        KEY._replace(shape=(12, 8)),
        KEY._replace(axes=(1,)),
        KEY._replace(dtype=np.dtype(np.float64)),
    ]
    for key in keys:
        with pool.lease(key):
            pass
    assert pool.info().misses == len(keys)


def test_idle_plans_are_bounded_by_bytes_the_oldest_dropped():
    with PlanPool(2**20).lease(KEY) as plan:
        size = plan.nbytes
    pool = PlanPool(3 * size)
    for width in (12, 12, 14, 16, 18, 20):
        with pool.lease(KEY._replace(shape=(8, width))):
            pass
    assert pool.info().nbytes <= 3 * size
    hits = pool.info().hits
    with pool.lease(KEY._replace(shape=(8, 20))):
        assert pool.info().hits == hits + 1
    pool.clear()
    assert pool.info()[:2] == (0, 0)


def test_a_plan_comes_back_after_an_error():
    pool = PlanPool(2**20)
    with pytest.raises(KeyError), pool.lease(KEY):
        raise KeyError
    assert pool.info().entries == 1


def test_threads_never_share_a_plan():
    pool, held, lock = PlanPool(2**24), set(), threading.Lock()

    def work(number):
        with pool.lease(KEY) as plan:
            with lock:
                assert id(plan) not in held
                held.add(id(plan))
            plan.frame[:] = number
            plan.forward()
            assert plan.spectrum[0, 0] == number * 96
            with lock:
                held.remove(id(plan))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(480)))


@given(st.integers(1, 5000))
def test_good_sizes_are_even_smooth_and_the_least(least):
    size = good_size(least)
    assert size >= least
    assert size % 2 == 0

    def smooth(n):
        for prime in (2, 3, 5, 7):
            while n % prime == 0:
                n //= prime
        return n == 1

    assert smooth(size)
    assert not any(n % 2 == 0 and smooth(n) for n in range(max(least, 2), size))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5), st.integers(1, 5), st.data())
def test_circulant_adds_up_taps_that_meet(tall, wide, height, width, data):
    shift = data.draw(st.tuples(st.integers(-20, 20), st.integers(-20, 20)))
    kernel = np.arange(1.0, tall * wide + 1).reshape(tall, wide)
    expected = np.zeros((height, width))
    for i in range(tall):
        for j in range(wide):
            expected[(i + shift[0]) % height, (j + shift[1]) % width] += kernel[i, j]
    assert (circulant(kernel, (height, width), shift) == expected).all()
