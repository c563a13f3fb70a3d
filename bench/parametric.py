"""Motion, defocus and Gaussians found in photographs that were blurred by known ones.

python -m bench.parametric [--photographs FOLDER] [--draws N] [--quick]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import skimage.data

import convolve_native as cn
from bench import report
from bench.bars import Bar
from bench.report import number
from bench.restoration.__main__ import shown
from bench.restoration.rows import Row
from convolve_native.calibration import timings
from tests import pairs
from tests.estimation.scenes import CLEAN, NOISY, QUIET, blurred, turned

# Those that scikit-image brings along; drawings and pages of text are no photographs.
BUNDLED = [
    "astronaut",
    "brick",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "ihc",
    "moon",
    "motorcycle_left",
    "retina",
    "rocket",
]
NAMES = {QUIET: "no noise", CLEAN: "30 dB", NOISY: "22 dB"}
FEW, ROUNDS, MEGAPIXEL = 3, 5, (1000, 1000)


class Kind(NamedTuple):
    """A kind of blur: how it is drawn, what is found, and how far off that may be."""

    draw: Callable
    kernel: Callable
    estimate: Callable
    errors: Callable  # of an estimate, from what was drawn
    bounds: tuple  # at least, of each error
    aims: tuple


KINDS = {
    "motion": Kind(
        lambda rng: (rng.uniform(8, 40), rng.uniform(0, 180)),
        cn.kernels.motion,
        cn.estimate_motion,
        lambda found, length, angle: (abs(found.length - length), turned(found.angle, angle)),
        (1.0, 2.0),
        (0.5, 1.0),
    ),
    "defocus": Kind(
        lambda rng: (rng.uniform(3, 12),),
        cn.kernels.disk,
        cn.estimate_defocus,
        lambda found, radius: (abs(found.radius - radius),),
        (0.5,),
        (0.25,),
    ),
    "gaussian": Kind(
        lambda rng: (rng.uniform(0.8, 3),),
        cn.kernels.gaussian,
        cn.estimate_gaussian,
        lambda found, sigma: (max(abs(w / sigma - 1) for w in (found.along, found.across)),),
        (0.15,),
        (0.08,),
    ),
}


def figure(kind, noise):
    return f"{kind}, {NAMES[noise]}: within the bound"


def told(kind):
    return f"{kind} told for what it is"


SECONDS = "seconds a megapixel"
BARS = (
    *(Bar("motion", figure("motion", noise), 0.90, 0.95) for noise in (QUIET, CLEAN)),
    Bar("motion", figure("motion", NOISY), 0.75, 0.90),
    *(Bar("defocus", figure("defocus", noise), 0.90, 0.95) for noise in NAMES),
    *(Bar("gaussian", figure("gaussian", noise), 0.90, 0.95) for noise in NAMES),
    Bar("every estimate", SECONDS, 0.3, most=True),
)


def photographs(folder=None):
    """Name -> scene in grey, 0 to 255."""
    at = Path(skimage.data.__file__).parent
    files = [path for name in BUNDLED for path in sorted(at.glob(f"{name}.*"))]
    if folder:
        files += sorted(path for path in Path(folder).iterdir() if path.suffix == ".png")
    found = {"raccoon": 255 * pairs.photograph()}
    for path in files:
        pixels = cn.images.read(path).astype(np.float64)
        found[path.stem] = pixels if pixels.ndim == 2 else pixels[..., :3].mean(axis=2)
    return found


def errors(scenes, draws):
    """(texts, row) of every kind and noise: how far off the estimates are."""
    for name, kind in KINDS.items():
        for noise in NAMES:
            off = np.array(list(_errors(kind, noise, scenes, draws)))
            shares = [(off <= limits).all(axis=1).mean() for limits in (kind.bounds, kind.aims)]
            middle, most = (
                " and ".join(map(number, np.quantile(off, q, axis=0))) for q in (0.5, 0.9)
            )
            texts = (name, NAMES[noise], len(off), *(f"{share:.0%}" for share in shares))
            yield (*texts, middle, most), Row(name, {figure(name, noise): float(shares[0])})


def _errors(kind, noise, scenes, draws):
    rng = np.random.default_rng(0)
    for scene in scenes.values():
        for seed in range(draws):
            drawn = kind.draw(rng)
            image = blurred(kind.kernel(*drawn), noise, seed, scene)
            yield kind.errors(kind.estimate(image), *drawn)


def kinds(scenes):
    """(texts, row) of every kind: whether it is told from the others, and how surely."""
    rng = np.random.default_rng(1)
    for name in ("sharp", *KINDS):
        right, chances = [], []
        for scene in scenes.values():
            for noise in NAMES:
                kind = KINDS.get(name)
                psf = kind.kernel(*kind.draw(rng)) if kind else cn.kernels.identity()
                found = cn.estimate_blur(blurred(psf, noise, 0, scene))
                right.append(found.model == name)
                chances.append(found.confidence)
        share, chance = float(np.mean(right)), float(np.mean(chances))
        texts = (name, len(right), f"{share:.0%}", f"{chance:.0%}")
        yield texts, Row(name, {told(name): share})


def speed():
    """(texts, row) of every kind: seconds for a megapixel."""
    scene = np.tile(255 * pairs.photograph(), (2, 2))[: MEGAPIXEL[0] + 50, : MEGAPIXEL[1] + 50]
    for name, kind in KINDS.items():
        psf = kind.kernel(*kind.draw(np.random.default_rng(0)))
        image = blurred(psf, CLEAN, 0, scene)[: MEGAPIXEL[0], : MEGAPIXEL[1]]
        seconds = timings(partial(kind.estimate, image), rounds=ROUNDS, enough=0)[0].median
        yield (name, number(seconds, 3)), Row(f"estimate_{name}", {SECONDS: seconds})


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bench.parametric", description=__doc__)
    parser.add_argument("--photographs", metavar="FOLDER", help="of more of them, PNG")
    parser.add_argument("--draws", type=int, default=3, help="of each photograph, kind and noise")
    parser.add_argument("--quick", action="store_true", help="a few photographs, one draw")
    return parser.parse_args()


def main():
    options = arguments()
    for name, value in report.versions().items():
        print(f"{name:<24}{value}")
    scenes, draws = photographs(options.photographs), options.draws
    if options.quick:
        scenes, draws = dict(list(scenes.items())[:FEW]), 1
    heading = (
        "",
        "noise",
        "images",
        "within the bound",
        "within the aim",
        "median off",
        "90 % off",
    )
    found = shown(f"{len(scenes)} photographs", heading, errors(scenes, draws))
    found += shown("which kind it is", ("", "images", "right", "confidence"), kinds(scenes))
    found += shown("a megapixel", ("", "seconds"), speed())
    print(f"\n{report.bars_table(found, BARS)}")


if __name__ == "__main__":
    main()
