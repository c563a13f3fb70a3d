"""What a file says of itself before Pillow opens it: what Pillow would narrow, guess or allocate.

Each function reads from the start of a stream and gives the reason to refuse it, or None; what is
cut short is a `struct.error`.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image

TOO_WIDE = (
    "holds 16 bits a channel in colour or with alpha: convert it to 8 bits or to 16-bit grey first"
)

# Tags of a TIFF: which of its pages this is, what its samples are, and a palette's colours.
SUBFILE, BITS, PHOTOMETRIC, SAMPLES, COLOURS, SAMPLE_FORMAT = 254, 258, 262, 277, 320, 339
# Bits of the tag that says which page this is: a smaller version of another, a mask of another.
REDUCED, MASK = 1, 4
SAMPLE_KINDS = {1: "integers", 2: "signed integers", 3: "floating-point numbers"}
# Of the types that a TIFF's numbers may have: bytes a number, and struct's letter.
INTEGERS = {1: (1, "B"), 3: (2, "H"), 4: (4, "I")}
# More is no photograph's: the directory of one has a few dozen entries, a palette 256 colours.
MOST_ENTRIES, MOST_VALUES = 4096, 3 * 256


def too_large(width: int, height: int) -> str | None:
    """Tell whether a picture has more pixels than Pillow's user allows."""
    limit = Image.MAX_IMAGE_PIXELS
    if limit is None or width * height <= limit:
        return None
    return f"holds {width} x {height} pixels, more than PIL.Image.MAX_IMAGE_PIXELS allows ({limit})"


def png(stream: BinaryIO) -> str | None:
    """Refuse 48-bit colour, which Pillow reads as 24: the first chunk is the header."""
    bit_depth, colour_type = struct.unpack("24xBB", stream.read(26))
    return TOO_WIDE if bit_depth == 16 and colour_type != 0 else None


def webp(stream: BinaryIO) -> str | None:
    """Refuse a size that Pillow may allocate as soon as it opens the file."""
    header = stream.read(30)
    kind = header[12:16]
    if kind == b"VP8X":
        low_width, high_width, low_height, high_height = struct.unpack("<24xHBHB", header)
        sides = (low_width | high_width << 16) + 1, (low_height | high_height << 16) + 1
    elif kind == b"VP8L":
        (bits,) = struct.unpack("<21xI5x", header)
        sides = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = struct.unpack("<26xHH", header)
        sides = width & 0x3FFF, height & 0x3FFF
    return too_large(*sides)


def tiff(stream: BinaryIO) -> str | None:
    """Refuse several pages, a raw photograph, and samples that Pillow would not keep."""
    pages = _directories(stream)
    first = next(pages, {})
    if first.get(SUBFILE, (0,))[0] & REDUCED:
        return "begins with a preview, as raw photographs do: convert it first"
    if any(not page.get(SUBFILE, (0,))[0] & (REDUCED | MASK) for page in pages):
        return "holds more than one page: write each to a file of its own first"
    bits, kinds = set(first.get(BITS, (1,))), set(first.get(SAMPLE_FORMAT, (1,)))
    (samples,), (photometric,) = first.get(SAMPLES, (1,)), first.get(PHOTOMETRIC, (1,))
    grey = samples == 1 and photometric == 1
    # Those of 8 bits stand in the upper byte, and in the lower one again, or 0.
    wide = [colour for colour in first.get(COLOURS, ()) if colour & 255 not in (0, colour >> 8)]
    if photometric == 3 and wide:
        return "has a palette of 16 bits a channel: convert it to 8 bits first"
    if kinds == {1} and (max(bits) <= 8 or (grey and bits == {16})):
        return None
    if grey and kinds == {3} and bits == {32}:
        return None
    if kinds == {1} and bits == {16} and samples > 1:
        return TOO_WIDE
    white_is_zero = " where 0 is white" if samples == 1 and photometric == 0 else ""
    return (
        f"holds {max(bits)}-bit {SAMPLE_KINDS.get(max(kinds), 'values')}{white_is_zero} in "
        f"{samples} channel{'s' * (samples != 1)}: "
        "convert it to 8 bits, to 16-bit grey or to 32-bit floating-point grey first"
    )


def _directories(stream: BinaryIO) -> Iterator[dict[int, tuple[int, ...]]]:
    """Give the numbers in each page's directory by tag, of a TIFF or BigTIFF."""
    header = stream.read(16)
    order = "<" if header.startswith(b"II") else ">"
    big = struct.unpack_from(f"{order}H", header, 2)[0] == 43
    offset = struct.unpack_from(order + ("Q" if big else "I"), header, 8 if big else 4)[0]
    count_of, entry, link = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    size = stream.seek(0, os.SEEK_END)
    seen: set[int] = set()
    while offset and offset not in seen:  # a loop of pages has shown them all
        seen.add(offset)
        stream.seek(min(offset, size))
        count = _read(stream, order + count_of)[0]
        if count > MOST_ENTRIES:
            raise struct.error(f"a directory of {count} entries")
        entries = [_read(stream, order + entry) for _ in range(count)]
        offset = _read(stream, order + link)[0]
        yield {
            tag: _numbers(stream, order, link, kind, number, value)
            for tag, kind, number, value in entries
            if kind in INTEGERS and 0 < number <= MOST_VALUES
        }


def _numbers(
    stream: BinaryIO, order: str, link: str, kind: int, number: int, value: bytes
) -> tuple[int, ...]:
    """Read the numbers of an entry, which stand in it, or where it points to."""
    width, letter = INTEGERS[kind]
    if width * number > len(value):
        stream.seek(struct.unpack(order + link, value)[0])
        return _read(stream, f"{order}{number}{letter}")
    return struct.unpack_from(f"{order}{number}{letter}", value)


def _read(stream: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, stream.read(struct.calcsize(layout)))
