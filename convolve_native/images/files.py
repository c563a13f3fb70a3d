"""Files: what the system refuses, and replacing one in one step."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

AnyPath: TypeAlias = "str | os.PathLike[str]"


@contextmanager
def system_errors(verb: str, path: Path) -> Iterator[None]:
    """Say what the system refused, in one sentence and with its own class."""
    try:
        yield
    except OSError as error:
        raise type(error)(f"cannot {verb} {str(path)!r}: {error.strerror}") from error


def replace(path: Path, content: bytes) -> None:
    """Put content in the place of a file in one step: the old file stays until the new is whole."""
    target = Path(os.path.realpath(path))  # a link goes on pointing at the file that it names
    temporary = target.with_name(f".convolve-native-{secrets.token_hex(8)}.tmp")
    with system_errors("write", path):
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        try:
            with temporary.open("xb") as stream:  # a plain open respects the umask
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
