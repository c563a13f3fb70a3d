"""Layers whose tiles meet every remainder, for the guard of their arrays."""

import convolve_native as cn
from tests import cases
from tests.loops.restorations import WIDEST


def see(rng, announce):
    """Run one drawn layer."""
    dtype = str(rng.choice(("float32", "float64")))
    groups, channels, outputs = (int(rng.integers(1, n)) for n in (3, 10, 7))
    taps, strides, apart = (tuple(rng.integers(1, n, 2).tolist()) for n in (4, 4, 3))
    padding = tuple(rng.integers(0, 4, 2).tolist())
    sizes = rng.integers(1, (7, WIDEST))
    size = [max(int(n), d * (k - 1) + 1) for n, d, k in zip(sizes, apart, taps, strict=True)]
    shape = (1, groups * channels, *size)
    announce(f"layer: {dtype}{shape} * {outputs} {taps} {strides} {padding} {apart} {groups}")
    weights = cases.values((groups * outputs, channels, *taps), dtype)
    with cn.set_workers(1):
        cn.conv2d(cases.values(shape, dtype), weights, None, strides, padding, apart, groups)
