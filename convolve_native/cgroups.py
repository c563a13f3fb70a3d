"""The control groups of this process, by which Linux bounds its CPUs and its memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOUNTED, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cgroups(controller: str, mounted: Path = MOUNTED, own: Path = OWN) -> Iterator[Path]:
    """Folders of this process's cgroups and of all above them, of versions 2 and 1.

    In a container the path that the kernel tells may lie outside of what is mounted: then only the
    root is there, and it is the container's own.
    """
    try:
        lines = own.read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        for top in (mounted / controller,) if controllers else (mounted, mounted / "unified"):
            inner = top / path.lstrip("/")
            yield from (inner, *(above for above in inner.parents if above.is_relative_to(top)))
