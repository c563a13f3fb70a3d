"""Measuring a cell: agreement first, a trial of every side, then those that are near, in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from statistics import median

import numpy as np

import convolve_native as cn
from bench.grid import SMALL, Cell, image
from bench.peers.row import Peer, Work
from convolve_native.calibration import timings
from convolve_native.methods import METHODS

LONGEST = 2.0  # seconds that a peer may take which is not the fastest
FAR = 4.0  # times the fastest as foretold from a corner: a corner is dear for a transform
NEAR = 1.5  # times the fastest on the whole image: those beyond are not timed in turn
CORNER = 192  # pixels a side of the corner on which a peer is tried, or twice the kernel
ENOUGH = 0.03  # seconds of rounds for each side, and 5 rounds, or 3 of what takes long
SHORT, LONG = 5e-3, 0.2  # seconds below which one call says little, above which it says enough
SLOW = 0.25  # seconds of all sides together
TIMES = 3  # that a failing cell is measured before it counts
EPS = 1e-5  # of max|image| * sum|kernel| between floats: both sum some 1e4 products in float32
NAMED = ("sepFilter2D", "GaussianBlur")  # that a bar names, timed however far behind


def ours(work, method="auto"):
    """The call that is measured: of a Convolver where the image is small, else of convolve."""
    image, out = work.image, work.out
    if image.shape[:2] == SMALL:
        convolver = cn.Convolver(
            work.kernel.given, image.shape, image.dtype, method=method, workers=work.workers
        )
        return partial(convolver, image, out=out)
    return partial(
        cn.convolve, image, work.kernel.given, method=method, workers=work.workers, out=out
    )


def side(name, peers):
    """A peer, or one of our own methods as if it were one."""
    return peers.get(name) or Peer(lambda kernel, dtype: True, partial(ours, method=name))


def disagreement(peer, result, expected, kernel):
    """Why two results are not of the same work; None if they are."""
    if result.shape != expected.shape or result.dtype != expected.dtype:
        return f"gives {result.dtype}{list(result.shape)}"
    inside = (slice(None),) * 2
    if not peer.border:
        rows, columns = (n // 2 for n in kernel.whole.shape)
        inside = (slice(rows, result.shape[0] - rows), slice(columns, result.shape[1] - columns))
    if not result[inside].size:
        return "has no inside to compare"
    whole = result.dtype == np.uint8
    off = np.subtract(result[inside], expected[inside], dtype=np.int16 if whole else None)
    off = max(off.max(), -off.min())
    if whole:
        return f"differs by more than {peer.levels} levels" if off > peer.levels else None
    allowed = EPS * max(expected.max(), -expected.min()) * np.abs(kernel.whole).sum()
    return f"differs by more than {EPS:.0e}" if not off <= allowed else None


@dataclass
class Row:
    """What was found of a cell on a number of threads."""

    cell: Cell
    workers: int
    method: str  # that `auto` chose
    limit: float  # multiply-adds a second of the machine, on as many threads
    peers: frozenset[str]
    rounds: dict[str, list[float]] = field(default_factory=dict)  # seconds, timed in turn
    trials: dict[str, float] = field(default_factory=dict)  # of the sides that are far behind
    left_out: dict[str, str] = field(default_factory=dict)  # peer -> why

    @property
    def name(self):
        return f"{self.cell.name}, {self.workers} thread{'s' * (self.workers > 1)}"

    def seconds(self, name):
        """Median of the rounds; where there are none, of the trial."""
        return median(self.rounds[name]) if name in self.rounds else self.trials[name]

    @property
    def ours(self):
        return self.seconds("auto")

    @property
    def best_peer(self):
        """The fastest of those timed in turn; None where no peer does this."""
        return min(self.peers & self.rounds.keys(), key=self.seconds, default=None)

    @property
    def best_method(self):
        return min(METHODS.keys() & self.rounds.keys(), key=self.seconds)

    @property
    def deciding(self):
        """The sides on which the figures hang."""
        others = {self.best_method, self.best_peer, *NAMED} & self.rounds.keys()
        return ["auto", *sorted(others)]

    @property
    def figures(self):
        """What bars are about."""
        found = {"auto over the best method": self.ours / self.seconds(self.best_method)}
        if self.best_peer:
            found["ratio"] = self.seconds(self.best_peer) / self.ours
        for peer in self.peers & (self.rounds.keys() | self.trials.keys()):
            found[f"beside {peer}"] = self.seconds(peer) / self.ours
        if self.method == "direct":
            found["share of the limit"] = self.cell.products / self.ours / self.limit
        return found


def measure(cell, workers, limit, peers, fails):
    """Make a row; where it `fails`, with the rounds of three measurements."""
    work = Work.of(image(cell.shape, cell.dtype), cell.kernel, workers)
    choice = _choice(work)
    able = [name for name in choice.seconds if name not in choice.refused]
    row = Row(cell, workers, choice.method, limit, frozenset(peers))
    names = [name for name, peer in peers.items() if peer.can(cell.kernel, cell.dtype)]
    kept = (choice.method, *NAMED)
    row.trials |= (foretold := _try(row, _corner(work), [*able, *names], peers))
    row.trials |= (tried := _try(row, work, _nearest(foretold, FAR, peers, kept), peers))
    names = ["auto", *_nearest(tried, NEAR, peers, kept)]
    calls = {name: side(name, peers).prepare(work) for name in names}
    rounds = 3 if sum(tried[name] for name in names[1:]) > SLOW else 5
    for _ in range(TIMES):
        found = timings(*(calls[name] for name in names), rounds=rounds, enough=ENOUGH)
        for name, timing in zip(names, found, strict=True):
            row.rounds.setdefault(name, []).extend(timing.rounds)
        if not fails(row):
            break
        names = row.deciding
    return row


def _choice(work):
    image, given = work.image, work.kernel.given
    if image.shape[:2] == SMALL:
        return cn.Convolver(given, image.shape, image.dtype, workers=work.workers).choice
    return cn.choose_method(image, given, workers=work.workers)


def _corner(work):
    """The same work on the middle of the image, for what would take long."""
    size = max(CORNER, 2 * work.kernel.size)
    spans = [(n, min(n, size)) for n in work.image.shape[:2]]
    cut = tuple(slice((n - m) // 2, (n + m) // 2) for n, m in spans)
    return Work.of(np.ascontiguousarray(work.image[cut]), work.kernel, work.workers)


def _try(row, work, names, peers):
    """Seconds, scaled to the whole image, of the sides that agree with ours and take no longer.

    Of two trials the shorter counts, so that a busy moment puts nobody out.
    """
    expected = ours(Work.of(work.image, work.kernel, work.workers))()
    scale = np.prod(row.cell.shape) / work.image.size
    found = {}
    for name in names:
        each = side(name, peers)
        result, seconds = _trial(each.prepare(work))
        why = disagreement(each, np.asarray(result), expected, work.kernel)
        if why is None:
            found[name] = min(scale * seconds, row.trials.get(name, np.inf))
        else:
            row.left_out[name] = why
    fastest = min(found.keys() & peers.keys(), key=found.__getitem__, default=None)
    for name in found.keys() & peers.keys() - {fastest}:  # without the fastest there is no ratio
        if found[name] > LONGEST:
            row.left_out[name] = f"would take over {LONGEST:.0f} s"
    for name in row.left_out:
        found.pop(name, None)
        row.trials.pop(name, None)
    return found


def _trial(call):
    """Result and seconds of a call, at little cost where it is a long one."""
    results = []
    (first,) = timings(lambda: results.append(call()), rounds=0, enough=0)
    if first.first > LONG:
        return results[0], first.first
    (timing,) = timings(call, rounds=0 if first.first > SHORT else 3, enough=0)
    return results[0], min(timing.first, *timing.rounds, first.first)


def _nearest(seconds, factor, peers, kept):
    """Of our methods, and of the peers, those within a factor of the fastest; and those to keep."""
    near = []
    for group in (seconds.keys() - peers.keys(), seconds.keys() & peers.keys()):
        limit = factor * min((seconds[name] for name in group), default=0.0)
        near += [name for name in seconds if name in group and seconds[name] <= limit]
    return [*near, *(name for name in kept if name in seconds and name not in near)]
