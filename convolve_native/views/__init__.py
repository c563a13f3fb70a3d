"""Pictures about pictures: what a user looks at to see what was done, and how it is done.

Every view is a function from arrays to an array of uint8, or to an `Animation` of
such frames; `write` puts either into a file, and nothing else touches one. All that they draw was
computed by the library's own functions. `palette` and `style` own every colour and
size. Layers: above what computes, below the command line.

Like the package's own, public names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Public name -> the module it lives in.
_PUBLIC = {
    "Animation": "convolve_native.views.animation",
    "slide": "convolve_native.views.sliding",
    "window": "convolve_native.views.stepping",
    "passes": "convolve_native.views.blurring",
    "smoothing": "convolve_native.views.blurring",
    "theorem": "convolve_native.views.frequency",
    "deconvolution": "convolve_native.views.restoring",
    "kernel_card": "convolve_native.views.card",
    "write": "convolve_native.views.animation",
}

__all__ = [*_PUBLIC]  # from the table, so that no list is kept twice

if TYPE_CHECKING:
    from convolve_native.views.animation import Animation as Animation
    from convolve_native.views.animation import write as write
    from convolve_native.views.blurring import passes as passes
    from convolve_native.views.blurring import smoothing as smoothing
    from convolve_native.views.card import kernel_card as kernel_card
    from convolve_native.views.frequency import theorem as theorem
    from convolve_native.views.restoring import deconvolution as deconvolution
    from convolve_native.views.sliding import slide as slide
    from convolve_native.views.stepping import window as window


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_PUBLIC[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
