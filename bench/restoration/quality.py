"""What restorations gain, and what their parameter and the noise are taken for."""

from __future__ import annotations

from itertools import groupby

import numpy as np

import convolve_native as cn
from bench.report import number
from bench.restoration import levin, rows
from bench.restoration.rows import Row
from bench.restoration.sides import PARAMETERS, SIDES, TEXTBOOK
from convolve_native.restoration.deconvolve import METHODS
from tests import pairs

# Multiples of the parameter that was found, among which the best is looked for.
MULTIPLES = np.geomspace(1 / 16, 16, 17)


def on_levin(chosen):
    """(texts, row) of every side, by the published protocol."""
    scores = {
        name: np.array([levin.score(np.asarray(call(p.blurred, p.psf)), p) for p in chosen])
        for name, call in SIDES.items()
    }
    textbook = scores[TEXTBOOK][:, 0].mean()
    for name, found in scores.items():
        (decibels, mean), worst = found.mean(axis=0), found[:, 1].max()
        figures = {rows.GAIN: decibels - textbook, rows.RATIO: mean, rows.WORST: worst}
        yield (name, *map(number, (decibels, mean, worst))), Row(name, figures)


def on_drawn(chosen):
    """The same of drawn pairs: decibels gained, and the errors at the frame."""
    for name, call in SIDES.items():
        results = [(np.asarray(call(p.blurred, p.psf)), p) for p in chosen]
        gains = [pairs.psnr(r, p.scene) - pairs.psnr(p.blurred, p.scene) for r, p in results]
        framing = float(np.median([pairs.framing(r, p.scene) for r, p in results]))
        texts = (name, *map(number, (np.mean(gains), np.min(gains), framing)))
        yield texts, Row(name, {rows.FRAME: framing})


def on_parameters(chosen):
    """What a parameter that was found loses to the best one."""
    for method, parameter in PARAMETERS.items():
        call, losses = METHODS[method], []
        for p in chosen:
            found = call(p.blurred, p.psf, full_output=True)
            tried = [
                pairs.psnr(call(p.blurred, p.psf, **{parameter: found.parameter * m}), p.scene)
                for m in MULTIPLES
            ]
            losses.append(max(tried) - pairs.psnr(found.image, p.scene))
        worst = int(np.argmax(losses))
        figures = {rows.MEAN_LOSS: float(np.mean(losses)), rows.WORST_LOSS: losses[worst]}
        texts = (method, *map(number, figures.values()), chosen[worst].name)
        yield texts, Row(f"{method}, {chosen[worst].name}", figures)


def on_noise(chosen):
    """What the noise is taken for, over what it is."""
    for noise, group in groupby(sorted(chosen, key=lambda p: p.noise), lambda p: p.noise):
        ratios = [cn.estimate_noise(p.blurred) * 255 / noise for p in group]
        mean = float(np.mean(ratios))
        texts = (noise, *map(number, (mean, min(ratios), max(ratios))))
        yield texts, Row(f"noise {noise} of 255", {rows.NOISE: abs(mean - 1)})
