"""Photographs in and out: the only file, beside ``views/``, that knows Pillow.

What the operating system refuses is an `OSError` of its own class; what a file holds, or an array
cannot be written as, is a `ValueError` or a `TypeError`. Nothing global is changed: neither the
warning filters, nor Pillow's limit against decompression bombs, nor its refusal of truncated files.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import shutil
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import ExifTags, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

__all__ = ["read", "sample", "write"]

_AnyPath: TypeAlias = "str | os.PathLike[str]"
_Format: TypeAlias = tuple[str, set[str], int, dict[str, Any]]

_PNG = b"\x89PNG\r\n\x1a\n"
# Opened by class, not by Image.open: that would warn of a bomb before we could refuse it.
_READERS: dict[bytes, type[ImageFile.ImageFile]] = {
    _PNG: PngImageFile,
    b"\xff\xd8\xff": JpegImageFile,
}

# What each of Pillow's modes is read as where it has no transparency, which makes it RGBA.
_READ_AS = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "I": "I", "I;16": "I;16"}

# What Pillow raises, by experiment, on EXIF that is not what it should be.
_BAD_EXIF = (AttributeError, OverflowError, SyntaxError, TypeError, ValueError, struct.error)

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

# The layout of pixels by their shape behind (H, W), and the colour space its ICC profile declares.
_LAYOUTS = {(): "grey", (3,): "RGB", (4,): "RGBA"}
_PROFILE_SPACES = {"grey": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB "}

# What each suffix means: the format, what it holds, its longest side, and how it is written.
_PNG_HOLDS = {"uint8 grey", "uint8 RGB", "uint8 RGBA", "uint16 grey"}
_AS_PNG: _Format = ("PNG", _PNG_HOLDS, 2**31 - 1, {})
# Full quality and colour: a filtered picture should not show the blocks of the codec.
_JPEG_OPTIONS = {"quality": 95, "subsampling": "4:4:4"}
_AS_JPEG: _Format = ("JPEG", {"uint8 grey", "uint8 RGB"}, 65500, _JPEG_OPTIONS)
_FORMATS = {".png": _AS_PNG, ".jpg": _AS_JPEG, ".jpeg": _AS_JPEG}


def sample() -> Path:
    """Path of the photograph that comes with the package: a raccoon, in the public domain.

    Examples
    --------
    >>> read(sample()).shape
    (768, 1024, 3)
    """
    return Path(__file__).parent / "data" / "raccoon.jpg"


def read(path: _AnyPath) -> NDArray[Any]:
    """Read a JPEG or PNG photograph, upright.

    Parameters
    ----------
    path : str or path-like
        The file. Its content decides what it is, not its name.

    Returns
    -------
    ndarray
        uint8 of shape (H, W) for grey, (H, W, 3) for RGB, (H, W, 4) for RGBA; uint16 of shape
        (H, W) for 16-bit grey. Palettes become RGB, any transparency makes RGBA, black and white
        becomes 0 and 255. EXIF orientation is applied. An animation gives its first frame.

    Raises
    ------
    OSError
        The file is missing, a directory or not readable; the class is the system's own.
    ValueError
        The file is not a JPEG or PNG, is damaged or truncated, holds more pixels than Pillow's
        ``PIL.Image.MAX_IMAGE_PIXELS``, or is CMYK or colour of more than 8 bits a channel.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/grey.png", np.array([[0, 65535]], np.uint16))
    ...     read(f"{folder}/grey.png")
    array([[    0, 65535]], dtype=uint16)
    """
    path = Path(path)
    with _opened(path) as (image, header):
        mode = _read_as(path, image, header)
        with _decoding(path):
            image.load()
            pixels = np.array(image.convert(mode))
        if mode.startswith("I"):  # Pillow may read 16-bit grey as int32
            pixels = pixels.astype(np.uint16)
        orientation = _exif(image).get(ExifTags.Base.Orientation, 1)
    swap, row_step, column_step = _ORIENTATIONS.get(orientation, (False, 1, 1))
    upright = pixels.swapaxes(0, 1) if swap else pixels
    return np.ascontiguousarray(upright[::row_step, ::column_step])


def write(path: _AnyPath, array: ArrayLike, like: _AnyPath | None = None) -> None:
    """Write a photograph, whole or not at all.

    The bytes go to a temporary file in the same folder, which then takes the place of `path` in
    one step. JPEG is written at quality 95, without subsampling of colour.

    Parameters
    ----------
    path : str or path-like
        The file, in the format of its suffix: ``.png``, ``.jpg`` or ``.jpeg``. One that is there
        is replaced, keeps its permissions, and may be the one that `array` was read from.
    array : (H, W), (H, W, 3) or (H, W, 4) array_like of uint8, or (H, W) of uint16
        The pixels, written as they are. JPEG holds neither alpha nor 16 bits.
    like : str or path-like, optional
        A photograph whose ICC profile, resolution and EXIF are kept: without the orientation,
        which `read` applied, the thumbnail, which shows other pixels, and a profile of another
        colour space.

    Raises
    ------
    OSError
        The folder is missing or not writable, the disk full; the class is the system's own.
    TypeError
        `array` is neither uint8 nor uint16.
    ValueError
        The suffix is unknown, or the format cannot hold the array.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/copy.png", read(sample()), like=sample())
    ...     bool((read(f"{folder}/copy.png") == read(sample())).all())
    True
    """
    path = Path(path)
    pixels = np.asarray(array)
    layout = _layout_of(pixels)
    if path.suffix.lower() not in _FORMATS:
        raise ValueError(f"path must end in one of {', '.join(_FORMATS)}; got {str(path)!r}")
    name, held, longest, options = _FORMATS[path.suffix.lower()]
    if f"{pixels.dtype.name} {layout}" not in held:
        raise ValueError(
            f"{name} cannot hold {pixels.dtype.name} {layout} pixels; got {str(path)!r}"
        )
    if max(pixels.shape[:2]) > longest:
        raise ValueError(f"{name} holds {longest} pixels a side; got array of shape {pixels.shape}")
    kept = {} if like is None else _metadata(Path(like), layout)
    native = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))
    encoded = io.BytesIO()
    Image.fromarray(native).save(encoded, format=name, **options, **kept)
    _replace(path, encoded.getvalue())


@contextmanager
def _system_errors(verb: str, path: Path) -> Iterator[None]:
    """Say what the system refused, in one sentence and with its own class."""
    try:
        yield
    except OSError as error:
        raise type(error)(f"cannot {verb} {str(path)!r}: {error.strerror}") from error


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Say that a file is damaged, however Pillow found out."""
    try:
        yield
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise ValueError(f"{str(path)!r} is damaged: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[tuple[ImageFile.ImageFile, bytes]]:
    """Open a picture of a size we accept, its pixels not decoded yet, and its first bytes."""
    with _system_errors("read", path):
        stream = path.open("rb")
    with stream:
        with _system_errors("read", path):  # where a directory can be opened, it cannot be read
            header = stream.read(26)
        reader = next((r for magic, r in _READERS.items() if header.startswith(magic)), None)
        if reader is None:
            raise ValueError(f"{str(path)!r} is neither a JPEG nor a PNG image")
        stream.seek(0)
        with _decoding(path):
            image = reader(stream)
        limit = Image.MAX_IMAGE_PIXELS
        if limit is not None and image.width * image.height > limit:
            raise ValueError(
                f"{str(path)!r} holds {image.width} x {image.height} pixels, more than "
                f"PIL.Image.MAX_IMAGE_PIXELS allows ({limit})"
            )
        yield image, header


def _read_as(path: Path, image: ImageFile.ImageFile, header: bytes) -> str:
    """Mode that holds everything the file does; what none holds is refused, never narrowed."""
    transparent = image.has_transparency_data
    bit_depth, colour_type = header[24:26]  # of a PNG, whose first chunk is its header
    if header.startswith(_PNG) and bit_depth == 16 and (colour_type != 0 or transparent):
        raise ValueError(
            f"{str(path)!r} holds 16 bits a channel in colour or with alpha: "
            "convert it to 8 bits or to 16-bit grey first"
        )
    mode = "RGBA" if transparent else _READ_AS.get(image.mode)
    if mode is None:
        raise ValueError(f"{str(path)!r} is a {image.mode} image: convert it to RGB first")
    return mode


def _exif(image: ImageFile.ImageFile) -> Image.Exif:
    """EXIF of a picture; what cannot be parsed says nothing, and the picture is still one."""
    try:
        return image.getexif()
    except _BAD_EXIF:
        return Image.Exif()


def _metadata(path: Path, layout: str) -> dict[str, Any]:
    """Profile, resolution and EXIF of a file, as Pillow's `save` takes them."""
    with _opened(path) as (image, _):
        with _decoding(path):
            exif = _exif(image)  # of a PNG this may decode the pixels, to look behind them
        profile = image.info.get("icc_profile") or b""
        kept = {
            "icc_profile": profile if profile[16:20] == _PROFILE_SPACES[layout] else None,
            "dpi": image.info.get("dpi"),
            "exif": _exif_bytes(path, exif),
        }
    return {name: value for name, value in kept.items() if value}


def _exif_bytes(path: Path, exif: Image.Exif) -> bytes | None:
    try:
        exif.pop(ExifTags.Base.Orientation, None)
        return exif.tobytes() if len(exif) else None
    except _BAD_EXIF as error:
        warnings.warn(f"EXIF of {str(path)!r} is damaged, so not kept: {error}", stacklevel=4)
        return None


def _layout_of(pixels: NDArray[Any]) -> str:
    """Check that an array is a picture, and name its channels."""
    if pixels.dtype.name not in ("uint8", "uint16"):
        raise TypeError(
            f"array must be uint8 or uint16; got {pixels.dtype}: scale it to 0 ... 255, "
            "round it and convert it first"
        )
    if pixels.ndim < 2 or pixels.size == 0 or pixels.shape[2:] not in _LAYOUTS:
        raise ValueError(
            "array must be (H, W), (H, W, 3) or (H, W, 4) with at least one pixel; "
            f"got shape {pixels.shape}"
        )
    return _LAYOUTS[pixels.shape[2:]]


def _replace(path: Path, content: bytes) -> None:
    """Put content in the place of a file in one step: the old file stays until the new is whole."""
    target = Path(os.path.realpath(path))  # a link goes on pointing at the file that it names
    temporary = target.with_name(f".convolve-native-{secrets.token_hex(8)}.tmp")
    with _system_errors("write", path):
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        try:
            with temporary.open("xb") as stream:  # a plain open respects the umask
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
