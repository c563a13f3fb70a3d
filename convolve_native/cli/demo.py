"""The main job: a tour of what convolution does to one photograph, and how fast."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli.progress import progress
from convolve_native.cli.report import Row, report
from convolve_native.views.contact import contact_sheet, thumbnail
from convolve_native.views.features import steepness
from convolve_native.views.spectrum import luminance, spectrum

Array = NDArray[Any]

BOX = 7
# The standard deviation of that box, in pixels: sqrt((7**2 - 1) / 12).
SIGMA = 2.0
NSR = 0.01
# Rows and columns of the detail in which, magnified, a box can be told from a Gaussian.
DETAIL = (60, 80)


class Tour:
    """One photograph, what has been made of it, and what ran."""

    def __init__(self, photo: Path, folder: Path, length: float, angle: float) -> None:
        image = images.read(photo)
        if image.dtype.kind == "f":
            raise ValueError(f"{str(photo)!r} holds floating-point numbers: convert it to 16 bits")
        self.image = image[..., :3] if image.shape[2:] == (4,) else image
        self.photo, self.folder = photo, folder
        self.kernel = kernels.motion(length, angle)
        self.motion = f"{length:g} pixels, {angle:g} degrees"
        self.blurred = self.image
        self.tiles: list[tuple[Array, str]] = []
        self.rows: list[Row] = []

    def show_spectrum(self) -> None:
        """Show the photograph, and its spectrum."""
        height, width = self.image.shape[:2]
        self._on_sheet(self.image, self.photo.name, f"{width} x {height}")
        self._keep("spectrum", spectrum(self.image), "Spectrum", "log magnitude, Hann window")

    def blur(self) -> None:
        """Blur by a box and by a Gaussian as wide, and put a detail of both side by side."""
        taps = kernels.gaussian(SIGMA, ndim=1)
        box = self._convolved(f"{BOX} x {BOX} box", kernels.box(BOX))
        smooth = self._convolved("Gaussian", (taps, taps))
        self._keep("box-blur", box, "Box blur", f"{BOX} x {BOX} pixels")
        self._keep("gaussian-blur", smooth, "Gaussian blur", f"sigma {SIGMA:g}, as wide as the box")
        detail = _most_unlike(box, smooth)
        titles = {"Detail": self.image, "Box": box, "Gaussian": smooth}
        tiles = [(picture[detail], title) for title, picture in titles.items()]
        images.write(self.folder / "box-beside-gaussian.png", contact_sheet(tiles))

    def find_features(self) -> None:
        """Draw how steeply the luminance rises or falls."""
        grey = luminance(self.image)
        across = self._convolved("Sobel across", kernels.sobel(axis=1), grey)
        down = self._convolved("Sobel down", kernels.sobel(axis=0), grey)
        self._keep("sobel", steepness(across, down), "Features", "Sobel, both directions")

    def move(self) -> None:
        """Blur by a straight motion."""
        self.blurred = self._convolved("motion blur", self.kernel)
        self._keep("motion-blur", self.blurred, "Motion blur", self.motion)
        self._on_sheet(spectrum(self.blurred), "Its spectrum", "dark where the motion took all")

    def restore(self) -> None:
        """Undo the motion."""
        seconds = []
        for _ in range(2):  # the first plans
            start = perf_counter()
            sharp = cn.wiener(self.blurred, self.kernel, nsr=NSR, boundary="symmetric")
            seconds.append(perf_counter() - start)
        self.rows.append(Row("restoration", "fft", "spectra are divided", min(seconds), {}))
        self._keep("restored", sharp, "Restored", f"Wiener, nsr {NSR:g}")

    def finish(self) -> None:
        """Write the contact sheet."""
        images.write(self.folder / "contact-sheet.png", contact_sheet(self.tiles))

    def _convolved(self, step: str, kernel: Any, image: Array | None = None) -> Array:
        image = self.image if image is None else image
        choice = cn.choose_method(image, kernel)
        measured = cn.choose_method(image, kernel, measure=True).measured or {}
        others = {name: seconds for name, seconds in measured.items() if name != choice.method}
        self.rows.append(Row(step, choice.method, choice.reason, measured[choice.method], others))
        return cn.convolve(image, kernel)

    def _keep(self, name: str, picture: Array, title: str, detail: str) -> None:
        images.write(self.folder / f"{name}.png", picture, like=self.photo)
        self._on_sheet(picture, title, detail)

    def _on_sheet(self, picture: Array, title: str, detail: str) -> None:
        self.tiles.append((thumbnail(picture), f"{title}\n{detail}"))


STEPS = {
    "spectrum": Tour.show_spectrum,
    "box and Gaussian blur": Tour.blur,
    "Sobel features": Tour.find_features,
    "motion blur": Tour.move,
    "restoration": Tour.restore,
    "contact sheet": Tour.finish,
}


def demo(photo: Path, folder: Path, length: float, angle: float) -> None:
    """Take every step, write its pictures, and print the table of what ran."""
    tour = Tour(photo, folder, length, angle)
    folder.mkdir(parents=True, exist_ok=True)
    with progress(len(STEPS)) as announce:
        for name, step in STEPS.items():
            announce(name)
            step(tour)
    report(tour.rows)
    print(f"\nPictures, and contact-sheet.png of them all, are in {folder}")


def _most_unlike(one: Array, other: Array) -> tuple[slice, slice]:
    """Find the detail, on a grid of them, in which two pictures differ most."""
    difference = np.square(luminance(one) - luminance(other))
    corners = [
        (slice(top, top + DETAIL[0]), slice(left, left + DETAIL[1]))
        for top in range(0, max(1, difference.shape[0] - DETAIL[0] + 1), DETAIL[0])
        for left in range(0, max(1, difference.shape[1] - DETAIL[1] + 1), DETAIL[1])
    ]
    return max(corners, key=lambda corner: float(difference[corner].mean()))
