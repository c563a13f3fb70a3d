"""The mean power spectrum of an image's windowed pieces, in cells, and what a kernel lets by there.

Pieces overlap by half under Hann windows.  Each counts by the inverse of its roughness, a typical
one added, so that neither a few strong edges nor a flat sky speaks for the scene.  Blocks of 2 x 2
frequencies make a cell.

References
----------
P. D. Welch, "The use of fast Fourier transform for the estimation of power spectra", IEEE Trans.
Audio Electroacoust. 15(2), 1967; M. Cannon, "Blind deconvolution of spatially invariant image blurs
with phase", IEEE Trans. ASSP 24(1), 1976 (spectra of pieces of the image).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.fourier.plans import POOL, PlanKey

Array = NDArray[Any]

SIDES = (256, 192, 160, 128, 96, 64, 48, 32)  # of a piece: the first that the image holds
LEAST = 64  # pixels of an image's side, to tell one model from another
# Noise of this share of the image's standard deviation is added: what is fainter, compression and
# rounding make of a photograph as they like.
DOUBT = 0.03
COARSEST = 1.5  # cycles a piece: what is coarser, the window shows as it likes


class Cells:
    """The cells of a piece's spectrum; flat arrays of one value a cell."""

    def __init__(self, side: int) -> None:
        self.side = side
        # By a plan that depends on nothing that was measured: the estimates are the same each time.
        self.key = PlanKey((side, side), (0, 1), np.dtype(np.float32), "estimate")
        fade = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
        fade /= np.sqrt(np.square(fade).sum())
        self.window = np.multiply.outer(fade, fade).astype(np.float32)
        self._fade = np.correlate(fade, fade, "full")[side - 1 :]  # of lags, from 0 on
        lags = self._fade[np.minimum(np.arange(side), np.arange(side, 0, -1))]
        self._seen = np.multiply.outer(lags, lags).astype(np.float32) / side**2

        rows, columns = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
        every = np.broadcast_arrays(rows, columns)
        down, across = (_blocks(each) for each in every)
        self._kept = (np.hypot(down, across) >= COARSEST / side) & (np.hypot(down, across) <= 0.5)
        self.rows, self.columns = (self.gather(each) for each in every)  # cycles a pixel
        self.radii = np.hypot(self.rows, self.columns)
        self.counts = np.where(self.columns == 0, 2, 4)  # of the frequencies that a cell gathers

    def gather(self, power: Array) -> Array:
        """The mean of a half spectrum over every cell."""
        return np.asarray(_blocks(power)[self._kept], np.float64)

    def transfer(self, psf: Array) -> Array:
        """|OTF|^2 as pieces show it under their window: of its transform, lag by lag."""
        with POOL.lease(self.key) as plan:
            plan.frame[:] = _folded(psf, self.side)
            plan.forward()
            plan.spectrum[:] = _squared(plan.spectrum)
            plan.inverse()
            plan.frame[:] *= self._seen
            plan.forward()
            return self.gather(plan.spectrum.real)

    def waves(self, lags: Array) -> tuple[Array, Array, Array, Array]:
        """The cells' waves over lags, as the window shows them: what `transfer` does, as matrices.

        Those of rows, cosines and sines in turn; of columns, cosines above sines; those of the
        first column; and how the window fades.
        """
        side, half = self.side, self.side // 2
        fade = np.append(self._fade, 0)[np.minimum(np.abs(lags), side)]
        waves = np.exp(2j * np.pi / side * np.outer(np.arange(side), lags)) * fade
        rows, columns = (
            (waves[0::2] + waves[1::2]) / 2,
            np.zeros((half // 2 + 1, lags.size), complex),
        )
        columns[1:] = (waves[1:half:2] + waves[2 : half + 1 : 2]) / 2
        down = np.stack((rows.real, rows.imag), axis=1).reshape(-1, lags.size)
        across = np.concatenate((columns.real, -columns.imag), axis=1).T
        single = partial(np.ascontiguousarray, dtype=np.float32)
        return single(down), single(across), single(columns[1:].real), single(fade)

    def kept(self, blocks: Array, axis: Array) -> Array:
        """The cells, of all blocks and of those in the first column."""
        blocks[: axis.size, 0] = axis
        return np.asarray(blocks[self._kept], np.float64)

    def spread(self, values: Array) -> tuple[Array, Array]:
        """The transpose of `kept`."""
        blocks = np.zeros(self._kept.shape, np.float32)
        blocks[self._kept] = values
        return blocks, blocks[: self.side // 4, 0]

    def lagged(self, values: Array) -> Array:
        """The transform of an even spectrum, given in the cells, over lags down and across."""
        half = self.side // 2
        blocks = np.zeros(self._kept.shape, np.float32)
        blocks[self._kept] = values
        with POOL.lease(self.key) as plan:
            plan.spectrum[:, 1:] = blocks[:, 1:].repeat(2, axis=0).repeat(2, axis=1)
            plan.spectrum[1 : half + 1, 0] = blocks[: half // 2, 0].repeat(2)
            plan.spectrum[half:, 0] = plan.spectrum[half:0:-1, 0]
            plan.spectrum[0, 0] = 0
            plan.inverse()
            return np.fft.fftshift(plan.frame)


def _blocks(power: Array) -> Array:
    """Means of 2 x 2 frequencies of a half spectrum; in the first column, of two."""
    half = power.shape[0] // 2
    paired = power[0::2] + power[1::2]
    means = np.full((half, half // 2 + 1), np.nan)
    means[:, 1:] = (paired[:, 1::2] + paired[:, 2::2]) / 4
    axis = np.abs(power[1 : half + 1, 0])
    means[: half // 2, 0] = (axis[0::2] + axis[1::2]) / 2
    return means


def _folded(psf: Array, side: int) -> Array:
    """A kernel in a square; what is beyond comes in again, to which its transform is blind."""
    most = [-(-n // side) * side for n in psf.shape]
    whole = np.pad(psf, [(0, m - n) for m, n in zip(most, psf.shape, strict=True)])
    return np.asarray(whole.reshape(-1, side, most[1] // side, side).sum(axis=(0, 2)))


def _squared(spectrum: Array) -> Array:
    """Its power."""
    parts = np.square(spectrum.view(np.float32))
    return np.asarray(parts[:, 0::2] + parts[:, 1::2])


@lru_cache(maxsize=len(SIDES))
def cells_of(side: int) -> Cells:
    """The cells of pieces of a side, remembered."""
    return Cells(side)


@dataclass(frozen=True, eq=False)
class Observed:
    """The power of an image in cells."""

    cells: Cells
    power: Array  # in units of its mean


def observe(plane: Array) -> Observed:
    """The spectrum of a grey picture, float32, that is not constant."""
    side = next(side for side in SIDES if side <= min(plane.shape))
    cells = cells_of(side)
    total = np.zeros((side, side // 2 + 1))
    level, typical = cells.window / cells.window.sum(), _roughness(plane)
    doubt = DOUBT**2 * float(plane.var())
    with POOL.lease(cells.key) as plan:
        for top, left in product(*(_starts(extent, side) for extent in plane.shape)):
            piece = plane[top : top + side, left : left + side]
            plan.frame[:] = piece - (level * piece).sum()
            plan.frame[:] *= cells.window
            plan.forward()
            total += (_squared(plan.spectrum) + doubt) / (typical + _roughness(piece))
    power = cells.gather(total)
    return Observed(cells, power / power.mean())


def _starts(extent: int, side: int) -> list[int]:
    """Where pieces begin along an axis: half a piece apart, or a little less."""
    count = -(-(extent - side) * 2 // side) + 1
    return [round(at) for at in np.linspace(0, extent - side, count)]


def _roughness(piece: Array) -> float:
    """The mean square of the differences of neighbours."""
    down, across = np.diff(piece, axis=0), np.diff(piece, axis=1)
    return float(np.square(down).mean() + np.square(across).mean())
