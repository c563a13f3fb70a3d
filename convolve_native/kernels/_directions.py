"""Directions in the image."""

import math


def direction(angle: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in degrees, in columns and in rows.

    Folded to [0, 45], so that turns by a quarter and flips of the angle are exact.
    """
    turns, rest = divmod(angle % 360.0, 90.0)
    if rest == 45.0:
        cosine = sine = math.sqrt(0.5)
    elif rest < 45.0:
        cosine, sine = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    else:
        cosine, sine = math.sin(math.radians(90.0 - rest)), math.cos(math.radians(90.0 - rest))
    for _ in range(int(turns)):
        cosine, sine = 0.0 - sine, cosine  # 0 - 0 is 0, where a minus sign would give -0
    return cosine, sine
