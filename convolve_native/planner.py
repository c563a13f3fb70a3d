"""Which method: from a Problem and a Machine to a Choice, without a clock and without pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from convolve_native import tables
from convolve_native.machine import Machine
from convolve_native.methods import METHODS
from convolve_native.problem import Problem


@dataclass(frozen=True)
class Choice:
    """A decision: the method, the predicted seconds it rests on, and why others were left out.

    `str(choice)` is the table that ``convolve-native explain`` prints; a notebook shows it as its
    own.
    """

    method: str
    reason: str
    workers: int
    seconds: Mapping[str, float]
    refused: Mapping[str, str]
    measured: Mapping[str, float] | None = None

    def __str__(self) -> str:
        """Draw a line a method, the fastest prediction first."""
        lines = [f"{self.method}: {self.reason}", ""]
        header = f"{'method':<14}{'predicted':>12}"
        lines.append(header if self.measured is None else f"{header}{'measured':>12}")
        for name in sorted(self.seconds, key=self.seconds.__getitem__):
            mark = "*" if name == self.method else " "
            row = f"{mark} {name:<12}{_milliseconds(self.seconds[name]):>12}"
            if self.measured is not None:
                row += f"{_told(self.measured.get(name)):>12}"
            note = f"   {self.refused[name]}" if name in self.refused else ""
            lines.append(row + note)
        lines.extend(
            f"  {name:<12}{'-':>12}   {why}"
            for name, why in self.refused.items()
            if name not in self.seconds
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Draw the same for a notebook."""
        measured = self.measured or {}
        order = [*sorted(self.seconds, key=self.seconds.__getitem__)]
        order += [name for name in self.refused if name not in self.seconds]
        cells = [
            [
                f"{name} *" if name == self.method else name,
                *(_told(each.get(name)) for each in (self.seconds, measured)),
                self.refused.get(name, ""),
            ]
            for name in order
        ]
        title = f"{self.method}: {self.reason}"
        return tables.html(title, ["method", "predicted", "measured", "why not"], cells)


def _told(seconds: float | None) -> str:
    return "-" if seconds is None else _milliseconds(seconds)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms"


def choose(problem: Problem, machine: Machine, method: str, limit: int) -> Choice:
    """Choose among all methods, or take the one asked for; on at most `limit` threads.

    Raises ValueError where the method asked for cannot do this problem right.
    """
    plane = problem.slice
    refused = _named(plane, "refusal")
    seconds = {
        name: problem.slices * row.seconds(plane, machine)
        for name, row in METHODS.items()
        if name not in refused
    }
    if method != "auto":
        if method in refused:
            raise ValueError(f"method {method!r} cannot do this: {refused[method]}")
        chosen, reason = method, "as asked"
    else:
        unwilling = {n: w for n, w in _named(plane, "reluctance").items() if n in seconds}
        willing = [name for name in seconds if name not in unwilling]
        chosen = min(willing, key=seconds.__getitem__)
        refused |= unwilling
        reason = "predicted the fastest" if len(willing) > 1 else "the only one that can"
    if METHODS[chosen].looks and problem.finite is None:
        reason += "; the pixels were not looked at"
    workers = min(limit, _workers(seconds[chosen], machine))
    return Choice(chosen, reason, workers, seconds, refused)


def _workers(seconds: float, machine: Machine) -> int:
    """The number w of them with which seconds / w and what w - 1 threads cost come to the least."""
    return int((1 + math.sqrt(1 + 4 * seconds / machine.thread)) / 2)


def _named(problem: Problem, rule: str) -> dict[str, str]:
    """Answers of the methods that have a reason under a rule."""
    answers = {name: getattr(row, rule)(problem) for name, row in METHODS.items()}
    return {name: why for name, why in answers.items() if why is not None}
