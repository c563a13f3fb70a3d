"""The timer, by a clock of our own; the fit, by machines that are known; and a calibration."""

import numpy as np
import pyfftw
import pytest

import convolve_native as cn
from convolve_native import calibration, machine
from convolve_native.calibration import ROUND, Timing, timings
from convolve_native.fitting import fit, non_negative
from convolve_native.fourier import plans
from convolve_native.fourier.plans import PlanKey
from convolve_native.fourier.wisdom import Wisdom
from convolve_native.machine import DEFAULT, Machine
from convolve_native.methods import METHODS, fft


class Clock:
    """A clock that the calls move on, the first of each by more."""

    def __init__(self):
        self.now, self.ran = 0.0, []

    def call(self, name, seconds, first=0.0):
        left = [first]

        def work():
            self.ran.append(name)
            self.now += left.pop() if left else seconds

        return work


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(calibration, "perf_counter", lambda: clock.now)
    return clock


def test_a_first_run_that_compiles_does_not_count(clock):
    (timing,) = timings(clock.call("a", 0.5, first=9.0), rounds=3, enough=0)
    assert timing == Timing(9.0, (0.5, 0.5, 0.5))
    assert timing.best == timing.median == 0.5


@pytest.mark.parametrize("seconds", [1e-7, 1e-5, ROUND, 0.3])
@pytest.mark.parametrize("enough", [0.0, 0.01, 1.0])
def test_rounds_are_long_enough_to_be_read_off_a_clock_and_enough_of_them(clock, seconds, enough):
    (timing,) = timings(clock.call("a", seconds), rounds=2, enough=enough)
    assert timing.best == pytest.approx(seconds)
    assert len(timing.rounds) >= 2
    spent = (len(clock.ran) - 1) * seconds  # all but the first
    assert spent >= len(timing.rounds) * ROUND * 0.999
    assert len(timing.rounds) * max(seconds, ROUND) * 2 >= enough


def test_calls_take_turns_in_orders_that_change(clock):
    timings(clock.call("a", 0.1), clock.call("b", 0.2), rounds=9, enough=0)
    turns = ["".join(pair) for pair in zip(clock.ran[-16::2], clock.ran[-15::2], strict=True)]
    assert set(turns) == {"ab", "ba"}  # one each a round


def test_a_call_may_be_run_once_alone(clock):
    assert timings(clock.call("a", 1.0, first=5.0), rounds=0, enough=0) == [Timing(5.0, ())]
    assert clock.ran == ["a"]


def test_the_best_is_the_least_and_the_median_is_the_middle():
    timing = Timing(9.0, (3.0, 1.0, 2.0, 50.0, 2.5))
    assert (timing.best, timing.median) == (1.0, 2.5)


def test_the_fit_finds_the_machine_that_was_measured():
    random = np.random.default_rng(0)
    figures = {name: each * random.uniform(0.3, 3) for name, each in DEFAULT.figures.items()}
    true = Machine.of("true", figures)
    cells = [cell for cell, _ in calibration._cells(calibration.TABLE)]
    seconds = np.array([METHODS[method].seconds(problem, true) for method, problem in cells])
    found = fit(cells, seconds)
    assert found.pop("thread") == DEFAULT.thread  # which no method's seconds hang on
    figures.pop("thread")
    # The table tells every figure from every other: what is left is rounding, 1e-16 times the
    # condition of the fit, about 1e4.
    assert found == pytest.approx(figures, rel=1e-9)


def test_the_fit_is_of_relative_errors_and_never_negative():
    random = np.random.default_rng(0)
    cells = [cell for cell, _ in calibration._cells({"direct": calibration.TABLE["direct"]})]
    seconds = np.array([METHODS[method].seconds(each, DEFAULT) for method, each in cells])
    noisy = seconds * random.uniform(0.8, 1.25, seconds.size)
    found = Machine.of("found", fit(cells, noisy))
    assert min(found.figures.values()) >= 0
    assert found.box == DEFAULT.box  # not measured
    errors = np.array([METHODS[method].seconds(each, found) for method, each in cells]) / noisy - 1
    true = seconds / noisy - 1
    assert np.square(errors).sum() <= np.square(true).sum()


