"""Writing: encoded in memory, then put in place in one step."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from convolve_native.images.files import AnyPath, replace
from convolve_native.images.formats import EXIF, SUFFIXES, Format, layout_of
from convolve_native.images.metadata import metadata, warn_of_exif
from convolve_native.images.reading import DAMAGE


def write(path: AnyPath, array: ArrayLike, like: AnyPath | None = None) -> None:
    """Write a photograph, whole or not at all.

    The bytes go to a temporary file in the same folder, which then takes the place of `path` in
    one step. JPEG is written at quality 95, without subsampling of colour; all others are lossless.

    Parameters
    ----------
    path : str or path-like
        The file, in the format of its suffix: ``.png``, ``.jpg``, ``.jpeg``, ``.tif``, ``.tiff``,
        ``.webp`` or ``.bmp``. One that is there is replaced, keeps its permissions, and may be the
        one that `array` was read from.
    array : (H, W), (H, W, 3) or (H, W, 4) array_like of uint8, or (H, W) of uint16 or float32
        The pixels, written as they are. JPEG and BMP hold no alpha; only PNG and TIFF hold 16 bits,
        only TIFF floating point. WebP has no grey: grey is written as RGB.
    like : str or path-like, optional
        A photograph whose ICC profile, resolution and EXIF are kept: without the orientation,
        which `read` applied, the thumbnail, which shows other pixels, what only tells how its file
        holds pixels, and a profile of another colour space. BMP keeps the resolution alone.

    Raises
    ------
    OSError
        The folder is missing or not writable, the disk full; the class is the system's own.
    TypeError
        `array` is neither uint8, uint16 nor float32.
    ValueError
        The suffix is unknown, or the format cannot hold the array.

    Examples
    --------
    >>> import tempfile
    >>> from convolve_native.images import read, sample
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/copy.png", read(sample()), like=sample())
    ...     bool((read(f"{folder}/copy.png") == read(sample())).all())
    True
    """
    path = Path(path)
    pixels = np.asarray(array)
    layout = layout_of(pixels)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"path must end in one of {', '.join(SUFFIXES)}; got {str(path)!r}")
    row = SUFFIXES[path.suffix.lower()]
    if f"{pixels.dtype.name} {layout}" not in row.holds:
        raise ValueError(
            f"{row.name} cannot hold {pixels.dtype.name} {layout} pixels; got {str(path)!r}"
        )
    if max(pixels.shape[:2]) > row.longest:
        raise ValueError(
            f"{row.name} holds {row.longest} pixels a side; got array of shape {pixels.shape}"
        )
    if pixels.nbytes > row.largest:
        raise ValueError(f"{row.name} holds 4 GiB at most; got array of shape {pixels.shape}")
    if row.name == "WebP" and layout == "grey":
        pixels, layout = np.stack([pixels] * 3, axis=-1), "RGB"
    kept = {} if like is None else metadata(Path(like), layout, row)
    native = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))
    try:
        content = _encoded(native, row, kept)
    except DAMAGE as error:
        if like is None or kept.pop(EXIF, None) is None:
            raise
        warn_of_exif(Path(like), error)
        content = _encoded(native, row, kept)
    replace(path, content)


def _encoded(pixels: Any, row: Format, kept: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format=row.name, **row.options, **kept)
    return stream.getvalue()
