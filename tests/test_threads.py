"""Our own threads, and that the number of them does not show in a result."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import threads


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_every_part_is_done_once(workers):
    done, lock = [], threading.Lock()

    def start():
        def work(part):
            with lock:
                done.append(part)

        return work

    threads.run(start, list(range(100)), workers)
    assert sorted(done) == list(range(100))


def test_one_worker_starts_no_thread():
    code = (
        "import threading, numpy as np, convolve_native as cn\n"
        "cn.convolve(np.ones((512, 512)), np.ones((9, 9)), method='direct', workers=1)\n"
        "print(threading.active_count())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "1"


def test_an_error_in_a_part_reaches_the_caller():
    def start():
        def work(part):
            if part == 3:
                raise KeyError(part)

        return work

    with pytest.raises(KeyError):
        threads.run(start, list(range(10)), 4)


def test_work_inside_work_does_not_wait_for_itself():
    """The caller works too, so a pool that is full of callers still gets on."""
    done, lock = [], threading.Lock()

    def leaf(part):
        with lock:
            done.append(part)

    def branch(part):
        threads.run(lambda: leaf, [part] * 5, 8)

    threads.run(lambda: branch, list(range(20)), 8)
    assert len(done) == 100


def test_no_part_is_begun_after_an_error_nor_still_done_when_it_is_raised():
    going, done = threading.Event(), []

    def work(part):
        if part == 0:
            going.wait(10)
            raise KeyError(part)
        going.set()
        time.sleep(0.05)
        done.append(part)

    with pytest.raises(KeyError):
        threads.run(lambda: work, list(range(1000)), 2)
    count = len(done)
    assert count < 100
    time.sleep(0.1)
    assert len(done) == count


def test_where_no_thread_can_start_the_caller_does_all(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(threads, "_pool", threads.Pool())
    done = []
    threads.run(lambda: done.append, list(range(20)), 4)
    assert sorted(done) == list(range(20))
    assert threads.aside(lambda: 3) == 3


def test_an_error_aside_is_raised():
    with pytest.raises(ZeroDivisionError):
        threads.aside(lambda: 1 // 0)


@pytest.mark.parametrize("method", ["direct", "separable", "fft"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_workers_do_not_show_in_the_bits(method, dtype):
    random = np.random.default_rng(1)
    image = (random.random((701, 333, 3)) * 255).astype(dtype)
    kernel = np.outer(random.random(9), random.random(11))
    one, four = (cn.convolve(image, kernel, method=method, workers=w) for w in (1, 4))
    assert (one == four).all()


@pytest.mark.parametrize("method", ["direct", "separable"])
def test_bands_do_not_show_in_the_bits(method):
    """A row's sum does not depend on where its band begins."""
    random = np.random.default_rng(2)
    image = random.random((200, 150), dtype=np.float32)
    kernel = np.outer(random.random(7), random.random(5))
    whole = cn.convolve(image, kernel, mode="valid", method=method)
    for top in (1, 17, 64):
        part = cn.convolve(image[top:], kernel, mode="valid", method=method)
        assert (part == whole[top:]).all()


def test_a_convolver_serves_many_threads_at_once():
    random = np.random.default_rng(3)
    images = random.random((8, 64, 64), dtype=np.float32)
    convolver = cn.Convolver(random.random((15, 15)), (64, 64), method="fft")
    expected = [convolver(image) for image in images]
    wrong = []

    def work(number):
        for _ in range(20):
            if not (convolver(images[number]) == expected[number]).all():
                wrong.append(number)

    users = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert not wrong
