"""What a profile takes, whether its parts add up, and what spans cost where nobody records."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np

import convolve_native as cn
from convolve_native import spans
from convolve_native.calibration import timings

SECONDS, PARTS, SPANS = "seconds of a profile", "parts over the call", "microseconds of spans"
SHAPE = (64, 64)
TIMES = 1000  # spans of a timing


@dataclass
class ProfileRow:
    """Figures of profiles."""

    name: str
    figures: dict[str, float]


def whole():
    """The profile that is asked for by default, on one thread."""
    found = []
    (once,) = timings(lambda: found.append(cn.profile(workers=1)), rounds=0, enough=0)
    least = min(sum(row[part] for part in spans.PARTS) / row["seconds"] for row in found[0].rows)
    return ProfileRow("profile, 1024², 12 kernels", {SECONDS: once.first, PARTS: least})


class _Counter:
    """A recorder that counts spans."""

    def __init__(self):
        self.count = 0

    def span(self, part, about):
        self.count += 1
        return spans.NOTHING


def unrecorded(method):
    """The spans of a call, which are functions of it that are ready, times what one costs."""
    image, kernel, counter = np.ones(SHAPE, np.float32), np.ones((3, 3)), _Counter()
    cn.convolve(image, kernel, method=method, workers=1)
    with contextlib.ExitStack() as held:
        held.callback(spans.RECORDER.reset, spans.RECORDER.set(counter))
        cn.convolve(image, kernel, method=method, workers=1)

    def nothing():
        pass

    def function():
        for _ in range(TIMES):
            spans.spanned(nothing, "loop", image, kernel)()

    def bare():
        for _ in range(TIMES):
            nothing()

    each, none = (timing.best for timing in timings(function, bare))
    seconds = counter.count * (each - none) / TIMES
    return ProfileRow(f"spans, {method}, {SHAPE[0]}²", {SPANS: 1e6 * seconds})


ROWS = {
    "profile": whole,
    "spans, direct": lambda: unrecorded("direct"),
    "spans, fft": lambda: unrecorded("fft"),
}
