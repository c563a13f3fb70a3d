"""Use changes nothing that is global to the process."""

from tests.stress.processes import said

SNAPSHOT = """
import ctypes, ctypes.util, gc, locale, faulthandler, numba, pyfftw
warnings.resetwarnings()
warnings.filterwarnings("error", message="mine")
NAMES = ("SIGINT", "SIGTERM", "SIGSEGV", "SIGCHLD", "SIGUSR1", "SIGFPE")
libm = ctypes.CDLL(ctypes.util.find_library("m"))

def floating_point():
    # Rounding, flushing of subnormals and traps, not the sticky flags of what has happened.
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return libm.fegetround() if hasattr(libm, "fegetround") else None
    environment = (ctypes.c_uint32 * 8)()
    libm.fegetenv(environment)
    return environment[0] & 0xFFFF, environment[7] & 0xFFC0  # x87 control word, MXCSR

def snapshot():
    return {
        "numba threads": numba.get_num_threads(),
        "numba layer": numba.config.THREADING_LAYER,
        "environment": dict(os.environ),
        "warnings": list(warnings.filters),
        "showwarning": warnings.showwarning,
        "floating point": floating_point(),
        "subnormals": float(np.float64(5e-324) * 1.0),
        "errstate": np.geterr(),
        "print options": np.get_printoptions(),
        "locale": locale.setlocale(locale.LC_ALL),
        "signals": [signal.getsignal(getattr(signal, name, 2)) for name in NAMES],
        "wakeup": signal.set_wakeup_fd(-1),
        "excepthooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "switch interval": sys.getswitchinterval(),
        "recursion": sys.getrecursionlimit(),
        "trace": (sys.gettrace(), sys.getprofile()),
        "gc": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
        "random": np.random.get_state()[1].tolist(),
        "folder": os.getcwd(),
        "affinity": getattr(os, "sched_getaffinity", lambda _: None)(0),
        "fftw threads": pyfftw.config.NUM_THREADS,
        "fftw cache": pyfftw.interfaces.cache.is_enabled(),
        "wisdom": measured(),
        "faulthandler": faulthandler.is_enabled(),
    }

def measured():
    # What was measured by others, which a plan made by estimate may add to.
    return [word for word in theirs if word not in b"".join(pyfftw.export_wisdom())]

pyfftw.FFTW(
    pyfftw.empty_aligned(64, "complex64"), pyfftw.empty_aligned(64, "complex64"),
    flags=("FFTW_MEASURE",),
)
theirs = [w for w in b"".join(pyfftw.export_wisdom()).splitlines() if b"codelet" in w]
assert theirs
before = snapshot()
pixels = image((200, 200))
pixels[3, 3] = np.inf
for dtype in ("float32", "float64", "uint8", "complex64"):
    for method in ("direct", "separable", "fft", "auto"):
        cn.convolve(image((200, 200), dtype), np.ones((9, 9)), method=method, workers=3)
cn.convolve(pixels, np.full((9, 9), 1e300), dtype=np.float64, workers=2)
with cn.set_workers(2), cn.fftw_effort("measure"):
    cn.convolve(image((60, 60)), np.ones((9, 9)), method="fft")
cn.wiener(image((64, 64)), np.ones((3, 3)) / 9, nsr=0.1, boundary="wrap")
cn.clear_caches()
cn.info()
after = snapshot()
print([name for name in before if before[name] != after[name]])
"""


def test_nothing_global_is_changed():
    assert said(SNAPSHOT) == "[]"
