"""info, cache_info and clear_caches: what is loaded, where things are kept, what is remembered."""

from __future__ import annotations

import platform
from dataclasses import dataclass, fields
from importlib.metadata import version
from typing import Any

from convolve_native import __version__
from convolve_native.api.blurs import SIDES
from convolve_native.caches import BoundedCache, CacheInfo
from convolve_native.factors import FACTORS
from convolve_native.folders import cache_folder
from convolve_native.fourier.pieces import PIECES
from convolve_native.fourier.plans import POOL, PlanPool, fftw_version
from convolve_native.loops import target_cpu
from convolve_native.machine import current
from convolve_native.methods import SPECTRA
from convolve_native.prepared import PREPARED
from convolve_native.threads import available_workers

LICENCE = (
    "convolve_native itself is BSD-3-Clause. It calls FFTW through pyFFTW, and pyFFTW's wheels "
    "carry FFTW, which is under the GPL, version 2 or later. To use it, or to pass on only this "
    "package's own files, asks nothing of you. To distribute a work together with FFTW (a frozen "
    "application, a container image) puts the combined work under the GPL, unless you hold a "
    "commercial licence of FFTW. See http://www.fftw.org/doc/License-and-Copyright.html."
)

_CACHES: dict[str, BoundedCache[Any] | PlanPool] = {
    "factors": FACTORS,
    "prepared": PREPARED,
    "sides": SIDES,
    "spectra": SPECTRA,
    "plans": POOL,
    "pieces": PIECES,
}


@dataclass(frozen=True)
class Info:
    """What `info` found; printed, a line each."""

    convolve_native: str
    python: str
    numpy: str
    numba: str
    pyfftw: str
    fftw: str
    pillow: str
    platform: str
    cpu: str  # what loops are compiled for
    machine: str  # where the constants that methods are chosen by come from
    workers: int  # threads that a call may use
    code_cache: str
    licence: str

    def __str__(self) -> str:
        """One line for each."""
        width = max(len(field.name) for field in fields(self)) + 2
        rows = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "\n".join(f"{name:<{width}}{value}" for name, value in rows)


def info() -> Info:
    """Tell versions, the CPU compiled for, where compiled code is kept, and the licences.

    Returns
    -------
    Info
        Its fields are strings and numbers; printed, a line each.

    Examples
    --------
    >>> import convolve_native as cn
    >>> "GPL" in cn.info().licence
    True
    """
    folder = cache_folder()
    return Info(
        convolve_native=__version__,
        python=platform.python_version(),
        numpy=version("numpy"),
        numba=version("numba"),
        pyfftw=version("pyfftw"),
        fftw=fftw_version(),
        pillow=version("pillow"),
        platform=platform.platform(),
        cpu=target_cpu(),
        machine=current().provenance,
        workers=available_workers(),
        code_cache=str(folder) if folder else "none: compiled loops are not kept",
        licence=LICENCE,
    )


def cache_info() -> dict[str, CacheInfo]:
    """Count what is remembered in memory.

    Kernels' factors and spectra, and the sides of the blurs'; what was prepared for a kernel and
    images of one shape and dtype; idle FFTW plans.

    Returns
    -------
    dict of str to CacheInfo
        Entries, bytes, the limit in bytes, hits and misses of each cache.

    Examples
    --------
    >>> import convolve_native as cn
    >>> sorted(cn.cache_info())
    ['factors', 'pieces', 'plans', 'prepared', 'sides', 'spectra']
    """
    return {name: cache.info() for name, cache in _CACHES.items()}


def clear_caches() -> None:
    """Forget all that `cache_info` counts; compiled loops stay.

    Examples
    --------
    >>> import convolve_native as cn
    >>> cn.clear_caches()
    >>> cn.cache_info()["plans"].nbytes
    0
    """
    for cache in _CACHES.values():
        cache.clear()
