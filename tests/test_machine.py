"""The machine in use: shipped, set, or found where a calibration kept it."""

import json
import math
import os
import threading
from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import pytest

from convolve_native import machine
from convolve_native.machine import DEFAULT, Machine
from tests.stress.processes import said

SLOW = Machine.of("half as fast", {name: 2 * each for name, each in DEFAULT.figures.items()})


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The file, which is not there yet, and nobody who has asked."""
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    machine.use(None)
    yield machine.machine_file()
    machine.use(DEFAULT)


def test_a_machine_is_its_figures():
    assert Machine.of(DEFAULT.provenance, DEFAULT.figures) == DEFAULT
    assert SLOW.direct.operation.single == 2 * DEFAULT.direct.operation.single
    assert SLOW.fft.far.double == 2 * DEFAULT.fft.far.double
    assert SLOW.thread == 2 * DEFAULT.thread


def test_a_machine_prints_its_provenance_and_a_line_a_constant():
    lines = str(SLOW).splitlines()
    assert lines[0] == "half as fast"
    figures = SLOW.direct.operation
    (line,) = (line for line in lines if line.startswith("direct.operation "))
    assert line.split()[1:4] == [f"{figure:.3g}" for figure in figures]
    (line,) = (line for line in lines if line.startswith("thread "))
    assert line.split()[1] == f"{SLOW.thread:.3g}"


def test_without_a_calibration_it_is_the_shipped_one_and_nothing_is_written(kept):
    assert machine.current() is DEFAULT
    assert not kept.parent.exists()


def test_what_is_kept_is_found_by_the_next_process(kept):
    machine.save(SLOW)
    assert machine.current() == SLOW
    assert list(kept.parent.iterdir()) == [kept]


def test_it_is_read_once(kept):
    assert machine.current() is DEFAULT
    machine.save(SLOW)
    assert machine.current() is DEFAULT
    machine.use(SLOW)
    assert machine.current() is SLOW


def test_one_of_another_cpu_version_or_cost_model_is_not_found(kept, monkeypatch):
    machine.save(SLOW)
    for part in ("cpu_name", "stamp", "_model"):
        with monkeypatch.context() as patch:
            patch.setattr(machine, part, lambda: "another")
            assert machine.machine_file() != kept
            machine.use(None)
            assert machine.current() is DEFAULT


def test_in_a_frozen_application_it_is_kept_all_the_same(kept, monkeypatch):
    def unknown(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(machine, "version", unknown)
    machine.save(SLOW)
    assert machine.current() == SLOW


@pytest.mark.parametrize(
    "damage",
    [
        {"figures": None},
        {"figures": {}},
        {"figures": {**SLOW.figures, "other": 1.0}},
        {"figures": {**SLOW.figures, "thread": "1"}},
        {"figures": {**SLOW.figures, "thread": 0.0}},
        {"figures": {**SLOW.figures, "direct.row": -1.0}},
        {"figures": {**SLOW.figures, "direct.row": math.inf}},
        {"figures": {**SLOW.figures, "direct.row": math.nan}},
        {"figures": {**SLOW.figures, "direct.row": True}},
        {"provenance": None},
    ],
)
def test_a_damaged_file_is_ignored_with_one_note(kept, damage):
    machine.save(SLOW)
    kept.write_text(json.dumps({**json.loads(kept.read_text()), **damage}))
    with pytest.warns(UserWarning, match="the calibrated machine in .* is ignored: it is not what"):
        assert machine.current() is DEFAULT
    assert machine.current() is DEFAULT  # a second note would be an error here


@pytest.mark.parametrize("content", [b"", b"[]", b"nonsense", b"\xff\xfe", b"{}"])
def test_a_file_that_is_none_of_ours_is_ignored_with_one_note(kept, content):
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    with pytest.warns(UserWarning, match="is ignored: it is not what was written"):
        assert machine.current() is DEFAULT


@pytest.mark.parametrize("folder", ["/dev/null/below", ""])
def test_where_nothing_can_be_kept_nothing_is(monkeypatch, folder, kept):
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", folder)
    machine.save(SLOW)
    assert machine.current() is DEFAULT


def test_writers_and_readers_at_once_see_whole_machines(kept):
    machine.save(SLOW)
    writers = [
        threading.Thread(target=lambda m=m: [machine.save(m) for _ in range(40)])
        for m in (SLOW, replace(SLOW, provenance="x" * 10_000))
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        machine.use(None)
        assert machine.current().figures == SLOW.figures
    for writer in writers:
        writer.join()
    assert list(kept.parent.iterdir()) == [kept]


READING = """
from convolve_native import machine
machine._in_use._lock.acquire()  # by a thread that the child does not have
thread = threading.Thread(target=lambda: print(in_child(machine.current, 20)[0]))
thread.start()
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_does_not_wait_for_who_was_reading():
    assert said(READING) == "0"
