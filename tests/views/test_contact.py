"""Contact sheets: where the tiles stand, and that captions stay inside them."""

import numpy as np
import pytest

from convolve_native.views.contact import GAP, TILE, contact_sheet

BLUE = np.full((8, 8, 3), (0, 0, 255), np.uint8)


def tile_of(sheet, column=0, tile=(64, 64)):
    left = GAP + column * (tile[1] + GAP)
    return sheet[GAP : GAP + tile[0], left : left + tile[1]]


@pytest.mark.parametrize(
    ("pixels", "shown"),
    [
        (np.full((64, 64), 90, np.uint8), (90, 90, 90)),
        (np.full((64, 64), 90 * 257, np.uint16), (90, 90, 90)),
        (np.full((64, 64, 3), (1, 2, 3), np.uint8), (1, 2, 3)),
        (np.full((64, 64, 4), (1, 2, 3, 255), np.uint8), (1, 2, 3)),
        (np.full((64, 64, 4), (1, 2, 3, 0), np.uint8), TILE),
        (np.full((1, 1), 90, np.uint8), (90, 90, 90)),
        (np.full((640, 640), 90, np.uint8), (90, 90, 90)),
    ],
    ids=["grey", "16-bit", "RGB", "RGBA", "transparent", "magnified", "reduced"],
)
def test_a_picture_fills_its_tile(pixels, shown):
    sheet = contact_sheet([(pixels, "caption")], tile=(64, 64))
    assert sheet.dtype == np.uint8
    np.testing.assert_array_equal(tile_of(sheet), np.broadcast_to(np.uint8(shown), (64, 64, 3)))


def test_proportions_are_kept():
    sheet = contact_sheet([(BLUE[:2], "low")], tile=(64, 64))
    blue = (tile_of(sheet) == (0, 0, 255)).all(axis=-1)
    rows, columns = blue.any(axis=1), blue.any(axis=0)
    assert (rows.sum(), columns.sum()) == (16, 64)
    assert rows[24:40].all()


def test_rows_and_columns():
    one = contact_sheet([(BLUE, "a")], columns=3, tile=(64, 64))
    three = contact_sheet([(BLUE, "a")] * 3, columns=3, tile=(64, 64))
    four = contact_sheet([(BLUE, "a")] * 4, columns=3, tile=(64, 64))
    assert one.shape[1] == 64 + 2 * GAP
    assert three.shape == (one.shape[0], 3 * 64 + 4 * GAP, 3)
    assert four.shape == (2 * one.shape[0] - GAP, three.shape[1], 3)


def test_a_long_caption_stays_under_its_tile():
    sheet = contact_sheet([(BLUE, "word " * 40), (BLUE, "")], tile=(64, 64))
    below = sheet[GAP + 64 :]
    assert (below[:, GAP : GAP + 64] < 128).any()
    assert (below[:, GAP + 64 :] == 255).all()


def test_no_pictures():
    with pytest.raises(ValueError, match=r"^tiles must hold at least one picture; got none$"):
        contact_sheet([])
