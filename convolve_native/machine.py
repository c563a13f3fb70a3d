"""What this machine costs: a few constants with units, from which the planner predicts seconds.

One machine is in use at a time: what `calibrate` measured here, in this process or in one before,
else what is shipped.  It is read from the user's cache folder when it is first asked for, and is
never measured by a request.
"""

from __future__ import annotations

import hashlib
import math
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

from convolve_native import __version__
from convolve_native.folders import Unreadable, cache_folder, cpu_name, keep, recall
from convolve_native.forks import renew_in_child
from convolve_native.loops import stamp
from convolve_native.problem import Problem


class Sums(NamedTuple):
    """Seconds of one thing, by what it is computed in; a complex number counts as its parts."""

    single: float  # float32
    double: float  # eight bytes

    def of(self, problem: Problem) -> float:
        """The figure for a problem."""
        return self.single if problem.single else self.double


class Samples(NamedTuple):
    """The same where it also hangs on what the image is made of."""

    single: float  # float32
    double: float  # eight bytes
    byte: float  # bytes, summed in float32

    def of(self, problem: Problem) -> float:
        """The figure for a problem."""
        if not problem.single:
            return self.double
        return self.byte if problem.source.itemsize == 1 else self.single


Constant = float | Sums | Samples


@dataclass(frozen=True)
class Sweep:
    """A loop that sweeps the lines of a result."""

    operation: Annotated[Samples, "multiply-add, or of box an addition"]
    sample: Annotated[Samples, "sample of the result, converted and written"]
    far: Annotated[float, "byte of image and result beyond the cache"]
    row: Annotated[float, "line: its ends, and what is made ready for it"]
    call: Annotated[float, "call, its scratch included"]


@dataclass(frozen=True)
class TileSweep(Sweep):
    """One that sums in register tiles, which share what they load."""

    load: Annotated[Samples, "sample loaded for them"]


@dataclass(frozen=True)
class Transforms:
    """Fourier transforms there and back, of frames that hold so many numbers."""

    operation: Annotated[Sums, "one of the 5 N log2 N operations on a frame of N numbers"]
    sample: Annotated[Samples, "sample of the result, converted and written"]
    apart: Annotated[Samples, "number of a frame that stands among other channels in the image"]
    far: Annotated[Sums, "number of a frame, for every doubling of it beyond the cache"]
    line: Annotated[float, "line of a frame, of any length"]
    call: Annotated[float, "call: finding plans and spectra, the scratch included"]


@dataclass(frozen=True)
class Machine:
    """Seconds that things take on one thread; printed, a table of them.

    Attributes
    ----------
    provenance : str
        Where the figures come from.
    direct, separable : TileSweep
    box : Sweep
        The loops of these methods.
    fft, overlap_save : Transforms
        Of whole planes, and of pairs of tiles.
    thread : float
        A part handed to another thread.

    Examples
    --------
    >>> from convolve_native.machine import DEFAULT, Machine
    >>> slow = Machine.of("half as fast", {k: 2 * v for k, v in DEFAULT.figures.items()})
    >>> slow.direct.call == 2 * DEFAULT.direct.call
    True
    """

    provenance: str
    direct: TileSweep
    separable: TileSweep
    box: Sweep
    fft: Transforms
    overlap_save: Transforms
    thread: Annotated[float, "part handed to another thread"]

    @property
    def figures(self) -> dict[str, float]:
        """Every figure by its name."""
        found: dict[str, float] = {}
        for name, value, _ in _constants(self):
            several = {"": value} if isinstance(value, float) else value._asdict()
            found |= {f"{name}.{kind}".rstrip("."): figure for kind, figure in several.items()}
        return found

    @classmethod
    def of(cls, provenance: str, figures: Mapping[str, float]) -> Machine:
        """Make a machine of figures by their names."""

        def take(name: str, like: Any) -> Any:
            if isinstance(like, float):
                return figures[name]
            parts = like._asdict() if isinstance(like, (Sums, Samples)) else vars(like)
            return type(like)(*(take(f"{name}.{part}", each) for part, each in parts.items()))

        groups = {name: each for name, each in vars(DEFAULT).items() if name != "provenance"}
        return cls(provenance, *(take(name, each) for name, each in groups.items()))

    def __str__(self) -> str:
        """Draw a line a constant."""
        header = f"{'seconds a':<22}" + "".join(f"{kind:>10}" for kind in Samples._fields)
        lines = [self.provenance, "", header]
        for name, value, thing in _constants(self):
            several = (value,) if isinstance(value, float) else value
            cells = "".join(f"{figure:>10.3g}" for figure in several)
            lines.append(f"{name:<22}{cells:<30}  {thing}")
        return "\n".join(lines)


def _constants(value: Machine | Sweep | Transforms) -> Iterator[tuple[str, Constant, str]]:
    """Name and figure or figures of every constant, and the thing they are of."""
    for name, hint in get_type_hints(type(value), include_extras=True).items():
        inner = getattr(value, name)
        if isinstance(inner, (Sweep, Transforms)):
            for part, figures, thing in _constants(inner):
                yield f"{name}.{part}", figures, thing
        elif not isinstance(inner, str):
            yield name, inner, hint.__metadata__[0]


