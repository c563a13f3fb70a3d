"""Photographs deblurred with no kernel known: what is gained, and how long it takes.

python -m bench.estimation [--levin FOLDER] [--photographs FOLDER]
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np

import convolve_native as cn
from bench import report
from bench.bars import Bar
from bench.parametric import photographs
from bench.restoration import levin
from bench.restoration.__main__ import shown
from bench.restoration.rows import Row
from convolve_native.calibration import timings
from tests import pairs

# As published: 27 taps, and 31 for the fourth kernel.
SIZES = {True: 31, False: 27}
NOISE = 5 / 255
SIDES, TAPS = (256, 512, 800), 51
EXTENTS, SIDE, LEVEL, MORE = (13, 17, 21, 25, 31), 255, 1 / 255, 8
DRAWS = 2
TEXTURES = "brick", "grass", "gravel"  # no scenes
DECIBELS, RATIO, WORST, GAIN = "dB", "mean ratio", "worst ratio", "dB over the input, least"
UNTOUCHED, SECONDS = "sharp photograph, dB to itself", "seconds"

GIVEN, FOUND = "size given", "size auto"
NOISY = "size given, noise 5"


def of(*names):
    return lambda row: row.name in names


BARS = (
    Bar("Levin, 32 pairs", DECIBELS, 31.7, 32.44, of(GIVEN)),
    Bar("Levin, 32 pairs", RATIO, 1.36, 1.13, of(GIVEN), most=True),
    Bar("Levin, 32 pairs", WORST, 3.0, None, of(GIVEN), most=True),
    Bar("Levin, 32 pairs", DECIBELS, 31.0, 32.0, of(FOUND)),
    Bar("Levin, noise 5 of 255", DECIBELS, 29.2, 30.2, of(NOISY)),
    Bar("Levin, noise 5 of 255", GAIN, 0.0, None, of(NOISY)),
    Bar("two threads, 256", SECONDS, 1.0, 0.5, of("256"), most=True),
    Bar("two threads, 512", SECONDS, 2.5, 1.2, of("512"), most=True),
    Bar("two threads, 800", SECONDS, 5.5, 3.0, of("800"), most=True),
    Bar("19 photographs", UNTOUCHED, 38.0, 45.0),
)


def size_of(pair):
    """Taps of the kernel that the papers give their programs."""
    return SIZES[pair.name.endswith("ker04")]


def on_levin(chosen):
    """A row a way to ask; and what the true kernels come to."""
    ways = {
        "blurred": lambda image, pair: image,
        "true kernels": lambda image, pair: cn.total_variation(image, pair.psf),
        GIVEN: lambda image, pair: cn.deblur(image, size_of(pair), model="any"),
        FOUND: lambda image, pair: cn.deblur(image, model="any"),
    }
    for noise in (0.0, NOISE):
        random = np.random.default_rng(0)
        noisy = [
            (pair.blurred + random.normal(scale=noise, size=pair.blurred.shape)).astype(np.float32)
            for pair in chosen
        ]
        before = None
        for way, restore in ways.items():
            name = f"{way}, noise 5" if noise else way
            scores = [
                levin.score(np.asarray(restore(image, pair), np.float64), pair)
                for image, pair in zip(noisy, chosen, strict=True)
            ]
            decibels, ratios = np.array(scores).T
            before = decibels if before is None else before
            figures = {
                DECIBELS: float(decibels.mean()),
                RATIO: float(ratios.mean()),
                WORST: float(ratios.max()),
                GAIN: float((decibels - before).min()),
            }
            shares = [f"{np.mean(ratios <= most):.0%}" for most in (1.5, 2, 3)]
            numbers = [report.number(value, 2) for value in figures.values()]
            yield (name, *numbers, *shares), Row(name, figures)


def shaken(chosen, draws):
    """Crops of photographs that a hand shook, and how the true kernel's restoration errs."""
    random = np.random.default_rng(0)
    for name, scene in chosen.items():
        for _ in range(draws if name not in TEXTURES else 0):
            size = int(random.choice(EXTENTS))
            psf, whole = pairs.shake(random, size), SIDE + size - 1
            top, left = (int(random.integers(0, n - whole + 1)) for n in scene.shape)
            part = scene[top : top + whole, left : left + whole] / 255
            image = cn.convolve(part, psf, mode="valid")
            image = np.rint(255 * (image + random.normal(scale=LEVEL, size=image.shape)))
            image = (image.clip(0, 255) / 255).astype(np.float32)
            half = size // 2
            pair = levin.Pair(part[half:-half, half:-half], image, psf, 1.0, name)
            error = levin.score(cn.total_variation(image, psf).astype(float), pair)[1]
            yield pair._replace(reference=error)


