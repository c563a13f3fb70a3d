"""What the bench counts and concludes; how fast anything is is for the bench itself to say."""

import math

import numpy as np
import pytest

import convolve_native as cn
from bench import bars, grid, memory, pairs, profiles, report
from bench.grid import Cell, Kernel
from bench.measure import Row, disagreement, measure, side
from bench.peers.row import Peer, Work, always
from convolve_native.methods import METHODS

KERNELS = {cell.kernel for cell in grid.cells()}
CELL = Cell(grid.MIDDLE, "float32", Kernel("dense", 7))
ROUNDS = {"auto": [0.01], "direct": [0.01], "fft": [0.008], "quick": [0.02], "slow": [0.03]}
FIELDS = {
    "workers": 1,
    "method": "direct",
    "limit": 1e9,
    "peers": frozenset({"quick", "slow"}),
    "rounds": ROUNDS,
}


def row(cell=CELL, **fields):
    """A row as if it had been measured: ours 10 ms, the best peer 20."""
    return Row(cell, **{**FIELDS, **fields})


# ---- the grid ----


def test_the_grid_is_what_the_bench_promises():
    names = [cell.name for cell in grid.cells()]
    assert len(names) == len(set(names))
    assert {cell.name for cell in grid.cells(quick=True)} < set(names)
    whole = {(c.kernel.kind, c.kernel.size) for c in grid.cells() if c.shape == grid.LARGE}
    assert {size for kind, size in whole if kind == "dense"} >= {3, 5, 7, 9, 11, 31, 51, 101}
    assert {kind for kind, _ in whole} == set(grid.SIDES) | set(grid.WHOLE)


def test_every_librarys_centre_is_the_same():
    for kernel in KERNELS:
        assert all(taps % 2 for taps in kernel.whole.shape), kernel
        assert kernel.margin == kernel.size // 2


def test_a_kernel_has_sides_where_it_is_their_product():
    for kernel in KERNELS:
        rank = np.linalg.matrix_rank(kernel.whole)
        assert (rank == 1) == (kernel.sides is not None), kernel


def test_kernels_are_what_they_are_called():
    assert np.linalg.matrix_rank(Kernel("rank 2", 15).whole) == 2
    assert 0.03 < np.count_nonzero(Kernel("sparse", 31).whole) / 31**2 < 0.07
    assert Kernel("wide", 101).whole.shape == Kernel("tall", 101).whole.T.shape == (1, 101)
    assert isinstance(Kernel("gaussian", 7).given, tuple)
    assert Kernel("gaussian matrix", 7).given.shape == (7, 7)


def test_the_gaussian_is_the_one_of_opencv():
    cv2 = pytest.importorskip("cv2")
    for size in grid.SIZES["gaussian"]:
        theirs = cv2.getGaussianKernel(size, grid.sigma(size))[:, 0]
        np.testing.assert_allclose(Kernel("gaussian", size).sides[0], theirs, rtol=1e-12)


@pytest.mark.parametrize("shape", [(70, 50), (70, 50, 3)])
def test_images_use_their_dtype(shape):
    pixels, floats = grid.image(shape, "uint8"), grid.image(shape, "float32")
    assert pixels.shape == floats.shape == shape
    np.testing.assert_array_equal(floats, (pixels / 255).astype(np.float32))
    assert pixels.std() > 10


# ---- agreement ----

EXACT = np.full((20, 20), 100, np.uint8)
PLAIN, BORDERLESS = Peer(always, None), Peer(always, None, border=False)


def changed(value, place, image=EXACT):
    result = image.copy()
    result[place] = value
    return result