DEFAULT = Machine(
    provenance="shipped: AMD EPYC (Zen 4, AVX-512), numba 0.68.1, FFTW 3.3.5, November 2026",
    direct=TileSweep(
        operation=Samples(1.3e-11, 2.8e-11, 1.5e-11),
        sample=Samples(1e-10, 2.1e-10, 6.3e-11),
        far=1.3e-11,
        row=1.2e-08,
        call=1.4e-06,
        load=Samples(1.5e-11, 2.5e-11, 1.8e-11),
    ),
    separable=TileSweep(
        operation=Samples(1.3e-11, 2.5e-11, 1.6e-11),
        sample=Samples(6.6e-11, 1.5e-10, 4.1e-11),
        far=2.9e-11,
        row=1.5e-08,
        call=1.5e-06,
        load=Samples(1.8e-11, 3.2e-11, 1.3e-11),
    ),
    box=Sweep(
        operation=Samples(4e-11, 8.6e-11, 1.8e-11),
        sample=Samples(0.0, 0.0, 0.0),
        far=5.3e-11,
        row=1.5e-08,
        call=1.4e-06,
    ),
    fft=Transforms(
        operation=Sums(4.1e-11, 5.4e-11),
        sample=Samples(4e-10, 0.0, 0.0),
        apart=Samples(3.3e-10, 8.5e-10, 8.5e-10),
        far=Sums(4.6e-10, 9.3e-10),
        line=3e-07,
        call=1.6e-05,
    ),
    overlap_save=Transforms(
        operation=Sums(1.1e-11, 1.2e-11),
        sample=Samples(8.7e-10, 2.4e-09, 6.6e-10),
        apart=Samples(3.8e-10, 3.9e-11, 6.6e-10),
        far=Sums(1.2e-10, 4.8e-10),
        line=5.8e-09,
        call=9.9e-06,
    ),
    thread=2.3e-05,
)


class _InUse:
    """The machine that requests are planned for: one for the process."""

    def __init__(self) -> None:
        self.machine: Machine | None = None  # None: nobody has asked yet
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Take a new lock, reentrant for a signal's handler."""
        self._lock = threading.RLock()

    def set(self, machine: Machine | None) -> None:
        """Use another one."""
        with self._lock:
            self.machine = machine

    def load(self) -> Machine:
        """Read what was calibrated, once; what cannot be read is ignored with a note."""
        with self._lock:
            if self.machine is None:
                self.machine = DEFAULT  # whatever becomes of the reading: it is read once
                path = machine_file()
                try:
                    kept = recall(path)
                    self.machine = DEFAULT if kept is None else _machine(kept)
                except Unreadable as reason:
                    message = f"the calibrated machine in {path} is ignored: {reason}"
                    warnings.warn(message, stacklevel=3)
            return self.machine


_in_use = _InUse()


def current() -> Machine:
    """Return the machine in use: of `use`, else of an earlier calibration, else DEFAULT."""
    return _in_use.machine or _in_use.load()


def use(machine: Machine | None) -> None:
    """Plan for a machine from now on; None, for what is found in the cache folder."""
    _in_use.set(machine)


def save(machine: Machine) -> None:
    """Keep a machine for other processes, in place of one kept before."""
    path = machine_file()
    if path is not None:
        content = {**_made_by(), "provenance": machine.provenance, "figures": machine.figures}
        keep(path, content)


def machine_file() -> Path | None:
    """Where the calibrated machine is kept, if anywhere: by CPU, versions, loops and cost model."""
    folder = cache_folder()
    digest = hashlib.sha256(repr(_made_by()).encode()).hexdigest()[:20]
    return folder and folder / "machine" / f"{digest}.json"


def _made_by() -> dict[str, str]:
    try:
        pyfftw = version("pyfftw")  # without its import, which takes a tenth of a second
    except PackageNotFoundError:  # a frozen application
        pyfftw = "unknown"
    versions = {"convolve_native": __version__, "pyfftw": pyfftw}
    return {**versions, "cpu": cpu_name(), "loops": stamp(), "model": _model()}


@cache
def _model() -> str:
    """Name the sources that say what the figures mean, and on what they are measured."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted((package / "methods").glob("*.py")), package / "calibration.py"):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _machine(kept: dict[str, Any]) -> Machine:
    provenance, figures = kept.get("provenance"), kept.get("figures")
    if not isinstance(provenance, str) or not isinstance(figures, dict):
        raise Unreadable
    if figures.keys() != DEFAULT.figures.keys():
        raise Unreadable
    if not all(isinstance(each, float) and 0 <= each < math.inf for each in figures.values()):
        raise Unreadable
    if figures["thread"] == 0:  # which seconds are divided by
        raise Unreadable
    return Machine.of(provenance, figures)
