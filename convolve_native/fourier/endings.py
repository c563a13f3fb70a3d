"""How transforms end: one by one, where it does no harm.

pyFFTW destroys a transform under its own lock, wherever the garbage collector finds it: in a thread
that waits for that lock, or in the main thread, where an interrupt that arrives amid it is lost.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from convolve_native.threads import aside

ENDED: deque[Any] = deque()  # that nobody holds any more


class Transforms:
    """There and back; whoever lets go of them, they are only put down here."""

    def __init__(self, there: Any, back: Any) -> None:
        self.pair = there, back

    def __del__(self, ended: deque[Any] = ENDED) -> None:
        """Leave them to whoever has the planner's lock."""
        ended.append(self.pair)


def destroy_ended() -> None:
    """Destroy what has ended, aside from the main thread; the planner's lock is held."""
    if ENDED:
        aside(ENDED.clear)
