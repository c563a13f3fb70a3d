"""Seconds of restorations, beside scikit-image where it has the like, and the memory they take.

python -m bench.restoration.speed METHOD prints the bytes that a method took. Linux only.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
from skimage import restoration as skimage

import convolve_native as cn
from bench import memory
from bench.report import number
from bench.restoration import rows
from bench.restoration.rows import Row
from convolve_native.calibration import timings
from convolve_native.interfaces import skimage_restoration as twins
from convolve_native.restoration.deconvolve import METHODS

ROUNDS = 5
LARGE, SMALL, MEGAPIXEL = (2048, 2048), (512, 512), (1000, 1000)


def blurred(shape, psf):
    """A photograph is no faster than noise."""
    sharp = np.random.default_rng(0).random(shape, dtype=np.float32)
    return cn.convolve(sharp, psf)


def gaussian(side):
    psf = np.outer(*2 * [np.hanning(side + 2)[1:-1]])
    return (psf / psf.sum()).astype(np.float32)


def contests():
    """Name -> (ours, scikit-image's), of one thread."""
    psf = gaussian(15)
    large, small = blurred(LARGE, psf), blurred(SMALL, psf)
    return {
        "wiener, 2048x2048": (
            partial(cn.wiener, large, psf, nsr=0.01, boundary="wrap"),
            partial(skimage.wiener, large, psf, 0.01, clip=False),
        ),
        "the twin of wiener": (
            partial(twins.wiener, large, psf, 0.01, clip=False),
            partial(skimage.wiener, large, psf, 0.01, clip=False),
        ),
        "richardson_lucy, 512x512, 100 iterations": (
            partial(cn.richardson_lucy, small, psf, iterations=100, boundary="constant"),
            partial(skimage.richardson_lucy, small, psf, 100, clip=False),
        ),
        "the twin of richardson_lucy": (
            partial(twins.richardson_lucy, small, psf, 100, clip=False),
            partial(skimage.richardson_lucy, small, psf, 100, clip=False),
        ),
    }


def beside():
    """Both sides in turn."""
    for name, sides in contests().items():
        with cn.set_workers(1):
            own, their = (timing.median for timing in timings(*sides, rounds=ROUNDS, enough=0))
        texts = (name, *(number(each, 3) for each in (own, their)), number(their / own))
        yield texts, Row(name, {rows.TIMES: their / own})


def alone():
    """Every method as it is by default, on two threads, and the memory that it takes."""
    psf = gaussian(15)
    image = blurred(MEGAPIXEL, psf)
    for method, function in METHODS.items():
        run = partial(function, image, psf, workers=2)
        seconds = timings(run, rounds=ROUNDS, enough=0)[0].median
        figures = {rows.SECONDS: seconds}
        if memory.RESET.exists():
            figures[rows.MEMORY] = measured(method) / image.nbytes
        yield (method, *map(number, figures.values())), Row(f"{method}, 1 megapixel", figures)


def measured(method):
    """Bytes that a method took, in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, method]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def taken(method):
    """Bytes beyond those held before, code loaded and threads started; the result's own counts."""
    psf = gaussian(15)
    image = blurred(MEGAPIXEL, psf)
    run = partial(METHODS[method], psf=psf, workers=2)
    run(image[:64, :64])
    cn.clear_caches()
    return memory.most(lambda: run(image))


if __name__ == "__main__":
    print(taken(*sys.argv[1:]))
