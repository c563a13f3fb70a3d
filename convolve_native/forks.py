"""What a fork must not tear.

A child has one thread, the one that forked; what other threads held, they hold for ever.  A lock
that is only held for a moment is renewed in the child, with whatever it guards.  Work that leaves
others' global state half done (FFTW plans, Numba compiles) is let come to its end before the fork.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Protocol

MOMENT = 5.0  # seconds that a fork waits for what is none of ours, or can be cut short


class Renewable(Protocol):
    """An object with a lock."""

    def renew(self) -> None:
        """Take a new lock, and make whole what a thread may have been changing under the old."""


_owners: weakref.WeakSet[Renewable] = weakref.WeakSet()


def renew_in_child(owner: Renewable) -> None:
    """Have `owner` renewed in every child, for as long as it lives."""
    _owners.add(owner)


def wait_before(
    acquire: Callable[[float], bool],
    release: Callable[[], None],
    lose: Callable[[], None],
    seconds: float,
) -> None:
    """Hold something while forking; a child that forked without it is told to `lose` it.

    `acquire` waits for at most the seconds it is given, and says whether it holds it.
    """
    held = threading.local()  # two threads may fork at once

    def before() -> None:
        held.now = acquire(seconds)

    def in_parent() -> None:
        if held.now:
            release()

    def in_child() -> None:
        if held.now:
            release()
        else:
            lose()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=in_parent, after_in_child=in_child)


def _renew() -> None:
    for owner in list(_owners):
        owner.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
