"""Photographs: what is written is what is read, in every format; what is read is all there is."""

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from convolve_native import images
from convolve_native.images.formats import DTYPES, FORMATS, LAYOUTS

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
RGB = RNG.integers(0, 256, (5, 7, 3), np.uint8)
RGBA = RNG.integers(0, 256, (5, 7, 4), np.uint8)
GREY16 = RNG.integers(0, 65536, (5, 7), np.uint16)
FLOAT = RNG.normal(size=(5, 7)).astype(np.float32)
PICTURES = {
    "uint8 grey": GREY,
    "uint8 RGB": RGB,
    "uint8 RGBA": RGBA,
    "uint16 grey": GREY16,
    "float32 grey": FLOAT,
}
LOSSLESS = [
    (suffix, kind)
    for row in FORMATS
    for suffix in row.suffixes
    for kind in PICTURES
    if kind in row.holds and row.name != "JPEG" and (row.name, kind) != ("WebP", "uint8 grey")
]


def saved(path, picture, **options):
    picture.save(path, **options)
    return path


# ---------------------------------------------------------------------------- reading and writing


def test_the_table_names_what_there_is():
    kinds = {f"{dtype} {layout}" for dtype in DTYPES for layout in LAYOUTS.values()}
    assert set().union(*(row.holds for row in FORMATS)) == set(PICTURES) <= kinds


@pytest.mark.parametrize(("suffix", "kind"), LOSSLESS)
def test_what_went_comes_back(tmp_path, suffix, kind):
    pixels = PICTURES[kind]
    images.write(tmp_path / f"a{suffix}", pixels)
    back = images.read(tmp_path / f"a{suffix}")
    assert back.dtype == pixels.dtype
    assert back.flags.c_contiguous
    assert back.flags.writeable
    np.testing.assert_array_equal(back, pixels)


def test_webp_has_no_grey_so_grey_is_rgb(tmp_path):
    images.write(tmp_path / "a.webp", GREY)
    np.testing.assert_array_equal(images.read(tmp_path / "a.webp"), np.stack([GREY] * 3, axis=-1))


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_colours_stay_where_alpha_is_0(tmp_path, suffix):
    pixels = RGBA.copy()
    pixels[..., 3] = 0
    images.write(tmp_path / f"a{suffix}", pixels)
    np.testing.assert_array_equal(images.read(tmp_path / f"a{suffix}"), pixels)


def test_a_float_tiff_holds_any_number(tmp_path):
    pixels = np.array([[np.nan, np.inf, -np.inf], [-0.0, 1e-45, 3e38]], np.float32)
    images.write(tmp_path / "a.tif", pixels)
    assert images.read(tmp_path / "a.tif").tobytes() == pixels.tobytes()


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
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
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
