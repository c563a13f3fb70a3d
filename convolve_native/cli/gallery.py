"""The gallery: every picture of what convolution does, by one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

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


# Picture -> its suffix, and what draws it of a photograph and a kernel, if one is given.
GALLERY: dict[str, tuple[str, Callable[[Array, Array | None], Any]]] = {
    "slide": (".gif", lambda photo, kernel: views.slide("box", "exponential")),
    "window": (".gif", lambda photo, kernel: views.window(_disk(), kernels.sobel(axis=1))),
    "passes": (".png", lambda photo, kernel: views.passes(photo)),
    "smoothing": (".png", lambda photo, kernel: views.smoothing()),
    "theorem": (".png", lambda photo, kernel: views.theorem(photo, _or_motion(kernel, 15))),
    "deconvolution": (
        ".png",
        lambda photo, kernel: views.deconvolution(photo, _or_motion(kernel, 9)),
    ),
    "kernel-card": (".png", lambda photo, kernel: _card(kernel)),
}


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
        typer.Option(help=f"Of theorem, deconvolution and kernel-card: {options.KERNEL_HELP}"),
    ] = None,
    kernel_file: Annotated[Path | None, typer.Option(help=options.FILE_HELP)] = None,
) -> None:
    """Draw what convolution is and does: animations and figures, into a folder."""
    kinds = list(dict.fromkeys(kind or GALLERY))
    for each in kinds:
        if each not in GALLERY:
            raise ValueError(f"--kind must be one of {', '.join(GALLERY)}; got {each!r}")
    weights = None
    if kernel is not None or kernel_file is not None:
        weights = arguments.one_kernel(kernel, kernel_file, ("--kernel", "--kernel-file"))
    image = images.read(photo or images.sample())
    with progress(len(kinds)) as announce:
        for each in kinds:
            announce(each)
            suffix, draw = GALLERY[each]
            view = draw(image, weights)
            out_dir.mkdir(parents=True, exist_ok=True)
            views.write(out_dir / f"{each}{suffix}", view)
    print(f"Pictures are in {out_dir}")


def _or_motion(kernel: Array | None, length: int) -> Array:
    return kernels.motion(length, 30) if kernel is None else kernel


def _card(kernel: Array | None) -> Array:
    if kernel is None:
        return views.kernel_card(kernels.sobel(axis=1), "Sobel's kernel across")
    return views.kernel_card(kernel)
