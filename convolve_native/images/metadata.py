"""What belongs to a photograph besides its pixels: its ICC profile, resolution and EXIF."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from convolve_native.images.formats import EXIF, PROFILE, RESOLUTION, Format
from convolve_native.images.reading import DAMAGE, decoding, exif_of, opened

# The colour space that an ICC profile declares for each layout of pixels.
_PROFILE_SPACES = {"grey": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB "}

# Tags that describe how a file holds its pixels, which is no property of the photograph: those of
# a TIFF's own structure, and what EXIF 2.3 lists under 4.6.4 A to C. Orientation was applied.
_STRUCTURE = {
    *range(254, 267),  # subfile type ... fill order, with the size, compression and colour space
    *(273, 274, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293),
    *(
        297,
        301,
        317,
        *range(318, 348),
    ),  # page, transfer function, predictor, white point ...
    *(*range(512, 533), 700, 33723, 34377, 34675),  # JPEG, YCbCr, XMP, IPTC, Photoshop, profile
}
# EXIF's tags of resolution; its unit, 2, is the inch, and 3 the centimetre.
_X, _Y, _UNIT = ExifTags.Base.XResolution, ExifTags.Base.YResolution, ExifTags.Base.ResolutionUnit
_PER_INCH = {2: 1.0, 3: 2.54}
# No more fits into a JPEG.
_FINEST = 65535


def metadata(path: Path, layout: str, target: Format) -> dict[str, Any]:
    """Profile, resolution and EXIF of a file, as Pillow's `save` takes them for a format."""
    with opened(path) as image:
        with decoding(path):
            exif = exif_of(image)  # of a PNG this may decode the pixels, to look behind them
        profile = image.info.get("icc_profile") or b""
        # Where a TIFF has no resolution, Pillow makes up one pixel an inch.
        stated = None if image.format == "TIFF" else image.info.get("dpi")
        resolution = _resolution(stated, exif)
        if target.name == "WebP" and resolution:  # which has no place of its own for it
            exif[_X], exif[_Y], exif[_UNIT] = *resolution, 2
        kept = {
            PROFILE: profile if profile[16:20] == _PROFILE_SPACES[layout] else None,
            RESOLUTION: resolution,
            EXIF: _exif_bytes(path, exif) if EXIF in target.keeps else None,
        }
    return {name: value for name, value in kept.items() if value and name in target.keeps}


def warn_of_exif(path: Path, error: Exception) -> None:
    """Say that EXIF is not kept, and why."""
    warnings.warn(f"EXIF of {str(path)!r} cannot be kept: {error}", stacklevel=5)


def _exif_bytes(path: Path, exif: Image.Exif) -> bytes | None:
    try:
        for tag in _STRUCTURE:
            exif.pop(tag, None)
        return exif.tobytes() if len(exif) else None
    except DAMAGE as error:
        warn_of_exif(path, error)
        return None


def _resolution(stated: Any, exif: Image.Exif) -> tuple[float, float] | None:
    """Pixels an inch, along columns and rows, as the file states it or else its EXIF."""
    try:
        unit = _PER_INCH.get(exif.get(_UNIT, 2), math.nan)
        across, down = stated or (float(exif[_X]) * unit, float(exif[_Y]) * unit)
        across, down = float(across), float(down)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return (across, down) if 0 < across <= _FINEST and 0 < down <= _FINEST else None
