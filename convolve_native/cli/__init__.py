"""The command line: ``convolve-native``.

It parses, calls the library, and prints; whatever it can be asked for comes from the library's
tables. What is refused is one line on standard error and exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

# What an extra brings: its absence is the user's to mend, any other missing module is a fault.
EXTRAS = {"typer": "cli", "click": "cli", "rich": "cli", "matplotlib": "plot", "openpyxl": "table"}
# What shells say of a program that Ctrl-C ended.
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``convolve-native`` and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program's name; by default those of this process.
    """
    try:
        from convolve_native.cli.app import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        print(
            f"convolve-native: this needs the extra {extra!r}: "
            f'python -m pip install "convolve_native[{extra}]"',
            file=sys.stderr,
        )
        return 2
