"""Photographs in, pictures out: one or many, one failing or all well."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from glob import glob, has_magic
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import convolve_native as cn
from convolve_native import images
from convolve_native.cli.messages import REFUSALS, say, sentence
from convolve_native.cli.progress import progress

Array: TypeAlias = NDArray[Any]
# What a photograph's pictures are written as, by the pictures' names.
Targets: TypeAlias = dict[str, Path]


class Steps:
    """Runs steps and, where a report is wanted, keeps what ran and for how long."""

    def __init__(self, wanted: bool, within: Callable[[str], None]) -> None:
        self.wanted, self.within = wanted, within  # how far a step is, for those who wait
        self.rows: list[dict[str, Any]] = []
        self.lines: list[str] = []  # of what was found, for people
        self.found: dict[str, Any] = {}  # and for programs

    def tell(self, *lines: str, **found: Any) -> None:
        """Keep what was found."""
        self.lines += lines
        self.found |= found

    def scale(self, done: Any) -> None:
        """Tell how far an estimation from coarse to fine is."""
        self.within(f"scale {done.number} of {done.count}")

    def convolve(self, step: str, image: Array, kernel: Any, **keywords: Any) -> Array:
        """Convolve, as `convolve_native.convolve`."""
        method = cn.choose_method(image, kernel, **keywords).method if self.wanted else ""
        return self.run(step, method, lambda: cn.convolve(image, kernel, **keywords))

    def run(self, step: str, method: str, call: Callable[[], Array]) -> Array:
        """Run a step whose method is known."""
        start = perf_counter()
        result = call()
        milliseconds = round(1e3 * (perf_counter() - start), 3)
        self.rows.append({"step": step, "method": method, "milliseconds": milliseconds})
        return result


class Batch:
    """What a command was asked to do, with which photographs, and where to."""

    def __init__(self, command: str, photos: Iterable[Path], as_json: bool, quiet: bool) -> None:
        self.command = command
        self.photos = _expanded(photos)
        self.as_json, self.quiet = as_json, quiet
        self.targets: dict[Path, Targets] = {}
        self.folder: Path | None = None

    def write_to(self, output: Path | None, folder: Path | None, ending: str = "") -> None:
        """Plan one picture a photograph: into a file, or into a folder under its own name.

        `ending`, if given, takes the place of the suffix.
        """
        if (output is None) == (folder is None):
            raise ValueError("give one of --output and --out-dir")
        if folder is not None:
            self.write_all_to(folder, {"": ending})
        elif len(self.photos) > 1:
            raise ValueError(
                f"--output takes the result of one photograph; got {len(self.photos)}: "
                "write --out-dir FOLDER"
            )
        else:
            self.targets = {self.photos[0]: {"": output}}  # type: ignore[dict-item]

    def write_all_to(self, folder: Path, endings: Mapping[str, str]) -> None:
        """Plan pictures into a folder; refuse to write one over another, or over a photograph."""
        taken = {photo.resolve(): photo for photo in self.photos}
        planned: dict[str, Path] = {}
        for photo in self.photos:
            self.targets[photo] = {
                name: folder / (photo.stem + ending if ending else photo.name)
                for name, ending in endings.items()
            }
            for target in self.targets[photo].values():
                if target.resolve() in taken:
                    raise ValueError(
                        f"--out-dir would write {str(target)!r} over a photograph: name another"
                    )
                # Names that differ in case alone are one name on some systems.
                other = planned.setdefault(target.name.casefold(), photo)
                if other is not photo:
                    raise ValueError(
                        f"{str(other)!r} and {str(photo)!r} would both be written to "
                        f"{str(target)!r}: give them apart"
                    )
        self.folder = folder

    def run(self, work: Callable[[Array, Steps], Mapping[str, Array]]) -> int:
        """Work on every photograph, tell which failed, and give the exit code."""
        if self.quiet:
            warnings.simplefilter("ignore")  # `app.run` restores them
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        written, failed = [], []
        with progress(len(self.targets), shown=not self.quiet) as announce:
            for photo, targets in self.targets.items():
                announce(photo.name)
                try:
                    written.append(self._convert(photo, targets, work, announce.within))
                except REFUSALS as error:
                    failed.append({"photograph": str(photo), "error": sentence(error)})
        self._report(written, failed)
        return 2 if failed else 0

    def _convert(
        self,
        photo: Path,
        targets: Targets,
        work: Callable[[Array, Steps], Mapping[str, Array]],
        within: Callable[[str], None],
    ) -> dict[str, Any]:
        image, steps = images.read(photo), Steps(self.as_json, within)
        pictures = work(image, steps)
        for name, target in targets.items():
            if target.suffix == ".npy":
                np.save(target, pictures[name])
            else:
                images.write(target, pictures[name], like=photo)
        if not self.quiet and not self.as_json:
            for line in steps.lines:
                print(f"{photo}: {line}")
        return {
            "photograph": str(photo),
            "shape": image.shape,
            "dtype": image.dtype.name,
            "steps": steps.rows,
            **steps.found,
            "files": [str(target) for target in targets.values()],
        }

    def _report(self, written: list[dict[str, Any]], failed: list[dict[str, str]]) -> None:
        """Say which photographs failed, each by its name, and how many of how many."""
        many = len(self.targets) > 1
        for row in failed:
            unnamed = many and row["photograph"] not in row["error"]
            say(f"{row['photograph']!r}: {row['error']}" if unnamed else row["error"])
        if failed and many:
            say(f"{len(failed)} of {len(self.targets)} photographs failed")
        if self.as_json:
            print_json({"command": self.command, "written": written, "failed": failed})


def print_json(report: Mapping[str, Any]) -> None:
    """Print a report for programs, with the version that made it."""
    print(json.dumps({"convolve_native": cn.__version__, **report}, indent=2, default=str))


def _expanded(photos: Iterable[Path]) -> list[Path]:
    """Find what patterns stand for where the shell did not; each photograph once."""
    found: list[Path] = []
    for photo in photos:
        pattern = has_magic(str(photo)) and not photo.exists()
        matches = sorted(map(Path, glob(str(photo)))) if pattern else [photo]  # noqa: PTH207
        if not matches:
            raise ValueError(f"no file matches {str(photo)!r}")
        found += matches
    return list(dict.fromkeys(found))
