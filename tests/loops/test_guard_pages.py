"""No loop reads or writes outside its arrays: each is run flush against unreadable pages.

Bounds checking cannot see into hand-written vectors, and a stray read of a heap rarely shows.  Here
the engine itself is run over many shapes, and every loop it calls finds each of its arrays in pages
of its own, at their very end and then at their very start, between two pages that kill whoever
touches them; pages of arrays that a loop should only read cannot be written.  So the arguments are
those of real calls, and a new loop is covered or, where nothing here calls it, complained about.
"""

import ast
import ctypes
import importlib
import mmap
import os
import pkgutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import loops
from convolve_native.boundary import BOUNDARIES
from convolve_native.loops import Loop, _jit
from convolve_native.loops._simd import target
from convolve_native.loops.limits import multiply_add
from convolve_native.methods import _lines
from convolve_native.problem import Problem
from tests import cases
from tests.loops.layers import see
from tests.loops.restorations import WIDEST, restore

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="protects pages by Linux's mprotect"),
]

NONE, READ, READ_WRITE = 0, mmap.PROT_READ, mmap.PROT_READ | mmap.PROT_WRITE
ROOM = 256  # pages for an array: more than any here needs
MPROTECT = ctypes.CDLL(None, use_errno=True).mprotect if sys.platform == "linux" else None
# Each a process of its own, with its own draws.
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))]
CALLS = 120  # engine calls of a seed for each dtype


class Guarded:
    """Pages for one array, with an unreadable page at either end."""

    def __init__(self):
        page = mmap.PAGESIZE
        self._memory = mmap.mmap(-1, (ROOM + 2) * page)
        self._bytes = np.frombuffer(self._memory, np.uint8)
        self._start = self._bytes.ctypes.data + page
        self._protect(self._start - page, page, NONE)
        self._protect(self._start + ROOM * page, page, NONE)

    def hold(self, array, *, last, written):
        """A copy of `array` at the very end of the pages, or at their very start."""
        page = mmap.PAGESIZE
        assert array.nbytes <= ROOM * page, "give the test more room"
        self._protect(self._start, ROOM * page, READ_WRITE)
        offset = page + (ROOM * page - array.nbytes if last else 0)
        copy = np.ndarray(array.shape, array.dtype, self._bytes, offset)
        copy[...] = array
        if not written:
            self._protect(self._start, ROOM * page, READ)
        return copy

    @staticmethod
    def _protect(start, length, access):
        if MPROTECT(ctypes.c_void_p(start), ctypes.c_size_t(length), access):
            raise OSError(ctypes.get_errno(), "mprotect")


class Guard:
    """Stands before a loop's compiled code: moves its arrays between unreadable pages."""

    def __init__(self):
        self._pages = defaultdict(Guarded)  # by the argument's place
        self.called = Counter()

    def run(self, name, compiled, types, arguments):
        """Call it with all arrays at the end of their pages, and again with all at the start."""
        results = []
        for last in (True, False):
            moved = [
                self._move(number, argument, type_, last)
                for number, (argument, type_) in enumerate(zip(arguments, types, strict=True))
            ]
            results.append((compiled(*moved), self._written(moved, types, copy=True)))
        # Bitwise: neither alignment nor what lies around an array may show in the result.
        assert repr(results[0][0]) == repr(results[1][0]), name
        for first, second in zip(results[0][1], results[1][1], strict=True):
            assert first.tobytes() == second.tobytes(), name
        for mine, theirs in zip(self._written(arguments, types), results[0][1], strict=True):
            mine[...] = theirs
        self.called[name] += 1
        return results[0][0]

    def _move(self, number, argument, type_, last):
        if not isinstance(argument, np.ndarray):
            return argument
        return self._pages[number].hold(argument, last=last, written=type_.mutable)

    @staticmethod
    def _written(arguments, types, copy=False):
        pairs = zip(arguments, types, strict=True)
        addresses = _jit.ADDRESSES  # which move with the pages
        arrays = [a for a, t in pairs if isinstance(a, np.ndarray) and t.mutable and t != addresses]
        return [array.copy() for array in arrays] if copy else arrays

    def install(self):
        """Put the guard before every loop of this process."""
        compiled = Loop.compiled

        def guarded(loop, *dtypes):
            ready, types = compiled(loop, *dtypes), loop._signature(*dtypes)
            return lambda *arguments: self.run(loop.name, ready, types, arguments)

        Loop.compiled = guarded


def every_loop():
    """The names of all loops in the package."""
    modules = [
        importlib.import_module(f"{loops.__name__}.{module.name}")
        for module in pkgutil.iter_modules(loops.__path__)
    ]
    things = [thing for module in modules for thing in vars(module).values()]
    return {thing.name for thing in things if isinstance(thing, Loop)}


# ---- what runs in the other process ----


def announce(text):
    """The last line that stands there names who died; written at once, for there is no later."""
    os.write(1, f"{text}\n".encode())


def cut(height):
    """Make the engine's bands this high, lower than any it would cut for such small images."""

    def bands(problem, products, repeated=0):
        return [
            (plane, start, min(start + height, problem.rows.length))
            for plane in range(problem.planes)
            for start in range(0, problem.rows.length, height)
        ]

    Problem.bands = bands


