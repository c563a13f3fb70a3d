"""Other people's pools of threads and processes."""

import asyncio
import concurrent.futures
import contextlib
import multiprocessing
import os
import warnings

import numpy as np
import pytest

import convolve_native as cn

IMAGE = (np.random.default_rng(0).random((120, 130)) * 100).astype(np.float32)
METHODS = ("direct", "separable", "fft")
WAYS = multiprocessing.get_all_start_methods()


def convolve(method):
    return cn.convolve(IMAGE, np.ones((7, 9)), method=method, workers=2)


@pytest.fixture(scope="module")
def expected():
    return [convolve(method) for method in METHODS]


@contextlib.contextmanager
def forks_beside_threads():
    """Python 3.12 warns of them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*fork.*", DeprecationWarning)
        yield


def same(results, expected):
    return all((a == b).all() for a, b in zip(results, expected, strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_multiprocessing(expected, way):
    with forks_beside_threads(), multiprocessing.get_context(way).Pool(2) as pool:
        assert same(pool.map_async(convolve, METHODS).get(120), expected)


@pytest.mark.parametrize("way", WAYS)
def test_a_process_pool_executor(expected, way):
    context = multiprocessing.get_context(way)
    with (
        forks_beside_threads(),
        concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool,
    ):
        assert same(pool.map(convolve, METHODS, timeout=120), expected)


def test_a_thread_pool_executor(expected):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert same(pool.map(convolve, METHODS * 10), expected * 10)


def test_asyncio(expected):
    async def main():
        loop = asyncio.get_running_loop()
        calls = [loop.run_in_executor(None, convolve, method) for method in METHODS]
        with cn.set_workers(1):  # goes with the task
            calls += [asyncio.to_thread(convolve, method) for method in METHODS]
        return await asyncio.gather(*calls)

    assert same(asyncio.run(main()), expected * 2)


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_joblib(expected, backend):
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    with forks_beside_threads():
        pool = joblib.Parallel(2, backend=backend, timeout=120)
        assert same(pool(joblib.delayed(convolve)(method) for method in METHODS), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_pool_of_forks_that_is_used_while_threads_work(expected):
    with (
        forks_beside_threads(),
        concurrent.futures.ThreadPoolExecutor(4) as threads,
        multiprocessing.get_context("fork").Pool(2) as pool,
    ):
        beside = [threads.submit(convolve, method) for method in METHODS * 10]
        assert same(pool.map_async(convolve, METHODS).get(120), expected)
        assert same([future.result() for future in beside], expected * 10)
