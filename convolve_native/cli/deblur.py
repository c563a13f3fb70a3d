"""The command that undoes a known blur."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import convolve_native as cn
from convolve_native import images
from convolve_native.boundary import OUTSIDES
from convolve_native.cli import arguments, options
from convolve_native.cli.batch import Array, Batch, Steps
from convolve_native.cli.options import FILE_HELP, KERNEL_HELP

# The parameters of each method, and their defaults, which are those of its function.
METHODS: dict[str, dict[str, Any]] = {
    "total_variation": {"regularization": "auto", "iterations": 30},
    "hyper_laplacian": {"regularization": "auto", "iterations": 60, "exponent": 2 / 3},
    "richardson_lucy": {"iterations": "auto"},
    "tikhonov": {"regularization": "auto", "operator": "gradient"},
    "wiener": {"nsr": "auto"},
}


def _of(name: str) -> str:
    return ", ".join(method for method, parameters in METHODS.items() if name in parameters)


def _option(name: str, text: str) -> Any:
    defaults = {str(values[name]) for values in METHODS.values() if name in values}
    shown = defaults.pop() if len(defaults) == 1 else "by the method"
    return typer.Option(help=f"{text}: for {_of(name)}.", show_default=shown)


def deblur(
    photos: options.Photos,
    output: options.Output = None,
    out_dir: options.OutDir = None,
    psf: Annotated[str | None, typer.Option(help=f"What blurred it: {KERNEL_HELP}")] = None,
    psf_file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
    method: Annotated[str, typer.Option(help=f"One of {', '.join(METHODS)}.")] = "total_variation",
    regularization: Annotated[
        str | None, _option("regularization", "How smooth, a number or auto")
    ] = None,
    nsr: Annotated[str | None, _option("nsr", "Noise over signal, a number or auto")] = None,
    operator: Annotated[
        str | None, _option("operator", "What is kept small, gradient, laplacian or identity")
    ] = None,
    exponent: Annotated[float | None, _option("exponent", "Of the gradient, 1/3 to 1")] = None,
    iterations: Annotated[int | None, _option("iterations", "How many")] = None,
    boundary: Annotated[
        str, typer.Option(help=f"The scene goes on outside as: {', '.join(OUTSIDES)}.")
    ] = "unknown",
    size: options.Size = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="What is looked for: auto, any, motion, defocus, gaussian.", show_default="auto"
        ),
    ] = None,
    prior: options.Prior = None,
    roi: options.Roi = None,
    workers: options.Workers = None,
    linear_light: options.LinearLight = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Undo a blur: a known one, or else what is found. Transparent pixels lend no colour."""
    if method not in METHODS:
        raise ValueError(f"--method must be one of {', '.join(METHODS)}; got {method!r}")
    blind = psf is None and psf_file is None
    given = {
        "regularization": regularization and arguments.number_or_word(regularization),
        "nsr": nsr and arguments.number_or_word(nsr),
        "operator": operator,
        "exponent": exponent,
        "iterations": iterations,
    }
    own = arguments.only_given(f"--method {method}", METHODS[method], given)
    keywords: dict[str, Any] = {"method": method, "boundary": boundary, "workers": workers, **own}
    batch = Batch("deblur", photos, as_json, quiet)
    batch.write_to(output, out_dir)
    if blind:
        looked = {
            "size": arguments.size(size),
            "model": model or "auto",
            "prior": prior or "gradient",
            "roi": arguments.region(roi),
        }
        restore = _blindly({**keywords, **looked})
    else:
        for name, value in {"size": size, "model": model, "prior": prior, "roi": roi}.items():
            if value is not None:
                raise ValueError(f"--{name} says nothing where the kernel is given")
        weights = arguments.one_kernel(psf, psf_file, ("--psf", "--psf-file"))
        cn.deconvolve(arguments.PIXEL, weights, **keywords)  # what is refused is refused once
        restore = _knowingly(weights, keywords)

    def work(image: Array, steps: Steps) -> dict[str, Array]:
        def filtered(pixels: Array) -> Array:
            return steps.run(method, "fft", lambda: restore(pixels, steps))

        return {"": images.filtered(image, filtered, linear_light=linear_light)}

    return batch.run(work)


def _knowingly(weights: Array, keywords: dict[str, Any]) -> Callable[[Array, Steps], Array]:
    """What undoes the blur of a kernel."""

    def restore(pixels: Array, steps: Steps) -> Array:
        def tell(iteration: int, _: Array) -> bool:
            steps.within(f"iteration {iteration}")
            return False

        return np.asarray(cn.deconvolve(pixels, weights, callback=tell, **keywords))

    return restore


def _blindly(keywords: dict[str, Any]) -> Callable[[Array, Steps], Array]:
    """What finds the kernel, and undoes its blur."""

    def restore(pixels: Array, steps: Steps) -> Array:
        told = cn.deblur(pixels, callback=steps.scale, full_output=True, **keywords)
        lines = [f"{told.model}, confidence {told.confidence:.2f}", *told.warnings]
        steps.tell(*lines, model=told.model, confidence=told.confidence)
        return np.asarray(told.image)

    return restore
