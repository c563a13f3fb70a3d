"""The choice: a value, tested without a clock and without pixels."""

from dataclasses import replace

import numpy as np
import pytest

from convolve_native.machine import DEFAULT, Machine
from convolve_native.methods import METHODS
from convolve_native.planner import choose
from convolve_native.problem import Axis, Problem

# Round numbers: a product costs 1, a transform's operation 2, everything else nothing.
ROUND = {
    "direct.operation.single": 1.0,
    "direct.operation.double": 2.0,
    "separable.operation.single": 1.0,
    "separable.operation.double": 2.0,
    "fft.operation.single": 2.0,
    "fft.operation.double": 4.0,
    "overlap_save.operation.single": 1e9,
    "overlap_save.operation.double": 1e9,
    "thread": 1e6,
}
MACHINE = Machine.of("round numbers", {**dict.fromkeys(DEFAULT.figures, 0.0), **ROUND})
FLOAT32 = np.dtype(np.float32)


def problem(taps=(3, 3), size=100, terms=None, **changes):
    rows, columns = (Axis.of(size, k, "same", (k - 1) // 2) for k in taps)
    plain = Problem(
        planes=1,
        rows=rows,
        columns=columns,
        channels=1,
        boundary="symmetric",
        fill=0,
        source=FLOAT32,
        compute=FLOAT32,
        stored=FLOAT32,
        gain=1.0,
        terms=terms,
        finite=True,
        peak=1.0,
        spread=2.0,
    )
    return replace(plain, **changes)


def test_predicted_seconds_are_the_formula():
    choice = choose(problem(taps=(5, 7), size=384, terms=2), MACHINE, "auto", 1)
    assert choice.seconds["direct"] == 384 * 384 * 35  # whole tiles, on any CPU
    assert choice.seconds["separable"] == 384 * 384 * 2 * (5 + 7)
    frame = 392 * 392  # 388 and 390 samples, extended to the next good size
    assert METHODS["fft"].seconds(problem(taps=(5, 7), size=384), MACHINE) == pytest.approx(
        2 * 5 * frame * np.log2(frame)
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"taps": (3, 3)}, "direct"),
        ({"taps": (3, 3), "terms": 1}, "separable"),
        ({"taps": (5, 5), "terms": 3}, "direct"),  # 30 products are more than 25
        ({"taps": (41, 41)}, "fft"),
        ({"taps": (41, 41), "terms": 1}, "separable"),
        ({"taps": (41, 41), "terms": 8}, "fft"),
    ],
)
def test_the_cheapest_is_chosen(changes, expected):
    choice = choose(problem(**changes), MACHINE, "auto", 1)
    assert choice.method == expected
    assert choice.reason == "predicted the fastest"


def test_refusals_are_in_words_and_bind_a_forced_method():
    choice = choose(problem(), MACHINE, "auto", 1)
    assert choice.refused == {
        "separable": "the kernel is not 8 outer products or fewer",
        "box": "the kernel's weights are not all the same",
    }
    message = "method 'separable' cannot do this: the kernel is not 8 outer products or fewer"
    with pytest.raises(ValueError, match=message):
        choose(problem(), MACHINE, "separable", 1)


def test_a_wide_range_keeps_auto_from_a_float32_transform_but_may_be_forced():
    wide = problem(taps=(41, 41), spread=5000.0)
    choice = choose(wide, MACHINE, "auto", 1)
    assert choice.method == "direct"
    assert choice.refused["fft"] == (
        "the largest pixel is 5e+03 times the mean: too wide for float32"
    )
    assert choose(wide, MACHINE, "fft", 1).method == "fft"
    assert choose(replace(wide, compute=np.dtype(np.float64)), MACHINE, "auto", 1).method == "fft"


def test_exact_integers_take_part_in_a_transform_only_under_a_quarter():
    exact = problem(taps=(41, 41), exact=True, peak=255, gain=41.0 * 41)
    assert "is not under 1/4" in choose(exact, MACHINE, "auto", 1).refused["fft"]
    wide = replace(exact, compute=np.dtype(np.float64), source=np.dtype(np.float64))
    assert choose(wide, MACHINE, "auto", 1).method == "fft"
    integers = replace(exact, compute=np.dtype(np.int64))
    assert "this sum needs int64" in choose(integers, MACHINE, "auto", 1).refused["fft"]


def test_pixels_that_nobody_looked_at_are_mentioned():
    choice = choose(problem(taps=(41, 41), finite=None, spread=None), MACHINE, "auto", 1)
    assert choice.reason == "predicted the fastest; the pixels were not looked at"


@pytest.mark.parametrize(
    ("limit", "threads", "expected"),  # what all of it takes, in threads started
    [(1, 1e4, 1), (2, 1e4, 2), (64, 1640, 41), (64, 16, 4), (64, 2.01, 2), (64, 1.99, 1)],
)
def test_threads_are_used_as_far_as_they_pay(limit, threads, expected):
    seconds = choose(problem(), MACHINE, "direct", 1).seconds["direct"]
    machine = replace(MACHINE, thread=seconds / threads)
    assert choose(problem(), machine, "direct", limit).workers == expected
    spent = {w: seconds / w + (w - 1) * machine.thread for w in range(1, limit + 1)}
    assert spent[expected] == pytest.approx(min(spent.values()))


def test_a_choice_prints_as_a_table():
    choice = replace(choose(problem(taps=(5, 5)), MACHINE, "auto", 1), measured={"direct": 0.25})
    lines = str(choice).splitlines()
    assert lines[0] == "direct: predicted the fastest"
    assert lines[2].split() == ["method", "predicted", "measured"]
    assert lines[3].split()[:2] == ["*", "direct"]
    assert lines[3].split()[-2:] == ["250", "ms"]
    assert lines[4].split()[0] in ("fft", "overlap_save")
    assert lines[4].split()[-1] == "-"
    assert "the kernel is not 8 outer products or fewer" in lines[-2]
