"""What is said on standard error, a line each."""

from __future__ import annotations

import sys

# What the library and the system refuse with: one line for the user. All else is a fault of ours.
REFUSALS = (ValueError, TypeError, OSError, MemoryError, OverflowError)


def sentence(error: BaseException) -> str:
    """Say what was refused; of a system's error its file and reason, without the number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename!r}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


def say(message: str) -> None:
    """Print one line."""
    print("convolve-native:", " ".join(message.split()), file=sys.stderr)


def warn(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning without the place in the source that it came from."""
    say(f"warning: {message}")
