"""Blurred photographs whose scenes are known: parts of the bundled photograph, kernels drawn.

The blur is cut to where the kernel lay within the photograph, so what lies outside is really not
known, and no boundary is right.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np

import convolve_native as cn
from convolve_native import images, kernels

PATH = 240  # moments of an exposure
KINDS = ("shake", "motion", "defocus", "gaussian")


class Pair(NamedTuple):
    """A blurred photograph, its scene in the same window, and what was done to it; 0 to 1."""

    scene: np.ndarray
    blurred: np.ndarray
    psf: np.ndarray
    noise: float
    name: str


@cache
def photograph():
    """The bundled photograph in grey, from 0 to 1."""
    with as_file(files("convolve_native.data") / "raccoon.jpg") as path:
        return images.read(path).mean(axis=2) / 255


def shake(rng, size):
    """The path of a hand-held camera: a walk with inertia, each moment spread over four pixels."""
    steps = np.zeros((PATH, 2))
    for moment in range(1, PATH):
        steps[moment] = 0.93 * steps[moment - 1] + rng.normal(scale=0.05, size=2)
    path = steps.cumsum(axis=0)
    path -= (path.max(axis=0) + path.min(axis=0)) / 2
    path *= (size // 2 - 1) / np.abs(path).max()
    psf = np.zeros((size, size))
    whole = np.floor(path).astype(int)
    for (i, j), (p, q) in zip(whole + size // 2, path - whole, strict=True):
        psf[i : i + 2, j : j + 2] += np.outer([1 - p, p], [1 - q, q])
    return psf / psf.sum()


def drawn(kind, rng):
    """A kernel of a kind."""
    if kind == "shake":
        return shake(rng, int(rng.choice([15, 19, 23, 27, 31])))
    if kind == "motion":
        return kernels.motion(float(rng.uniform(6, 18)), float(rng.uniform(0, 180)))
    if kind == "defocus":
        return kernels.disk(float(rng.uniform(2, 5)))
    return kernels.gaussian(float(rng.uniform(1, 2.5)))


def pair(kind, seed=0, noise=2.0, side=160, quantised=False):
    """One pair of `side` pixels, with noise in levels of 255."""
    rng = np.random.default_rng(seed)
    psf, scene = drawn(kind, rng), photograph()
    psf = psf / psf.sum()
    tall, wide = (side + k - 1 for k in psf.shape)
    top, left = (
        int(rng.integers(0, n - m)) for n, m in zip(scene.shape, (tall, wide), strict=True)
    )
    part = scene[top : top + tall, left : left + wide]
    blurred = cn.convolve(part, psf, mode="valid") + rng.normal(
        scale=noise / 255, size=(side, side)
    )
    if quantised:
        blurred = np.rint(np.clip(blurred, 0, 1) * 255) / 255
    first = [k - 1 - (k - 1) // 2 for k in psf.shape]
    window = tuple(slice(at, at + side) for at in first)
    return Pair(part[window], blurred, psf, noise, f"{kind} {seed}, noise {noise:g}")


def psnr(image, scene, cut=0):
    """Peak signal-to-noise ratio in decibels, the peak 1, without `cut` pixels at the frame."""
    inside = slice(cut, -cut or None)
    return float(-10 * np.log10(np.square(image - scene)[inside, inside].mean()))


def framing(image, scene, width=10):
    """Root mean square error within `width` pixels of the frame, over that inside."""
    error = np.square(image - scene)
    inside = error[width:-width, width:-width]
    frame = (error.sum() - inside.sum()) / (error.size - inside.size)
    return float(np.sqrt(frame / inside.mean()))
