"""What is kept of the source: its profile, resolution and EXIF, in every format that can."""

import io
import struct

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from convolve_native import images
from convolve_native.images.formats import EXIF, PROFILE, RESOLUTION, SUFFIXES

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
RGB = RNG.integers(0, 256, (5, 7, 3), np.uint8)
SOURCES = ["a.png", "a.jpg", "a.tif", "a.webp"]


def described(path, picture):
    """Save a picture with a profile, a resolution, an orientation, a date and a maker."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Convolver"
    if path.suffix == ".webp":
        exif[ExifTags.Base.XResolution] = exif[ExifTags.Base.YResolution] = 300.0
        exif[ExifTags.Base.ResolutionUnit] = 2
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: "2026:01:02 03:04:05"}
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(path, exif=exif.tobytes(), icc_profile=profile, dpi=(300, 300))
    return path


def kept(path):
    """Profile's name, resolution, EXIF and its date, of a file."""
    with Image.open(path) as picture:
        exif = picture.getexif()
        profile = picture.info.get("icc_profile")
        return {
            "profile": profile and ImageCms.getProfileName(io.BytesIO(profile)).strip(),
            "dpi": picture.info.get("dpi") or (exif.get(282), exif.get(283)),
            "maker": exif.get(ExifTags.Base.Make),
            "orientation": exif.get(ExifTags.Base.Orientation),
            "date": exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal),
            "latitude": exif.get_ifd(ExifTags.IFD.GPSInfo).get(ExifTags.GPS.GPSLatitudeRef),
        }


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_like_keeps_profile_resolution_and_exif(tmp_path, source, suffix):
    like = described(tmp_path / source, Image.fromarray(RGB))
    images.write(tmp_path / f"b{suffix}", images.read(like), like=like)
    found = kept(tmp_path / f"b{suffix}")
    row = SUFFIXES[suffix]
    assert row.name == "BMP" or row.keeps == {PROFILE, RESOLUTION, EXIF}
    assert [float(each) for each in found["dpi"]] == pytest.approx([300, 300], abs=0.1)
    assert found["orientation"] is None
    if PROFILE in row.keeps:
        assert found["profile"].startswith("sRGB")
    if EXIF in row.keeps:
        assert found["maker"] == "Convolver"
        assert (found["date"], found["latitude"]) == ("2026:01:02 03:04:05", "N")
    assert images.read(tmp_path / f"b{suffix}").shape == (7, 5, 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("source", SOURCES)
def test_like_may_be_of_another_kind(tmp_path, source, dtype):
    like = described(tmp_path / source, Image.fromarray(RGB))
    pixels = GREY.astype(dtype)
    images.write(tmp_path / "b.tif", pixels, like=like)
    found = kept(tmp_path / "b.tif")
    assert (found["maker"], found["profile"]) == ("Convolver", None)
    np.testing.assert_array_equal(images.read(tmp_path / "b.tif"), pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_how_a_file_holds_its_pixels_is_not_kept(tmp_path, suffix):
    like = tmp_path / "a.tif"
    Image.fromarray(GREY).save(like, compression="tiff_lzw", software="maker")
    images.write(tmp_path / f"b{suffix}", RGB, like=like)
    with Image.open(tmp_path / f"b{suffix}") as picture:
        exif = picture.getexif()
    own = {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 339} if suffix == ".tif" else set()
    assert set(exif) - own == {ExifTags.Base.Software}
    if suffix != ".jpg":
        np.testing.assert_array_equal(images.read(tmp_path / f"b{suffix}"), RGB)


def test_tags_that_lie_about_the_pixels_do_no_harm(tmp_path):
    """Editors leave sizes and offsets in a JPEG's EXIF, which a TIFF would take for its own."""
    exif = Image.Exif()
    for tag, value in {256: 9999, 257: 9999, 258: 16, 262: 0, 273: 8, 277: 4, 278: 1}.items():
        exif[tag] = value
    Image.fromarray(RGB).save(tmp_path / "a.jpg", exif=exif.tobytes())
    images.write(tmp_path / "b.tif", GREY, like=tmp_path / "a.jpg")
    np.testing.assert_array_equal(images.read(tmp_path / "b.tif"), GREY)


def test_a_profile_of_another_colour_space_is_left_out(tmp_path):
    like = described(tmp_path / "a.png", Image.fromarray(RGB))
    images.write(tmp_path / "b.png", GREY, like=like)
    assert kept(tmp_path / "b.png")["profile"] is None


@pytest.mark.parametrize("dpi", [(0, 0), (1e9, 1e9)])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".bmp"])
def test_an_absurd_resolution_is_left_out(tmp_path, dpi, suffix):
    Image.fromarray(RGB).save(tmp_path / "a.tif", dpi=dpi)
    images.write(tmp_path / f"b{suffix}", RGB, like=tmp_path / "a.tif")
    assert images.read(tmp_path / f"b{suffix}").shape == RGB.shape


def test_a_resolution_in_centimetres(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.XResolution] = exif[ExifTags.Base.YResolution] = 100.0
    exif[ExifTags.Base.ResolutionUnit] = 3
    Image.fromarray(RGB).save(tmp_path / "a.webp", exif=exif.tobytes(), lossless=True)
    images.write(tmp_path / "b.png", RGB, like=tmp_path / "a.webp")
    assert kept(tmp_path / "b.png")["dpi"] == pytest.approx((254, 254), abs=0.1)


def test_a_photograph_with_broken_exif_is_still_one(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.jpg", exif=b"Exif\0\0nonsense")
    assert images.read(tmp_path / "a.jpg").shape == RGB.shape
    images.write(tmp_path / "b.png", RGB, like=tmp_path / "a.jpg")


def test_exif_that_cannot_be_kept_is_warned_of(tmp_path, monkeypatch):
    like = described(tmp_path / "a.png", Image.fromarray(RGB))

    def fail(self):
        raise struct.error("no such number")

    monkeypatch.setattr(Image.Exif, "tobytes", fail)
    with pytest.warns(UserWarning, match=r"a\.png' cannot be kept: no such number"):
        images.write(tmp_path / "b.png", RGB, like=like)
    np.testing.assert_array_equal(images.read(tmp_path / "b.png"), RGB)


def test_exif_that_a_format_has_no_room_for_is_warned_of(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * 70_000
    Image.fromarray(RGB).save(tmp_path / "a.png", exif=exif.tobytes())
    with pytest.warns(UserWarning, match=r"a\.png' cannot be kept: EXIF data is too long"):
        images.write(tmp_path / "b.jpg", RGB, like=tmp_path / "a.png")
    assert images.read(tmp_path / "b.jpg").shape == RGB.shape


def test_no_resolution_is_made_up(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.tif")
    images.write(tmp_path / "b.png", RGB, like=tmp_path / "a.tif")
    assert kept(tmp_path / "b.png")["dpi"] == (None, None)
