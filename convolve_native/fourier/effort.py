"""How hard FFTW looks for a fast transform."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Literal

from convolve_native.threads import held

EffortName = Literal["estimate", "measure", "patient"]
EFFORTS: dict[str, str] = {  # FFTW's own words for how much it tries before it settles on a plan
    "estimate": "FFTW_ESTIMATE",
    "measure": "FFTW_MEASURE",
    "patient": "FFTW_PATIENT",
}
# Where nothing is asked for: what `calibrate` measured, for all else an estimate.
CALIBRATED = "calibrated"
FLAGS = {**EFFORTS, CALIBRATED: EFFORTS["estimate"]}
_effort: ContextVar[str] = ContextVar("convolve_native_fftw_effort", default=CALIBRATED)


def fftw_effort(effort: EffortName) -> contextlib.AbstractContextManager[None]:
    """Set how hard FFTW looks for a fast transform, for calls in the `with` block.

    What it learns is kept in the user's cache folder, so that the next process measures nothing
    that was measured before.  Outside of such blocks the usual sizes that `calibrate` measured, in
    this process or in one before, are planned by what it learnt, and all others are estimated.

    Parameters
    ----------
    effort : {'estimate', 'measure', 'patient'}
        'estimate' measures nothing and uses nothing measured: its results are the same in every
        process, whatever was calibrated.
        'measure' runs some candidates the first time that a size is met, for up to a second,
        'patient' many of them, for up to minutes.  Measured plans may differ from one machine or
        run to another in the last bits of their results, until their wisdom has been kept.

    Returns
    -------
    context manager

    Raises
    ------
    ValueError
        Another name.

    Examples
    --------
    >>> import numpy as np
    >>> import convolve_native as cn
    >>> with cn.fftw_effort("measure"):
    ...     blurred = cn.convolve(np.ones((20, 20)), np.ones((9, 9)), method="fft")
    """
    if effort not in list(EFFORTS):
        listed = ", ".join(map(repr, EFFORTS))
        raise ValueError(f"effort must be one of {listed}; got {effort!r}")
    return held(_effort, effort)


def current_effort() -> str:
    """Return what `fftw_effort` has set here; outside of it, CALIBRATED."""
    return _effort.get()


@cache
def time_limits(library: str) -> list[Callable[[float], None]]:
    """FFTW's functions that bid a planner stop, where the system lets us find them.

    The time limit is a number that FFTW reads between two measurements, and that pyFFTW sets before
    each plan; to set it from another thread is the one way to end a measuring.
    """
    loaded = ctypes.CDLL(library)
    found = []
    for prefix in ("fftw", "fftwf"):
        limit = getattr(loaded, f"{prefix}_set_timelimit", None)
        if limit is not None:
            limit.argtypes, limit.restype = (ctypes.c_double,), None
            found.append(limit)
    return found
