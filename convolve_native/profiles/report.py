"""What `profile` found: tables for people, rows for programs, pictures and a page."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convolve_native import tables
from convolve_native.profiles.recording import Row
from convolve_native.spans import PARTS
from convolve_native.tables import milliseconds

Table = tuple[str, list[str], list[list[str]]]

NOTE = (
    "first: its loops are loaded or compiled; cold: nothing is known of the kernel; warm: as from "
    "the third call on. direct, separable, box and overlap_save see to the boundary within their "
    "loop, and overlap_save transforms there as well; what fft multiplies is its loop; call is all "
    "else: checks, the choice, a look at the pixels."
)


@dataclass(frozen=True, eq=False)
class Profile:
    """What every method takes by kernels of growing size; printed, tables.

    Attributes
    ----------
    shape, dtype, boundary, kernel_sizes, workers
        What was measured; `workers` are the numbers of threads.
    machine : dict of str to str
        What it was measured with, and where the predictions come from.
    limits : dict of int to dict
        For each number of threads multiply-adds a second, in registers, and bytes a second that a
        copy of the image reads and writes.
    rows : list of dict
        One a method, kernel size, number of threads and state ('first', 'cold', 'warm'): the
        `seconds` of a call, those `predicted` (warm, one thread; else None), the parts of the
        call, 'call', 'compile', 'plan', 'kernel', 'boundary', 'transform', 'loop' and 'copy',
        as `profiling` tells them apart, `gflops`, and the `share` of the machine's limit.
    choices : list of dict
        One a kind of kernel, its size and number of threads: the method that `auto` takes, its
        `seconds`, the `fastest` of those that can, and the `loss`, 0.1 for a tenth longer.

    Examples
    --------
    >>> import convolve_native as cn
    >>> found = cn.profile((16, 16), 3, workers=1)
    >>> {row["state"] for row in found.rows} == {"first", "cold", "warm"}
    True
    >>> found.to_csv().startswith("method,kernel_size,workers,state,seconds,predicted,call,")
    True
    """

    shape: str
    dtype: str
    boundary: str
    kernel_sizes: tuple[int, ...]
    workers: tuple[int, ...]
    machine: dict[str, str]
    limits: dict[int, dict[str, float]]
    rows: list[Row]
    choices: list[Row]

    @property
    def crossovers(self) -> list[Row]:
        """Where one method takes over from another: the sizes measured, and predicted."""
        return [
            {"kernel": kind, "workers": count, "from": one, "to": other}
            | {
                "measured": self._crossing(one, other, count, "seconds"),
                "predicted": self._crossing(one, other, 1, "predicted"),
            }
            for kind, count in self._groups()
            for one, other in self._successions(kind, count)
        ]

    def to_json(self) -> str:
        """Return all of it as JSON."""
        return tables.to_json({**vars(self), "crossovers": self.crossovers})

    def to_csv(self) -> str:
        """Return the rows as CSV, with a line of names."""
        return tables.to_csv(self.rows)

    def plot(self) -> Any:
        """Draw the times, their parts, the shares of the limit, and the losses of `auto`.

        Returns
        -------
        matplotlib.figure.Figure
            ``savefig`` writes it.

        Raises
        ------
        ModuleNotFoundError
            Where matplotlib, the extra `plot`, is not installed.
        """
        from convolve_native.views import profiles

        return profiles.figure(self.title, self.rows, self.choices)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write one page with its pictures, which asks for nothing else; whole or not at all.

        Raises
        ------
        ModuleNotFoundError
            Where matplotlib, the extra `plot`, is not installed.
        OSError
            The folder is missing or not writable, the disk full.
        """
        from convolve_native.images.files import replace
        from convolve_native.views import profiles

        page = profiles.page(self.title, [*self._machine(), NOTE], [self.plot()], self.tables())
        replace(Path(path), page.encode())

    @property
    def title(self) -> str:
        """What was measured."""
        return f"Convolutions of {self.shape} {self.dtype}, {self.boundary} boundary"

    def __str__(self) -> str:
        """Draw the tables."""
        drawn = (tables.text(*each) for each in self.tables())
        return "\n\n".join([self.title, "\n".join(self._machine()), *drawn, NOTE])

    def _repr_html_(self) -> str:
        """Draw them for a notebook."""
        return "".join(tables.html(*each) for each in self.tables())

    def tables(self) -> list[Table]:
        """Title, headings and cells of every table."""
        return [
            *(self._times(count) for count in self.workers),
            *(self._rates(count) for count in self.workers),
            *(self._chosen(count) for count in self.workers),
            self._crossed(),
            self._parts(),
        ]

    def _machine(self) -> list[str]:
        lines = [f"{name}: {value}" for name, value in self.machine.items()]
        for count, limit in self.limits.items():
            lines.append(
                f"limits, {_threads(count)}: {2e-9 * limit['multiply_adds']:.3g} GFLOP/s of "
                f"multiply-adds in registers, {1e-9 * limit['copied_bytes']:.3g} GB/s copied"
            )
        return lines

    def _of(self, state: str, count: int) -> dict[tuple[str, int], Row]:
        """Rows by method and kernel size."""
        return {
            (row["method"], row["kernel_size"]): row
            for row in self.rows
            if (row["state"], row["workers"]) == (state, count)
        }

    @property
    def methods(self) -> list[str]:
        """Those that were measured."""
        return list(dict.fromkeys(row["method"] for row in self.rows))

    def _grid(self, title: str, count: int, cell: Any) -> Table:
        warm = self._of("warm", count)
        cells = [
            [str(size), *(cell(warm[method, size]) for method in self.methods)]
            for size in self.kernel_sizes
        ]
        return f"{title}, {_threads(count)}", ["kernel size", *self.methods], cells

    def _times(self, count: int) -> Table:
        title = "Milliseconds of a warm call" + " (predicted)" * (count == 1)
        return self._grid(title, count, _time)

    def _rates(self, count: int) -> Table:
        title = "GFLOP/s, and the share of the machine's limit"
        return self._grid(title, count, lambda row: f"{row['gflops']:.3g} ({row['share']:.0%})")

    def _chosen(self, count: int) -> Table:
        kinds = list(dict.fromkeys(row["kernel"] for row in self.choices))
        found = {
            (row["kernel"], row["kernel_size"]): row
            for row in self.choices
            if row["workers"] == count
        }
        cells = [
            [str(size), *(_loss(found[kind, size]) for kind in kinds)] for size in self.kernel_sizes
        ]
        title = f"What auto takes, and loses beside the fastest, {_threads(count)}"
        return title, ["kernel size", *(f"{kind} kernel" for kind in kinds)], cells

    def _crossed(self) -> Table:
        cells = [
            [
                *(row["kernel"], str(row["workers"]), f"{row['from']} to {row['to']}"),
                *(_size(row[what]) for what in ("measured", "predicted")),
            ]
            for row in self.crossovers
        ]
        headings = ["kernel", "threads", "from method to method", "at size", "predicted"]
        return "Where another method becomes the fastest", headings, cells

    def _parts(self) -> Table:
        """First, cold and warm, of the least kernel, one between, and the largest."""
        sizes = self.kernel_sizes
        shown = {sizes[0], sizes[len(sizes) // 2], sizes[-1]}
        order = sorted(
            (row for row in self.rows if row["workers"] == 1 and row["kernel_size"] in shown),
            key=lambda row: self.methods.index(row["method"]),
        )
        cells = [
            [row["method"], str(row["kernel_size"]), row["state"], milliseconds(row["seconds"])]
            + [milliseconds(row[part]) for part in PARTS]
            for row in order
        ]
        headings = ["method", "kernel size", "state", "total", *PARTS]
        return "Parts of a call in milliseconds, one thread", headings, cells

    def _groups(self) -> list[tuple[str, int]]:
        return list(dict.fromkeys((row["kernel"], row["workers"]) for row in self.choices))

    def _successions(self, kind: str, count: int) -> Iterator[tuple[str, str]]:
        """Which method is the fastest after which, as kernels grow; each once."""
        fastest = [
            row["fastest"]
            for row in self.choices
            if (row["kernel"], row["workers"]) == (kind, count)
        ]
        pairs = dict.fromkeys(itertools.pairwise(fastest))
        yield from (pair for pair in pairs if pair[0] != pair[1])

    def _crossing(self, one: str, other: str, count: int, what: str) -> float | None:
        warm = self._of("warm", count)
        seconds = [[warm[method, k][what] for k in self.kernel_sizes] for method in (one, other)]
        return crossing(self.kernel_sizes, *seconds)


def crossing(sizes: Sequence[int], one: Sequence[float], other: Sequence[float]) -> float | None:
    """The size from which `other` is faster than `one`; None where that does not change.

    Between two sizes both are taken for powers of the size.

    >>> round(crossing((2, 4), (1.0, 4.0), (2.0, 2.0)), 3)
    2.828
    """
    leads = [math.log(a / b) for a, b in zip(one, other, strict=True)]
    for (k, lead), (after, later) in itertools.pairwise(zip(sizes, leads, strict=True)):
        if lead <= 0 < later:
            return float(k * (after / k) ** (lead / (lead - later)))
    return None


def _threads(count: int) -> str:
    return f"{count} thread{'s' * (count > 1)}"


def _time(row: Row) -> str:
    predicted = row["predicted"]
    return milliseconds(row["seconds"]) + (f" ({milliseconds(predicted)})" if predicted else "")


def _loss(row: Row) -> str:
    return str(row["auto"]) + ("" if row["loss"] is None else f" +{row['loss']:.0%}")


def _size(size: float | None) -> str:
    return "-" if size is None else f"{size:.3g}"
