"""Ctrl-C: heard within a second, and nothing is left held."""

import os

import pytest

from tests.stress.processes import said

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent by POSIX means")

# Interrupt the same call after each of some delays, and print how late each one ended.
INTERRUPTED = """
kind, workers, delays = sys.argv[1], int(sys.argv[2]), [float(d) for d in sys.argv[3:]]
kernel, small = np.ones((15, 15)), image((200, 200))
large = np.ones((1, 1) if kind == "patient" else (6000, 6000, 3), np.float32)
methods = ("direct", "fft", "direct" if kind == "patient" else kind)  # compiled by the first use
calls = [lambda method=m: cn.convolve(small, kernel, method=method, workers=2) for m in methods]
expected = [call() for call in calls]
os.environ["CONVOLVE_NATIVE_CACHE_DIR"] = ""  # what is learnt from here on is not kept

def work():
    if kind == "patient":
        with cn.fftw_effort("patient"):
            cn.convolve(image((1000, 1000)), kernel, method="fft")
    else:
        cn.convolve(large, kernel, method=kind, workers=workers)

for delay in delays:
    threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    try:
        while True:
            work()
    except KeyboardInterrupt:
        print(time.monotonic() - begun - delay)
    assert all((call() == before).all() for call, before in zip(calls, expected))
"""

# Interrupt the very first call of a process, then make it; nothing was compiled before.
COLD = """
calls = [
    lambda d=d, m=m: cn.convolve(image(dtype=d), np.ones((5, 5)), method=m)
    for d in ("float32", "uint8") for m in ("direct", "separable", "fft")
]
cn.convolve  # imported
threading.Timer(float(sys.argv[1]), os.kill, (os.getpid(), signal.SIGINT)).start()
begun = time.monotonic()
try:
    while True:
        [call() for call in calls]
except KeyboardInterrupt:
    print(time.monotonic() - begun - float(sys.argv[1]))
results = [call() for call in calls]
for one, other in zip(results, results[1:]):
    assert one.dtype != other.dtype or np.abs(one.astype(float) - other).max() < 1e-2
"""


@pytest.mark.parametrize(
    ("kind", "workers"), [("direct", "1"), ("direct", "2"), ("fft", "2"), ("patient", "2")]
)
def test_a_long_call_ends_soon(kind, workers):
    late = said(INTERRUPTED, kind, workers, "0.3", "0.5").split()
    assert len(late) == 2
    assert max(map(float, late)) < 3  # here others may be at work on the same CPUs


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["direct", "separable", "fft", "overlap_save", "box", "patient"])
def test_a_long_call_ends_within_a_second_whenever_interrupted(kind):
    delays = [str(0.013 * number) for number in range(1, 25)]
    late = [float(line) for line in said(INTERRUPTED, kind, "2", *delays).split()]
    print(f"{kind}: late by {max(late):.3f} s at most")
    assert len(late) == len(delays)
    assert max(late) < 1


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.05 + 0.25 * number for number in range(12)])
def test_a_first_call_can_be_interrupted_and_made_again(delay):
    late = float(said(COLD, str(delay), CONVOLVE_NATIVE_CACHE_DIR=""))
    print(f"late by {late:.3f} s")
