"""Commands that need no photograph: explain, calibrate, warmup, info."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import numpy as np
import typer

import convolve_native as cn
from convolve_native.cli import arguments, options
from convolve_native.cli.batch import print_json
from convolve_native.cli.options import KERNEL_HELP
from convolve_native.cli.progress import progress


def explain(
    shape: Annotated[
        str, typer.Option(help="Of the image: rows x columns x channels.")
    ] = "768x1024x3",
    kernel: Annotated[str, typer.Option(help=KERNEL_HELP)] = "box:size=7",
    dtype: Annotated[str, typer.Option(help="Of the image: any of NumPy's names.")] = "uint8",
    boundary: options.Boundary = "symmetric",
    method: options.Method = "auto",
    workers: options.Workers = None,
    measure: Annotated[bool, typer.Option("--measure", help="Time every method, too.")] = False,
    as_json: options.Json = False,
) -> None:
    """Show which method would be chosen for a convolution, and why."""
    image = np.ones(arguments.shape(shape), arguments.dtype(dtype))
    weights = arguments.named_kernel(kernel)
    keywords: dict[str, Any] = {"boundary": boundary, "method": method, "workers": workers}
    with progress():
        choice = cn.choose_method(image, weights, measure=measure, **keywords)
    _show(choice, as_json)


def calibrate(as_json: options.Json = False) -> None:
    """Measure this machine, for this and later uses to choose by; best done while it is idle."""
    with progress():
        machine = cn.calibrate()
    if as_json:
        print_json({"provenance": machine.provenance, "seconds": machine.figures})
    else:
        print(machine)


def warmup(
    dtype: Annotated[
        list[str] | None, typer.Option(help="Of the images: any of NumPy's names; repeatable.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="One of those that explain lists; repeatable.")
    ] = None,
) -> None:
    """Compile the loops that a first use would wait for, and keep them."""
    given: dict[str, Any] = {"dtypes": dtype, "methods": method}
    with progress():
        cn.warmup(**{name: names for name, names in given.items() if names})


def info(as_json: options.Json = False) -> None:
    """Show versions, this machine, and what the licences of the parts ask for."""
    _show(cn.info(), as_json)


def _show(report: Any, as_json: bool) -> None:
    if as_json:
        print_json({field.name: getattr(report, field.name) for field in fields(report)})
    else:
        print(report)
