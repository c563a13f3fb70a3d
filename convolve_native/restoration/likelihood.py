"""Richardson-Lucy on planes, and when it has done enough.

White noise is no more like its neighbours than chance has it; what a blur hides is.  So what is
left of the image tells when to stop: once neighbours in it are unlike, noise is being fitted.

References
----------
A. Lanza, S. Morigi, F. Sciacchitano, F. Sgallari, "Whiteness constraints in a unified variational
framework for image restoration", J. Math. Imaging Vis. 60, 2018.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from convolve_native.restoration.blur import Blur
from convolve_native.restoration.climb import Light, Plane
from convolve_native.restoration.planes import Outcome, Part, Planes

Array = NDArray[Any]

# Correlation of neighbours in what is left, from which noise is being fitted: below 0 by more than
# chance has it, and by what the point that it is measured at lies ahead of the estimate.
UNLIKE = -0.03


def restore(planes: Planes, light: Light, weights: Array | None) -> Any:
    """Restore every plane."""
    psfs = planes.scene.psfs
    blurs = [Blur(planes.scene, psf.whole, planes.inner) for psf in psfs.kernels]
    climbs: dict[Part, Plane] = {}

    def begin(part: Part) -> None:
        own = None if weights is None else weights[part[0], ..., part[1]]
        climbs[part] = Plane(planes, part, light, blurs[psfs.which[part]], own)

    outcome = Outcome("richardson_lucy", light.tv or None)
    planes.each(begin)
    for iteration in range(1, light.iterations + 1):
        planes.each(lambda part: climbs[part].look())
        if light.white and iteration > 1 and _likeness(climbs.values()) < UNLIKE:
            break
        planes.each(lambda part: climbs[part].step())
        outcome.iterations = iteration
        if _ends(planes, climbs, light, outcome):
            break
    planes.each(lambda part: climbs[part].keep())
    if planes.explains and not light.white:
        outcome.remarks += _over_iterated(_likeness(climbs.values()))
    return planes.result(outcome)


def _ends(planes: Planes, climbs: dict[Part, Plane], light: Light, outcome: Outcome) -> bool:
    """Measure and show an iteration, if that is wanted; whether it was the last."""
    if planes.explains or light.tolerance is not None:
        planes.each(lambda part: climbs[part].measure())
        outcome.objective.append(sum(climbs[part].divergence for part in planes.parts))
        outcome.residual.append(sum(climbs[part].square for part in planes.parts))
    if light.tolerance is not None and _settled(outcome.objective, light.tolerance):
        return True
    if not planes.watched:
        return False
    planes.each(lambda part: climbs[part].keep())
    return planes.told(outcome.iterations)


def _settled(divergences: list[float], tolerance: float) -> bool:
    """Whether the last iteration lowered the I-divergence by no more than this share of it."""
    before, now = divergences[-2:] if len(divergences) > 1 else (math.inf, divergences[-1])
    return before - now <= tolerance * before < math.inf


def _likeness(climbs: Iterable[Plane]) -> float:
    """The mean over all planes but the dark."""
    found = [climb.likeness() for climb in climbs if not climb.dark]
    return sum(found) / len(found) if found else 0.0


def _over_iterated(likeness: float) -> list[str]:
    """Whether the estimate explains more of the observation than its scene."""
    if likeness >= 2 * UNLIKE:  # less would remark what stopped in time
        return []
    remark = (
        f"over-iterated: neighbours in what is left of the image correlate by {likeness:.2g}, "
        "which noise does not, so that some of it was fitted; fewer iterations leave it out"
    )
    return [remark]
