"""The command animate: convolution in motion, on one axis or on two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from convolve_native import images, views
from convolve_native.cli import arguments, options
from convolve_native.cli.progress import progress
from convolve_native.views.palette import COLOURS
from convolve_native.views.signals import SIGNALS

NAMES = ", ".join(SIGNALS)


def _slide(given: Mapping[str, Any], frames: int) -> Any:
    signal = _samples(given, "signal", "box")
    return views.slide(signal, _samples(given, "kernel", "exponential"), frames=frames)


def _window(given: Mapping[str, Any], frames: int) -> Any:
    spec, path = given["kernel"], given["kernel-file"]
    if spec is None and path is None:
        spec = "box:size=3"
    weights = arguments.one_kernel(spec, path, ("--kernel", "--kernel-file"))
    image = images.read(given["photo"] or images.sample())
    looks = {"boundary": given["boundary"], "colours": given["colours"]}
    return views.window(image, weights, frames=frames, **looks)


# Kind -> what draws it, and the options that it takes, with their defaults.
KINDS: dict[str, tuple[Callable[[Mapping[str, Any], int], Any], dict[str, Any]]] = {
    "slide": (
        _slide,
        {"signal": None, "signal-file": None, "kernel": None, "kernel-file": None},
    ),
    "window": (
        _window,
        {
            "photo": None,
            "kernel": None,
            "kernel-file": None,
            "boundary": "symmetric",
            "colours": "gray",
        },
    ),
}


def animate(
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="Where to: .gif, or .png or .apng for an animated PNG.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        str,
        typer.Option(
            help="slide: one function through another; window: a kernel over a photograph."
        ),
    ] = "slide",
    signal: Annotated[
        str | None, typer.Option(help=f"Of slide: {NAMES}.", show_default="box")
    ] = None,
    signal_file: Annotated[
        Path | None, typer.Option(help="Of slide: samples as text, or as .npy.")
    ] = None,
    kernel: Annotated[
        str | None,
        typer.Option(
            help=f"Of slide: {NAMES}. Of window: {options.KERNEL_HELP}",
            show_default="exponential, box:size=3",
        ),
    ] = None,
    kernel_file: Annotated[Path | None, typer.Option(help=options.FILE_HELP)] = None,
    photo: Annotated[
        Path | None, typer.Option(help="Of window.", show_default="the raccoon's")
    ] = None,
    boundary: Annotated[
        str | None, typer.Option(help="Of window: as for blur.", show_default="symmetric")
    ] = None,
    colours: Annotated[
        str | None,
        typer.Option(help=f"Of window: {', '.join(COLOURS)}.", show_default="gray"),
    ] = None,
    frames: Annotated[int, typer.Option(help="At most.")] = 60,
) -> None:
    """Animate a convolution: what slides, what is multiplied, and what the sum becomes."""
    if kind not in KINDS:
        raise ValueError(f"--kind must be one of {', '.join(KINDS)}; got {kind!r}")
    draw, defaults = KINDS[kind]
    options_given = {
        "signal": signal,
        "signal-file": signal_file,
        "kernel": kernel,
        "kernel-file": kernel_file,
        "photo": photo,
        "boundary": boundary,
        "colours": colours,
    }
    given = arguments.only_given(f"--kind {kind}", defaults, options_given)
    with progress():
        views.write(output, draw(given, frames))


def _samples(given: Mapping[str, Any], option: str, default: str) -> str | NDArray[Any]:
    """A function's name, or samples from a file, which are a row or a column."""
    name, path = given[option], given[f"{option}-file"]
    if name is not None and path is not None:
        raise ValueError(f"give one of --{option} and --{option}-file")
    if path is None:
        return name or default
    return np.squeeze(np.atleast_2d(arguments.kernel_from_file(path)))
