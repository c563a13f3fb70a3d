"""What is remembered is bounded, whatever shapes come."""

import sys

import pytest

from tests.stress.processes import said

SHAPES = """
import gc, random
rng, calls = random.Random(0), int(sys.argv[1])

def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

largest = 0
for number in range(calls):
    longest = 900 if number < calls // 100 else 300  # the first fill the caches
    shape = rng.randrange(1, longest), rng.randrange(1, longest)
    kernel = np.ones((rng.randrange(1, 12), rng.randrange(1, 12)))
    dtype = rng.choice(("float32", "float64", "uint8"))
    method = rng.choice(("auto", "direct", "fft", "fft", "fft"))
    cn.convolve(np.ones(shape, dtype), kernel, method=method)
    if number == calls // 100:
        start = resident()
    if number >= calls // 100 and number % 1000 == 0:
        largest = max(largest, resident())
        if number % 10000 == 0:
            info = cn.cache_info()
            print(number, round(resident()), info["plans"], flush=True)
print(round(start), round(largest))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.slow
def test_memory_stays_flat_over_100000_random_shapes():
    text = said(SHAPES, "100000", seconds=3000)
    print(text)
    start, largest = map(int, text.split()[-2:])
    assert largest < 1.1 * start
