"""TIFF: what Pillow narrows, turns over or guesses is read right or refused."""

import re
import struct

import numpy as np
import pytest
from PIL import Image

from convolve_native import images

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
RGB = RNG.integers(0, 256, (5, 7, 3), np.uint8)
GREY16 = RNG.integers(0, 65536, (5, 7), np.uint16)
FLOAT = RNG.normal(size=(5, 7)).astype(np.float32)
PICTURES = {
    "grey": GREY,
    "RGB": RGB,
    "RGBA": RNG.integers(0, 256, (5, 7, 4), np.uint8),
    "16-bit": GREY16,
    "float": FLOAT,
}


def tiff(width, height, bits, photometric=1, sample_format=1, *, order="<", subfile=0, following=0):
    """Bytes of an uncompressed TIFF of zeros, made by hand: what Pillow would not write."""
    samples, stride = len(bits), width * sum(bits) // 8
    entries, data, start = [], b"", 8
    listed = {
        254: (4, [subfile]),
        256: (4, [width]),
        257: (4, [height]),
        258: (3, bits),
        259: (3, [1]),
        262: (3, [photometric]),
        273: (4, [0]),
        277: (3, [samples]),
        278: (4, [height]),
        279: (4, [stride * height]),
        339: (3, [sample_format] * samples),
    }
    after = start + 2 + 12 * len(listed) + 4
    for tag, (kind, values) in listed.items():
        letter = {3: "H", 4: "I"}[kind]
        value = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(value) > 4:
            data, value = data + value, struct.pack(f"{order}I", after + len(data))
        entries.append(struct.pack(f"{order}HHI", tag, kind, len(values)) + value.ljust(4, b"\0"))
    pixels = struct.pack(f"{order}I", after + len(data))
    entries[6] = entries[6][:8] + pixels
    magic = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", start)
    directory = struct.pack(f"{order}H", len(entries)) + b"".join(entries)
    return magic + directory + struct.pack(f"{order}I", following) + data + bytes(stride * height)


REFUSED = {
    "48-bit colour": ((2, 2, [16] * 3, 2), "16 bits a channel in colour or with alpha"),
    "64-bit colour": ((2, 2, [16] * 4, 2), "16 bits a channel in colour or with alpha"),
    "16-bit with alpha": ((2, 2, [16] * 2, 1), "16 bits a channel in colour or with alpha"),
    "double": ((2, 2, [64], 1, 3), "64-bit floating-point numbers in 1 channel"),
    "half": ((2, 2, [16], 1, 3), "16-bit floating-point numbers in 1 channel"),
    "float colour": ((2, 2, [32] * 3, 2, 3), "32-bit floating-point numbers in 3 channels"),
    "signed": ((2, 2, [16], 1, 2), "16-bit signed integers in 1 channel"),
    "signed bytes": ((2, 2, [8], 1, 2), "8-bit signed integers in 1 channel"),
    "32 bits": ((2, 2, [32]), "32-bit integers in 1 channel"),
    "12 bits": ((2, 2, [12]), "12-bit integers in 1 channel"),
    "complex": ((2, 2, [64], 1, 6), "64-bit values in 1 channel"),
    "16-bit palette": ((2, 2, [16], 3), "16-bit integers in 1 channel"),
    "negative": ((2, 2, [16], 0), "16-bit integers where 0 is white in 1 channel"),
}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_pillow_would_not_keep_is_refused(tmp_path, kind, order):
    arguments, words = REFUSED[kind]
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(*arguments, order=order))
    to = "or to 16-bit grey first"
    if not words.startswith("16 bits"):
        to = "to 16-bit grey or to 32-bit floating-point grey first"
    comma = "" if words.startswith("16 bits") else ","
    message = f"{str(path)!r} holds {words}: convert it to 8 bits{comma} {to}"
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        images.read(path)
    assert str(caught.value) == message


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("arguments", "black"),
    [
        (([8],), np.uint8(0)),
        (([8], 0), np.uint8(255)),
        (([16],), np.uint16(0)),
        (([32], 1, 3), np.float32(0)),
        (([8] * 3, 2), np.zeros(3, np.uint8)),
        (([8] * 4, 2), np.zeros(4, np.uint8)),
    ],
)
def test_made_by_hand(tmp_path, arguments, black, order):
    (tmp_path / "a.tif").write_bytes(tiff(3, 2, *arguments, order=order))
    pixels = images.read(tmp_path / "a.tif")
    assert pixels.dtype == black.dtype
    np.testing.assert_array_equal(pixels, np.broadcast_to(black, (2, 3, *black.shape)))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_compression_and_orientation(tmp_path, kind, compression, orientation):
    """Pillow turns a TIFF upright by itself, once; no other format."""
    path, pixels = tmp_path / "a.tif", PICTURES[kind]
    Image.fromarray(pixels).save(path, compression=compression, tiffinfo={274: orientation})
    upright = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        **dict.fromkeys((5, 6, 7, 8), pixels.swapaxes(0, 1)),
    }[orientation]
    flips = {6: np.s_[:, ::-1], 7: np.s_[::-1, ::-1], 8: np.s_[::-1]}
    np.testing.assert_array_equal(images.read(path), upright[flips.get(orientation, np.s_[:])])


