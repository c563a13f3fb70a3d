"""The commands, and what becomes of what they raise."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.boundary import BOUNDARIES
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

Photo = Annotated[Path, typer.Argument(help="A JPEG or PNG photograph.", show_default=False)]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="Where to write: .png or .jpg.", show_default=False)
]
Boundary = Annotated[
    str, typer.Option(help=f"The image goes on outside as: {', '.join(BOUNDARIES)}.")
]
KERNEL_HELP = f"NAME or NAME:key=value,... with NAME one of {', '.join(kernels.KERNELS)}."
FILE_HELP = "Weights as text, a row a line, or as .npy."


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


@app.command()
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


@app.command()
def blur(
    photo: Photo,
    output: Output,
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(BLURS)}.")] = "gaussian",
    sigma: Annotated[float | None, _blur_option("gaussian", "sigma", "pixels")] = None,
    size: Annotated[int | None, _blur_option("box", "size", "pixels")] = None,
    length: Annotated[float | None, _blur_option("motion", "length", "pixels")] = None,
    angle: Annotated[float | None, _blur_option("motion", "angle", "degrees")] = None,
    boundary: Boundary = "symmetric",
) -> None:
    """Blur a photograph. Alpha stays as it is."""
    if kind not in BLURS:
        raise ValueError(f"--kind must be one of {', '.join(BLURS)}; got {kind!r}")
    given = {"sigma": sigma, "size": size, "length": length, "angle": angle}
    parameters = arguments.only_given(kind, BLURS[kind].defaults, given)
    convolve = partial(cn.convolve, kernel=BLURS[kind].kernel(**parameters))
    _convert(photo, output, convolve, boundary)


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
    convolve = partial(_absolute if absolute else cn.convolve, kernel=weights)
    _convert(photo, output, convolve, boundary)


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
    _convert(photo, output, partial(cn.wiener, psf=weights, nsr=nsr), boundary)


@app.command()
def explain(
    shape: Annotated[
        str, typer.Option(help="Of the image: rows x columns x channels.")
    ] = "768x1024x3",
    kernel: Annotated[str, typer.Option(help=KERNEL_HELP)] = "box:size=7",
    dtype: Annotated[str, typer.Option(help="Of the image: any of NumPy's names.")] = "uint8",
    boundary: Boundary = "symmetric",
    measure: Annotated[bool, typer.Option("--measure", help="Time every method, too.")] = False,
) -> None:
    """Show which method would be chosen for a convolution, and why."""
    image = np.ones(arguments.shape(shape), arguments.dtype(dtype))
    weights = arguments.named_kernel(kernel)
    keywords: dict[str, Any] = {"measure": measure, "boundary": boundary}
    with progress():
        choice = cn.choose_method(image, weights, **keywords)
    print(choice)


@app.command()
def info() -> None:
    """Show versions, this machine, and what the licences of the parts ask for."""
    print(cn.info())


def _convert(photo: Path, output: Path, operation: Callable[..., Any], boundary: str) -> None:
    with progress():
        image = images.read(photo)
        result = arguments.on_colours(partial(operation, boundary=boundary), image)
        images.write(output, result, like=photo)


def _absolute(image: Any, **keywords: Any) -> Any:
    """Convolve, and give the size of the result in the range of the image."""
    size = np.abs(cn.convolve(image, **keywords, dtype=np.float64))
    return np.rint(np.minimum(size, np.iinfo(image.dtype).max)).astype(image.dtype)


def run(argv: Sequence[str]) -> int:
    """Run a command line; what is refused is one line on standard error, and exit code 2."""
    command = typer.main.get_command(app)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = command.main(list(argv), prog_name="convolve-native", standalone_mode=False)
    except typer.Abort:  # what some of Typer's releases make of Ctrl-C
        raise KeyboardInterrupt from None
    except USAGE_ERROR as error:
        where = error.ctx.command_path if error.ctx else "convolve-native"
        return _refuse(f"{error.format_message().rstrip('.')}; see {where} --help")
    except REFUSALS as error:
        return _refuse(_sentence(error))
    return code if isinstance(code, int) else 0


def _sentence(error: BaseException) -> str:
    """Say what was refused; of a system's error its file and reason, without the number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename!r}: {error.strerror}"
    return str(error) or type(error).__name__


def _refuse(message: str) -> int:
    _say(message)
    return 2


def _warn(message: Warning | str, *_: Any, **__: Any) -> None:
    """Show a warning without the place in the source that it came from."""
    _say(f"warning: {message}")


def _say(message: str) -> None:
    print("convolve-native:", " ".join(message.split()), file=sys.stderr)
