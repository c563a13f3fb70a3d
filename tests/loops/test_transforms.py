"""The transforms of tiles: every size, along one axis and both, against NumPy's."""

import numpy as np
import pytest
from scipy import ndimage

import convolve_native as cn
from convolve_native.factors import Kernel
from convolve_native.loops import overlap_save as loops
from convolve_native.methods import _tile, overlap_save
from convolve_native.methods._tile import Tile
from tests.cases import assert_agrees, values, weights

# Every middle, under no step of four, one, and several.
HEIGHTS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
WIDTHS = (64, 128, 192, 256, 384, 512, 768, 1024)
FLOATS = [np.dtype(np.float32), np.dtype(np.float64)]


def unpacked(frame, height, width):
    """A frame's numbers by row and column."""
    blocks = frame.reshape(width // loops.LANES, height + 1, 2, loops.LANES)[:, :height]
    parts = np.moveaxis(blocks, 0, -2).reshape(height, 2, width)
    return parts[:, 0] + 1j * parts[:, 1]


def frequencies(tile):
    """Which frequency stands in each row and in each column of a frame."""
    lines = _tile._order(tile.width // loops.LANES)
    columns = lines + tile.width // loops.LANES * np.arange(loops.LANES)[:, None]
    return _tile._order(tile.height), columns.reshape(-1)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize(
    ("height", "width"), [(n, 64) for n in HEIGHTS] + [(16, n) for n in WIDTHS] + [(192, 384)]
)
def test_a_kernels_spectrum_is_its_transform(height, width, dtype):
    tile, weight = Tile(height, width, True, True, dtype), weights((5, 9)) + 1j * weights((5, 9))
    period = np.zeros((height, width), complex)
    period[:5, :9] = weight
    period = np.roll(period, (-4, -8), (0, 1))  # so that outputs begin where the tile does
    rows, columns = frequencies(tile)
    expected = np.fft.fft2(period)[np.ix_(rows, columns)] / (height * width)
    spectrum = unpacked(tile.spectrum(Kernel(weight)), height, width)
    # Sums of all weights, off by a rounding of their own size at each of up to ten steps.
    atol = 10 * np.abs(weight).sum() * np.finfo(dtype).eps / (height * width)
    np.testing.assert_allclose(spectrum, expected, rtol=0, atol=atol)


@pytest.mark.parametrize("dtype", ["float32", "complex64", "float64"])
@pytest.mark.parametrize(
    ("height", "width", "taps"),
    [(n, 64, (7, 5)) for n in HEIGHTS]
    + [(16, n, (7, 5)) for n in WIDTHS]
    + [(n, 8, (7, 1)) for n in HEIGHTS]
    + [(5, n, (1, 7)) for n in WIDTHS],
)
def test_every_tile_filters(height, width, taps, dtype, monkeypatch):
    """Nine tiles, most of them cut: the last one of real pixels is alone in its pair."""
    kernel = weights(taps)
    shape = tuple(2 * (n - k + 1) + 3 for n, k in zip((height, width), taps, strict=True))
    image = values(shape, dtype)
    tile = Tile(height, width, taps[0] > 1, taps[1] > 1, image.real.dtype)
    monkeypatch.setattr(overlap_save, "tiling", lambda problem: tile)
    result = cn.Convolver(kernel, shape, dtype, method="overlap_save", boundary="mirror")(image)
    exact = ndimage.convolve(image.astype(np.result_type(dtype, np.float64)), kernel, mode="mirror")
    assert_agrees(result, exact, "overlap_save", image, kernel)
