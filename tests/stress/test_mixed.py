"""Threads of mixed work give the bits of serial work, under any of Numba's threading layers."""

import pytest

from tests.stress.processes import said

MIXED = """
import random
from numba.np.ufunc import parallel
count, seconds = int(sys.argv[1]), float(sys.argv[2])

# Numba's own threads too, which the workqueue layer lets one caller at a time use.
layer = os.environ.get("NUMBA_THREADING_LAYER", "default")
try:
    parallel._launch_threads()
except ValueError as error:  # not installed
    print("skip", error)
    sys.exit()

def jobs():
    rng = np.random.default_rng(7)
    for shape in ((1, 1), (5, 97), (64, 64), (130, 71), (257, 300), (40, 50, 3), (3, 33, 44)):
        for dtype in ("float32", "float64", "uint8", "complex64"):
            pixels = (rng.random(shape) * 100).astype(dtype)
            for taps in (1, 3, 10):
                kernel = np.outer(rng.random(taps), rng.random(taps))
                axes = (1, 2) if shape[0] == 3 else (0, 1)
                for method in ("auto", "direct", "separable", "fft", "overlap_save"):
                    for boundary in ("symmetric", "constant"):
                        keywords = dict(method=method, boundary=boundary, axes=axes)
                        yield pixels, kernel, keywords
            convolver = cn.Convolver(np.full((3, 3), 0.1), (64, 64), dtype, method="fft")
            yield convolver, (rng.random((64, 64)) * 100).astype(dtype), None

def do(job, workers):
    first, second, keywords = job
    if keywords is None:
        return first(second)
    return cn.convolve(first, second, workers=workers, **keywords)

todo, expected = [], []
for job in jobs():
    try:
        expected.append(do(job, 1).tobytes())
        todo.append(job)
    except ValueError:  # a method that this sum of integers needs more than
        pass

done, wrong, end = [0] * count, [], time.monotonic() + seconds

def work(number):
    rng = random.Random(number)
    while time.monotonic() < end:
        choice = rng.randrange(len(todo))
        try:
            if do(todo[choice], rng.choice((1, 2, 4, None))).tobytes() != expected[choice]:
                wrong.append(todo[choice][1:])
        except BaseException as error:
            wrong.append(error)
        done[number] += 1
        if number == 0 and done[0] % 50 == 0:
            cn.clear_caches()

threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not wrong, wrong[:3]
print(len(todo), "jobs,", sum(done), "calls,", layer)
"""
LAYERS = ["workqueue", "omp", "tbb"]


def mixed(layer: str, *arguments: str) -> str:
    text = said(MIXED, *arguments, seconds=900, NUMBA_THREADING_LAYER=layer)
    if text.startswith("skip"):
        pytest.skip(text)
    return text


def test_eight_threads_of_mixed_work():
    print(mixed("workqueue", "8", "2"))


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
def test_32_threads_of_mixed_work_for_a_minute(layer):
    print(mixed(layer, "32", "60"))
