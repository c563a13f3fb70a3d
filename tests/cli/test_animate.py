"""The commands animate and gallery draw what they are asked for, or say why not in one line."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convolve_native import images, kernels, views
from convolve_native.cli import main
from convolve_native.cli.gallery import GALLERY
from convolve_native.kernels import KERNELS
from convolve_native.views.palette import COLOURS
from convolve_native.views.signals import SIGNALS

GREY = np.random.default_rng(0).integers(0, 256, (12, 16), np.uint8)
SLIDE = ["animate", "-o", "out.gif"]
WINDOW = [*SLIDE, "--kind", "window"]
NAMES = ", ".join(map(repr, SIGNALS))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a photograph and with samples."""
    monkeypatch.chdir(tmp_path)
    images.write("grey.png", GREY)
    (tmp_path / "row.txt").write_text("1 3 2\n")
    (tmp_path / "column.txt").write_text("1\n2\n")
    (tmp_path / "plane.txt").write_text("1 2\n3 4\n")
    return tmp_path


def frames_of(path):
    with Image.open(path) as file:
        for n in range(file.n_frames):
            file.seek(n)
            yield np.asarray(file.convert("RGB")).astype(int)


@pytest.mark.parametrize(
    ("options", "view"),
    [
        ([], lambda: views.slide("box", "exponential", frames=3)),
        (
            ["--signal", "step", "--kernel", "gaussian"],
            lambda: views.slide("step", "gaussian", frames=3),
        ),
        (
            ["--signal-file", "row.txt", "--kernel-file", "column.txt"],
            lambda: views.slide([1, 3, 2], [1, 2], frames=3),
        ),
        (
            ["--kind", "window", "--photo", "grey.png"],
            lambda: views.window(GREY, kernels.box(3), frames=3),
        ),
        (
            [
                *("--kind", "window", "--photo", "grey.png", "--kernel", "sobel:axis=0"),
                *("--colours", "viridis", "--boundary", "wrap"),
            ],
            lambda: views.window(
                GREY, kernels.sobel(0), frames=3, colours="viridis", boundary="wrap"
            ),
        ),
        (
            ["--kind", "window", "--photo", "grey.png", "--kernel-file", "plane.txt"],
            lambda: views.window(GREY, [[1, 2], [3, 4]], frames=3),
        ),
    ],
)
def test_animate(capsys, options, view):
    assert main(["animate", "-o", "out.gif", "--frames", "3", *options]) == 0
    assert capsys.readouterr() == ("", "")
    shown = list(frames_of("out.gif"))
    assert len(shown) == 3
    for one, other in zip(shown, view(), strict=True):
        # A palette: the commonest colours are exact, and those of the rims of letters near.
        assert (one == other).mean() > 0.9
        assert np.abs(one - other).mean() < 0.3


@pytest.mark.parametrize("kind", ["smoothing", "kernel-card"])
def test_gallery_draws_the_kinds_it_is_asked_for(capsys, folder, kind):
    assert main(["gallery", "grey.png", "--out-dir", "new/out", "--kind", kind]) == 0
    assert capsys.readouterr() == ("Pictures are in new/out\n", "")
    assert [path.name for path in (folder / "new/out").iterdir()] == [f"{kind}.png"]


def test_gallery_draws_everything(monkeypatch, capsys, folder):
    given = []
    for name in ("slide", "window", "passes", "smoothing", "theorem", "deconvolution"):
        monkeypatch.setattr(
            views, name, lambda *args, name=name: given.append((name, args)) or GREY3
        )
    monkeypatch.setattr(views, "kernel_card", lambda *args: given.append(("card", args)) or GREY3)
    assert main(["gallery", "grey.png", "--out-dir", "out", "--kernel", "box:size=2"]) == 0
    names = {f"{name}{row.suffix}" for name, row in GALLERY.items()}
    assert {path.name for path in (folder / "out").iterdir()} == names
    photo, kernel = dict(given)["theorem"]
    np.testing.assert_array_equal(photo, GREY)
    assert dict(given)["card"][1] == "box:size=2"
    others = dict(given)["deconvolution"][1], dict(given)["window"][1], dict(given)["card"][0]
    for each in (kernel, *others):
        np.testing.assert_array_equal(each, kernels.box(2))


