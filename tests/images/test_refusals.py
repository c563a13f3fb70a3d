"""Photographs: what is refused, in one sentence, and that nothing is ever half done."""

import contextlib
import os
import stat
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from convolve_native import images

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
RGB = RNG.integers(0, 256, (5, 7, 3), np.uint8)
RGBA = RNG.integers(0, 256, (5, 7, 4), np.uint8)
GREY16 = RNG.integers(0, 65536, (5, 7), np.uint16)

posix_only = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere"
)


def png(width, height, bit_depth, colour_type, *chunks, pixels=b"\0\0"):
    """Bytes of a PNG, made by hand: what Pillow would not write."""

    def chunk(kind, data):
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bit_depth, colour_type, 0, 0, 0)),
            *(chunk(*each) for each in chunks),
            chunk(b"IDAT", zlib.compress(pixels)),
            chunk(b"IEND", b""),
        ]
    )


def saved(path, picture, **options):
    picture.save(path, **options)
    return path


def error_of(function, *args):
    with pytest.raises((OSError, TypeError, ValueError)) as caught:
        function(*args)
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("bit_depth", "black_and_white"), [(1, 0b0100_0000), (2, 0b0011_0000), (4, 0b0000_1111)]
)
def test_few_bits_reach_full_scale(tmp_path, bit_depth, black_and_white):
    path = tmp_path / "a.png"
    path.write_bytes(png(2, 1, bit_depth, 0, pixels=bytes([0, black_and_white])))
    np.testing.assert_array_equal(images.read(path), [[0, 255]])


