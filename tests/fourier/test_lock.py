"""FFTW's planner and wisdom are global state without a lock of their own: one thread at a time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyfftw
import pytest

import convolve_native as cn
from convolve_native.fourier import plans
from convolve_native.fourier.plans import POOL, PlanKey

GLOBAL = ("FFTW", "export_wisdom", "import_wisdom", "forget_wisdom")
THREADS = 16


@pytest.fixture
def guarded(tmp_path, monkeypatch):
    """Every such call of pyFFTW's, each long enough to be met by another; how often each came."""
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    inside, met, counts = threading.Lock(), [], dict.fromkeys(GLOBAL, 0)

    def guard(name, call):
        def alone(*arguments, **keywords):
            if not inside.acquire(blocking=False):
                met.append(name)
                return call(*arguments, **keywords)
            try:
                counts[name] += 1
                time.sleep(0.001)
                return call(*arguments, **keywords)
            finally:
                inside.release()

        return alone

    for name in GLOBAL:
        monkeypatch.setattr(pyfftw, name, guard(name, getattr(pyfftw, name)))
    cn.clear_caches()
    yield met, counts
    cn.clear_caches()


def test_one_thread_at_a_time_plans_and_handles_wisdom(guarded):
    met, counts = guarded
    together = threading.Barrier(THREADS)

    def work(number):
        together.wait(60)
        for step in range(6):
            effort = ("estimate", "measure", "estimate", "patient")[(number + step) % 4]
            size = 8 + 2 * ((5 * number + step) % 12)
            key = PlanKey((size, 6), (0, 1), np.dtype("f8" if number % 2 else "f4"), effort)
            with POOL.lease(key) as plan:
                plan.frame[:] = number + 1
                plan.forward()
                plan.inverse()
                # Whatever FFTW chose, a few roundings in single precision.
                np.testing.assert_allclose(plan.frame, (number + 1) * size * 6, rtol=1e-6)
            if step == number % 6:
                cn.clear_caches()
            result = cn.convolve(np.ones((size, size)), np.ones((3, 3)), method="fft", workers=2)
            # Sums of nine ones: a few roundings of a transform of a few hundred samples.
            assert np.abs(result - 9).max() < 1e-12
        return number

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(work, range(THREADS))) == list(range(THREADS))
    assert not met, f"{met} while another thread was inside"
    assert counts["FFTW"] >= 2 * THREADS
    assert counts["export_wisdom"]
    assert counts["import_wisdom"]


def test_the_guard_sees_who_takes_no_lock(guarded, monkeypatch):
    met, _ = guarded
    monkeypatch.setattr(plans._planner, "_lock", Unlocked())
    keys = [PlanKey((8, 2 * n), (0, 1), np.dtype("f4"), "estimate") for n in range(1, 33)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(plans.Plan, keys))
    assert met


class Unlocked:
    """A lock that keeps nobody out."""

    def acquire(self, *arguments, **keywords):
        return True

    def release(self):
        pass

    def __enter__(self):
        return True

    def __exit__(self, *error):
        pass
