"""The table of commands, and what becomes of what they raise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import typer

from convolve_native.cli import animate, convert, deblur, draw, estimate, gallery, profile, tell
from convolve_native.cli.messages import REFUSALS, say, sentence, warn
from convolve_native.cli.table import table

app = typer.Typer(
    name="convolve-native",
    help="Convolve and deconvolve photographs.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

COMMANDS: dict[str, Callable[..., Any]] = {
    "demo": draw.demo,
    "blur": convert.blur,
    "filter": convert.filter_,
    "deblur": deblur.deblur,
    "estimate": estimate.estimate,
    "features": draw.features,
    "spectrum": draw.spectrum,
    "animate": animate.animate,
    "gallery": gallery.gallery,
    "table": table,
    "explain": tell.explain,
    "profile": profile.profile,
    "calibrate": tell.calibrate,
    "warmup": tell.warmup,
    "info": tell.info,
}
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)

# Typer exports no name for its usage errors, and has moved them: it is what BadParameter is.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]


def run(argv: Sequence[str]) -> int:
    """Run a command line; what is refused is one line on standard error, and exit code 2."""
    command = typer.main.get_command(app)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = warn
            code = command.main(list(argv), prog_name="convolve-native", standalone_mode=False)
    except typer.Abort:  # what some of Typer's releases make of Ctrl-C
        raise KeyboardInterrupt from None
    except USAGE_ERROR as error:
        where = error.ctx.command_path if error.ctx else "convolve-native"
        say(f"{error.format_message().rstrip('.')}; see {where} --help")
        return 2
    except REFUSALS as error:
        say(sentence(error))
        return 2
    return code if isinstance(code, int) else 0
