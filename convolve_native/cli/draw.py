"""Commands that draw what is in photographs: demo, features, spectrum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from convolve_native import images, kernels
from convolve_native.cli import arguments, options
from convolve_native.cli.batch import Array, Batch, Steps
from convolve_native.cli.demo import demo as run_demo
from convolve_native.cli.features import FEATURES, layer
from convolve_native.views.spectrum import luminance
from convolve_native.views.spectrum import spectrum as draw_spectrum


def demo(
    photo: Annotated[
        Path | None, typer.Argument(help="A photograph; without one, the raccoon's.")
    ] = None,
    out_dir: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(
        "convolve-native-demo"
    ),
    length: Annotated[float, typer.Option(help="Length of the motion blur in pixels.")] = 15.0,
    angle: Annotated[
        float, typer.Option(help="Its angle in degrees, from right towards down.")
    ] = 30.0,
) -> None:
    """Blur, find edges in, and restore a photograph; show what ran, and how fast.

    Alpha, where there is any, is left out.
    """
    run_demo(photo or images.sample(), out_dir, length, angle)


def features(
    photos: options.Photos,
    out_dir: Annotated[
        Path, typer.Option(help="The folder to write NAME-KIND.png into.", show_default=False)
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option(help=f"Any of {', '.join(FEATURES)}; once each.", show_default="all"),
    ] = None,
    kernel: Annotated[
        list[str] | None, typer.Option(help=f"For layer, repeatable: {options.KERNEL_HELP}")
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option(help=f"For layer, repeatable. {options.FILE_HELP}")
    ] = None,
    boundary: options.Boundary = "symmetric",
    method: options.Method = "auto",
    workers: options.Workers = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Draw the edges, blobs and textures of photographs, by their luminance, or a layer's maps."""
    chosen = {spec: arguments.named_kernel(spec) for spec in kernel or ()}
    chosen |= {path.name: arguments.kernel_from_file(path) for path in file or ()}
    kinds = list(dict.fromkeys(kind or (["layer"] if chosen else FEATURES)))
    for each in kinds:
        if each not in FEATURES:
            raise ValueError(f"--kind must be one of {', '.join(FEATURES)}; got {each!r}")
    if chosen and "layer" not in kinds:
        raise ValueError("--kernel and --file are for --kind layer")
    table: dict[str, Callable[..., Array]] = {**FEATURES, "layer": partial(layer, chosen=chosen)}
    keywords = arguments.checked(
        kernels.sobel(0), boundary=boundary, method=method, workers=workers
    )
    batch = Batch("features", photos, as_json, quiet)
    batch.write_all_to(out_dir, {each: f"-{each}.png" for each in kinds})

    def work(image: Array, steps: Steps) -> Mapping[str, Array]:
        grey = luminance(image)
        convolve = partial(steps.convolve, **keywords)
        return {each: table[each](grey, convolve) for each in kinds}

    return batch.run(work)


def spectrum(
    photos: options.Photos,
    output: options.Output = None,
    out_dir: options.OutDir = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Draw the spectra of photographs: log magnitude, frequency 0 in the middle."""
    batch = Batch("spectrum", photos, as_json, quiet)
    batch.write_to(output, out_dir, "-spectrum.png")
    return batch.run(
        lambda image, steps: {"": steps.run("spectrum", "fft", lambda: draw_spectrum(image))}
    )
