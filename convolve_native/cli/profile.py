"""The command that measures every method: profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import convolve_native as cn
from convolve_native.cli import arguments, options
from convolve_native.cli.progress import progress
from convolve_native.images.files import replace

SUFFIXES = (".png", ".svg", ".pdf")


def profile(
    shape: Annotated[
        str, typer.Option(help="Of the image: rows x columns x channels.")
    ] = "1024x1024",
    kernels: Annotated[
        str | None,
        typer.Option(
            help="Sizes of the kernels, joined by commas.", show_default="twelve from 3 to 101"
        ),
    ] = None,
    dtype: Annotated[str, typer.Option(help="Of the image: any of NumPy's names.")] = "float32",
    boundary: options.Boundary = "symmetric",
    workers: options.Workers = None,
    as_json: options.Json = False,
    csv: Annotated[Path | None, typer.Option(help="A file for the rows.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="A file for one page with pictures and tables.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help=f"A file for the pictures: {', '.join(SUFFIXES)}.")
    ] = None,
) -> None:
    """Measure what every method takes by kernels of growing size, and what auto makes of it.

    Half a minute; best while the machine is idle.
    """
    given: dict[str, Any] = {} if kernels is None else {"kernel_sizes": arguments.sizes(kernels)}
    keywords: dict[str, Any] = {
        "dtype": arguments.dtype(dtype),
        "boundary": boundary,
        "workers": workers,
    }
    if plot is not None and plot.suffix.lower() not in SUFFIXES:
        raise ValueError(f"--plot must end in one of {', '.join(SUFFIXES)}; got {str(plot)!r}")
    for file in (csv, html, plot):
        if file is not None and not file.parent.is_dir():
            raise FileNotFoundError(f"cannot write {str(file)!r}: there is no such folder")
    from convolve_native.views import profiles, style  # here: help should not wait for them

    if html or plot:
        style.figure(1, 1, "")  # which is refused before anything is measured
    with progress():
        found = cn.profile(arguments.shape(shape), **given, **keywords)
    if csv:
        replace(csv, found.to_csv().encode())
    if html:
        found.to_html(html)
    if plot:
        replace(plot, profiles.encoded(found.plot(), plot.suffix[1:].lower()))
    print(found.to_json() if as_json else found)
