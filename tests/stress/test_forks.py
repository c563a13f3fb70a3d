"""Forks after use, amid planning and amid compiling: the child is right, and soon there."""

import os
import statistics

import pytest

from tests.stress.processes import said

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

AFTER_USE = """
pixels, kernel = image((300, 300)), np.ones((9, 9))
methods = ("direct", "separable", "fft")
call = lambda: [cn.convolve(pixels, kernel, method=m, workers=int(sys.argv[1])) for m in methods]
expected = call()
def check():
    assert all((a == b).all() for a, b in zip(call(), expected))
def work():
    check()
    cn.clear_caches()
    check()
    os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""
    with cn.fftw_effort("measure"):  # new plans, in a child
        cn.convolve(pixels[:20, :20], kernel, method="fft")
    assert in_child(check)[0] == 0  # and in its child
print(*in_child(work))
"""

AMID_PLANNING = """
effort, delay = sys.argv[1], float(sys.argv[2])
pixels, kernel = image((600, 600)), np.ones((9, 9))
expected = cn.convolve(pixels, kernel, method="fft")
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""  # from here on: what is learnt is not kept
stop = threading.Event()
def plan():
    size = 64
    while not stop.is_set():
        size += 2
        with cn.fftw_effort(effort):
            cn.convolve(image((size, size)), kernel, method="fft")
thread = threading.Thread(target=plan)
thread.start()
def work():
    assert (cn.convolve(pixels, kernel, method="fft") == expected).all()
    cn.clear_caches()
    assert (cn.convolve(pixels, kernel, method="fft") == expected).all()
    for size in range(100, 140, 4):
        cn.convolve(pixels[:size, :size], kernel, method="fft")
for _ in range(int(sys.argv[3])):
    time.sleep(delay)
    print(*in_child(work))
stop.set()
thread.join()
"""

AMID_COMPILING = """
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = sys.argv[2]  # empty: nothing is kept, all is compiled
kernel = np.ones((3, 3))
dtypes = sys.argv[3:]
cn.convolve  # imported: to fork amid an import is nobody's business
import convolve_native.loops._jit
def compile_all():
    for dtype in dtypes:
        cn.convolve(image(dtype=dtype), kernel, method="separable")
        cn.convolve(image(dtype=dtype), kernel, method="fft")
thread = threading.Thread(target=compile_all)
thread.start()
time.sleep(float(sys.argv[1]))
def work():
    for dtype in reversed(dtypes):
        cn.convolve(image(dtype=dtype), kernel, method="separable", workers=2)
print(*in_child(work, 250))
thread.join()
"""


# Where what another thread is at takes longer than a fork waits, and cannot be cut short.
TORN = """
import convolve_native.forks
convolve_native.forks.MOMENT = 0.3
from convolve_native.fourier import plans
pixels, kernel = image((80, 80)), np.ones((5, 5))
calls = [lambda m=m: cn.convolve(pixels, kernel, method=m, workers=2) for m in ("direct", "fft")]
expected = [call() for call in calls]
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""
if sys.argv[1] == "planning":
    plans.time_limits = lambda library: []
    def other():
        with cn.fftw_effort("patient"):
            cn.convolve(image((400, 400)), kernel, method="fft")
    new = lambda: cn.convolve(pixels[:50], kernel, method="fft")
else:
    from numba.core.compiler_lock import global_compiler_lock
    def other():
        with global_compiler_lock:
            time.sleep(3)
    new = lambda: cn.convolve(pixels.astype("float64"), kernel, method="separable")
thread = threading.Thread(target=other)
thread.start()
time.sleep(0.3)

def work():
    assert all((call() == before).all() for call, before in zip(calls, expected))
    try:
        new()
    except RuntimeError as error:
        assert "was forked while another thread" in str(error)
    else:
        raise AssertionError("made what it could not")
    cn.clear_caches()
    import atexit, gc
    gc.collect()
    atexit._run_exitfuncs()
print(*in_child(work, 20))
thread.join()
"""


DTYPES = ("float32", "float64", "uint8")


def outcomes(text: str) -> tuple[set[str], list[float]]:
    """The children's exit codes, and the seconds that each fork took."""
    rows = [line.split() for line in text.splitlines()]
    return {code for code, _ in rows}, [float(seconds) for _, seconds in rows]


@pytest.mark.parametrize("workers", ["1", "4"])
def test_a_fork_after_use(workers):
    codes, seconds = outcomes(said(AFTER_USE, workers))
    assert codes == {"0"}
    assert max(seconds) < 1


@pytest.mark.parametrize(
    ("effort", "delay", "forks"),
    [
        ("estimate", "0.05", "5"),
        ("patient", "0.3", "3"),
        pytest.param("estimate", "0.02", "200", marks=pytest.mark.slow),
        pytest.param("measure", "0.05", "200", marks=pytest.mark.slow),
        pytest.param("patient", "0.2", "100", marks=pytest.mark.slow),
    ],
)
def test_a_fork_amid_planning(effort, delay, forks):
    codes, seconds = outcomes(said(AMID_PLANNING, effort, delay, forks, seconds=900))
    print(f"{effort}: median {statistics.median(seconds):.3f} s, most {max(seconds):.3f} s")
    assert codes == {"0"}
    assert statistics.median(seconds) < 1


def test_a_fork_amid_compiling():
    codes, _ = outcomes(said(AMID_COMPILING, "0.5", "", "float32", "uint8"))
    assert codes == {"0"}


@pytest.mark.parametrize("kind", ["planning", "compiling"])
def test_a_child_that_could_not_be_waited_for_says_so(kind):
    codes, seconds = outcomes(said(TORN, kind))
    assert codes == {"0"}
    assert max(seconds) < 2


@pytest.mark.slow
@pytest.mark.parametrize("kept", [True, False])
def test_forks_at_any_moment_of_compiling(tmp_path, kept):
    waits = []
    for number in range(12):
        folder = str(tmp_path / str(number)) if kept else ""
        codes, seconds = outcomes(said(AMID_COMPILING, str(0.1 * number), folder, *DTYPES))
        assert codes == {"0"}, number
        waits += seconds
    print(f"median {statistics.median(waits):.2f} s, most {max(waits):.2f} s")
