"""How the papers score a result on the pictures of Levin et al. 2009, and those pictures.

15 pixels are cut at the frame; scene and blurred image lie up to 5 pixels apart, so the result is
moved by quarters of a pixel, bilinearly, to where its sum of squared differences (SSD) is smallest.
PSNR = 10 log10(225^2 / SSD) of pixels from 0 to 1; the error ratio is SSD over that of Levin's own
solver with the true kernel.

A. Levin, Y. Weiss, F. Durand, W. T. Freeman, "Understanding and evaluating blind deconvolution
algorithms", CVPR 2009.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.io import loadmat

BORDER, REACH, STEP = 15, 5, 0.25
# Rows: pictures 1 to 4; columns: kernels 1 to 8.
REFERENCE = np.array(
    [
        [33.2452, 37.8673, 26.1407, 48.3362, 21.0029, 15.8103, 20.6043, 26.1233],
        [48.3678, 51.6701, 42.9596, 72.8446, 27.9074, 20.3612, 39.6822, 40.9937],
        [31.8456, 36.5485, 18.6523, 39.4669, 14.8198, 10.0371, 13.1905, 23.4166],
        [30.0886, 44.1580, 15.3129, 39.8219, 15.4713, 17.9402, 14.8388, 23.1270],
    ]
)


class Pair(NamedTuple):
    """A picture of the set; blurred = scene * psf, about."""

    scene: np.ndarray
    blurred: np.ndarray
    psf: np.ndarray
    reference: float
    name: str


def load(folder, most=None):
    """The pairs of a folder, im0<picture>_ker0<kernel>.mat, or the first of them."""
    pairs = []
    for path in sorted(Path(folder).glob("im0?_ker0?.mat"))[:most]:
        picture, kernel = map(int, re.findall(r"\d+", path.stem))
        stored = loadmat(path)
        psf = stored["f"][::-1, ::-1] / stored["f"].sum()  # it is stored turned by 180 degrees
        reference = REFERENCE[picture - 1, kernel - 1]
        pairs.append(Pair(stored["x"], stored["y"], psf, reference, path.stem))
    if not pairs:
        raise ValueError(f"{str(folder)!r} holds no im0<picture>_ker0<kernel>.mat")
    return pairs


def ssd(result, target, down, across):
    """Sum of squared differences of a result moved by so many pixels."""
    i, j = int(np.floor(down)), int(np.floor(across))
    p, q = down - i, across - j
    starts = zip((i, j), target.shape, strict=True)
    part = result[tuple(slice(BORDER + k, BORDER + k + size + 1) for k, size in starts)]
    if part.shape != (target.shape[0] + 1, target.shape[1] + 1):
        return np.inf
    moved = (1 - p) * part[:-1] + p * part[1:]
    moved = (1 - q) * moved[:, :-1] + q * moved[:, 1:]
    return float(np.square(moved - target).sum())


def score(result, pair):
    """PSNR in decibels and error ratio of a result."""
    target = pair.scene[BORDER:-BORDER, BORDER:-BORDER]

    def lowest(rows, columns):
        return min((ssd(result, target, y, x), y, x) for y, x in itertools.product(rows, columns))

    _, y, x = lowest(range(-REACH, REACH + 1), range(-REACH, REACH + 1))
    near = STEP * np.arange(-3, 4)
    best = lowest(*(at + near[np.abs(at + near) <= REACH] for at in (y, x)))[0]
    return 10 * np.log10(target.size / best), best / pair.reference
