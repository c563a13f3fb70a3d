"""The accuracy constant c of every method, measured and beside what the method publishes.

    c = max |error| / (eps * max|image| * sum|kernel|)

over images and kernels that bring out rounding, against sums in twice the precision of float64.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

import convolve_native as cn
from convolve_native.methods import METHODS
from tests import cases, reference

DTYPES = ("float32", "float64")
# shape of the images -> the most taps of a kernel, lest the exact sums take minutes
SHAPES = {(120, 128): 101 * 101, (1, 3000): 1024, (512, 500): 7 * 7}
TAPS = ((1, 1), (3, 3), (2, 9), (5, 5), (7, 7), (15, 15), (31, 31), (64, 64), (101, 101))
LINES = ((1, 3), (1, 31), (1, 101), (1, 1024))
SEEDS = 2  # draws of what is random


def _random(seed):
    return np.random.default_rng([7, seed])


# name -> image of a shape; a seed for those that are drawn
IMAGES = {
    "flat": lambda shape, seed: np.full(shape, (0.1, 1 - 2.0**-24)[seed]),
    "alternating": lambda shape, seed: 0.3 * (1.0 - 2 * (np.indices(shape).sum(axis=0) % 2)),
    "step": lambda shape, seed: (0.1, 1 / 3)[seed] + (np.indices(shape)[-1] > shape[-1] // 2),
    "star": lambda shape, seed: _star(shape, (1e3, 1e12)[seed]),
    "signs": lambda shape, seed: np.sign(_random(seed).normal(size=shape)) / 3,
    "normal": lambda shape, seed: _random(seed).normal(size=shape),
    "uniform": lambda shape, seed: _random(seed).random(shape),
}
KERNELS = {
    "box": lambda taps, seed: np.full(taps, 1 / math.prod(taps)),
    "gaussian": lambda taps, seed: _outer(*(_bell(k, (1 / 6, 1 / 4)[seed]) for k in taps)),
    "outer": lambda taps, seed: _outer(*(_random(seed).normal(size=k) for k in taps)),
    "rank three": lambda taps, seed: sum(KERNELS["outer"](taps, 10 * seed + i) for i in range(3)),
    "positive": lambda taps, seed: _random(seed).random(taps),
    "normal": lambda taps, seed: _random(seed).normal(size=taps),
    "signs": lambda taps, seed: np.sign(_random(seed).normal(size=taps)) * 0.1,
}


def _star(shape, brightness):
    image = 1 + _random(0).random(shape)
    image[tuple(n // 3 for n in shape)] = brightness
    return image


def _bell(taps, width):
    x = np.arange(taps) - (taps - 1) / 2
    weights = np.exp(-((x / (width * taps)) ** 2) / 2)
    return weights / weights.sum()


def _outer(column, row):
    return np.multiply.outer(column, row)


def _split(x):
    """Split float64 in two halves whose products are exact (Veltkamp)."""
    wide = (2.0**27 + 1) * x
    high = wide - (wide - x)
    return high, x - high


def exact(image, kernel):
    """The convolution as an unevaluated sum of two float64, good to 2**-100 of sum|kernel x|.

    Every product and every addition with its own rounding error, the errors summed apart: T. Ogita,
    S. M. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), Dot2.
    """
    image, kernel = image.astype(np.float64), kernel.astype(np.float64)
    margins = [((k - 1) - (k - 1) // 2, (k - 1) // 2) for k in kernel.shape]
    whole = reference.extend(image, margins, "symmetric")
    halves = _split(whole)
    total, errors = np.zeros(image.shape), np.zeros(image.shape)
    for tap, weight in np.ndenumerate(np.flip(kernel)):
        window = tuple(slice(t, t + n) for t, n in zip(tap, image.shape, strict=True))
        x, x_high, x_low = whole[window], halves[0][window], halves[1][window]
        w_high, w_low = _split(weight)
        product = weight * x
        off = w_low * x_low - (((product - w_high * x_high) - w_low * x_high) - w_high * x_low)
        grown = total + product
        part = grown - total
        errors += (total - (grown - part)) + (product - part) + off
        total = grown
    return total, errors


@dataclass
class Worst:
    """The largest c seen, and where; and the largest share of the published bound."""

    c: float = 0.0
    where: str = ""
    published: float = 0.0
    share: float = 0.0

    def see(self, c, published, where):
        self.share = max(self.share, c / published)
        if c >= self.c:
            self.c, self.where, self.published = c, where, published


def problems():
    """Shape of an image, shape of a kernel, name of a kernel."""
    for shape, most in SHAPES.items():
        for taps in LINES if shape[0] == 1 else TAPS:
            if math.prod(taps) <= most:
                yield from ((shape, taps, kernel) for kernel in KERNELS)


def measure():
    """Worst by (method, dtype), and by (method, dtype, shape of the kernel)."""
    worst = defaultdict(Worst)
    for shape, taps, name in problems():
        for seed in range(SEEDS):
            kernel = KERNELS[name](taps, seed)
            for drawn, make in IMAGES.items():
                for dtype in DTYPES:
                    image = make(shape, seed).astype(dtype)
                    where = f"{drawn} {shape}, {name} {taps}"
                    for method, c in constants(image, kernel):
                        published = cases.published(method, image, kernel, {})
                        worst[method, dtype].see(c, published, where)
                        worst[method, dtype, taps].see(c, published, where)
    return worst


def constants(image, kernel):
    """Every method that can, and its c for this image and kernel."""
    high, low = exact(image, kernel)
    scale = float(np.finfo(image.dtype).eps) * np.abs(image).max() * np.abs(kernel).sum()
    for method in cases.able(image, kernel):
        result = cn.convolve(image, kernel, method=method).astype(np.float64)
        yield method, float(np.abs((result - high) - low).max() / scale)


def main():
    worst = measure()
    print("| method | dtype | c | published there | most of its bound anywhere | where |")
    print("|---|---|---|---|---|---|")
    for method in METHODS:
        for dtype in DTYPES:
            w = worst[method, dtype]
            print(f"| {method} | {dtype} | {w.c:.2f} | {w.published:.1f} |", end="")
            print(f" {w.share:.0%} | {w.where} |")
    print()
    print("| taps | " + " | ".join(METHODS) + " |")
    print("|---" * (len(METHODS) + 1) + "|")
    for taps in (*TAPS, *LINES):
        cells = (" / ".join(f"{worst[m, d, taps].c:.2f}" for d in DTYPES) for m in METHODS)
        print(f"| {taps[0]} x {taps[1]} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
