"""What memory is available: the system's, within what the cgroups of this process leave."""

import pytest

from convolve_native.checks import memory

GIB = 2**30
STAT = "anon 4096\nfile 8192\ninactive_file {0}\ntotal_inactive_file {0}\n"


def left(tmp_path, cgroup, files, cached=0):
    """What is left where /sys/fs/cgroup holds these files, in folders with statistics."""
    for name, number in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}\n")
        (path.parent / "memory.stat").write_text(STAT.format(cached))
    own = tmp_path / "own"
    own.write_text(cgroup)
    return memory._cgroups(tmp_path / "cgroup", own)


LIMIT = {"memory.max": 8 * GIB, "memory.current": 3 * GIB}
VERSION_1 = {"memory.limit_in_bytes": 8 * GIB, "memory.usage_in_bytes": 3 * GIB}


def inside(folder, files, **changes):
    return {f"{folder}/{name}": changes.get(name, number) for name, number in files.items()}


@pytest.mark.parametrize(
    ("own", "files", "gibibytes"),
    [
        ("0::/", LIMIT, 5),
        ("0::/", LIMIT | {"memory.max": "max"}, None),
        ("0::/a/b", inside("a", LIMIT), 5),  # the limit of a slice holds for all within it
        ("0::/a/b", inside("a", LIMIT) | {"a/b/memory.max": 4 * GIB, "a/b/memory.current": GIB}, 3),
        ("0::/elsewhere", LIMIT, 5),  # the container's own is the root
        ("4:memory:/", inside("memory", VERSION_1), 5),
        ("4:memory:/docker/x\n0::/", inside("memory/docker/x", VERSION_1), 5),
        ("4:cpu:/", inside("memory", VERSION_1), None),
        ("0::/", {"memory.max": "nonsense", "memory.current": 1}, None),
        ("", {}, None),
    ],
)
def test_what_the_cgroups_leave(tmp_path, own, files, gibibytes):
    expected = None if gibibytes is None else gibibytes * GIB
    assert left(tmp_path, own, files) == expected


@pytest.mark.parametrize(
    ("own", "files"), [("0::/", LIMIT), ("4:memory:/", inside("memory", VERSION_1))]
)
def test_files_that_are_kept_in_memory_do_not_count(tmp_path, own, files):
    """A container that has read much is not full."""
    assert left(tmp_path, own, files, cached=2 * GIB) == 7 * GIB


def test_the_least_counts(monkeypatch):
    for system, cgroups, least in ((5, 3, 3), (3, 5, 3), (5, None, 5), (None, 5, 5)):
        monkeypatch.setattr(memory, "_system", lambda n=system: n)
        monkeypatch.setattr(memory, "_cgroups", lambda n=cgroups: n)
        assert memory.available_memory() == least
    monkeypatch.setattr(memory, "_cgroups", lambda: None)
    monkeypatch.setattr(memory, "_system", lambda: None)
    assert memory.available_memory() is None
    memory.check_memory(2**70)  # where nobody says, nobody is refused


def test_little_is_never_asked_about(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    memory.check_memory(memory.FREE)
    with pytest.raises(MemoryError, match=r"^this needs 0\.3 GiB, and 0\.0 GiB are available$"):
        memory.check_memory(memory.FREE + 1)


def test_this_machine_says():
    available = memory.available_memory()
    assert available is None or 0 < available < 2**50