def on_shaken(every):
    """A row a way to ask: the error beside that of the true kernels."""
    ways = {
        "true kernels": lambda pair: pair.psf,
        GIVEN: lambda pair: cn.estimate_psf(pair.blurred, pair.psf.shape[0]).psf,
        f"{MORE} taps more": lambda pair: (
            cn.estimate_psf(pair.blurred, pair.psf.shape[0] + MORE).psf
        ),
        FOUND: lambda pair: cn.estimate_psf(pair.blurred).psf,
    }
    before = np.array([levin.score(pair.blurred.astype(float), pair)[0] for pair in every])
    for way, found in ways.items():
        restored = (cn.total_variation(pair.blurred, found(pair)) for pair in every)
        scores = [
            levin.score(image.astype(float), pair)
            for image, pair in zip(restored, every, strict=True)
        ]
        decibels, ratios = np.array(scores).T
        gains = decibels - before
        numbers = np.median(ratios), np.exp(np.log(ratios).mean()), gains.mean()
        texts = (way, *(report.number(value, 2) for value in numbers))
        counts = (ratios > 3).sum(), (gains < 0).sum()
        yield (*texts, *map(str, counts)), Row(f"photographs, {way}", {})


def on_sharp(chosen):
    """What becomes of photographs that are sharp."""
    for name, scene in chosen.items():
        image = np.rint(scene).astype(np.uint8)
        told = cn.deblur(image, full_output=True)
        missed = np.square(told.image - image.astype(np.float64)).mean()
        decibels = float(10 * np.log10(255**2 / missed)) if missed else np.inf
        texts = name, told.model, f"{told.confidence:.2f}", report.number(decibels, 1)
        yield texts, Row(name, {UNTOUCHED: decibels})


def on_time():
    """Seconds of one estimate, two threads."""
    photograph = np.pad(pairs.photograph(), ((0, SIDES[-1]), (0, 0)), "symmetric")
    psf = pairs.shake(np.random.default_rng(1), 41)
    for side in SIDES:
        scene = photograph[: side + 40, : side + 40]
        image = cn.convolve(scene, psf, mode="valid").astype(np.float32)
        run = partial(cn.estimate_psf, image, TAPS, workers=2)
        seconds = timings(run, rounds=3, enough=0)[0].best
        yield (side, f"{seconds:.2f}"), Row(str(side), {SECONDS: seconds})


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.estimation", description=__doc__)
    parser.add_argument("--levin", metavar="FOLDER", help="of the pairs of Levin et al. 2009")
    parser.add_argument("--photographs", metavar="FOLDER", help="more than scikit-image's")
    options = parser.parse_args()
    found = []
    if options.levin:
        chosen = levin.load(options.levin)
        columns = ("", "dB", "error ratio", "worst", "least gain", "<= 1.5", "<= 2", "<= 3")
        found += shown(f"Levin et al. 2009, {len(chosen)} pairs", columns, on_levin(chosen))
    sharp = photographs(options.photographs)
    every = list(shaken(sharp, DRAWS))
    columns = ("", "median ratio", "geometric mean", "gain, dB", "beyond 3", "worse than before")
    found += shown(f"{len(every)} shaken crops of photographs", columns, on_shaken(every))
    columns = ("sharp photograph", "model", "confidence", "dB to itself")
    found += shown("what becomes of it", columns, on_sharp(sharp))
    found += shown(f"{TAPS} x {TAPS}, two threads", ("side", "s"), on_time())
    print(f"\n{report.bars_table(found, BARS)}")


if __name__ == "__main__":
    main()
