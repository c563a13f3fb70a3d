"""What FFTW learnt by measuring, kept in the user's folder from one process to the next.

A file holds for one version of FFTW, the compiler it was built with and the CPU it measured, and is
named by them.  It is text, a JSON object: what it was made by, and FFTW's own words by precision.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from convolve_native.folders import cache_folder

Words = tuple[bytes, ...]  # as pyFFTW orders them
PRECISIONS = ("double", "single", "extended")


class Wisdom:
    """Our own wisdom, apart from FFTW's, which is global to the process and anybody's.

    Ours is lent to FFTW while a measured plan is made, and what was there is put back: default
    plans stay what they are, and nobody else's change.  Whoever uses it holds the planner's lock.
    """

    def __init__(self) -> None:
        self._learnt: Words | None = None  # None: the file has not been read

    @contextlib.contextmanager
    def lent(self, fftw: Any) -> Iterator[None]:
        """Let FFTW plan with what we know; keep what it learns."""
        theirs = fftw.export_wisdom()
        fftw.forget_wisdom()
        try:
            self._recall(fftw)
            before = fftw.export_wisdom()
            yield
            if fftw.export_wisdom() != before:
                self._keep(fftw)
        finally:
            fftw.forget_wisdom()
            fftw.import_wisdom(theirs)

    def _recall(self, fftw: Any) -> None:
        """Give FFTW what was learnt here, or kept by an earlier process."""
        if self._learnt is not None:
            fftw.import_wisdom(self._learnt)
            return
        path, note = wisdom_file(fftw), ""
        try:
            _read(path, fftw)
        except _Unreadable as reason:
            fftw.forget_wisdom()  # of which it may have read a part
            note = f"FFTW wisdom in {path} is ignored: {reason}"
        self._learnt = fftw.export_wisdom()
        if note:
            warnings.warn(note, stacklevel=2)

    def _keep(self, fftw: Any) -> None:
        """Keep what FFTW now knows, with what other processes kept meanwhile."""
        path = wisdom_file(fftw)
        with contextlib.suppress(_Unreadable):
            _read(path, fftw)
        self._learnt = fftw.export_wisdom()
        if path is not None:
            made_by = {"fftw": fftw.fftw_version, "compiler": fftw.fftw_cc, "cpu": _cpu()}
            words = (word.decode("ascii") for word in self._learnt)
            text = json.dumps({**made_by, **dict(zip(PRECISIONS, words, strict=True))}, indent=1)
            _replace(path, text)


def wisdom_file(fftw: Any) -> Path | None:
    """Where the wisdom of this FFTW on this CPU is kept, if anywhere."""
    folder = cache_folder()
    made_by = hashlib.sha256(repr((fftw.fftw_version, fftw.fftw_cc, _cpu())).encode()).hexdigest()
    return folder and folder / "wisdom" / f"fftw-{fftw.fftw_version}-{made_by[:20]}.json"


class _Unreadable(Exception):  # noqa: N818  # no error: it is measured again
    """A file that is there and holds no wisdom."""


def _read(path: Path | None, fftw: Any) -> None:
    """Add a file's wisdom, where there is one, to FFTW's."""
    if path is None:
        return
    try:
        kept = json.loads(path.read_text(encoding="ascii"))
        words = tuple(kept[precision].encode("ascii") for precision in PRECISIONS)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _Unreadable(error.strerror) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise _Unreadable("it is not what was written") from None
    if not all(fftw.import_wisdom(words)[:2]):
        raise _Unreadable("FFTW cannot read it")


def _replace(path: Path, text: str) -> None:
    """Write a file at once; where nothing can be written, nothing is kept."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=path.parent) as aside:
            written = Path(aside, path.name)
            written.write_text(text, encoding="ascii")
            written.replace(path)


@cache
def _cpu() -> str:
    """The CPU's own name, where the system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
