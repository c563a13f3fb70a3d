"""The one owner of njit: its flags, the signatures, and the cache of compiled code.

A `loop` is compiled for explicit signatures of C-contiguous, read-only-input arrays, the first time
that somebody prepares to run it, never at import.  A `piece` is a function that loops call.

Numba's own cache leaves compile flags and the sources of called functions out of its key and can
serve another signature's code when processes start together.  Here an entry is one file, for one
signature, in a folder named by all the loops' sources, the versions and the CPU compiled for; it is
written under a lock to a temporary name and renamed.  What cannot be read is compiled again; where
nothing can be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import pickle
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import llvmlite
import numba
import numpy as np
from llvmlite.binding import ffi
from numba.core import compiler
from numba.core.caching import _Cache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from convolve_native.folders import cache_folder as cache_folder
from convolve_native.forks import MOMENT, renew_in_child, wait_before
from convolve_native.spans import span
from convolve_native.threads import aside

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# `contract` lets a multiply-add be one instruction; nothing that assumes finite numbers, or that
# lets the order of a sum follow the width of a vector.
FLAGS: dict[str, Any] = {
    "nogil": True,
    "_nrt": False,  # nothing is allocated, so nothing is counted: no calls between two tiles
    "fastmath": {"contract"},
    "error_model": "numpy",
    "boundscheck": False,
}
# Numba's variables that change the code it makes, and are not in its description of the target.
SETTINGS = ("BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "DEBUG", "DEBUGINFO_DEFAULT")

Signature = Callable[..., tuple[Any, ...]]
Compiled = Callable[..., Any]
_DIGEST = hashlib.sha256().digest_size

# A fork waits for a loop of ours that is being compiled, about a second's work, and holds Numba's
# and LLVM's locks, which nobody renews in a child.  Set where one forked without, amid a long
# compile of somebody else's: their tables are then as that thread left them.
_torn = threading.Event()
_compiling = threading.RLock()
_gate = threading.RLock()  # shut by a fork that waits, so that no thread begins another compile
for _held, _seconds in (
    (ffi.lib._lock._lock, MOMENT),
    (global_compiler_lock._lock, MOMENT),
    (_compiling, 60.0),
    (_gate, MOMENT),  # the last is acquired first
):
    wait_before(functools.partial(_held.acquire, True), _held.release, _torn.set, _seconds)


@contextlib.contextmanager
def _compiler() -> Iterator[None]:
    """Hold what a fork waits for: around all of Numba, which imports much of itself when used."""
    with _gate:  # held no longer than this: one who waits to fork is next
        pass
    with _compiling:
        yield


def array(dtype: np.dtype[Any], ndim: int, *, written: bool = False) -> Any:
    """The type of a C-contiguous array that a loop reads or writes."""
    return numba.types.Array(numba.from_dtype(dtype), ndim, "C", readonly=not written)


def scalar(dtype: np.dtype[Any]) -> Any:
    """The type of one number."""
    return numba.from_dtype(dtype)


COUNT = numba.types.intp
INDEX = array(np.dtype(np.intp), 1)
ADDRESSES = array(np.dtype(np.uintp), 2, written=True)  # scratch: where lines begin


@functools.cache
def _stamp() -> str:
    """Name these sources, these versions, Numba's settings and the CPU compiled for."""
    codegen = cpu_target.target_context.codegen()
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version_info[:3])
    settings = [getattr(numba.config, name) for name in SETTINGS]
    made_of = (versions, codegen.magic_tuple(), sorted(FLAGS.items(), key=str), settings)
    digest = hashlib.sha256(repr(made_of).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _lock(handle: IO[bytes]) -> None:
    """Wait for a file's lock; it goes when the file is closed, or with the process."""
    if sys.platform == "win32":
        while True:
            with contextlib.suppress(OSError):  # raised after ten seconds of waiting
                msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                return
    else:
        with contextlib.suppress(OSError):  # a file system without locks: the loop compiles twice
            fcntl.lockf(handle, fcntl.LOCK_EX)  # which a child does not inherit, unlike flock's


@contextlib.contextmanager
def _one_at_a_time(entry: Path | None) -> Iterator[None]:
    """Hold the lock of a missing entry, so that processes starting together compile it once."""
    with contextlib.ExitStack() as held:
        if entry is not None and not entry.exists():
            with contextlib.suppress(OSError):  # nowhere to write
                _lock(held.enter_context(entry.with_name(f"{entry.name}.lock").open("a+b")))
        yield


class _CodeCache(_Cache):
    """Numba's cache interface over one file an entry; owned by a Loop."""

    def __init__(self, name: str, folder: Path | None) -> None:
        self._name, self._folder = name, folder
        self.hits = 0

    @property
    def cache_path(self) -> str:
        return str(self._folder)

    def enable(self) -> None:
        """Always on."""

    def disable(self) -> None:
        """Always on."""

    def flush(self) -> None:
        """Entries of other sources or versions have another folder."""

    def path(self, signature: Any) -> Path | None:
        """The entry's file."""
        if self._folder is None:
            return None
        return (
            self._folder
            / f"{self._name}-{hashlib.sha256(repr(signature).encode()).hexdigest()[:20]}"
        )

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        target_context.refresh()  # registers the implementations that the code refers to
        path = self.path(signature)
        if path is None:
            return None
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(entry[_DIGEST:]).digest() != entry[:_DIGEST]:  # damaged code would crash
            return None
        self.hits += 1
        rebuild: Any = compiler.CompileResult._rebuild
        return rebuild(target_context, *pickle.loads(entry[_DIGEST:]))

    def save_overload(self, signature: Any, result: Any) -> None:
        path = self.path(signature)
        if path is None:
            return
        code = pickle.dumps(result._reduce())
        with (
            contextlib.suppress(OSError),  # read-only or full: compiled, but not kept
            tempfile.TemporaryDirectory(dir=path.parent) as aside,
        ):
            written = Path(aside, path.name)
            written.write_bytes(hashlib.sha256(code).digest() + code)
            written.replace(path)


_loops: list[Loop] = []  # every one
_kept: list[Any] = []  # dispatchers, with whose end that of their code would come


class Loop:
    """A compiled function of several dtypes; `compiled(*dtypes)` gives one, ready to call."""

    def __init__(self, function: Callable[..., Any], signature: Signature) -> None:
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
        self._function, self._signature = function, signature
        self._ready: dict[tuple[np.dtype[Any], ...], Compiled] = {}
        self.hits = 0  # signatures that came from the code cache
        _loops.append(self)
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Take a new lock."""
        self._lock = threading.Lock()

    def compiled(self, *dtypes: np.dtype[Any]) -> Compiled:
        """The loop for these dtypes: from memory, else from the code cache, else compiled now."""
        try:
            return self._ready[dtypes]
        except KeyError:
            with span("compile"), self._lock:
                if dtypes not in self._ready:
                    signature = self._signature(*dtypes)
                    self._ready[dtypes] = aside(functools.partial(self._compile, signature))
                return self._ready[dtypes]

    def _compile(self, signature: tuple[Any, ...]) -> Any:
        if _torn.is_set():
            raise RuntimeError(
                f"{self.name} cannot be compiled here: this process was forked while another "
                "thread of its parent was compiling; use it once before the fork"
            )
        with _compiler():
            if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
                raise RuntimeError(
                    f"{self.name} cannot run as Python, its vectors are spelled out for the "
                    "compiler: unset NUMBA_DISABLE_JIT"
                )
            dispatcher = numba.njit(**FLAGS)(self._function)
            dispatcher._cache = cache = _CodeCache(self.name, _folder())
        with _one_at_a_time(cache.path(signature)), _compiler():
            dispatcher.compile(signature)
        self.hits += cache.hits
        _kept.append(dispatcher)
        (overload,) = dispatcher.overloads.values()
        return overload.entry_point  # half the dispatcher's cost: it looks at no argument's dtype


def _folder() -> Path | None:
    """Make the folder for loops of these sources, on this CPU."""
    folder = cache_folder()
    if folder is not None:
        folder = folder / "loops" / _stamp()
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def loop(signature: Signature) -> Callable[[Callable[..., Any]], Loop]:
    """Make a function a loop; `signature` gives the argument types for a choice of dtypes."""
    return lambda function: Loop(function, signature)


def piece(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function a piece of loops: compiled with them, under the same flags."""
    compiled: Callable[..., Any] = numba.njit(**FLAGS, forceinline=True)(function)
    return compiled


def forget() -> None:
    """Be as in a new process: the next use of a loop loads it from the code cache, or compiles."""
    for each in _loops:
        each._ready = {}


def stamp() -> str:
    """Return the name of all that shapes compiled code: sources, versions, settings and the CPU."""
    with _compiler():
        return _stamp()


def target_cpu() -> str:
    """Return the name of the CPU that loops are compiled for."""
    with _compiler():
        return str(cpu_target.target_context.codegen().magic_tuple()[1])
