"""How hard FFTW tries: part of a plan's key, its wisdom kept, others' left alone."""

import json
import threading
import time

import numpy as np
import pyfftw
import pytest

import convolve_native as cn
from convolve_native import threads
from convolve_native.fourier import plans
from convolve_native.fourier.effort import CALIBRATED, EFFORTS, current_effort
from convolve_native.fourier.endings import ENDED
from convolve_native.fourier.plans import Plan, PlanKey, PlanPool
from convolve_native.fourier.wisdom import Wisdom

KEY = PlanKey((24, 20), (0, 1), np.dtype(np.float32))


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The file of wisdom, and a planner that has read none."""
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    forget(monkeypatch)
    return Wisdom("learnt").file(pyfftw)


def forget(monkeypatch):
    """Be as a new process."""
    monkeypatch.setattr(plans._planner, "_learnt", Wisdom("learnt"))
    monkeypatch.setattr(plans._planner, "calibrated", Wisdom("calibrated"))


def measured(key=KEY, effort="measure") -> Plan:
    return Plan(key._replace(effort=effort))


@pytest.mark.parametrize("effort", EFFORTS)
def test_effort_holds_in_its_block(kept, effort):
    assert current_effort() == CALIBRATED
    with cn.fftw_effort(effort):
        assert current_effort() == effort
    assert current_effort() == CALIBRATED


@pytest.mark.parametrize("effort", ["exhaustive", "", None, 1, ["measure"]])
def test_an_unknown_effort_is_refused_with_those_known(effort):
    with pytest.raises(
        ValueError, match="effort must be one of 'estimate', 'measure', 'patient'; got"
    ):
        cn.fftw_effort(effort)


def test_plans_of_two_efforts_are_two_plans(kept):
    pool = PlanPool(2**20)
    with pool.lease(KEY) as estimated, cn.fftw_effort("measure"), pool.lease(KEY) as other:
        assert estimated is not other
    with cn.fftw_effort("measure"), pool.lease(KEY) as again:
        assert again is other
    with cn.fftw_effort("measure"), pool.lease(KEY._replace(effort=CALIBRATED)) as again:
        assert again is estimated


def test_pool_threads_plan_with_the_caller_s_effort(kept):
    meeting, seen = threading.Barrier(2), []

    def work(part):
        meeting.wait(10)
        seen.append(current_effort())

    with cn.fftw_effort("patient"):
        threads.run(lambda: work, [0, 1], 2)
    assert seen == ["patient", "patient"]


@pytest.mark.parametrize("effort", ["measure", "patient"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_a_measured_plan_transforms_as_any(kept, effort, dtype):
    plan = measured(PlanKey((12, 10), (0, 1), np.dtype(dtype)), effort)
    plan.frame[:] = frame = np.random.default_rng(0).random((12, 10))
    plan.forward()
    transform = np.fft.rfft2 if dtype[0] == "f" else np.fft.fft2
    assert np.allclose(plan.spectrum, transform(frame), atol=1e-4)
    plan.inverse()
    assert np.allclose(plan.frame / 120, frame, atol=1e-5)


def test_estimates_do_not_depend_on_what_was_measured(kept):
    image, kernel = np.random.default_rng(0).random((200, 190), np.float32), np.ones((9, 9))
    cn.clear_caches()
    before = cn.convolve(image, kernel, method="fft")
    with cn.fftw_effort("patient"):
        cn.convolve(image, kernel, method="fft")
    assert (cn.convolve(image, kernel, method="fft") == before).all()
    cn.clear_caches()
    assert (cn.convolve(image, kernel, method="fft") == before).all()


def test_others_wisdom_is_left_alone(kept):
    arrays = pyfftw.empty_aligned(96, "complex64"), pyfftw.empty_aligned(96, "complex64")
    pyfftw.FFTW(*arrays, flags=("FFTW_MEASURE",))
    before = [sorted(words.splitlines()) for words in pyfftw.export_wisdom()]
    measured()
    assert [sorted(words.splitlines()) for words in pyfftw.export_wisdom()] == before


def test_wisdom_is_kept_and_spares_the_next_process_the_measuring(kept, monkeypatch):
    key = PlanKey((256, 240), (0, 1), np.dtype(np.float32))
    begun = time.perf_counter()
    measured(key)
    first = time.perf_counter() - begun
    written = json.loads(kept.read_text())
    assert written["fftw"] == pyfftw.fftw_version
    assert written["compiler"] == pyfftw.fftw_cc
    assert list(kept.parent.iterdir()) == [kept]
    content, stamp = kept.read_bytes(), kept.stat().st_mtime_ns

    forget(monkeypatch)
    begun = time.perf_counter()
    measured(key)
    assert time.perf_counter() - begun < first / 2
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == (content, stamp)  # nothing learnt


def test_what_another_process_kept_meanwhile_is_kept_too(kept, monkeypatch):
    measured()
    theirs = kept.read_text()
    kept.unlink()
    forget(monkeypatch)
    measured(KEY._replace(shape=(14, 18)))
    alone = len(kept.read_text())
    kept.write_text(theirs)
    measured(KEY._replace(shape=(16, 30)))
    assert len(kept.read_text()) > max(alone, len(theirs))
    forget(monkeypatch)


@pytest.mark.parametrize(
    "damage",
    [b"", b"{}", b"[]", b"nonsense", b"\xff\xfe", b'{"double": 1, "single": "", "extended": ""}'],
)
def test_unreadable_wisdom_is_ignored_with_one_note(kept, damage):
    kept.parent.mkdir(parents=True)
    kept.write_bytes(damage)
    with pytest.warns(UserWarning, match="FFTW wisdom in .* is ignored"):
        measured()
    measured(KEY._replace(shape=(10, 18)))  # a second note would be an error here
    assert "single" in json.loads(kept.read_text())  # good again


def test_words_that_fftw_does_not_take_are_ignored_with_a_note(kept, monkeypatch):
    measured()
    written = json.loads(kept.read_text())
    written["single"] = written["single"][:80]
    kept.write_text(json.dumps(written))
    forget(monkeypatch)
    with pytest.warns(UserWarning, match="FFTW cannot read it"):
        measured()


@pytest.mark.parametrize("folder", ["/dev/null/below", ""])
def test_where_nothing_can_be_kept_it_measures_all_the_same(monkeypatch, folder):
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", folder)
    forget(monkeypatch)
    assert measured().settled


def test_a_measuring_that_is_cut_short_is_not_kept_in_the_pool(kept):
    pool, key = PlanPool(2**24), PlanKey((700, 700), (0, 1), np.dtype(np.float32), "patient")

    def hurry():
        time.sleep(0.2)
        assert plans._planner.hold(10)
        plans._planner.release()

    thread = threading.Thread(target=hurry)
    thread.start()
    with pool.lease(key) as plan:
        assert not plan.settled
        plan.frame[:] = 1
        plan.forward()
        assert plan.spectrum[0, 0] == 700 * 700
    thread.join()
    assert pool.info().entries == 0


def test_a_plan_that_nobody_holds_is_destroyed_behind_the_lock(kept):
    plans._planner.bury()
    plan = measured(effort="estimate")
    with plans._planner._lock:
        del plan
        assert len(ENDED) == 1  # not by whoever lets go of it
    plans._planner.bury()
    assert not ENDED
