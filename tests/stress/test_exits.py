"""An interpreter that exits while daemon threads convolve, plan and compile."""

import time

import pytest

from tests.stress.processes import said

CONVOLVING = """
pixels, kernel = image((900, 900)), np.ones((9, 9))
def convolve():
    method = ("direct", "separable", "fft")[threading.active_count() % 3]
    while True:
        cn.convolve(pixels, kernel, method=method, workers=2)
for _ in range(3):
    threading.Thread(target=convolve, daemon=True).start()
time.sleep(float(sys.argv[1]))
"""

PLANNING = """
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = sys.argv[2]
cn.convolve(image(), np.ones((3, 3)), method="fft")
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""
def plan(effort):
    size = 16
    while True:
        size += 2
        with cn.fftw_effort(effort):
            cn.convolve(image((size, size)), np.ones((3, 3)), method="fft")
for effort in ("estimate", "estimate", "patient"):
    threading.Thread(target=plan, args=(effort,), daemon=True).start()
time.sleep(float(sys.argv[1]))
"""

COMPILING = """
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""
def compile_all():
    for dtype in ("float32", "float64", "uint8"):
        cn.convolve(image(dtype=dtype), np.ones((3, 3)), method="direct")
threading.Thread(target=compile_all, daemon=True).start()
time.sleep(float(sys.argv[1]))
"""

AT_EXIT = """
import atexit
pixels, kernel = image((300, 300)), np.ones((9, 9))
expected = cn.convolve(pixels, kernel, method="fft")
def check():
    cn.clear_caches()
    for workers in (1, 4):
        for method in ("direct", "fft"):
            result = cn.convolve(pixels, kernel, method=method, workers=workers)
            assert np.abs(result - expected).max() < 1
    print("right")
atexit.register(check)
class Late:
    def __del__(self, convolve=cn.convolve):
        convolve(pixels, kernel, method="direct", workers=4)
        convolve(pixels, kernel, method="fft")
        os.write(1, b"right\\n")
late = Late()
"""


def exits(program: str, times: int, step: float, *arguments: str) -> float:
    """Exit at several moments; seconds of the slowest process."""
    slowest = 0.0
    for number in range(times):
        begun = time.monotonic()
        said(program, str(0.05 + step * (number % 20)), *arguments, seconds=60)
        slowest = max(slowest, time.monotonic() - begun)
    return slowest


@pytest.mark.parametrize("program", [CONVOLVING, PLANNING, COMPILING])
def test_an_exit_with_work_in_flight(program, tmp_path):
    exits(program, 2, 0.3, str(tmp_path))


@pytest.mark.slow
def test_200_exits_with_work_in_flight(tmp_path):
    for program, times in ((CONVOLVING, 100), (PLANNING, 70), (COMPILING, 30)):
        print(f"slowest of {times}: {exits(program, times, 0.03, str(tmp_path)):.1f} s")


def test_it_still_works_while_the_interpreter_ends():
    assert said(AT_EXIT).split() == ["right", "right"]
