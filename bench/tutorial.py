"""The tutorial's 7 x 7 box blur of a colour photograph, beside ours, on one thread.

    python -m bench.tutorial            1280 x 1920 x 3, 8 bits; both sides in turn in one run

Both sides are shown to compute the same thing.
"""

from functools import partial

import numpy as np
from scipy.signal import convolve2d

import convolve_native as cn
from bench.grid import COLOUR, image
from convolve_native.calibration import timings

ROUNDS = 5


def tutorial(pixels, kernel):
    """Its script: channel by channel, full, zeros outside, cut to bytes."""
    channels = [convolve2d(pixels[:, :, i], kernel) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def ours(pixels, kernel):
    return cn.convolve(pixels, kernel, mode="full", boundary="constant", workers=1)


def main():
    pixels, kernel = image(COLOUR, "uint8"), np.ones((7, 7)) / 49
    sides = [partial(side, pixels, kernel) for side in (tutorial, ours)]
    theirs, own = timings(*sides, rounds=ROUNDS, enough=0)
    # Ours rounds where the tutorial cuts, so at most one level lies between them.
    results = [side().astype(int) for side in sides]
    assert np.abs(results[0] - results[1]).max() <= 1
    print(f"tutorial  {theirs.median * 1e3:8.1f} ms")
    print(f"ours      {own.median * 1e3:8.1f} ms")
    print(f"ratio     {theirs.median / own.median:8.1f}")
    print(f"first call of ours in this process {own.first:.2f} s")
    choice = cn.choose_method(pixels, kernel, mode="full", boundary="constant", workers=1)
    print(f"method    {choice.method}: {choice.reason}")


if __name__ == "__main__":
    main()
