"""The planes of a scene under restoration, and what comes of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native import threads
from convolve_native.checks import Scene
from convolve_native.fourier.spectra import PAYS
from convolve_native.passage import Entry, Exit
from convolve_native.restoration.remarks import remarks
from convolve_native.restoration.result import Restoration, whiteness

Array = NDArray[Any]
Part = tuple[int, int]  # plane and channel


@dataclass
class Outcome:
    """What a method tells of its work."""

    method: str
    parameter: float | None = None
    rule: str = "given"
    iterations: int = 1
    objective: list[float] = field(default_factory=list)
    residual: list[float] = field(default_factory=list)
    noise_gain: float | None = None
    remarks: list[str] = field(default_factory=list)
    curve: Any = None


class Planes:
    """The planes of a scene, all that is asked of them beside the method, and what comes of them.

    `samples` are those that a method works on for one plane.
    """

    def __init__(self, scene: Scene, samples: int) -> None:
        self.scene = scene
        layout, (planes, channels) = scene.psfs.layout, scene.psfs.which.shape
        shape = planes, *scene.psfs.sizes, channels
        entry = Entry(layout, scene.compute)
        self._planes = entry.samples(scene.image).reshape(shape)
        self._flags = self._start = None
        if scene.known is not None:
            self._flags = layout.planes(scene.known, np.dtype(bool)).reshape(shape)
            self._planes = np.where(self._flags, self._planes, 0)
        if scene.start is not None:
            self._start = layout.planes(scene.start, scene.compute).reshape(shape)
        self.estimate = np.empty(shape, scene.compute)
        self.parts: list[Part] = list(np.ndindex(planes, channels))
        workers = scene.choices.workers if samples >= PAYS else 1
        alone = len(self.parts) == 1
        self._workers = 1 if alone else workers
        self.inner = workers if alone else 1  # within one plane
        self._residual = np.empty(shape, scene.compute) if self.explains else None

    @property
    def explains(self) -> bool:
        """Whether more than the image is asked for."""
        return self.scene.choices.full_output

    @property
    def watched(self) -> bool:
        """Whether somebody wants to see every estimate."""
        return self.scene.choices.callback is not None

    @property
    def counted(self) -> int:
        """Pixels that count, in all planes."""
        return self.estimate.size if self._flags is None else int(self._flags.sum())

    def each(self, work: Callable[[Part], None]) -> None:
        """Do a piece of work on each plane and channel."""
        threads.run(lambda: work, self.parts, self._workers)

    def pixels(self, part: Part) -> Array:
        """A plane of the image, 0 where it is missing."""
        plane, channel = part
        return self._planes[plane, ..., channel]

    def flags(self, part: Part) -> Array | None:
        """True where a plane's pixels are there; None: everywhere."""
        plane, channel = part
        return None if self._flags is None else self._flags[plane, ..., channel]

    def start(self, part: Part) -> Array | None:
        """The scene to start from, where one was given."""
        plane, channel = part
        return None if self._start is None else self._start[plane, ..., channel]

    def keep(self, part: Part, image: Array) -> None:
        """Take a plane's estimate."""
        plane, channel = part
        self.estimate[plane, ..., channel] = image

    def miss(self, part: Part, difference: Array) -> float:
        """Take a plane's residual; give the sum of its squares."""
        plane, channel = part
        flags = self.flags(part)
        residual = difference if flags is None else np.where(flags, difference, 0)
        if self._residual is not None:
            self._residual[plane, ..., channel] = residual
        return float(np.square(np.abs(residual), dtype=np.float64).sum())

    def told(self, iteration: int) -> bool:
        """Tell the caller how far it is; whether that says to stop."""
        callback = self.scene.choices.callback
        if callback is None:
            return False
        shown = self.scene.psfs.layout.restore(self.estimate, self.scene.image.shape)
        return bool(callback(iteration, np.array(shown)))

    def result(self, outcome: Outcome) -> Any:
        """The restored image, in the dtype of the result, and what is to tell of it."""
        scene = self.scene
        image = finished(scene, scene.psfs.layout.restore(self.estimate, scene.image.shape))
        if self._residual is None:
            return image
        missed = [self._residual[plane, ..., channel].real for plane, channel in self.parts]
        return Restoration(
            image=image,
            method=outcome.method,
            parameter=outcome.parameter,
            rule=outcome.rule,
            iterations=outcome.iterations,
            objective=tuple(outcome.objective),
            residual=tuple(math.sqrt(square / self.counted) for square in outcome.residual),
            whiteness=float(np.mean([whiteness(plane) for plane in missed])),
            noise_gain=outcome.noise_gain,
            warnings=(*scene.psfs.remarks, *remarks(scene), *outcome.remarks),
            curve=outcome.curve,
        )


def finished(scene: Scene, estimate: Array) -> Array:
    """An estimate of the image's shape in the dtype of the result."""
    layout, shape = scene.psfs.layout, scene.image.shape
    if scene.dtype == scene.compute:
        return np.ascontiguousarray(estimate)
    leave = Exit(layout, shape, scene.compute, scene.dtype)
    return leave.close(layout.planes(estimate, scene.compute), np.empty(shape, scene.dtype))
