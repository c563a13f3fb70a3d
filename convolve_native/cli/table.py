"""The convolution table, of which every number can be changed: table."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from convolve_native import kernels
from convolve_native.cli import arguments, options
from convolve_native.images.files import replace

# Suffix -> who writes it: loaded when used, since one needs an extra and both need the compiler.
WRITERS = {
    ".xlsx": "convolve_native.views.spreadsheet:spreadsheet",
    ".html": "convolve_native.views.table:page",
}
SUFFIXES = ", ".join(WRITERS)


def table(
    outputs: Annotated[
        list[Path],
        typer.Argument(help=f"One file or more, ending in {SUFFIXES}.", show_default=False),
    ],
    kernel: Annotated[
        str | None, typer.Option(help=options.KERNEL_HELP, show_default="box:size=3")
    ] = None,
    file: Annotated[Path | None, typer.Option(help=options.FILE_HELP)] = None,
    boundary: options.Boundary = "constant",
) -> None:
    """Write a small image, a kernel and the result as a table that computes: change a number.

    An .xlsx holds formulas, for any program of spreadsheets; an .html opens in a browser.
    """
    for output in outputs:
        if output.suffix.lower() not in WRITERS:
            raise ValueError(f"path must end in one of {SUFFIXES}; got {str(output)!r}")
    weights = kernels.box(3)
    if kernel is not None or file is not None:
        weights = arguments.one_kernel(kernel, file, ("--kernel", "--file"))
    from convolve_native.views.table import Table

    laid_out = Table.of(weights, boundary)
    writers = {output: _loaded(WRITERS[output.suffix.lower()]) for output in outputs}
    contents = {output: writer(laid_out) for output, writer in writers.items()}
    for output, content in contents.items():
        replace(output, content)


def _loaded(where: str) -> Callable[[Any], bytes]:
    """Load a function from ``module:name``."""
    module, _, name = where.partition(":")
    loaded: Callable[[Any], bytes] = getattr(import_module(module), name)
    return loaded
