"""workers=1 starts no thread: neither Python's, nor FFTW's, nor Numba's."""

import sys

import pytest

from tests.stress.processes import said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts the tasks in /proc")

TASKS = """
def tasks():
    return set(os.listdir("/proc/self/task"))

started = []
start = threading.Thread.start
threading.Thread.start = lambda self: started.append(self.name) or start(self)
pixels, kernel = image((700, 650)), np.full((9, 9), 1 / 81)

def work(workers):
    for method in ("auto", "direct", "separable", "box", "fft", "overlap_save"):
        for dtype in ("float32", "uint8"):
            cn.convolve(pixels.astype(dtype), kernel, method=method, workers=workers)
        convolver = cn.Convolver(kernel, pixels.shape, method=method, workers=workers)
        convolver.T(convolver(pixels))
    with cn.set_workers(workers):
        cn.wiener(pixels, kernel, nsr=0.1, boundary="wrap")
        cn.convolve(pixels, kernel, nan="omit")

# The first calls import, compile and plan, the last two aside, to be interruptible.  SciPy, which
# Numba imports where it is installed, brings a BLAS with threads of its own.
work(1)
assert all("aside" in name for name in started), started
started.clear()
time.sleep(0.1)
before = tasks()
work(int(sys.argv[1]))
print(len(started), len(tasks() - before))
"""


def test_one_worker_starts_no_thread_of_any_kind():
    assert said(TASKS, "1") == "0 0"


def test_the_count_sees_who_starts_some():
    started, more = map(int, said(TASKS, "3").split())
    assert started >= 1
    assert more >= 1
