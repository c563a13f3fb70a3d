"""Restorations that call every loop of theirs, for the guard of their arrays."""

import numpy as np

import convolve_native as cn
from convolve_native.boundary import OUTSIDES
from convolve_native.estimation._latent import Latent
from convolve_native.fourier.pieces import Pieces
from convolve_native.fourier.plans import PlanKey
from convolve_native.interfaces import skimage_restoration
from tests import cases

# Widths that a vector and its remainders meet: to four vectors of sixteen lanes, and a few more.
WIDEST = 70


def restore(rng, announce):
    """Restore one drawn image by every method with loops of its own."""
    dtype, seed = str(rng.choice(cases.FLOATS)), int(rng.integers(2**16))
    shape = int(rng.integers(1, 9)), int(rng.integers(2, WIDEST))
    taps = tuple(int(rng.integers(1, min(n, 7) + 1)) for n in shape)
    psf = np.abs(cases.weights(taps, seed=seed))
    psf /= psf.sum()
    shared = {"boundary": str(rng.choice(list(OUTSIDES))), "workers": 1}
    announce(f"restoration: {dtype}{shape} * {taps} {shared}")
    image = cases.values(shape, dtype, seed)
    cn.total_variation(image, psf, regularization=0.1, bounds=(0, 9), iterations=2, **shared)
    cn.wiener(image, psf, nsr=0.1, full_output=True, **shared)
    for own in ({"tv": 0.01, "full_output": True}, {"acceleration": None, "damping": 2}):
        cn.richardson_lucy(np.abs(image), psf, iterations=2, **own, **shared)
    pieces = Pieces(PlanKey(shape, (0, 1), np.result_type(dtype, np.float32)))
    for factor in (np.ones_like(pieces.spectrum), np.ones_like(pieces.spectrum.real)):
        pieces.filter(pieces.frame, factor)
    depth = int(rng.integers(1, 4))
    deep = np.stack([image] * depth), np.stack([psf] * depth) / depth
    cn.total_variation(*deep, axes=(0, 1, 2), regularization=0.1, iterations=1, **shared)
    own = {"axes": (0, 1, 2), "tv": 0.01, "iterations": 1}
    cn.richardson_lucy(np.abs(deep[0]), deep[1], **own, **shared)
    cn.polyblur(cn.gaussian_blur(image, 2.0), workers=1)
    latent = Latent(image.real.astype(np.float32), np.ones(shape, bool), 3)
    latent.darken(1.0)
    latent.sharpen(np.full((3, 3), 1 / 9), 0.1, 2.0)
    latent.correlations(latent.threshold())
    few = {"max_num_iter": 5, "burnin": 2, "min_num_iter": 1}
    with cn.set_workers(1):
        skimage_restoration.wiener(image, psf, 0.1)
        skimage_restoration.unsupervised_wiener(image, psf, user_params=few, rng=seed)
        skimage_restoration.richardson_lucy(np.abs(image), psf, 2)
