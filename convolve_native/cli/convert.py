"""Commands that make a picture of every photograph by a convolution: blur, filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer

from convolve_native import images, kernels
from convolve_native.cli import arguments, options
from convolve_native.cli.batch import Array, Batch, Steps
from convolve_native.cli.options import FILE_HELP, KERNEL_HELP


class Blur(NamedTuple):
    """A kind of blur: what makes its kernel, and that one's parameters if they are not given."""

    kernel: Callable[..., Any]
    defaults: dict[str, float]


BLURS = {
    # By the axis: a wide one is a large array in two dimensions.
    "gaussian": Blur(lambda sigma: (kernels.gaussian(sigma, ndim=1),) * 2, {"sigma": 2.0}),
    "box": Blur(lambda size: (kernels.box(size, ndim=1),) * 2, {"size": 7}),
    "motion": Blur(kernels.motion, {"length": 15.0, "angle": 30.0}),
}


def _blur_option(kind: str, name: str, unit: str) -> Any:
    default = f"{BLURS[kind].defaults[name]:g}"
    return typer.Option(help=f"Of --kind {kind}, in {unit}.", show_default=default)


def blur(
    photos: options.Photos,
    output: options.Output = None,
    out_dir: options.OutDir = None,
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(BLURS)}.")] = "gaussian",
    sigma: Annotated[float | None, _blur_option("gaussian", "sigma", "pixels")] = None,
    size: Annotated[int | None, _blur_option("box", "size", "pixels")] = None,
    length: Annotated[float | None, _blur_option("motion", "length", "pixels")] = None,
    angle: Annotated[float | None, _blur_option("motion", "angle", "degrees")] = None,
    boundary: options.Boundary = "symmetric",
    method: options.Method = "auto",
    workers: options.Workers = None,
    linear_light: options.LinearLight = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Blur photographs. Transparent pixels lend no colour."""
    if kind not in BLURS:
        raise ValueError(f"--kind must be one of {', '.join(BLURS)}; got {kind!r}")
    given = {"sigma": sigma, "size": size, "length": length, "angle": angle}
    kernel = BLURS[kind].kernel(
        **arguments.only_given(f"--kind {kind}", BLURS[kind].defaults, given)
    )
    keywords = arguments.checked(kernel, boundary=boundary, method=method, workers=workers)
    batch = Batch("blur", photos, as_json, quiet)
    batch.write_to(output, out_dir)

    def work(image: Array, steps: Steps) -> dict[str, Array]:
        convolve = partial(steps.convolve, kind, kernel=kernel, **keywords)
        return {"": images.filtered(image, convolve, linear_light=linear_light)}

    return batch.run(work)


def filter_(
    photos: options.Photos,
    output: options.Output = None,
    out_dir: options.OutDir = None,
    kernel: Annotated[str | None, typer.Option(help=KERNEL_HELP)] = None,
    file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
    absolute: Annotated[
        bool, typer.Option("--absolute", help="Show the size of negative results: for edges.")
    ] = False,
    boundary: options.Boundary = "symmetric",
    method: options.Method = "auto",
    workers: options.Workers = None,
    linear_light: options.LinearLight = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Convolve photographs with a kernel. Transparent pixels lend no colour.

    Results are rounded; below black they are black, above white white. Alpha is filtered too,
    except by kernels that sum to 0.
    """
    weights = arguments.one_kernel(kernel, file, ("--kernel", "--file"))
    keywords = arguments.checked(weights, boundary=boundary, method=method, workers=workers)
    gain = arguments.gain(weights)
    batch = Batch("filter", photos, as_json, quiet)
    batch.write_to(output, out_dir)

    def work(image: Array, steps: Steps) -> dict[str, Array]:
        name = kernel or str(file)
        convolve = partial(steps.convolve, name, kernel=weights, **keywords)
        if not absolute:
            return {"": images.filtered(image, convolve, gain=gain, linear_light=linear_light)}
        size = partial(_size, convolve)
        return {"": images.filtered(image, size, gain=abs(gain), linear_light=linear_light)}

    return batch.run(work)


def _size(convolve: Callable[..., Array], image: Array) -> Array:
    """Convolve, and give the size of the result in the range of the image."""
    size = np.abs(convolve(image, dtype=np.float64))
    if image.dtype.kind != "u":
        return size.astype(image.dtype)
    return np.rint(np.minimum(size, np.iinfo(image.dtype).max)).astype(image.dtype)
