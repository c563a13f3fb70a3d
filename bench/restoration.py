"""Restorations: what they gain, and how long they take.  See bench/README.md.

python -m bench.restoration [--levin FOLDER] [--quick]
"""

from __future__ import annotations

import argparse
import tracemalloc
from functools import partial
from itertools import product

import numpy as np
from skimage import restoration as skimage

import convolve_native as cn
from bench import levin
from convolve_native.calibration import timings
from tests import pairs

AUTO = {
    "wiener": partial(cn.wiener),
    "tikhonov": partial(cn.tikhonov),
    "total_variation": partial(cn.total_variation),
    "hyper_laplacian": partial(cn.hyper_laplacian),
}
ONE_SETTING = {
    "wiener wrap 0.01": partial(cn.wiener, nsr=0.01, boundary="wrap"),
    "wiener unknown 0.01": partial(cn.wiener, nsr=0.01),
    "tikhonov 0.003": partial(cn.tikhonov, regularization=0.003),
    "total_variation 2.5e-4": partial(cn.total_variation, regularization=2.5e-4),
    "hyper_laplacian 1e-4": partial(cn.hyper_laplacian, regularization=1e-4),
}
PEERS = {
    "scikit-image wiener 0.01": lambda image, psf: skimage.wiener(image, psf, 0.01, clip=False),
    "scikit-image unsupervised": lambda image, psf: skimage.unsupervised_wiener(
        image, psf, clip=False, rng=0
    )[0],
    "scikit-image richardson_lucy 30": lambda image, psf: skimage.richardson_lucy(
        np.maximum(image, 0), psf, 30, clip=False
    ),
}
NOISES = (1, 2, 5, 10, 15)
# Multiples of the parameter that was found, among which the best is looked for.
MULTIPLES = np.geomspace(1 / 16, 16, 17)
PARAMETERS = {
    "wiener": "nsr",
    "tikhonov": "regularization",
    "total_variation": "regularization",
    "hyper_laplacian": "regularization",
}
ROUNDS = 3
MEGAPIXEL = (1000, 1000)


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bench.restoration", description=__doc__)
    parser.add_argument("--levin", metavar="FOLDER", help="of the pairs of Levin et al. 2009")
    parser.add_argument("--quick", action="store_true", help="a few pairs")
    return parser.parse_args()


def on_levin(folder):
    """The published protocol."""
    chosen = levin.load(folder)
    print(f"\nLevin 2009, {len(chosen)} pairs: mean PSNR, error ratio mean and largest")
    sides = {"blurred": lambda image, psf: image, **ONE_SETTING, **PEERS}
    sides |= {f"{name} auto": call for name, call in AUTO.items()}
    for name, call in sides.items():
        scores = [levin.score(np.asarray(call(p.blurred, p.psf)), p) for p in chosen]
        decibels, ratios = np.array(scores).T
        print(f"{name:32s} {decibels.mean():6.2f} dB {ratios.mean():6.3f} {ratios.max():6.2f}")


def on_drawn(chosen):
    """What each gains on drawn pairs, and what it leaves at the frame."""
    print(f"\ndrawn pairs, {len(chosen)}: mean dB gained, least, error at the frame over within")
    sides = {**PEERS, **{f"{name} auto": call for name, call in AUTO.items()}}
    for name, call in sides.items():
        results = [np.asarray(call(p.blurred, p.psf)) for p in chosen]
        both = list(zip(results, chosen, strict=True))
        gains = [pairs.psnr(r, p.scene) - pairs.psnr(p.blurred, p.scene) for r, p in both]
        framing = np.median([pairs.framing(r, p.scene) for r, p in both])
        print(f"{name:32s} {np.mean(gains):6.2f} {np.min(gains):6.2f} {framing:6.2f}")


def on_parameters(chosen):
    """What the parameter that chooses itself loses to the best one."""
    print("\nauto below the best parameter, dB: mean, worst")
    for name, call in AUTO.items():
        losses = []
        for p in chosen:
            found = call(p.blurred, p.psf, full_output=True)
            tried = [
                pairs.psnr(
                    call(p.blurred, p.psf, **{PARAMETERS[name]: found.parameter * m}), p.scene
                )
                for m in MULTIPLES
            ]
            losses.append(max(tried) - pairs.psnr(found.image, p.scene))
        print(f"{name:32s} {np.mean(losses):6.2f} {np.max(losses):6.2f}")


def on_noise(chosen):
    """What the noise is taken for."""
    print("\nestimate_noise over the truth: mean, least, largest")
    for noise in NOISES:
        of_it = [p for p in chosen if p.noise == noise]
        ratios = [cn.estimate_noise(p.blurred) * 255 / noise for p in of_it]
        print(f"{noise:2d} of 255 {np.mean(ratios):6.3f} {min(ratios):6.3f} {max(ratios):6.3f}")


def beside(name, ours, theirs):
    """Both sides in turn."""
    own, their = timings(ours, theirs, rounds=ROUNDS, enough=0)
    ratio = their.median / own.median
    print(f"{name:44s} {own.median:8.3f} s {their.median:8.3f} s {ratio:6.2f} times")


def on_seconds():
    """Seconds, beside scikit-image where it has the like."""
    rng = np.random.default_rng(0)
    psf = cn.kernels.gaussian(2.0).astype(np.float32)
    psf /= psf.sum(dtype=np.float64)
    image = rng.random((2048, 2048), dtype=np.float32)
    print("\nseconds: ours, scikit-image")
    beside(
        "wiener 2048², float32, wrap, one thread",
        partial(cn.wiener, image, psf, nsr=0.01, boundary="wrap", workers=1),
        partial(skimage.wiener, image, psf, 0.01, clip=False),
    )
    megapixel = cn.convolve(rng.random(MEGAPIXEL, dtype=np.float32), psf)
    for name, call in AUTO.items():
        run = partial(call, megapixel, psf, workers=2)
        (timing,) = timings(run, rounds=ROUNDS, enough=0)
        peak = peak_of(run) / megapixel.nbytes
        label = f"{name} auto, 1 megapixel, two threads"
        print(f"{label:44s} {timing.median:8.3f} s, memory {peak:.1f} times the image")


def peak_of(run):
    """Bytes that a call held at most beyond what was held before, without idle plans."""
    cn.clear_caches()
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main():
    options = arguments()
    seeds = range(1 if options.quick else 4)
    chosen = [
        pairs.pair(kind, seed, noise)
        for kind, seed, noise in product(pairs.KINDS, seeds, (2,) if options.quick else NOISES)
    ]
    if options.levin:
        on_levin(options.levin)
    on_drawn(chosen)
    on_parameters(chosen)
    if not options.quick:
        on_noise(chosen)
    on_seconds()


if __name__ == "__main__":
    main()
