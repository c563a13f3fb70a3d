"""How many threads a call may use: set, named by a variable, or the CPUs of this process."""

import os
import threading
from pathlib import Path

import pytest

import convolve_native as cn
from convolve_native import threads


@pytest.fixture(autouse=True)
def _no_variable(name_workers):
    name_workers("")


def test_set_workers_holds_in_its_block_and_inside_others():
    free = threads.available_workers()
    with cn.set_workers(3):
        assert threads.available_workers() == 3
        with cn.set_workers(1):
            assert threads.available_workers() == 1
        with cn.set_workers(None):
            assert threads.available_workers() == free
        assert threads.available_workers() == 3
    assert threads.available_workers() == free


def test_set_workers_ends_with_an_error():
    free = threads.available_workers()
    with pytest.raises(KeyError), cn.set_workers(7):
        raise KeyError
    assert threads.available_workers() == free


def test_the_pool_sees_the_caller_s_context_and_other_threads_do_not():
    meeting, seen = threading.Barrier(2), {}

    def work(part):
        meeting.wait(10)  # so that each thread has one
        seen[threading.get_ident()] = threads.available_workers()

    other = []
    with cn.set_workers(5):
        threads.run(lambda: work, [0, 1], 2)
        thread = threading.Thread(target=lambda: other.append(threads.available_workers()))
        thread.start()
        thread.join()
    assert list(seen.values()) == [5, 5]
    assert other != [5]


@pytest.mark.parametrize(
    ("workers", "error", "message"),
    [
        (0, ValueError, "workers must be at least 1; got 0"),
        (-1, ValueError, "workers must be at least 1; got -1"),
        (1.5, TypeError, "workers must be an integer; got 1.5"),
        (True, TypeError, "workers must be an integer; got True"),
    ],
)
def test_set_workers_refuses(workers, error, message):
    with pytest.raises(error, match=message):
        cn.set_workers(workers)


def test_the_variable_counts_where_nothing_is_set(name_workers):
    name_workers("3")
    assert threads.available_workers() == 3
    with cn.set_workers(2):
        assert threads.available_workers() == 2
    name_workers("")
    assert threads.available_workers() == threads.available_cpus()


@pytest.mark.parametrize("text", ["many", "1.5", "0", "-2", "two"])
def test_a_bad_variable_is_named(name_workers, text):
    name_workers(text)
    with pytest.raises(ValueError, match="CONVOLVE_NATIVE_WORKERS must be .*; got .*" + text):
        cn.convolve([1.0, 2.0], [1.0])


def test_quota_and_affinity_bound_the_cpus(monkeypatch):
    assert 1 <= threads.available_cpus() <= (os.cpu_count() or 1)
    monkeypatch.setattr(threads, "_quota", lambda: 1)
    assert threads.available_cpus() == 1


def quota(tmp_path: Path, cgroup: str, **files: str) -> int | None:
    """What is granted where /sys/fs/cgroup holds these files."""
    for name, text in files.items():
        path = tmp_path / "cgroup" / name.replace("__", "/").replace("_max", ".max")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own = tmp_path / "own"
    own.write_text(cgroup)
    return threads._quota(tmp_path / "cgroup", own)


@pytest.mark.parametrize(
    ("own", "files", "granted"),
    [
        ("0::/", {"cpu_max": "max 100000\n"}, None),
        ("0::/", {"cpu_max": "150000 100000\n"}, 2),
        ("0::/a/b", {"a__cpu_max": "300000 100000", "a__b__cpu_max": "max 100000"}, 3),
        ("0::/a/b", {"a__cpu_max": "300000 100000", "a__b__cpu_max": "50000 100000"}, 1),
        ("0::/elsewhere/c", {"cpu_max": "400000 100000"}, 4),  # the container's own is the root
        ("0::/", {"unified__cpu_max": "200000 100000"}, 2),
        ("0::/a", {"cpu_max": "nonsense", "a__cpu_max": "-1 100000"}, None),
        ("5:memory:/a\n0::/", {"cpu__a__cpu_max": "100000 100000"}, None),
        ("", {}, None),
    ],
)
def test_quota_of_version_2(tmp_path, own, files, granted):
    assert quota(tmp_path, own, **files) == granted


@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
@pytest.mark.parametrize("nested", [True, False])
def test_quota_of_version_1(tmp_path, controllers, nested):
    folder = tmp_path / "cgroup" / "cpu" / ("docker/x" if nested else "")
    folder.mkdir(parents=True)
    (folder / "cpu.cfs_quota_us").write_text("250000\n")
    (folder / "cpu.cfs_period_us").write_text("100000\n")
    assert quota(tmp_path, f"3:memory:/\n2:{controllers}:/docker/x\n") == 3
    (folder / "cpu.cfs_quota_us").write_text("-1\n")
    threads._quota.cache_clear()
    assert quota(tmp_path, f"2:{controllers}:/docker/x\n") is None


def test_where_there_are_no_cgroups(tmp_path):
    assert threads._quota(tmp_path, tmp_path / "missing") is None
