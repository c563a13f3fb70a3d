"""Where this package keeps what it may make again, and how it writes and reads what is text.

Compiled loops, FFTW's wisdom, and the constants of this machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any


def cache_folder() -> Path | None:
    """Return the user's folder for it; None where there is no home to keep things in.

    The variable CONVOLVE_NATIVE_CACHE_DIR names another place; empty, it means keep nothing.
    The folder holds code that will be run: it must be writable by its user alone.
    """
    chosen = os.environ.get("CONVOLVE_NATIVE_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) if chosen else None
    homes = {"win32": ("LOCALAPPDATA", "AppData/Local"), "darwin": ("", "Library/Caches")}
    variable, under_home = homes.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))
    given = os.environ.get(variable, "")
    if Path(given).is_absolute():
        return Path(given) / "convolve_native"
    try:
        return Path.home() / under_home / "convolve_native"
    except RuntimeError:  # no HOME, and no entry for this user
        return None


class Unreadable(Exception):  # noqa: N818  # no error: it is made again
    """A file that is there and does not hold what was written."""

    def __init__(self, reason: str = "it is not what was written") -> None:
        super().__init__(reason)


def keep(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON object at once; where nothing can be written, nothing is kept."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=path.parent) as aside:
            written = Path(aside, path.name)
            written.write_text(json.dumps(content, indent=1), encoding="ascii")
            written.replace(path)


def recall(path: Path | None) -> dict[str, Any] | None:
    """Read what `keep` wrote; None where there is nothing."""
    if path is None:
        return None
    try:
        kept = json.loads(path.read_text(encoding="ascii"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    except ValueError:
        raise Unreadable from None
    if not isinstance(kept, dict):
        raise Unreadable
    return kept


@cache
def cpu_name() -> str:
    """The CPU's own name, where the system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
