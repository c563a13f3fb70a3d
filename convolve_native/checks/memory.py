"""A request that cannot fit is refused before anything is allocated."""

from __future__ import annotations

import os
from pathlib import Path

FREE = 2**28  # bytes up to which nobody asks


def check_memory(needed: int) -> None:
    """Raise MemoryError where `needed` bytes exceed what this machine or its container has left."""
    if needed <= FREE:
        return
    available = available_memory()
    if available is not None and needed > available:
        raise MemoryError(
            f"this needs {needed / 2**30:.1f} GiB, and {available / 2**30:.1f} GiB are available"
        )


def available_memory() -> int | None:
    """Bytes that can be had: the system's, within the cgroup's; None where nobody says."""
    known = [left for left in (_system(), _cgroup()) if left is not None]
    return min(known, default=None)


def _system() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _cgroup() -> int | None:
    root = Path("/sys/fs/cgroup")
    files = (
        (root / "memory.max", root / "memory.current"),
        (root / "memory/memory.limit_in_bytes", root / "memory/memory.usage_in_bytes"),
    )
    for limit, used in files:
        try:
            return int(limit.read_text()) - int(used.read_text())
        except (OSError, ValueError):  # not this version, or "max"
            continue
    return None
