"""The commands, and what becomes of what they raise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.boundary import BOUNDARIES, BoundaryName
from convolve_native.cli import arguments
from convolve_native.cli.demo import demo as run_demo
from convolve_native.cli.progress import progress

app = typer.Typer(
    name="convolve-native",
    help="Convolve and deconvolve photographs.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

# What the library and the system refuse with: one line for the user. All else is a fault of ours.
REFUSALS = (ValueError, TypeError, OSError, MemoryError, OverflowError)
# Typer exports no name for its usage errors, and has moved them: it is what BadParameter is.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
INTERRUPTED = 130

Photo = Annotated[Path, typer.Argument(help="A JPEG or PNG photograph.", show_default=False)]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="Where to write: .png or .jpg.", show_default=False)
]
Boundary = Annotated[str, typer.Option(help=f"The image goes on outside as: {', '.join(BOUNDARIES)}.")]
KERNEL_HELP = f"NAME or NAME:key=value,... with NAME one of {', '.join(kernels.KERNELS)}."
FILE_HELP = "Weights as text, a row a line, or as .npy."


class Blur(NamedTuple):
    """A kind of blur: how it is done, and its parameters with what they are if not given."""

    apply: Callable[..., Any]
    defaults: dict[str, float]


BLURS = {
    "gaussian": Blur(cn.gaussian_blur, {"sigma": 2.0}),
    "box": Blur(
        lambda image, size, **shared: cn.convolve(image, kernels.box(size), **shared), {"size": 7}
    ),
    "motion": Blur(
        lambda image, length, angle, **shared: cn.convolve(
            image, kernels.motion(length, angle), **shared
        ),
        {"length": 15.0, "angle": 30.0},
    ),
}


@app.command()
def demo(
    photo: Annotated[
        Path | None, typer.Argument(help="A photograph; without one, the raccoon's.")
    ] = None,
    out_dir: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(
        "convolve-native-demo"
    ),
    length: Annotated[float, typer.Option(help="Length of the motion blur in pixels.")] = 15.0,
    angle: Annotated[float, typer.Option(help="Its angle, from right towards down.")] = 30.0,
) -> None:
    """Blur, find edges in, and restore a photograph; show what ran, and how fast.

    Alpha, where there is any, is left out.
    """
    run_demo(photo or images.sample(), out_dir, length, angle)


@app.command()
def blur(
    photo: Photo,
    output: Output,
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(BLURS)}.")] = "gaussian",
    sigma: Annotated[float | None, typer.Option(help="Of a gaussian, in pixels; 2.")] = None,
    size: Annotated[int | None, typer.Option(help="Of a box, in pixels; 7.")] = None,
    length: Annotated[float | None, typer.Option(help="Of a motion, in pixels; 15.")] = None,
    angle: Annotated[float | None, typer.Option(help="Of a motion, in degrees; 30.")] = None,
    boundary: Boundary = "symmetric",
) -> None:
    """Blur a photograph. Alpha stays as it is."""
    if kind not in BLURS:
        raise ValueError(f"--kind must be one of {', '.join(BLURS)}; got {kind!r}")
    given = {"sigma": sigma, "size": size, "length": length, "angle": angle}
    parameters = arguments.only_given(kind, BLURS[kind].defaults, given)
    _convert(photo, output, lambda x: BLURS[kind].apply(x, boundary=boundary, **parameters))


@app.command("filter")
def filter_(
    photo: Photo,
    output: Output,
    kernel: Annotated[str | None, typer.Option(help=KERNEL_HELP)] = None,
    file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
    absolute: Annotated[
        bool, typer.Option("--absolute", help="Show the size of negative results: for edges.")
    ] = False,
    boundary: Boundary = "symmetric",
) -> None:
    """Convolve a photograph with a kernel. Alpha stays as it is.

    Results are rounded; below black they are black, above white white.
    """
    weights = arguments.one_kernel(kernel, file, ("--kernel", "--file"))
    convolve = _absolute if absolute else cn.convolve
    _convert(photo, output, lambda x: convolve(x, weights, boundary=boundary))


@app.command()
def deblur(
    photo: Photo,
    output: Output,
    psf: Annotated[str | None, typer.Option(help=f"What blurred it: {KERNEL_HELP}")] = None,
    psf_file: Annotated[Path | None, typer.Option(help=FILE_HELP)] = None,
    nsr: Annotated[float, typer.Option(help="Noise-to-signal power ratio.")] = 0.01,
    boundary: Boundary = "symmetric",
) -> None:
    """Undo a known blur by Wiener's filter. Alpha stays as it is."""
    weights = arguments.one_kernel(psf, psf_file, ("--psf", "--psf-file"))
    _convert(photo, output, lambda x: cn.wiener(x, weights, nsr=nsr, boundary=boundary))


@app.command()
def explain(
    shape: Annotated[str, typer.Option(help="Of the image: rows x columns x channels.")] = "768x1024x3",
    kernel: Annotated[str, typer.Option(help=KERNEL_HELP)] = "box:size=7",
    dtype: Annotated[str, typer.Option(help="Of the image: any of NumPy's names.")] = "uint8",
    boundary: Boundary = "symmetric",
    measure: Annotated[bool, typer.Option("--measure", help="Time every method, too.")] = False,
) -> None:
    """Show which method would be chosen for a convolution, and why."""
    image = np.ones(arguments.shape(shape), dtype)
    weights = arguments.named_kernel(kernel)
    with progress():
        choice = cn.choose_method(image, weights, measure=measure, boundary=boundary)
    print(choice)


@app.command()
def info() -> None:
    """Show versions, this machine, and what the licences of the parts ask for."""
    print(cn.info())


def _convert(photo: Path, output: Path, operation: Callable[[Any], Any]) -> None:
    with progress():
        result = arguments.on_colours(operation, images.read(photo))
        images.write(output, result, like=photo)


def _absolute(image: Any, weights: Any, *, boundary: BoundaryName) -> Any:
    """Convolve, and give the size of the result in the range of the image."""
    signed = cn.convolve(image, weights, boundary=boundary, dtype=np.float64)
    white = np.iinfo(image.dtype).max
    return np.rint(np.minimum(np.abs(signed), white)).astype(image.dtype)


def run(argv: Sequence[str]) -> int:
    """Run a command line; what is refused is one line on standard error, and exit code 2."""
    command = typer.main.get_command(app)
    try:
        code = command.main(list(argv), prog_name="convolve-native", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except USAGE_ERROR as error:
        where = error.ctx.command_path if error.ctx else "convolve-native"
        return _refuse(f"{error.format_message().rstrip('.')}; see {where} --help")
    except REFUSALS as error:
        return _refuse(str(error) or type(error).__name__)
    return code if isinstance(code, int) else 0


def _refuse(message: str) -> int:
    print("convolve-native:", " ".join(message.split()), file=sys.stderr)
    return 2