def test_palette_and_alpha(tmp_path):
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.putpixel((1, 0), 1)
    palette.save(tmp_path / "a.tif")
    assert images.read(tmp_path / "a.tif").tolist() == [[[10, 20, 30], [40, 50, 60]]]
    Image.new("LA", (1, 1), (9, 128)).save(tmp_path / "a.tif")
    assert images.read(tmp_path / "a.tif").tolist() == [[[9, 9, 9, 128]]]


@pytest.mark.parametrize("lower", [0, 10, 1, 255], ids=["zero", "alike", "one", "full"])
def test_a_palette_of_finer_colours_is_refused(tmp_path, lower):
    """A TIFF's palette has 16 bits a channel, of which Pillow keeps the upper eight."""
    path, palette = tmp_path / "a.tif", Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 10, 20, 30])
    palette.save(path)
    content = bytearray(path.read_bytes())
    content[content.index(struct.pack("<2H", 10 << 8, 10 << 8))] = lower
    path.write_bytes(content)
    if lower in (0, 10):
        assert images.read(path).tolist() == [[[10, 20, 30], [10, 20, 30]]]
        return
    message = f"{str(path)!r} has a palette of 16 bits a channel: convert it to 8 bits first"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        images.read(path)


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_other_colour_spaces_are_refused(tmp_path, mode):
    path = tmp_path / "a.tif"
    Image.new(mode, (2, 2)).save(path)
    with pytest.raises(ValueError, match=f"is a {mode} image: convert it to RGB first$"):
        images.read(path)


def test_several_pages_are_refused_but_previews_and_masks_are_no_pages(tmp_path):
    path = tmp_path / "a.tif"
    first = tiff(3, 2, [8])
    for subfile, pages in {0: "more than one", 2: "more than one", 1: "one", 4: "one"}.items():
        linked = bytearray(tiff(3, 2, [8], following=len(first)))
        second = tiff(1, 1, [8], subfile=subfile)[8:]
        path.write_bytes(bytes(linked) + second)
        if pages == "one":
            assert images.read(path).shape == (2, 3)
            continue
        with pytest.raises(ValueError, match="holds more than one page: write each to a file of"):
            images.read(path)


def test_a_raw_photograph_begins_with_a_preview(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff(3, 2, [8], subfile=1))
    with pytest.raises(ValueError, match="begins with a preview, as raw photographs do: convert"):
        images.read(tmp_path / "a.tif")


def test_pages_that_go_round_end(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff(3, 2, [8], following=8))
    assert images.read(tmp_path / "a.tif").shape == (2, 3)


def test_bigtiff(tmp_path):
    entries = [
        *((256, 4, 1, 3), (257, 4, 1, 2), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)),
        *((273, 4, 1, 16 + 8 + 9 * 20 + 8), (277, 3, 1, 1), (278, 4, 1, 2), (279, 4, 1, 6)),
    ]
    packed = b"".join(struct.pack("<HHQQ", *each) for each in entries)
    content = struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, len(entries)) + packed
    (tmp_path / "a.tif").write_bytes(content + struct.pack("<Q", 0) + bytes(range(6)))
    assert images.read(tmp_path / "a.tif").tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "content",
    [
        b"II*\0",
        b"II*\0\x08\0\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff" + bytes(99),
    ],
)
def test_a_directory_that_is_not_there_is_damage(tmp_path, content):
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.tif' is damaged: "):
        images.read(tmp_path / "a.tif")


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path):
    content = bytearray(tiff(2, 2, [8]))
    at = content.index(struct.pack("<HHI", 256, 4, 1)) + 8
    content[at : at + 4] = content[at + 12 : at + 16] = struct.pack("<I", 60_000)
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(ValueError, match="holds 60000 x 60000 pixels, more than PIL"):
        images.read(tmp_path / "a.tif")