@pytest.mark.parametrize(
    ("peer", "result", "why"),
    [
        (PLAIN, EXACT, None),
        (PLAIN, changed(102, (0, 0)), None),
        (PLAIN, changed(103, (0, 0)), "differs by more than 2 levels"),
        (PLAIN, changed(97, (9, 9)), "differs by more than 2 levels"),
        (Peer(always, None, levels=5), changed(95, (9, 9)), None),
        (BORDERLESS, changed(0, (2, 9)), None),
        (BORDERLESS, changed(0, (3, 9)), "differs by more than 2 levels"),
        (PLAIN, EXACT.astype(np.float32), "gives float32[20, 20]"),
        (PLAIN, EXACT[1:], "gives uint8[19, 20]"),
        (BORDERLESS, EXACT[:6, :6], "gives uint8[6, 6]"),
    ],
)
def test_bytes_agree_within_levels(peer, result, why):
    assert disagreement(peer, result, EXACT, Kernel("dense", 7)) == why


@pytest.mark.parametrize("value", [100.1, np.nan, np.inf])
def test_floats_agree_within_rounding(value):
    exact = EXACT.astype(np.float32)
    kernel = Kernel("gaussian", 7)
    assert disagreement(PLAIN, changed(100.0005, (9, 9), exact), exact, kernel) is None
    why = disagreement(PLAIN, changed(value, (9, 9), exact), exact, kernel)
    assert why == "differs by more than 1e-05"


def test_an_image_within_the_kernels_reach_proves_nothing():
    small = EXACT[:6, :6]
    why = disagreement(BORDERLESS, small, small, Kernel("dense", 7))
    assert why == "has no inside to compare"


def test_a_cell_is_measured_with_those_that_agree():
    cell = Cell(grid.SMALL, "float32", Kernel("dense", 3))

    def same(work):
        return lambda: cn.convolve(work.image, work.kernel.whole, method="direct", workers=1)

    def other(work):
        return lambda: work.image

    peers = {
        "same": Peer(always, same),
        "other": Peer(always, other),
        "unable": Peer(lambda kernel, dtype: False, other),
    }
    measured = []
    found = measure(cell, 1, 1e9, peers, lambda row: measured.append(len(row.rounds["auto"])) or 1)
    assert found.left_out == {"other": "differs by more than 1e-05"}
    assert found.best_peer == "same"
    assert found.figures["ratio"] == found.seconds("same") / found.seconds("auto")
    assert "direct" in found.rounds
    # Failing, it was measured three times, and all rounds count.
    assert len(measured) == 3
    assert measured[0] < measured[1] < measured[2]


def test_a_peer_that_takes_long_is_left_out_unless_it_is_the_fastest(monkeypatch):
    monkeypatch.setattr("bench.measure.LONGEST", 0.0)

    def peer(times):
        def prepare(work):
            result = cn.convolve(work.image, work.kernel.whole)
            return lambda: [result.copy() for _ in range(times)][-1]

        return Peer(always, prepare)

    cell = Cell(grid.SMALL, "uint8", Kernel("box", 3))
    found = measure(cell, 1, 1e9, {"late": peer(500), "early": peer(1)}, lambda row: False)
    assert found.left_out == {"late": "would take over 0 s"}
    assert found.best_peer == "early"
    assert "late" not in found.trials


# ---- arithmetic ----


def test_figures_of_a_row():
    figures = row(trials={"far": 9.0}, peers=frozenset({"quick", "slow", "far", "absent"})).figures
    assert figures["ratio"] == pytest.approx(2.0)
    assert figures["beside slow"] == pytest.approx(3.0)
    assert figures["beside far"] == pytest.approx(900.0)
    assert figures["auto over the best method"] == pytest.approx(1.25)
    assert figures["share of the limit"] == pytest.approx(512**2 * 49 / 0.01 / 1e9)
    assert "beside absent" not in figures


def test_the_median_counts_and_only_direct_has_a_share():
    found = row(rounds={"auto": [1.0, 9.0, 2.0], "fft": [2.0], "quick": [4.0]}, method="fft")
    assert found.ours == 2.0
    assert found.figures["ratio"] == 2.0
    assert "share of the limit" not in found.figures


def test_a_row_without_a_peer_has_no_ratio():
    found = row(peers=frozenset())
    assert found.best_peer is None
    assert "ratio" not in found.figures
    assert "| -" in report.cell_line(found)


