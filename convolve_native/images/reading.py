"""Reading: the file is opened, inspected and measured before anything is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from convolve_native.images.files import AnyPath, system_errors
from convolve_native.images.formats import FORMATS, NAMES
from convolve_native.images.inspection import TOO_WIDE, too_large

# What each of Pillow's modes is read as where it has no transparency, which makes it RGBA. Those
# of 16 bits are taken as they stand, in whatever byte order or width Pillow holds them.
_READ_AS = {
    "1": "L",
    "L": "L",
    "P": "RGB",
    "RGB": "RGB",
    "F": "F",
    **dict.fromkeys(["I", "I;16", "I;16B", "I;16L"], "uint16"),
}

# What Pillow raises, by experiment, on a file that is not what it should be.
DAMAGE = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, OSError),
    *(SyntaxError, TypeError, ValueError, struct.error),
)

# EXIF orientation: (swap rows and columns, then step along rows, along columns).
_ORIENTATIONS = {
    2: (False, 1, -1),
    3: (False, -1, -1),
    4: (False, -1, 1),
    5: (True, 1, 1),
    6: (True, 1, -1),
    7: (True, -1, -1),
    8: (True, -1, 1),
}


def sample() -> Path:
    """Path of the photograph that comes with the package: a raccoon, in the public domain.

    Examples
    --------
    >>> read(sample()).shape
    (768, 1024, 3)
    """
    return Path(__file__).parent.parent / "data" / "raccoon.jpg"


def read(path: AnyPath) -> NDArray[Any]:
    """Read a JPEG, PNG, TIFF, WebP or BMP photograph, upright.

    Parameters
    ----------
    path : str or path-like
        The file. Its content decides what it is, not its name.

    Returns
    -------
    ndarray
        uint8 of shape (H, W) for grey, (H, W, 3) for RGB, (H, W, 4) for RGBA; uint16 of shape
        (H, W) for 16-bit grey, float32 for floating-point grey. Palettes become RGB, any
        transparency makes RGBA, black and white becomes 0 and 255. EXIF orientation is applied.
        An animation gives its first frame.

    Raises
    ------
    OSError
        The file is missing, a directory or not readable; the class is the system's own.
    ValueError
        The file is none of these, is damaged or truncated, holds more pixels than Pillow's
        ``PIL.Image.MAX_IMAGE_PIXELS``, several pages, or what Pillow would narrow: colour of more
        than 8 bits a channel, CMYK, signed or 64-bit numbers.

    Examples
    --------
    >>> import tempfile
    >>> from convolve_native.images import write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/grey.png", np.array([[0, 65535]], np.uint16))
    ...     read(f"{folder}/grey.png")
    array([[    0, 65535]], dtype=uint16)
    """
    path = Path(path)
    with opened(path) as image:
        mode = _read_as(path, image)
        with decoding(path):
            image.load()
            pixels = np.array(image if mode == "uint16" else image.convert(mode))
        if mode == "uint16":
            pixels = pixels.astype(np.uint16)
        orientation = exif_of(image).get(ExifTags.Base.Orientation, 1)
    swap, row_step, column_step = _ORIENTATIONS.get(orientation, (False, 1, 1))
    upright = pixels.swapaxes(0, 1) if swap else pixels
    return np.ascontiguousarray(upright[::row_step, ::column_step])


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Say that a file is damaged, however Pillow found out."""
    try:
        yield
    except DAMAGE as error:
        raise ValueError(f"{str(path)!r} is damaged: {error}") from error


@contextmanager
def opened(path: Path) -> Iterator[ImageFile.ImageFile]:
    """Open a picture of a kind and size that we accept, its pixels not decoded yet."""
    with system_errors("read", path):
        stream = path.open("rb")
    with stream:
        with system_errors("read", path):  # where a directory can be opened, it cannot be read
            start = stream.read(16)
        row = next((row for row in FORMATS if row.signature.match(start)), None)
        if row is None:
            raise ValueError(f"{str(path)!r} is not a {NAMES} image")
        stream.seek(0)
        with decoding(path):
            reason = row.inspect(stream)
        if reason is None:
            stream.seek(0)
            with decoding(path):
                image = row.reader(stream)
            reason = too_large(image.width, image.height)
        if reason is not None:
            raise ValueError(f"{str(path)!r} {reason}")
        yield image


def exif_of(image: ImageFile.ImageFile) -> Image.Exif:
    """EXIF of a picture; what cannot be parsed says nothing, and the picture is still one."""
    try:
        return image.getexif()
    except DAMAGE:
        return Image.Exif()


def _read_as(path: Path, image: ImageFile.ImageFile) -> str:
    """Mode that holds everything the file does; what none holds is refused, never narrowed."""
    mode = _READ_AS.get(image.mode)
    if image.has_transparency_data:
        if mode == "uint16":
            raise ValueError(f"{str(path)!r} {TOO_WIDE}")
        return "RGBA"
    if mode is None:
        raise ValueError(f"{str(path)!r} is a {image.mode} image: convert it to RGB first")
    return mode