def drawn(rng, dtype):
    """Image, kernel and keywords of one call; wide lines and low, since vectors lie along lines."""
    height, width, channels = int(rng.integers(1, 7)), int(rng.integers(1, WIDEST)), 1
    if rng.random() < 0.4:
        channels = int(rng.integers(2, 5))
    if rng.random() < 0.2:
        width += int(rng.integers(200, 400))  # lines that are long enough to slide along,
        width -= width % int(rng.choice([1, 16]))  # and, of whole lines of the cache, to stream
    shape = (height, width, channels)[: 2 if channels == 1 else 3]
    options = {
        "mode": str(rng.choice(cases.MODES)),
        "boundary": str(rng.choice(list(BOUNDARIES))),
        "workers": 1,  # the guard's pages serve one thread
    }
    limits = (height, width) if options["mode"] == "valid" else (8, WIDEST)
    taps = tuple(int(rng.integers(1, min(k, m) + 1)) for k, m in zip(limits, (8, 20), strict=True))
    kind = str(rng.choice(cases.KINDS))
    if kind == "random" and rng.random() < 0.2:
        taps = (1, taps[1]) if rng.random() < 0.5 else (taps[0], 1)
    if options["boundary"] == "constant":
        options["fill"] = float(rng.choice([0.0, 1.0, np.nan if dtype.kind in "fc" else 2.0]))
    seed = int(rng.integers(2**16))
    image = cases.values(shape, dtype, seed)
    if dtype.kind in "fc" and rng.random() < 0.3:
        image[tuple(int(rng.integers(n)) for n in shape)] = np.nan
    return image, cases.weights(taps, kind, seed), options


def run_engine(seed):
    """Run every method both ways over drawn calls, with the guard before every loop."""
    guard, rng = Guard(), np.random.default_rng(seed)
    guard.install()
    for dtype in map(np.dtype, ("uint8", "uint16", "int64", *cases.FLOATS, *cases.COMPLEX)):
        for _ in range(CALLS):
            cut(int(rng.integers(1, 6)))
            _lines.STREAMED = int(rng.choice([0, 2**23]))
            image, kernel, options = drawn(rng, dtype)
            for method in cases.able(image, kernel, **options):
                announce(f"{method}: {dtype}{image.shape} * {kernel.dtype}{kernel.shape} {options}")
                cn.convolve(image, kernel, method=method, **options)
                if dtype == np.int64:  # a Convolver sees no pixels and may refuse what they allow
                    continue
                convolver = cn.Convolver(kernel, image.shape, dtype, method=method, **options)
                announce(f"{method}, adjoint: {convolver.dtype}{convolver.out_shape} {options}")
                convolver.T(np.ones(convolver.out_shape, convolver.T.dtype))
    for _ in range(CALLS // 4):
        restore(rng, announce)
        see(rng, announce)
        for part in map(np.dtype, ("float32", "float64")):
            out = np.empty(target().nbytes // part.itemsize, part)
            multiply_add.compiled(part)(3, np.ones(2, part), out)
    announce(f"called {dict(guard.called)}")


def run_bad(name):
    """Run one loop that goes outside, in the same way."""
    guard = Guard()
    guard.install()
    announce(name)
    line = _jit.array(np.dtype(np.float32), 1)
    out = _jit.array(np.dtype(np.float32), 1, written=True)
    ready = _jit.loop(lambda: (line, out))(SMALL[name]).compiled()
    ready(np.ones(7, np.float32), np.zeros(5, np.float32))


def write_what_is_read():
    """As no compiled loop could by its types; a hand-written store might."""
    announce("write_what_is_read")
    Guarded().hold(np.ones(7), last=True, written=False)[0] = 2.0


def read_past_the_end(values, out):
    for j in range(values.size + 1):
        out[0] += values[j]


def read_before_the_start(values, out):
    out[0] = values[-values.size - 1]  # Numba adds the size to a negative index, once


def write_past_the_end(values, out):
    for j in range(out.size + 1):
        out[j] = values[0]


def write_before_the_start(values, out):
    out[-out.size - 1] = values[0]


def nothing_wrong(values, out):
    for j in range(out.size):
        out[j] = values[j]


BAD = (read_past_the_end, read_before_the_start, write_past_the_end, write_before_the_start)
SMALL = {function.__name__: function for function in (*BAD, nothing_wrong)}


def start(call, **variables):
    """Run a call of this file in another process: how it ended, and what it announced."""
    return subprocess.run(
        [sys.executable, "-c", f"from {__name__} import *; {call}"],
        env={**os.environ, "NUMBA_BOUNDSCHECK": "0", **variables},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


# ---- the tests ----


@pytest.mark.parametrize("seed", SEEDS)
def test_no_loop_goes_outside(seed):
    ended = start(f"run_engine({seed})")
    last = ended.stdout.splitlines()[-1:]
    assert ended.returncode == 0, f"{last}, by {-ended.returncode}\n{ended.stderr}"
    called = ast.literal_eval(last[0].removeprefix("called "))
    # A new loop that no method calls here wants a call of its own in run_engine.
    assert called.keys() == every_loop()
    assert min(called.values()) > CALLS / 10, called


@pytest.mark.parametrize("function", BAD, ids=lambda function: function.__name__)
def test_the_harness_kills_a_loop_that_does(function):
    """Off by one, at either end, reading or writing."""
    name = function.__name__
    ended = start(f"run_bad({name!r})", CONVOLVE_NATIVE_CACHE_DIR="")
    assert ended.returncode == -signal.SIGSEGV, ended.stderr
    assert ended.stdout.split() == [name]


def test_the_harness_kills_who_writes_what_is_only_read():
    assert start("write_what_is_read()").returncode == -signal.SIGSEGV


def test_the_harness_lets_a_good_loop_live():
    ended = start("run_bad('nothing_wrong')", CONVOLVE_NATIVE_CACHE_DIR="")
    assert ended.returncode == 0, ended.stderr
