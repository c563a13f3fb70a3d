"""Restoration where the blur changes over the image: overlapping tiles with a PSF each, blended.

The tiles are restored as the planes of one stack, with one regularisation for all.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convolve_native.boundary import BOUNDARIES, OUTSIDE, OUTSIDES
from convolve_native.checks import Choices, Scene, as_axes, as_grid, as_times, check_cells
from convolve_native.restoration.deconvolve import method_of
from convolve_native.restoration.planes import finished
from convolve_native.restoration.result import Restoration

Array = NDArray[Any]

REACH = 2  # tap lengths that a tile goes beyond its cell: what is made up outside has died down


@dataclass(frozen=True)
class Cuts:
    """The tiles of one axis, all of one length, each about its cell."""

    size: int
    cells: int
    overlap: int
    outside: int  # samples that are known beyond each end

    @property
    def length(self) -> int:
        """Of a tile: a cell, rounded up wherever it begins, and the overlap."""
        return min(-(-self.size // self.cells) + 1 + 2 * self.overlap, self.size + 2 * self.outside)

    def start(self, cell: int) -> int:
        """Where a tile begins, counted from the image's first sample."""
        first = self.size * cell // self.cells - self.overlap
        last = self.size + self.outside - self.length
        return min(max(first, -self.outside), last)

    def weights(self, cell: int) -> Array:
        """The window of a tile over the image's axis: a step up and a step down; all sum to one."""
        return self._step(cell) - self._step(cell + 1)

    def _step(self, border: int) -> Array:
        """A raised cosine from 0 to 1 about the border before a cell."""
        if border in (0, self.cells):
            return np.full(self.size, float(border == 0))
        distance = np.arange(self.size) + 0.5 - self.size * border / self.cells
        return 0.5 + 0.5 * np.sin(np.pi / 2 * np.clip(distance / self.overlap, -1, 1))


@dataclass(frozen=True)
class Tiling:
    """How an image, its blurred axes in front, is cut into tiles and put together again."""

    rows: Cuts
    columns: Cuts
    boundary: str

    def cut(self, image: Array, beyond: Any) -> Array:
        """The tiles, one after the other; `beyond` stands where nothing does."""
        for axis, cuts in enumerate((self.rows, self.columns)):
            if cuts.outside:
                places = np.arange(-cuts.outside, cuts.size + cuts.outside)
                source = BOUNDARIES[self.boundary].rule(places, cuts.size)
                image = image.take(source, axis=axis)
                image[(slice(None),) * axis + (np.asarray(source) == OUTSIDE,)] = beyond
        return np.stack([image[rows, columns] for rows, columns in self._places(extended=True)])

    def _places(self, *, extended: bool) -> list[tuple[slice, slice]]:
        sides = [
            [
                slice(at, at + cuts.length)
                for at in (cuts.start(cell) + extended * cuts.outside for cell in range(cuts.cells))
            ]
            for cuts in (self.rows, self.columns)
        ]
        return list(itertools.product(*sides))

    def join(self, tiles: Array) -> Array:
        """The image from its tiles, blended."""
        image = np.zeros((self.rows.size, self.columns.size, *tiles.shape[3:]), tiles.dtype)
        cells = np.ndindex(self.rows.cells, self.columns.cells)
        for tile, cell, place in zip(tiles, cells, self._places(extended=False), strict=True):
            cuts = tuple(
                slice(max(side.start, 0), min(side.stop, n))
                for side, n in zip(place, image.shape, strict=False)
            )
            within = tuple(
                slice(cut.start - side.start, cut.stop - side.start)
                for cut, side in zip(cuts, place, strict=True)
            )
            down, across = self.rows.weights(cell[0]), self.columns.weights(cell[1])
            window = np.multiply.outer(down[cuts[0]], across[cuts[1]]).astype(tiles.real.dtype)
            image[cuts] += tile[within] * window.reshape(window.shape + (1,) * (tile.ndim - 2))
        return image


