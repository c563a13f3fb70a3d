"""The options that commands share, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convolve_native.boundary import BOUNDARIES
from convolve_native.kernels import KERNELS

KERNEL_HELP = f"NAME or NAME:key=value,... with NAME one of {', '.join(KERNELS)}."
FILE_HELP = "Weights as text, a row a line, or as .npy."

Photos = Annotated[
    list[Path],
    typer.Argument(
        help="One photograph or more: JPEG, PNG, TIFF, WebP or BMP.", show_default=False
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Where to write the result of one photograph."),
]
OutDir = Annotated[
    Path | None,
    typer.Option(help="The folder to write into, under the names of the photographs."),
]
Boundary = Annotated[
    str, typer.Option(help=f"The image goes on outside as: {', '.join(BOUNDARIES)}.")
]
# Not by their names: the table of methods would load the compiler, which help should not wait for.
Method = Annotated[
    str, typer.Option(help="The algorithm: auto, or one of those that explain lists.")
]
Workers = Annotated[
    int | None, typer.Option(help="Threads at most.", show_default="as many as pay")
]
Size = Annotated[
    str | None,
    typer.Option(
        help="Taps of the kernel that is looked for, odd: rather too many.", show_default="auto"
    ),
]
Prior = Annotated[
    str | None,
    typer.Option(
        help="What it is found by: gradient, or patch-minimum for high contrast and text.",
        show_default="gradient",
    ),
]
Roi = Annotated[
    str | None,
    typer.Option(help="The part to look in: first row,first column,rows,columns."),
]
LinearLight = Annotated[
    bool,
    typer.Option("--linear-light", help="Compute with light, not with the numbers for it (sRGB)."),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print a report for programs on standard output.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no warnings, only failures.")
]
