"""Who restores: ours with one setting for all, ours that find it, and scikit-image."""

from __future__ import annotations

from functools import partial

import numpy as np
from skimage import restoration as skimage

import convolve_native as cn
from convolve_native.restoration.deconvolve import METHODS

TEXTBOOK, UNKNOWN, TIKHONOV, SPARSE = (
    "wiener 0.01, wrap",
    "wiener 0.01",
    "tikhonov 0.003",
    ("total_variation 2.5e-4", "hyper_laplacian 1e-4"),
)
ONE_SETTING = {
    TEXTBOOK: partial(cn.wiener, nsr=0.01, boundary="wrap"),
    UNKNOWN: partial(cn.wiener, nsr=0.01),
    TIKHONOV: partial(cn.tikhonov, regularization=0.003),
    SPARSE[0]: partial(cn.total_variation, regularization=2.5e-4),
    SPARSE[1]: partial(cn.hyper_laplacian, regularization=1e-4),
}
AUTO = METHODS  # by their defaults: all but Richardson-Lucy find their parameter
PEERS = {
    "scikit-image wiener 0.01": lambda image, psf: skimage.wiener(image, psf, 0.01, clip=False),
    "scikit-image unsupervised_wiener": lambda image, psf: skimage.unsupervised_wiener(
        image, psf, clip=False, rng=0
    )[0],
    "scikit-image richardson_lucy 30": lambda image, psf: skimage.richardson_lucy(
        np.maximum(image, 0), psf, 30, clip=False
    ),
}
SIDES = {"blurred": lambda image, psf: image, **PEERS, **ONE_SETTING, **AUTO}
# The parameter that a method finds.
PARAMETERS = {
    "wiener": "nsr",
    "tikhonov": "regularization",
    "total_variation": "regularization",
    "hyper_laplacian": "regularization",
}