def deconvolve_varying(
    image: ArrayLike,
    psfs: ArrayLike,
    *,
    method: str = "total_variation",
    overlap: int | None = None,
    **keywords: Any,
) -> Any:
    """Restore an image whose blur changes over it, known on a grid.

    Parameters
    ----------
    image : array_like of numbers
        The blurred image.
    psfs : (R, C, K, L) array_like
        The image is divided into R x C cells of one size; ``psfs[i, j]`` is the kernel that blurred
        it in the middle of cell (i, j).
    method : {'total_variation', 'hyper_laplacian', 'tikhonov', 'wiener'}
        As for `deconvolve`.
    overlap : int, optional
        Pixels by which a tile goes beyond its cell on each side, and over which it is blended with
        its neighbours, at least 1; twice the longer side of the PSFs by default.
    **keywords
        Those of `deconvolve`, and the method's own.

    Returns
    -------
    ndarray or Restoration
        Shape and dtype of the image, as from `deconvolve`; what is told is told of all tiles
        together.

    Raises
    ------
    ValueError
        `psfs` that do not have four axes, or more cells than the image has pixels; an overlap
        below 1; and what `deconvolve` refuses.
    TypeError, MemoryError
        As `deconvolve`.

    Notes
    -----
    Every tile is restored with its PSF, as an image whose outside is unknown: it holds the true
    pixels around its cell, or, at the frame of an image whose boundary has a name, those that stand
    there by its rule.  The tiles are weighted by raised cosines, which sum to one, and added.  Time
    grows with the number of tiles; a parameter that is found is found for all together.

    References
    ----------
    J. G. Nagy, D. P. O'Leary, "Restoring images degraded by spatially variant blur", SIAM J. Sci.
    Comput. 19(4), 1998 (a PSF for each region, interpolated).

    Examples
    --------
    >>> import convolve_native as cn
    >>> import numpy as np
    >>> scene = np.zeros((64, 64))
    >>> scene[10:50, 14:50] = 1
    >>> psfs = np.array([[np.pad(cn.kernels.disk(1), 2), cn.kernels.disk(3)]])
    >>> sides = [cn.convolve(scene, psf) for psf in psfs[0]]
    >>> blurred = np.hstack([sides[0][:, :32], sides[1][:, 32:]])
    >>> restored = cn.deconvolve_varying(blurred, psfs, overlap=8)
    >>> bool(np.square(restored - scene).mean() < 0.5 * np.square(blurred - scene).mean())
    True
    """
    restore = method_of(method, keywords)
    grid = as_grid(psfs)
    scene = _outline(image, grid, keywords)
    shape, boundary = scene.image.shape, scene.choices.boundary
    axes = as_axes(scene.choices.axes, shape, (1, 1), "psfs")
    sizes = tuple(shape[axis] for axis in axes)
    check_cells(grid, sizes)
    reach = as_times("overlap", REACH * max(grid.shape[2:]) if overlap is None else overlap)
    outside = 0 if OUTSIDES[boundary].open else reach
    rows, columns = (
        Cuts(size, cells, reach, outside) for size, cells in zip(sizes, grid.shape[:2], strict=True)
    )
    tiling = Tiling(rows, columns, boundary)

    def cut(array: Array | None, beyond: Any) -> Array | None:
        return None if array is None else tiling.cut(np.moveaxis(array, axes, (0, 1)), beyond)

    def join(tiles: Array) -> Array:
        return np.moveaxis(tiling.join(tiles), (0, 1), axes)

    callback = scene.choices.callback
    given = {
        **keywords,
        "boundary": "unknown",
        "axes": (1, 2),
        "dtype": scene.compute,
        "mask": cut(scene.known, True),
        "start": cut(scene.start, 0),
        "callback": callback and (lambda iteration, tiles: callback(iteration, join(tiles))),
    }
    each = grid.reshape(-1, *grid.shape[2:], *(1,) * (len(shape) - 2))
    result = restore(cut(scene.image, 0), each, **given)
    if isinstance(result, Restoration):
        return replace(result, image=finished(scene, join(result.image)))
    return finished(scene, join(result))


def _outline(image: Any, grid: Array, keywords: dict[str, Any]) -> Scene:
    """Check all that does not hang on the PSFs, by one that does nothing."""
    one = np.ones((1, 1), grid.dtype)
    of_psf = {"anchor"}
    shared: Any = {name: keywords[name] for name in keywords.keys() & set(Choices._fields) - of_psf}
    return Scene.of("deconvolve_varying", image, one, shared)
