"""The tutorial's 7 x 7 box blur of a colour photograph, beside ours, on one thread.

    python -m bench.tutorial            1280 x 1920 x 3, 8 bits; both sides in turn in one run

First both sides are shown to compute the same thing.
"""

import time

import numpy as np
from scipy.signal import convolve2d

import convolve_native as cn

SHAPE = (1280, 1920, 3)
ROUNDS = 5


def tutorial(image, kernel):
    """Its script: channel by channel, full, zeros outside, cut to bytes."""
    channels = [convolve2d(image[:, :, i], kernel) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def ours(image, kernel):
    return cn.convolve(image, kernel, mode="full", boundary="constant", workers=1)


def photograph():
    """The bundled photograph, repeated to the size."""
    small = cn.images.read(cn.images.sample())
    rows, columns = (-(-n // s) for n, s in zip(SHAPE[:2], small.shape[:2], strict=True))
    return np.ascontiguousarray(np.tile(small, (rows, columns, 1))[: SHAPE[0], : SHAPE[1]])


def seconds(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def main():
    image, kernel = photograph(), np.ones((7, 7)) / 49
    start = time.perf_counter()
    result = ours(image, kernel)
    first = time.perf_counter() - start
    # Ours rounds where the tutorial cuts, so at most one level lies between them.
    assert np.abs(result.astype(int) - tutorial(image, kernel)).max() <= 1
    taken = {tutorial: [], ours: []}
    for _ in range(ROUNDS):
        for side, runs in taken.items():
            runs.append(seconds(side, image, kernel))
    medians = {side.__name__: float(np.median(runs)) for side, runs in taken.items()}
    for name, median in medians.items():
        print(f"{name:<10}{median * 1e3:8.1f} ms")
    print(f"ratio     {medians['tutorial'] / medians['ours']:8.1f}")
    print(f"first call of ours in this process {first:.2f} s")
    choice = cn.choose_method(image, kernel, mode="full", boundary="constant", workers=1)
    print(f"method    {choice.method}: {choice.reason}")


if __name__ == "__main__":
    main()
