"""A contact sheet: many pictures on one page, each with its caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

# Pixels, and colours, of the page.
GAP = 16
TILE_SHAPE = (240, 320)
TITLE_SIZE, DETAIL_SIZE = 17, 13
LINE_HEIGHT = 1.35
MAGNIFY, REDUCE = Image.Resampling.NEAREST, Image.Resampling.BOX
PAGE, TILE, TITLE, DETAIL = (255, 255, 255), (242, 242, 242), (20, 20, 20), (100, 100, 100)


def contact_sheet(
    tiles: Sequence[tuple[NDArray[Any], str]],
    *,
    columns: int = 4,
    tile: tuple[int, int] = (240, 320),
) -> NDArray[np.uint8]:
    """Lay pictures out in rows, each fitted into a tile of one size above its caption.

    Parameters
    ----------
    tiles : sequence of (picture, caption)
        Pictures as `convolve_native.images.read` gives them: uint8 or uint16, grey, RGB or RGBA.
        The first line of a caption is its title; what does not fit in a line ends in "...".
    columns : int >= 1, default 4
        Tiles in a row.
    tile : (int, int), default (240, 320)
        Height and width of a tile in pixels. Pictures keep their proportions: larger ones are
        averaged down, smaller ones magnified by a whole factor, so that their pixels show.

    Returns
    -------
    (H, W, 3) ndarray of uint8

    Examples
    --------
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> contact_sheet([(ramp, "a ramp"), (255 - ramp, "its negative")], tile=(64, 64)).shape
    (127, 176, 3)
    """
    if not tiles:
        raise ValueError("tiles must hold at least one picture; got none")
    columns = min(columns, len(tiles))
    height, width = tile
    lines = max(caption.count("\n") for _, caption in tiles)
    caption_height = round((TITLE_SIZE + lines * DETAIL_SIZE) * LINE_HEIGHT) + GAP // 2
    row_height, column_width = height + caption_height + GAP, width + GAP
    rows = -(-len(tiles) // columns)
    page = Image.new("RGB", (columns * column_width + GAP, rows * row_height + GAP), PAGE)
    for index, (pixels, caption) in enumerate(tiles):
        row, column = divmod(index, columns)
        left, top = GAP + column * column_width, GAP + row * row_height
        page.paste(Image.fromarray(thumbnail(pixels, tile)), (left, top))
        _write(ImageDraw.Draw(page), caption, left, top + height + GAP // 2, width)
    return np.array(page)


def thumbnail(pixels: NDArray[Any], tile: tuple[int, int] = TILE_SHAPE) -> NDArray[np.uint8]:
    """Scale a picture until it just fits into a tile, and put it in the middle.

    Parameters
    ----------
    pixels : (H, W), (H, W, 3) or (H, W, 4) ndarray of uint8 or uint16
        The picture.
    tile : (int, int), default (240, 320)
        Height and width of the tile.

    Returns
    -------
    (height, width, 3) ndarray of uint8
        A tile, which `contact_sheet` shows as it is.
    """
    height, width = tile
    eight_bits = (pixels >> 8).astype(np.uint8) if pixels.dtype == np.uint16 else pixels
    picture = Image.fromarray(np.ascontiguousarray(eight_bits)).convert("RGBA")
    scale = min(height / picture.height, width / picture.width)
    scale, method = (int(scale), MAGNIFY) if scale > 1 else (scale, REDUCE)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    picture = picture.resize(size, method)
    page = Image.new("RGBA", (width, height), TILE)
    page.alpha_composite(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return np.array(page.convert("RGB"))


def _write(draw: ImageDraw.ImageDraw, caption: str, left: int, top: int, width: int) -> None:
    """Write a caption under its tile: a title, then smaller lines."""
    y = float(top)
    for number, line in enumerate(caption.split("\n")):
        size, colour = (DETAIL_SIZE, DETAIL) if number else (TITLE_SIZE, TITLE)
        font = ImageFont.load_default(size)
        draw.text((left, y), _shortened(line, draw, font, width), fill=colour, font=font)
        y += size * LINE_HEIGHT


def _shortened(line: str, draw: ImageDraw.ImageDraw, font: Any, width: int) -> str:
    if draw.textlength(line, font=font) <= width:
        return line
    while line and draw.textlength(line + "...", font=font) > width:
        line = line[:-1]
    return line.rstrip() + "..."
