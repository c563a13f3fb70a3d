"""Plans that `calibrate` has FFTW measure: used unasked, here and in later processes."""

import json

import numpy as np
import pyfftw
import pytest

import convolve_native as cn
from convolve_native.fourier import plans
from convolve_native.fourier.plans import Plan, PlanKey, PlanPool
from convolve_native.fourier.wisdom import Wisdom
from tests.fourier.test_effort import forget

KEYS = [PlanKey((n, n), (0, 1), np.dtype(t)) for n in (24, 36) for t in (np.float32, np.float64)]
OTHER = KEYS[0]._replace(shape=(36, 24))


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The file of it, and a planner that knows of none."""
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    forget(monkeypatch)
    return Wisdom("calibrated").file(pyfftw)


def known(key: PlanKey) -> bool:
    """Whether FFTW, asked as by default, plans by wisdom, and need not measure for it."""
    resolved = plans._planner.resolved(key)
    if resolved.effort != plans.CALIBRATED:
        return False
    lend = plans._planner.lender(resolved)
    frame = pyfftw.empty_aligned(key.shape, key.dtype)
    half = (key.shape[0], key.shape[1] // 2 + 1)
    spectrum = pyfftw.empty_aligned(half, np.result_type(key.dtype, np.complex64))
    with lend(pyfftw):  # raises where the wisdom is not there
        pyfftw.FFTW(frame, spectrum, key.axes, flags=("FFTW_MEASURE", "FFTW_WISDOM_ONLY"))
    return True


def test_nothing_is_known_before(kept):
    assert not any(map(known, KEYS))
    assert not kept.parent.exists()


def test_what_was_measured_is_known_here_and_in_the_next_process(kept, monkeypatch):
    plans.calibrate(KEYS)
    assert all(map(known, KEYS))
    assert not known(OTHER)
    content = kept.read_bytes()
    forget(monkeypatch)
    assert all(map(known, KEYS))
    assert not known(OTHER)
    assert kept.read_bytes() == content
    assert list(kept.parent.iterdir()) == [kept]


def test_a_plan_by_wisdom_transforms_as_any(kept):
    plans.calibrate(KEYS)
    for key in KEYS:
        plan = Plan(key._replace(effort=plans.CALIBRATED))
        plan.frame[:] = frame = np.random.default_rng(0).random(key.shape)
        plan.forward()
        assert np.allclose(plan.spectrum, np.fft.rfft2(frame), atol=1e-3)


def test_another_calibration_replaces_it_as_a_whole(kept):
    plans.calibrate(KEYS[:2])
    plans.calibrate(KEYS[2:])
    assert [known(key) for key in KEYS] == [False, False, True, True]


def test_an_effort_that_is_asked_for_knows_nothing_of_it(kept):
    plans.calibrate(KEYS)
    with cn.fftw_effort("estimate"):
        assert plans._planner.lender(KEYS[0]._replace(effort=plans.current_effort())) is None
    written = kept.read_bytes()
    Plan(OTHER._replace(effort="measure"))
    assert not known(OTHER)
    assert kept.read_bytes() == written


def test_others_wisdom_is_left_alone(kept):
    before = [sorted(words.splitlines()) for words in pyfftw.export_wisdom()]
    plans.calibrate(KEYS)
    Plan(KEYS[0]._replace(effort=plans.CALIBRATED))
    assert [sorted(words.splitlines()) for words in pyfftw.export_wisdom()] == before


def test_a_plan_from_before_is_not_used_again(kept, monkeypatch):
    pool = PlanPool(2**20)
    monkeypatch.setattr(plans, "POOL", pool)
    with pool.lease(KEYS[0]) as idle:
        pass
    with pool.lease(KEYS[1]) as leased:
        plans.calibrate(KEYS)
    with pool.lease(KEYS[0]) as one, pool.lease(KEYS[1]) as other:
        assert one is not idle
        assert other is not leased


@pytest.mark.parametrize(
    "damage",
    [
        {"plans": 1},
        {"plans": [1]},
        {"single": None},
        {"single": "nonsense"},
        {"single": "(fftw-3.3.5 fftwf_wisdom #x0 #x0 #x0 #x0\n)"},
    ],
)
def test_an_unreadable_file_is_ignored_with_one_note(kept, monkeypatch, damage):
    plans.calibrate(KEYS)
    kept.write_text(json.dumps({**json.loads(kept.read_text()), **damage}))
    forget(monkeypatch)
    with pytest.warns(UserWarning, match="FFTW wisdom in .* is ignored: (it is not|FFTW cannot)"):
        Plan(KEYS[0]._replace(effort=plans.CALIBRATED))
    Plan(KEYS[1]._replace(effort=plans.CALIBRATED))  # a second note would be an error here
    assert not known(KEYS[1])


@pytest.mark.parametrize("folder", ["/dev/null/below", ""])
def test_where_nothing_can_be_kept_it_is_known_all_the_same(monkeypatch, folder):
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", folder)
    forget(monkeypatch)
    plans.calibrate(KEYS)
    assert all(map(known, KEYS))
