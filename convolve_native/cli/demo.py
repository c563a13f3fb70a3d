"""The main job: the tour that the tutorial makes, on one photograph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli.progress import progress
from convolve_native.views.contact import contact_sheet, thumbnail
from convolve_native.views.spectrum import spectrum

Array = NDArray[Any]

BOX = kernels.box(7)
# The standard deviation of a box of 7: sqrt((7**2 - 1) / 12).
SIGMA = 2.0
# A full step between black and white answers with 4 times its height.
SOBEL_STEP = 4
# The noise of a photograph rounded to 8 bits, beside its own power at fine detail.
NSR = 0.002
# Rows and columns of the detail in which box and Gaussian can be told apart.
DETAIL = (60, 80)


@dataclass(frozen=True)
class Row:
    """What ran: the seconds of the chosen method, and of the others."""

    step: str
    method: str
    why: str
    seconds: float
    others: Mapping[str, float]


class Album:
    """The folder that pictures go to, and what is kept of each for the contact sheet."""

    def __init__(self, folder: Path, photo: Path) -> None:
        self.folder, self.photo = folder, photo
        self.tiles: list[tuple[Array, str]] = []
        self.count = 0

    def add(self, name: str, picture: Array, caption: str) -> None:
        """Write a picture, with the photograph's profile, and put it on the sheet."""
        images.write(self.folder / f"{name}.png", picture, like=self.photo)
        self.tiles.append((thumbnail(picture), caption))
        self.count += 1


def demo(photo: Path, folder: Path, length: float, angle: float) -> None:
    """Run every step, write its picture, and print the table of what ran."""
    image = images.read(photo)
    image = image[..., :3] if image.shape[2:] == (4,) else image
    psf = kernels.motion(length, angle)
    folder.mkdir(parents=True, exist_ok=True)
    album, rows = Album(folder, photo), []
    with progress(6) as announce:
        ...