@pytest.mark.parametrize("seed", range(30))
def test_non_negative_least_squares_meet_their_conditions(seed):
    """Kuhn and Tucker: no x below 0, and the residual falls along none that may change."""
    random = np.random.default_rng(seed)
    shape = random.integers(1, 40, 2)
    matrix = random.standard_normal(shape) * 10.0 ** random.integers(-12, 3, shape[1])
    right = random.standard_normal(shape[0])
    x = np.array(non_negative(matrix, right))
    assert (x >= 0).all()
    size = np.linalg.norm(matrix, axis=0)
    gain = (matrix / size).T @ (right - matrix @ x)
    tolerance = 1e-7 * np.linalg.norm(right)  # its own is 1e-9
    assert (gain <= tolerance).all()
    assert (abs(gain[x > 0]) <= tolerance).all()


SMALL = {
    "direct": (((16, 16), (3, 3)), ((16, 40), (5, 5))),
    "overlap_save": (((40, 40), (5, 5)),),
}
FRAMES = [PlanKey((32, 32), (0, 1), np.dtype(dtype)) for dtype in (np.float32, np.float64)]


@pytest.fixture
def calibrated(tmp_path, monkeypatch):
    """A calibration of two methods and one size, kept in a folder of its own."""
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(calibration, "TABLE", SMALL)
    monkeypatch.setattr(calibration, "BUDGET", 0.0)
    monkeypatch.setattr(fft, "SIZES", (32,))
    monkeypatch.setattr(plans._planner, "calibrated", Wisdom("calibrated"))
    yield cn.calibrate()
    machine.use(DEFAULT)


def test_a_calibration_is_in_use_at_once_and_kept_for_later_processes(calibrated):
    assert machine.current() is calibrated
    machine.use(None)
    assert machine.current() == calibrated
    for wisdom in (plans._planner.calibrated, Wisdom("calibrated")):
        assert all(wisdom.knows(frame.plan, pyfftw) for frame in FRAMES)


def test_a_calibration_holds_no_memory(calibrated):
    assert cn.cache_info()["spectra"].entries == cn.cache_info()["plans"].entries == 0


def test_a_calibration_changes_what_it_measured_and_nothing_else(calibrated):
    assert calibrated.direct != DEFAULT.direct
    assert calibrated.thread != DEFAULT.thread
    assert calibrated.separable == DEFAULT.separable
    assert calibrated.provenance.startswith("measured on ")
    assert "9 timings" in calibrated.provenance


def test_the_table_measures_every_method_with_what_it_can():
    assert calibration.TABLE.keys() == METHODS.keys()
    for (method, problem), _ in calibration._cells(calibration.TABLE):
        assert METHODS[method].refusal(problem) is None


def test_no_request_measures(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVOLVE_NATIVE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(calibration, "timings", None)  # a call would be an error
    monkeypatch.setattr(plans, "calibrate", None)
    machine.use(None)
    try:
        cn.convolve(np.ones((40, 40), np.float32), np.ones((9, 9)), method="overlap_save")
        assert cn.choose_method(np.ones((40, 40)), np.ones((9, 9))).measured is None
        assert machine.current() is DEFAULT
    finally:
        machine.use(DEFAULT)


def test_a_choice_is_made_by_the_machine_in_use():
    image, kernel = np.ones((50, 50), np.float32), np.random.default_rng(0).random((9, 9))
    slow = {
        n: each * 1e6 if n.startswith("direct") else each for n, each in DEFAULT.figures.items()
    }
    assert cn.choose_method(image, kernel).method == "direct"
    machine.use(Machine.of("a slow direct", slow))
    try:
        assert cn.choose_method(image, kernel).method != "direct"
    finally:
        machine.use(DEFAULT)
