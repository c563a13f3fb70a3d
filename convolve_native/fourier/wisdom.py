"""What FFTW learnt by measuring, kept in the user's folder from one process to the next.

A file holds for one version of FFTW, the compiler it was built with and the CPU it measured, and is
named by them.  It is text, a JSON object: what it was made by, and FFTW's own words by precision.

FFTW's wisdom is global to the process and anybody's.  Ours is apart from it: lent to FFTW while a
plan is made, and what was there is put back, so that nobody else's plans change.  Whoever calls
this holds the planner's lock.
"""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convolve_native.folders import Unreadable, cache_folder, cpu_name, keep, recall

Words = tuple[bytes, ...]  # as pyFFTW orders them
PRECISIONS = ("double", "single", "extended")


class Wisdom:
    """Wisdom of one purpose, and the file of it: read at its first use, unless it starts anew.

    What `fftw_effort` has FFTW measure grows, in every process that uses it (`growing`).  What
    `calibrate` has it measure is some plans, replaced as a whole, and used unasked (`lent`).
    """

    def __init__(self, purpose: str, *, anew: bool = False) -> None:
        self._purpose = purpose
        self._words: Words | None = () if anew else None  # None: the file has not been read
        self._plans: frozenset[str] = frozenset()

    def knows(self, plan: str, fftw: Any) -> bool:
        """Whether a plan was added, in this process or in one before."""
        self._recalled(fftw)
        return plan in self._plans

    def add(self, plan: str) -> None:
        """Count a plan, whose measuring has come to its end, among those known."""
        self._plans |= {plan}

    @contextlib.contextmanager
    def lent(self, fftw: Any) -> Iterator[None]:
        """Let FFTW plan with this wisdom and no other, then put back what was there."""
        words = self._recalled(fftw)
        theirs = fftw.export_wisdom()
        fftw.forget_wisdom()
        try:
            if words and not all(fftw.import_wisdom(words)[:2]):
                fftw.forget_wisdom()  # of which it may have taken a part
                self._ignore(fftw, "FFTW cannot read it")
            yield
        finally:
            fftw.forget_wisdom()
            fftw.import_wisdom(theirs)

    @contextlib.contextmanager
    def taught(self, fftw: Any) -> Iterator[None]:
        """As `lent`, and learn what FFTW learns meanwhile."""
        with self.lent(fftw):
            yield
            self._words = fftw.export_wisdom()

    @contextlib.contextmanager
    def growing(self, fftw: Any) -> Iterator[None]:
        """As `taught`, and keep what is new, with what other processes kept meanwhile."""
        with self.lent(fftw):
            before = fftw.export_wisdom()
            yield
            if fftw.export_wisdom() != before:
                with contextlib.suppress(Unreadable):
                    kept = recall(self.file(fftw))
                    if kept is not None:
                        fftw.import_wisdom(_words(kept))
                self._words = fftw.export_wisdom()
                self.keep(fftw)

    def keep(self, fftw: Any) -> None:
        """Write it to its file, in place of what was there."""
        path = self.file(fftw)
        if path is not None and self._words:
            words = (each.decode("ascii") for each in self._words)
            by_precision = dict(zip(PRECISIONS, words, strict=True))
            keep(path, {**_made_by(fftw), "plans": sorted(self._plans), **by_precision})

    def file(self, fftw: Any) -> Path | None:
        """Where it is kept for this FFTW on this CPU, if anywhere."""
        folder = cache_folder()
        made_by = hashlib.sha256(repr(_made_by(fftw)).encode()).hexdigest()[:20]
        return folder and folder / "wisdom" / f"{self._purpose}-{fftw.fftw_version}-{made_by}.json"

    def _recalled(self, fftw: Any) -> Words:
        if self._words is None:
            self._words = ()  # whatever becomes of the reading: it is read once
            try:
                kept = recall(self.file(fftw))
                if kept is not None:
                    self._words, self._plans = _words(kept), frozenset(_plans(kept))
            except Unreadable as reason:
                self._ignore(fftw, str(reason))
        return self._words

    def _ignore(self, fftw: Any, reason: str) -> None:
        self._words, self._plans = (), frozenset()
        warnings.warn(f"FFTW wisdom in {self.file(fftw)} is ignored: {reason}", stacklevel=2)


def _words(kept: dict[str, Any]) -> Words:
    try:
        return tuple(kept[precision].encode("ascii") for precision in PRECISIONS)
    except (ValueError, LookupError, AttributeError):
        raise Unreadable from None


def _plans(kept: dict[str, Any]) -> list[str]:
    plans = kept.get("plans")
    if not isinstance(plans, list) or not all(isinstance(plan, str) for plan in plans):
        raise Unreadable
    return plans


def _made_by(fftw: Any) -> dict[str, str]:
    return {"fftw": fftw.fftw_version, "compiler": fftw.fftw_cc, "cpu": cpu_name()}