def test_reading_refuses_in_one_sentence(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.jpg").write_text("not a picture")
    Image.fromarray(GREY).save(tmp_path / "a.gif")
    Image.new("CMYK", (2, 2)).save(tmp_path / "cmyk.jpg")
    (tmp_path / "rgb16.png").write_bytes(png(2, 2, 16, 2))
    (tmp_path / "la16.png").write_bytes(png(2, 2, 16, 4))
    (tmp_path / "key16.png").write_bytes(png(2, 2, 16, 0, (b"tRNS", b"\0\0")))
    neither = "{} is not a JPEG, PNG, TIFF, WebP or BMP image"
    wide = "{} holds 16 bits a channel in colour or with alpha: "
    wide += "convert it to 8 bits or to 16-bit grey first"
    for name, kind, message in [
        ("none.png", FileNotFoundError, "cannot read {}: No such file or directory"),
        ("empty.png", ValueError, neither),
        ("text.jpg", ValueError, neither),
        ("a.gif", ValueError, neither),
        ("cmyk.jpg", ValueError, "{} is a CMYK image: convert it to RGB first"),
        ("rgb16.png", ValueError, wide),
        ("la16.png", ValueError, wide),
        ("key16.png", ValueError, wide),
    ]:
        path = tmp_path / name
        assert error_of(images.read, path) == (kind, message.format(repr(str(path))))


@posix_only
def test_a_directory_is_not_an_image(tmp_path):
    message = f"cannot read {str(tmp_path)!r}: Is a directory"
    assert error_of(images.read, tmp_path) == (IsADirectoryError, message)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp", "bmp"])
def test_a_truncated_file_is_never_half_an_image(tmp_path, suffix):
    whole = saved(tmp_path / f"a.{suffix}", Image.fromarray(RNG.integers(0, 256, (40, 50), "u1")))
    content, expected = whole.read_bytes(), images.read(whole)
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(content[: len(content) // 2])
    kind, message = error_of(images.read, cut)
    assert kind is ValueError
    assert message.startswith(f"{str(cut)!r} is damaged: ")
    for length in range(0, len(content), 17):
        cut.write_bytes(content[:length])
        with contextlib.suppress(ValueError):  # a PNG's last bytes come after its last pixels
            np.testing.assert_array_equal(images.read(cut), expected)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


@pytest.mark.parametrize("side", [10_000, 60_000])  # Pillow would warn of one, fail on the other
def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path, recwarn, side):
    limit = Image.MAX_IMAGE_PIXELS
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(side, side, 1, 0))
    message = f"{str(bomb)!r} holds {side} x {side} pixels, more than "
    message += f"PIL.Image.MAX_IMAGE_PIXELS allows ({limit})"
    assert error_of(images.read, bomb) == (ValueError, message)
    assert limit == Image.MAX_IMAGE_PIXELS
    assert not recwarn.list


SUFFIXES = ".jpg, .jpeg, .png, .tif, .tiff, .webp, .bmp"
FLOAT = RNG.random((5, 7), np.float32)
HUGE = np.broadcast_to(np.uint8(0), (2**16, 2**16))  # of one byte
NO_DTYPE = (RGB / 255, GREY > 9, GREY.astype(int), GREY * 1j)
NO_PIXELS = "array must be uint8, uint16 or float32; got {}: "
NO_PIXELS += "scale it to 0 ... 255, round it and convert it first"
SHAPES = ((), (3,), (0, 4), (4, 0, 3), (2, 2, 1), (2, 2, 2), (1, 2, 2, 3))
NO_PICTURE = "array must be (H, W), (H, W, 3) or (H, W, 4) with at least one pixel; got shape "


@pytest.mark.parametrize(
    ("name", "pixels", "kind", "message"),
    [
        ("a.gif", GREY, ValueError, f"path must end in one of {SUFFIXES}; got {{}}"),
        ("a", GREY, ValueError, f"path must end in one of {SUFFIXES}; got {{}}"),
        ("a.bmp", RGBA, ValueError, "BMP cannot hold uint8 RGBA pixels; got {}"),
        ("a.webp", GREY16, ValueError, "WebP cannot hold uint16 grey pixels; got {}"),
        ("a.png", FLOAT, ValueError, "PNG cannot hold float32 grey pixels; got {}"),
        ("a.tif", RGB.astype("f4"), ValueError, "TIFF cannot hold float32 RGB pixels; got {}"),
        ("a.tif", RGB.astype("u2"), ValueError, "TIFF cannot hold uint16 RGB pixels; got {}"),
        ("a.tif", HUGE, ValueError, "TIFF holds 4 GiB at most; got array of shape (65536, 65536)"),
        ("a.bmp", HUGE, ValueError, "BMP holds 4 GiB at most; got array of shape (65536, 65536)"),
        (
            "a.webp",
            np.zeros((16384, 1), np.uint8),
            ValueError,
            "WebP holds 16383 pixels a side; got array of shape (16384, 1)",
        ),
        ("a.jpg", RGBA, ValueError, "JPEG cannot hold uint8 RGBA pixels; got {}"),
        ("a.jpg", GREY16, ValueError, "JPEG cannot hold uint16 grey pixels; got {}"),
        ("a.png", RGB.astype(np.uint16), ValueError, "PNG cannot hold uint16 RGB pixels; got {}"),
        (
            "a.jpg",
            np.zeros((1, 65501), np.uint8),
            ValueError,
            "JPEG holds 65500 pixels a side; got array of shape (1, 65501)",
        ),
        *(("a.png", array, TypeError, NO_PIXELS.format(array.dtype)) for array in NO_DTYPE),
        *(("a.png", np.zeros(shape, "u1"), ValueError, f"{NO_PICTURE}{shape}") for shape in SHAPES),
        ("no/a.png", GREY, FileNotFoundError, "cannot write {}: No such file or directory"),
    ],
)
def test_writing_refuses_in_one_sentence(tmp_path, name, pixels, kind, message):
    path = tmp_path / name
    assert error_of(images.write, path, pixels) == (kind, message.format(repr(str(path))))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_like_writes_nothing(tmp_path):
    kind, _ = error_of(images.write, tmp_path / "a.png", GREY, tmp_path / "none.jpg")
    assert kind is FileNotFoundError
    assert list(tmp_path.iterdir()) == []


def test_the_input_may_be_the_output(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(RGB))
    images.write(path, images.read(path)[::-1], like=path)
    np.testing.assert_array_equal(images.read(path), RGB[::-1])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_loses_nothing_and_leaves_nothing(tmp_path, monkeypatch, failing, error):
    path = saved(tmp_path / "a.png", Image.fromarray(GREY))
    before = path.read_bytes()

    def fail(*args):
        raise error

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
    with pytest.raises(type(error)) as caught:
        images.write(path, RGB)
    assert str(caught.value) in ("", f"cannot write {str(path)!r}: No space left on device")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@posix_only
def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "a.png"
    message = f"cannot write {str(path)!r}: Not a directory"
    assert error_of(images.write, path, GREY) == (NotADirectoryError, message)


def test_a_directory_in_the_way(tmp_path):
    (tmp_path / "a.png").mkdir()
    kind, message = error_of(images.write, tmp_path / "a.png", GREY)
    assert issubclass(kind, OSError)
    assert message.startswith("cannot write ")
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


@posix_only
def test_a_new_file_respects_the_umask_and_an_old_one_keeps_its_permissions(tmp_path):
    path = tmp_path / "a.png"
    before = os.umask(0o027)
    try:
        images.write(path, GREY)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        images.write(path, GREY)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@posix_only
def test_a_link_goes_on_pointing_at_its_file(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(GREY))
    link = tmp_path / "link.png"
    link.symlink_to("a.png")
    images.write(link, RGB)
    assert link.is_symlink()
    np.testing.assert_array_equal(images.read(path), RGB)


@posix_only
@not_root
def test_an_unwritable_folder_or_file(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(GREY))
    path.chmod(0o400)
    message = f"cannot write {str(path)!r}: the file is read-only"
    assert error_of(images.write, path, RGB) == (PermissionError, message)
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        message = f"cannot write {str(path)!r}: Permission denied"
        assert error_of(images.write, path, RGB) == (PermissionError, message)
    finally:
        tmp_path.chmod(0o700)
    np.testing.assert_array_equal(images.read(path), GREY)
