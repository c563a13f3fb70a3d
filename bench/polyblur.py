"""Sharpening mild blurs: decibels gained, the blur that is found, sharp photographs, seconds.

python -m bench.polyblur [--photos FOLDER]
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path

import numpy as np
import skimage

import convolve_native as cn
from bench import report
from bench.bars import Bar
from bench.restoration.rows import Row
from convolve_native import images
from convolve_native.calibration import timings
from tests.pairs import psnr

BUNDLED = (
    "astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png", "coins.png",
    "grass.png", "gravel.png", "motorcycle_left.png", "rocket.jpg",
)  # fmt: skip
NOISE = 1 / 255
WIDTHS = (0.8, 1.0, 1.5, 2.0, 3.0)
GAINED = 1.5  # pixels, of the width for which a gain is asked
ROTATED = ((1.5, 0.8, 30), (1.5, 1.0, 50), (2.0, 1.0, 120), (2.0, 1.2, 75), (3.0, 1.5, 160))
CUT = 12  # pixels at the frame that do not count
WITHIN, DEGREES = 0.15, 10
ROUNDS = 9
GAIN, UNTOUCHED, SECONDS = "decibels gained", "dB between input and output", "seconds"
WIDTH, ANGLE = "share of widths within 15 %", "share of angles within 10 degrees"

BARS = (
    Bar("sigma 1.5, noise 1 of 255, mean", GAIN, 1.5, 2.0, summary=np.mean),
    Bar("sharp photographs", UNTOUCHED, 40, 45),
    Bar("sigma 0.8 to 3", WIDTH, 0.9, summary=np.mean),
    Bar("anisotropy 1.5 to 2", ANGLE, 0.9, summary=np.mean),
    Bar("1 megapixel, grey, two threads", SECONDS, 0.1, 0.05, most=True),
)


def photographs(folder):
    """Name -> a photograph in grey from 0 to 1: scikit-image's, ours, and those of a folder."""
    paths = [Path(skimage.__file__).parent / "data" / name for name in BUNDLED]
    paths += sorted(Path(folder).glob("*.png")) if folder else []
    with as_file(files("convolve_native.data") / "raccoon.jpg") as ours:
        return {path.stem: _grey(path) for path in (*paths, ours)}


def _grey(path):
    pixels = images.read(path) / 255
    return pixels if pixels.ndim == 2 else pixels[..., :3].mean(axis=2)


def seen(scene, along, across, angle):
    """What a camera of eight bits makes of it."""
    blurred = cn.convolve(scene, cn.kernels.oriented_gaussian(along, across, angle))
    noisy = blurred + np.random.default_rng(0).normal(scale=NOISE, size=scene.shape)
    return np.rint(np.clip(noisy, 0, 1) * 255) / 255


def sharpened(scene, *blur):
    """How far the widths and the angle are off, and the decibels gained."""
    image = seen(scene, *blur)
    found = cn.polyblur(image, full_output=True)
    off = [found.along[0] / blur[0] - 1, found.across[0] / blur[1] - 1]
    turned = abs((found.angle[0] - blur[2] + 90) % 180 - 90)
    gain = psnr(np.clip(found.image, 0, 1), scene, CUT) - psnr(image, scene, CUT)
    return np.sqrt(np.prod(np.add(off, 1))) - 1, turned, gain


def untouched(scene):
    """Decibels between a photograph and what comes of it; infinite where nothing does."""
    eight = np.rint(scene * 255)
    missed = np.square(cn.polyblur(eight) - eight).mean()
    return float(10 * np.log10(255**2 / missed)) if missed else np.inf


def on_photographs(chosen):
    """A row a photograph."""
    for name, scene in chosen.items():
        even = [sharpened(scene, width, width, 0) for width in WIDTHS]
        rotated = [sharpened(scene, *blur) for blur in ROTATED]
        figures = {
            UNTOUCHED: untouched(scene),
            GAIN: even[WIDTHS.index(GAINED)][2],
            WIDTH: float(np.mean([abs(off) < WITHIN for off, _, _ in even])),
            ANGLE: float(np.mean([turned < DEGREES for _, turned, _ in rotated])),
        }
        gains = " ".join(f"{gain:.1f}" for _, _, gain in even + rotated)
        offs = " ".join(f"{off:+.0%}" for off, _, _ in even)
        turns = " ".join(f"{turned:.0f}" for _, turned, _ in rotated)
        yield (name, report.number(figures[UNTOUCHED], 1), gains, offs, turns), Row(name, figures)


def on_time():
    """Seconds of a megapixel by threads and channels; edges, or there would be nothing to do."""
    scene = np.kron(np.random.default_rng(0).random((50, 50)), np.ones((20, 20)))
    for width, channels, workers in product((GAINED, 3.0), (1, 3), (1, 2)):
        grey = cn.gaussian_blur(scene, width).astype(np.float32)
        image = np.repeat(grey[..., None], channels, axis=2) if channels > 1 else grey
        run = partial(cn.polyblur, image, workers=workers)
        seconds = timings(run, rounds=ROUNDS, enough=0)[0].best
        figures = {SECONDS: seconds} if (width, channels, workers) == (GAINED, 1, 2) else {}
        texts = (width, channels, workers, report.milliseconds(seconds))
        yield texts, Row("1 megapixel", figures)


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.polyblur", description=__doc__)
    parser.add_argument("--photos", metavar="FOLDER", help="of PNG photographs, beside the bundled")
    options = parser.parse_args()
    found = []
    tables = (
        (
            ("photograph", "untouched, dB", "gains, dB", "widths off by", "degrees off"),
            on_photographs(photographs(options.photos)),
        ),
        (("sigma", "channels", "threads", "ms"), on_time()),
    )
    print(f"widths {WIDTHS}, then {ROTATED}; noise 1 of 255")
    for columns, rows in tables:
        texts, of_them = zip(*rows, strict=True)
        print(f"\n{report.table(columns, texts)}", flush=True)
        found += of_them
    print(f"\n{report.bars_table(found, BARS)}")


if __name__ == "__main__":
    main()
