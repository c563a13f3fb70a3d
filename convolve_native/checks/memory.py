"""A request that cannot fit is refused before anything is allocated."""

from __future__ import annotations

import os
from pathlib import Path

from convolve_native.cgroups import MOUNTED, OWN, cgroups

FREE = 2**28  # bytes up to which nobody asks
# Of a cgroup, versions 2 and 1: its limit, what it uses, and how much of that are files in memory
# that nobody has used of late and that the kernel drops when it needs the room.
FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


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
    known = [left for left in (_system(), _cgroups()) if left is not None]
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


def _cgroups(mounted: Path = MOUNTED, own: Path = OWN) -> int | None:
    """Bytes up to the nearest limit of this process's cgroups; None without one."""
    known = [left for left in map(_left, cgroups("memory", mounted, own)) if left is not None]
    return min(known, default=None)


def _left(cgroup: Path) -> int | None:
    for limit, used, cached in FILES:
        try:
            left = int((cgroup / limit).read_text()) - int((cgroup / used).read_text())
            lines = (cgroup / "memory.stat").read_text().splitlines()
            return left + int(dict(line.split() for line in lines).get(cached, 0))
        except (OSError, ValueError):  # not this version, or "max"
            continue
    return None
