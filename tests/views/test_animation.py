"""Files of animations: every frame is there, in its colours, for its time; or no file is."""

import numpy as np
import pytest
from PIL import Image

from convolve_native.views import Animation, write

RED, WHITE = (255, 0, 0), (255, 255, 255)


def moving(count=4, shape=(20, 30)):
    """A red column that moves over white."""

    def draw(n):
        frame = np.full((*shape, 3), 255, np.uint8)
        frame[:, n] = RED
        return frame

    return Animation(count, draw)


@pytest.mark.parametrize("suffix", [".gif", ".png", ".apng", ".GIF"])
def test_every_frame_is_there(tmp_path, suffix):
    path = tmp_path / f"moving{suffix}"
    write(path, moving())
    with Image.open(path) as file:
        assert file.n_frames == 4
        assert file.info.get("loop") == 0
        times = []
        for n, frame in enumerate(moving()):
            file.seek(n)
            np.testing.assert_array_equal(np.asarray(file.convert("RGB")), frame)
            times.append(file.info["duration"])
    assert times == [100, 100, 100, 2000]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_a_picture_is_one_frame(tmp_path, suffix):
    write(tmp_path / f"one{suffix}", moving().draw(2))
    with Image.open(tmp_path / f"one{suffix}") as file:
        assert getattr(file, "n_frames", 1) == 1
        np.testing.assert_array_equal(np.asarray(file.convert("RGB")), moving().draw(2))


def test_many_colours_become_near_ones_and_the_commonest_stay(tmp_path):
    picture = np.full((64, 128, 3), 255, np.uint8)
    picture[:32] = np.random.default_rng(0).integers(0, 2, (32, 128, 1)) * 200
    ramp = np.linspace(0, 255, 128).astype(np.uint8)
    picture[40:48, :, 0], picture[40:48, :, 1], picture[40:48, :, 2] = ramp, 255 - ramp, 128
    picture[50:58, :, 0], picture[50:58, :, 1], picture[50:58, :, 2] = 20, ramp, ramp[::-1]
    picture[59:62, :, 0], picture[59:62, :, 1], picture[59:62, :, 2] = ramp, 30, ramp
    write(tmp_path / "many.png", picture)
    with Image.open(tmp_path / "many.png") as file:
        assert len(file.getpalette()) <= 3 * 256
        shown = np.asarray(file.convert("RGB")).astype(int)
    flat = (picture == 255).all(axis=-1) | (picture == 200).all(axis=-1)
    np.testing.assert_array_equal(shown[flat], picture[flat])
    # 384 colours in ramps, of steps of 2, in 255.
    assert np.abs(shown - picture).max() <= 8


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.mp4", "a"])
def test_a_suffix_that_holds_no_animation(tmp_path, name):
    with pytest.raises(ValueError, match=r"^path must end in one of \.gif, \.png, \.apng to hold "):
        write(tmp_path / name, Animation(1, lambda n: pytest.fail("drawn in vain")))
    assert list(tmp_path.iterdir()) == []


def test_a_file_stays_if_a_frame_fails(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"old")

    def fail(n):
        raise MemoryError

    with pytest.raises(MemoryError):
        write(path, Animation(3, fail))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^cannot write .*: No such file or directory$"):
        write(tmp_path / "no" / "a.gif", moving())