@pytest.mark.parametrize(("seconds", "value"), [((1.0, 4.0), 4.0), ((4.0, 1.0), 4.0)])
def test_a_cliff_counts_on_either_side(seconds, value):
    pair = pairs.Pair(pairs.WIDTH, "uint8", Kernel("box", 3), (((8, 8), 1), ((8, 8), 1)))
    assert pairs.PairRow(pair, tuple([s] for s in seconds)).figures == {pairs.WIDTH: value}


def test_sizes_are_compared_by_the_pixel():
    pair = pairs.Pair(pairs.SIZE, "uint8", Kernel("box", 3), (((20, 10), 1), ((10, 10), 1)))
    assert pairs.PairRow(pair, ([3.0], [1.0])).figures == {pairs.SIZE: 1.5}


# ---- bars ----


def test_a_bar_takes_the_worst_of_its_rows():
    bar = bars.Bar("dense", "ratio", 1.8, where=bars.on("dense", ("float32",), (grid.MIDDLE,), 5))
    slow = row(rounds={"auto": [1.0], "direct": [1.0], "quick": [1.5]})
    elsewhere = [
        row(CELL._replace(shape=grid.LARGE), rounds={**ROUNDS, "auto": [9.0]}),
        row(CELL._replace(dtype="uint8")),
        row(CELL._replace(kernel=Kernel("dense", 3))),
        row(CELL._replace(kernel=Kernel("disk", 7))),
        row(workers=2),
    ]
    assert bar.verdict([row(), slow, *elsewhere]) == (1.5, slow.name)
    assert bar.verdict(elsewhere) is None
    assert [bar.fails(each) for each in (row(), slow, elsewhere[0])] == [False, True, False]


def test_a_bar_may_be_an_upper_one_or_of_all_rows():
    most = bars.Bar("all", "auto over the best method", 1.2, most=True)
    assert most.fails(row())
    assert not most.met(1.21)
    mean = bars.Bar("mean", "ratio", 2.2, summary=bars.geometric_mean)
    rows = [row(), row(rounds={"auto": [1.0], "direct": [1.0], "quick": [8.0]})]
    value, _ = mean.verdict(rows)
    assert math.isclose(value, 4.0)
    assert not mean.fails(row())  # no row alone can miss it


@pytest.mark.parametrize("bar", bars.BARS, ids=lambda bar: f"{bar.figure}, {bar.name}")
def test_every_bar_is_about_something(bar):
    rounds = {name: [1e-4] for name in ("auto", "direct", "GaussianBlur")}
    late = {name: [1.0] for name in rounds}
    named = frozenset({"GaussianBlur", "sepFilter2D"})
    rows = [
        row(cell, workers=n, rounds=taken, peers=named, trials={"sepFilter2D": 1.0})
        for cell in grid.cells()
        for n in (1, 2)
        for taken in (rounds, late)
    ]
    others = [pairs.PairRow(pair, ([1.0], [1.0])) for pair in pairs.PAIRS]
    others.append(memory.MemoryRow("box", "uint8", 0))
    figures = dict.fromkeys((profiles.SECONDS, profiles.PARTS, profiles.SPANS), 1.0)
    others.append(profiles.ProfileRow("profile", figures))
    assert bar.verdict([*rows, *others]) is not None


def test_the_table_says_what_is_met():
    text = report.bars_table([row(), row(workers=2)])
    lines = {line.split("|")[2].strip(): line for line in text.splitlines()}
    assert "| 2.00     | yes |" in lines["direct float32, 512², 5-11"]
    assert "| 2.00     | NO  |" in lines["geometric mean, two threads"]
    assert "not measured" in lines["Gaussian uint8"]
    assert len({len(line) for line in text.splitlines()}) == 1


def test_every_method_of_ours_can_be_a_side():
    work = Work.of(grid.image((40, 40), "uint8"), Kernel("box", 5), 1)
    expected = cn.convolve(work.image, work.kernel.whole)
    for name in ("auto", *METHODS):
        np.testing.assert_array_equal(side(name, {}).prepare(work)(), expected)
