"""The table of formats: how each is known, what it holds, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from convolve_native.images import inspection

# The layout of pixels by their shape behind (H, W).
LAYOUTS = {(): "grey", (3,): "RGB", (4,): "RGBA"}
DTYPES = ("uint8", "uint16", "float32")

PROFILE, RESOLUTION, EXIF = "icc_profile", "dpi", "exif"  # Pillow's words for `save`


@dataclass(frozen=True)
class Format:
    """A format: its name is Pillow's too."""

    name: str
    suffixes: tuple[str, ...]
    signature: re.Pattern[bytes]  # of a file's first bytes
    # Opened by class, not by Image.open: that would warn of a bomb before we could refuse it.
    reader: type[ImageFile.ImageFile]
    inspect: Callable[[BinaryIO], str | None]  # why a file is refused before Pillow sees it
    holds: frozenset[str]  # dtype and layout
    longest: int  # side, in pixels
    largest: int  # picture, in bytes
    keeps: frozenset[str]
    options: Mapping[str, Any]  # of Pillow's `save`


def _format(
    name: str, suffixes: str, signature: bytes, reader: type[ImageFile.ImageFile], **rest: Any
) -> Format:
    row: dict[str, Any] = {
        "inspect": lambda stream: None,
        "largest": 2**62,
        "keeps": {PROFILE, RESOLUTION, EXIF},
        "options": {},
        **rest,
    }
    row |= {key: frozenset(row[key]) for key in ("holds", "keeps")}
    pattern = re.compile(signature, re.DOTALL)
    return Format(name, tuple(suffixes.split()), pattern, reader, **row)


_GREY, _RGB, _RGBA, _GREY16 = "uint8 grey", "uint8 RGB", "uint8 RGBA", "uint16 grey"
# Offsets are of 32 bits, and what is kept of the source needs room too.
_FOUR_GIBIBYTES = 2**32 - 2**24

FORMATS = (
    _format(
        *("JPEG", ".jpg .jpeg", rb"\xff\xd8\xff", JpegImageFile),
        holds={_GREY, _RGB},
        longest=65500,
        # Full quality and colour: a filtered picture should not show the blocks of the codec.
        options={"quality": 95, "subsampling": "4:4:4"},
    ),
    _format(
        *("PNG", ".png", rb"\x89PNG\r\n\x1a\n", PngImageFile),
        inspect=inspection.png,
        holds={_GREY, _RGB, _RGBA, _GREY16},
        longest=2**31 - 1,
    ),
    _format(
        *("TIFF", ".tif .tiff", rb"II[*+]\0|MM\0[*+]", TiffImageFile),
        inspect=inspection.tiff,
        holds={_GREY, _RGB, _RGBA, _GREY16, "float32 grey"},
        longest=2**31 - 1,
        largest=_FOUR_GIBIBYTES,
        # Through libtiff, Pillow would lose EXIF.
        options={"compression": "raw"},
    ),
    _format(
        *("WebP", ".webp", rb"RIFF....WEBP", WebPImageFile),
        inspect=inspection.webp,
        holds={_GREY, _RGB, _RGBA},
        longest=16383,
        # Exact: colours stay where alpha is 0.
        options={"lossless": True, "exact": True},
    ),
    _format(
        *("BMP", ".bmp", rb"BM", BmpImageFile),
        holds={_GREY, _RGB},
        longest=2**31 - 1,
        largest=_FOUR_GIBIBYTES,
        keeps={RESOLUTION},
    ),
)

SUFFIXES = {suffix: row for row in FORMATS for suffix in row.suffixes}
NAMES = f"{', '.join(row.name for row in FORMATS[:-1])} or {FORMATS[-1].name}"


def layout_of(pixels: NDArray[Any]) -> str:
    """Check that an array is a picture, and name its channels."""
    if pixels.dtype.name not in DTYPES:
        raise TypeError(
            f"array must be uint8, uint16 or float32; got {pixels.dtype}: scale it to 0 ... 255, "
            "round it and convert it first"
        )
    if pixels.ndim < 2 or pixels.size == 0 or pixels.shape[2:] not in LAYOUTS:
        raise ValueError(
            "array must be (H, W), (H, W, 3) or (H, W, 4) with at least one pixel; "
            f"got shape {pixels.shape}"
        )
    return LAYOUTS[pixels.shape[2:]]


def peak(dtype: np.dtype[Any]) -> float:
    """White, and opaque, in a dtype."""
    return float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0
