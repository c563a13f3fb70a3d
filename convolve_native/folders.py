"""Where this package keeps what it may make again: compiled loops, and FFTW's wisdom."""

from __future__ import annotations

import os
import sys
from pathlib import Path


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
