"""The command that tells what blurred a photograph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import convolve_native as cn
from convolve_native.cli import arguments, options
from convolve_native.cli.batch import Array, Batch, Steps
from convolve_native.views.spectrum import luminance

# What is written of each photograph.
ENDINGS = {"psf": "-psf.png", "weights": "-psf.npy", "sheet": "-blur.png"}


def estimate(
    photos: options.Photos,
    out_dir: Annotated[
        Path,
        typer.Option(help=f"The folder to write NAME{', NAME'.join(ENDINGS.values())} into."),
    ] = Path(),
    size: options.Size = None,
    prior: options.Prior = None,
    roi: options.Roi = None,
    workers: options.Workers = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Estimate what blurred photographs: which model, and the kernel whatever it is."""
    # Here: they load the compiler, which help should not wait for.
    from convolve_native.checks.pictures import as_region
    from convolve_native.views.estimated import estimated, taps

    keywords: dict[str, Any] = {"prior": prior or "gradient", "workers": workers}
    taps_asked, part = arguments.size(size), arguments.region(roi)
    batch = Batch("estimate", photos, as_json, quiet)
    batch.write_all_to(out_dir, ENDINGS)

    def work(image: Array, steps: Steps) -> Mapping[str, Array]:
        grey = luminance(image)
        grey = as_region(part, grey, None).of(grey)
        steps.within("models")
        blur = cn.estimate_blur(grey)
        found = cn.estimate_psf(grey, taps_asked, callback=steps.scale, **keywords)
        model = _parameters(blur)
        steps.tell(
            f"{blur.model}, confidence {blur.confidence:.2f}{_listed(model)}; kernel "
            f"{len(found.psf)} x {len(found.psf)}, confidence {found.confidence:.2f}",
            *found.warnings,
            model=blur.model,
            model_confidence=blur.confidence,
            parameters=model,
            psf_size=len(found.psf),
            confidence=found.confidence,
            warnings=[*blur.warnings, *found.warnings],
        )
        sheet = estimated(image, found, f"photograph\n{blur.model}{_listed(model)}")
        return {"psf": taps(found.psf), "weights": found.psf, "sheet": sheet}

    return batch.run(work)


def _parameters(blur: Any) -> dict[str, float]:
    """The numbers of the likeliest model."""
    if blur.model == "sharp":
        return {}
    best = getattr(blur, blur.model)
    numbers = {each.name: getattr(best, each.name) for each in fields(best)}
    return {
        name: float(value)
        for name, value in numbers.items()
        if name != "confidence" and isinstance(value, (int, float, np.floating))
    }


def _listed(numbers: Mapping[str, float]) -> str:
    return "".join(f", {name} {value:.3g}" for name, value in numbers.items())
