"""The gallery: every picture of what convolution does, by one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from convolve_native import images, kernels, views
from convolve_native.cli import arguments, options
from convolve_native.cli.progress import progress

Array = NDArray[Any]

DISK = (12, 16)  # rows and columns of the picture that the window steps over


def _disk() -> Array:
    """A bright disk on a dark ground, in bytes: flat, so that sums show what a kernel does."""
    disk = kernels.disk(4.5)
    level = disk / disk.max()
    rows, columns = ((n - k) // 2 for n, k in zip(DISK, disk.shape, strict=True))
    picture = np.zeros(DISK)
    picture[rows : rows + disk.shape[0], columns : columns + disk.shape[1]] = level
    return np.rint(40 + 180 * picture).astype(np.uint8)


class Picture(NamedTuple):
    """A picture of the gallery."""

    suffix: str
    draw: Callable[[Array, Array, str], Any]  # of a photograph, and of a kernel and its name
    kernel: str = "identity"  # unless another is given


GALLERY = {
    "slide": Picture(".gif", lambda photo, kernel, name: views.slide("box", "exponential")),
    "window": Picture(
        ".gif", lambda photo, kernel, name: views.window(_disk(), kernel), "sobel:axis=1"
    ),
    "passes": Picture(".png", lambda photo, kernel, name: views.passes(photo)),
    "smoothing": Picture(".png", lambda photo, kernel, name: views.smoothing()),
    "theorem": Picture(
        ".png",
        lambda photo, kernel, name: views.theorem(photo, kernel),
        "motion:length=15,angle=30",
    ),
    "deconvolution": Picture(
        ".png",
        lambda photo, kernel, name: views.deconvolution(photo, kernel),
        "motion:length=9,angle=30",
    ),
    "kernel-card": Picture(
        ".png", lambda photo, kernel, name: views.kernel_card(kernel, name), "sobel:axis=1"
    ),
}
TAKING = ", ".join(name for name, row in GALLERY.items() if row.kernel != "identity")


def gallery(
    photo: Annotated[
        Path | None, typer.Argument(help="A photograph; without one, the raccoon's.")
    ] = None,
    out_dir: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(
        "convolve-native-gallery"
    ),
    kind: Annotated[
        list[str] | None,
        typer.Option(help=f"Any of {', '.join(GALLERY)}; once each.", show_default="all"),
    ] = None,
    kernel: Annotated[
        str | None,
        typer.Option(help=f"Of {TAKING}: {options.KERNEL_HELP}", show_default="one for each"),
    ] = None,
    kernel_file: Annotated[Path | None, typer.Option(help=options.FILE_HELP)] = None,
) -> None:
    """Draw what convolution is and does: animations and figures, into a folder."""
    kinds = list(dict.fromkeys(kind or GALLERY))
    for each in kinds:
        if each not in GALLERY:
            raise ValueError(f"--kind must be one of {', '.join(GALLERY)}; got {each!r}")
    given = None
    if kernel is not None or kernel_file is not None:
        given = arguments.one_kernel(kernel, kernel_file, ("--kernel", "--kernel-file"))
    image = images.read(photo or images.sample())
    with progress(len(kinds)) as announce:
        for each in kinds:
            announce(each)
            row = GALLERY[each]
            weights = arguments.named_kernel(row.kernel) if given is None else given
            view = row.draw(image, weights, kernel or str(kernel_file or row.kernel))
            out_dir.mkdir(parents=True, exist_ok=True)
            views.write(out_dir / f"{each}{row.suffix}", view)
    print(f"Pictures are in {out_dir}")
