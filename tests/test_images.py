"""Photographs: what is read, what is written, and what is kept of the source."""

import io
import struct

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, ImageOps

from convolve_native import images

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
RGB = RNG.integers(0, 256, (5, 7, 3), np.uint8)
RGBA = RNG.integers(0, 256, (5, 7, 4), np.uint8)
GREY16 = RNG.integers(0, 65536, (5, 7), np.uint16)


def saved(path, picture, **options):
    picture.save(path, **options)
    return path


# ---------------------------------------------------------------------------- reading and writing


@pytest.mark.parametrize("pixels", [GREY, RGB, RGBA, GREY16], ids=["L", "RGB", "RGBA", "16"])
def test_png_comes_back_as_it_went(tmp_path, pixels):
    images.write(tmp_path / "a.png", pixels)
    back = images.read(tmp_path / "a.png")
    assert back.dtype == pixels.dtype
    assert back.flags.c_contiguous
    assert back.flags.writeable
    np.testing.assert_array_equal(back, pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".JPG"])
@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3)])
def test_jpeg_comes_back_nearly(tmp_path, suffix, shape):
    smooth = np.broadcast_to(np.linspace(0, 255, 60).astype(np.uint8), (*shape[:1], 60))
    pixels = smooth if len(shape) == 2 else np.stack([smooth] * 3, axis=-1)
    images.write(tmp_path / f"a{suffix}", pixels)
    back = images.read(tmp_path / f"a{suffix}")
    assert back.shape == shape
    assert np.abs(back.astype(int) - pixels).max() <= 4


@pytest.mark.parametrize(
    "pixels", [GREY16.astype(">u2"), GREY16[::-1, ::2], np.asfortranarray(RGB), GREY.tolist()]
)
def test_any_layout_of_memory(tmp_path, pixels):
    if isinstance(pixels, list):
        pixels = np.array(pixels, np.uint8)
    images.write(tmp_path / "a.png", pixels)
    np.testing.assert_array_equal(images.read(tmp_path / "a.png"), pixels)


def test_the_sample_is_a_photograph():
    assert images.sample().with_suffix(".txt").is_file()
    assert images.read(images.sample()).shape == (768, 1024, 3)


def test_content_decides_not_the_name(tmp_path):
    saved(tmp_path / "a.png", Image.fromarray(GREY)).rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(images.read(str(tmp_path / "a.jpg")), GREY)


def _palette(transparency):
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.putpixel((1, 0), 1)
    return picture, ({} if transparency is None else {"transparency": transparency})


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ((Image.fromarray(np.array([[True, False]])), {}), [[255, 0]]),
        ((Image.new("LA", (1, 1), (9, 128)), {}), [[[9, 9, 9, 128]]]),
        (_palette(None), [[[10, 20, 30], [40, 50, 60]]]),
        (_palette(0), [[[10, 20, 30, 0], [40, 50, 60, 255]]]),
        (_palette(bytes([7, 200])), [[[10, 20, 30, 7], [40, 50, 60, 200]]]),
        ((Image.new("L", (1, 1), 9), {"transparency": 9}), [[[9, 9, 9, 0]]]),
        ((Image.new("RGB", (1, 1), (1, 2, 3)), {"transparency": (1, 2, 3)}), [[[1, 2, 3, 0]]]),
    ],
    ids=["1", "LA", "P", "P key", "P alpha", "L key", "RGB key"],
)
def test_other_modes_widen(tmp_path, picture, expected):
    path = saved(tmp_path / "a.png", picture[0], **picture[1])
    np.testing.assert_array_equal(images.read(path), np.array(expected, np.uint8))


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_orientation_is_applied(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB), exif=exif)
    with Image.open(path) as picture:
        expected = np.array(ImageOps.exif_transpose(picture))
    np.testing.assert_array_equal(images.read(path), expected)


def test_a_photograph_with_broken_exif_is_still_one(tmp_path):
    path = saved(tmp_path / "a.jpg", Image.fromarray(RGB), exif=b"Exif\0\0nonsense")
    assert images.read(path).shape == RGB.shape
    images.write(tmp_path / "b.png", RGB, like=path)


# ------------------------------------------------------------------------------- what is kept


def _described(path, picture):
    """Save a picture with a profile, a resolution, an orientation, a thumbnail and a maker."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Convolver"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:01:02 03:04:05"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(path, picture, exif=exif.tobytes(), icc_profile=profile, dpi=(300, 300))


@pytest.mark.parametrize("source", ["a.png", "a.jpg"])
@pytest.mark.parametrize("target", ["b.png", "b.jpg"])
def test_like_keeps_profile_resolution_and_exif(tmp_path, source, target):
    like = _described(tmp_path / source, Image.fromarray(RGB))
    images.write(tmp_path / target, images.read(like), like=like)
    with Image.open(tmp_path / target) as picture:
        exif = picture.getexif()
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert ImageCms.getProfileName(io.BytesIO(picture.info["icc_profile"])).startswith("sRGB")
    assert ExifTags.Base.Orientation not in exif
    assert exif[ExifTags.Base.Make] == "Convolver"
    stamp = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert stamp == "2026:01:02 03:04:05"


def test_a_profile_of_another_colour_space_is_left_out(tmp_path):
    like = _described(tmp_path / "a.png", Image.fromarray(RGB))
    images.write(tmp_path / "b.png", GREY, like=like)
    with Image.open(tmp_path / "b.png") as picture:
        assert "icc_profile" not in picture.info


def test_exif_that_cannot_be_kept_is_warned_of(tmp_path, monkeypatch):
    like = _described(tmp_path / "a.png", Image.fromarray(RGB))

    def fail(self):
        raise struct.error("no such number")

    monkeypatch.setattr(Image.Exif, "tobytes", fail)
    with pytest.warns(UserWarning, match=r"a\.png' is damaged, so not kept: no such number"):
        images.write(tmp_path / "b.png", RGB, like=like)
    np.testing.assert_array_equal(images.read(tmp_path / "b.png"), RGB)