def test_the_readme_s_gallery_is_what_the_command_writes_and_small():
    pictures = list((Path(__file__).parents[2] / ".github/gallery").iterdir())
    assert {path.name for path in pictures} == {
        f"{name}{row.suffix}" for name, row in GALLERY.items()
    }
    assert sum(path.stat().st_size for path in pictures) < 1.5e6


GREY3 = np.stack([GREY] * 3, axis=-1)

REFUSED = {
    (*SLIDE, "--kind", "swirl"): "--kind must be one of slide, window; got 'swirl'",
    (*SLIDE, "--signal", "swirl"): f"signal must be one of {NAMES}; got 'swirl'",
    (*SLIDE, "--kernel", "swirl"): f"kernel must be one of {NAMES}; got 'swirl'",
    (*SLIDE, "--signal", "box", "--signal-file", "row.txt"): (
        "give one of --signal and --signal-file"
    ),
    (*SLIDE, "--signal-file", "plane.txt"): "signal must have one axis; got shape (2, 2)",
    (*SLIDE, "--signal-file", "none.txt"): "'none.txt': No such file or directory",
    (*SLIDE, "--frames", "0"): "frames must be at least 1; got 0",
    (*SLIDE, "--colours", "gray"): "--colours says nothing to --kind slide, which takes --signal, ",
    (*WINDOW, "--signal", "box"): "--signal says nothing to --kind window, which takes --photo, ",
    (*WINDOW, "--kernel", "swirl"): f"kernel must be one of {', '.join(KERNELS)}; got 'swirl'",
    (*WINDOW, "--kernel", "box:size=3", "--kernel-file", "row.txt"): (
        "give one of --kernel and --kernel-file"
    ),
    (*WINDOW, "--colours", "jet"): (
        f"colours must be one of {', '.join(map(repr, COLOURS))}; got 'jet'"
    ),
    (*WINDOW, "--photo", "row.txt"): "'row.txt' is not a JPEG, PNG, TIFF, WebP or BMP image",
    ("animate", "-o", "out.jpg"): "path must end in one of .gif, .png, .apng to hold a view; got ",
    ("animate", "-o", "no/out.gif"): "cannot write 'no/out.gif': No such file or directory",
    ("animate",): "Missing option '--output' / '-o'",
    ("gallery", "--kind", "swirl"): f"--kind must be one of {', '.join(GALLERY)}; got 'swirl'",
    ("gallery", "row.txt", "--out-dir", "out"): "'row.txt' is not a JPEG, PNG, TIFF, WebP or BMP ",
    ("gallery", "--out-dir", "row.txt", "--kind", "smoothing"): "'row.txt': File exists",
    ("gallery", "--kernel", "swirl", "--out-dir", "out"): (
        f"kernel must be one of {', '.join(KERNELS)}; got 'swirl'"
    ),
}


@pytest.mark.parametrize("argv", REFUSED, ids=" ".join)
def test_refused_in_one_line_with_nothing_written(capsys, folder, argv):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    frames = ["--frames", "1"] if argv[0] == "animate" and "--frames" not in argv else []
    assert main([*argv, *frames]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"convolve-native: {REFUSED[argv]}")
    assert err.index("\n") == len(err) - 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("argv", [SLIDE, ["gallery", "--out-dir", "out"]], ids=" ".join)
def test_without_the_extra(folder, argv):
    before = set(folder.iterdir())
    script = "import sys; sys.modules['matplotlib'] = None; "
    script += f"from convolve_native.cli import main; sys.exit(main({argv}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "convolve-native: this needs the extra 'plot': "
        'python -m pip install "convolve_native[plot]"\n'
    )
    assert set(folder.iterdir()) == before
