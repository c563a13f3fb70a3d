"""Many photographs at once: what fails is told and does not stop the others."""

import json
import sys
import warnings
from pathlib import Path
from time import sleep

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli import main
from convolve_native.cli import progress as progress_module
from convolve_native.cli.features import FEATURES, layer
from convolve_native.views.features import steepness
from convolve_native.views.spectrum import luminance, spectrum

RNG = np.random.default_rng(0)
PHOTOGRAPHS = {
    "a.png": RNG.integers(0, 256, (12, 17, 3), np.uint8),
    "b.tif": RNG.integers(0, 65536, (12, 17), np.uint16),
    "c.webp": RNG.integers(0, 256, (12, 17, 4), np.uint8),
}

NO_LIGHT = "linear_light needs uint8 or uint16 pixels; got float32, "
NO_LIGHT += "which says nothing of how it stands for light"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, pixels in PHOTOGRAPHS.items():
        images.write(name, pixels)
    return tmp_path


def names(path):
    return sorted(each.name for each in Path(path).iterdir())


@pytest.mark.parametrize("photos", [list(PHOTOGRAPHS), ["[abc].*"], ["a.png", "*.*"]])
def test_all_are_written_under_their_names(capsys, photos):
    assert main(["blur", *photos, "--out-dir", "x/y", "--kind", "box", "--size", "3"]) == 0
    assert capsys.readouterr() == ("", "")
    assert names("x/y") == sorted(PHOTOGRAPHS)
    for name in ("a.png", "b.tif"):
        expected = cn.convolve(PHOTOGRAPHS[name], (kernels.box(3, ndim=1),) * 2)
        np.testing.assert_array_equal(images.read(f"x/y/{name}"), expected)


def test_what_fails_is_told_and_the_others_are_written(capsys, folder):
    (folder / "bad.png").write_bytes(b"no picture")
    images.write("floats.tif", np.ones((3, 3), np.float32))
    argv = ["none.png", "a.png", "bad.png", "floats.tif", "b.tif"]
    assert main(["blur", *argv, "--out-dir", "out", "--linear-light"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "convolve-native: cannot read 'none.png': No such file or directory",
        "convolve-native: 'bad.png' is not a JPEG, PNG, TIFF, WebP or BMP image",
        f"convolve-native: 'floats.tif': {NO_LIGHT}",
        "convolve-native: 3 of 5 photographs failed",
    ]
    assert names("out") == ["a.png", "b.tif"]


def test_the_report_for_programs(capsys, folder):
    (folder / "bad.png").write_bytes(b"no picture")
    argv = ["blur", "a.png", "bad.png", "--out-dir", "out", "--method", "direct", "--json"]
    assert main(argv) == 2
    report = json.loads(capsys.readouterr().out)
    (step,) = report["written"][0].pop("steps")
    assert step.pop("milliseconds") >= 0
    assert step == {"step": "gaussian", "method": "direct"}
    assert report == {
        "convolve_native": cn.__version__,
        "command": "blur",
        "written": [
            {
                "photograph": "a.png",
                "shape": [12, 17, 3],
                "dtype": "uint8",
                "files": [str(Path("out/a.png"))],
            }
        ],
        "failed": [
            {
                "photograph": "bad.png",
                "error": "'bad.png' is not a JPEG, PNG, TIFF, WebP or BMP image",
            }
        ],
    }


@pytest.mark.parametrize(
    ("command", "method"),
    [
        (["filter", "--kernel", "sharpen"], None),
        (["deblur", "--psf", "box:size=3"], "fft"),
        (["spectrum"], "fft"),
    ],
)
def test_every_command_reports(capsys, command, method):
    assert main([command[0], "a.png", "-o", "out.png", *command[1:], "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["command"] == command[0]
    (row,) = report["written"]
    assert row["files"] == ["out.png"]
    kernel = kernels.sharpen()
    chosen = method or cn.choose_method(PHOTOGRAPHS["a.png"], kernel).method
    assert [step["method"] for step in row["steps"]] == [chosen]


def test_explain_and_info_report(capsys):
    assert main(["explain", "--json", "--method", "direct", "--workers", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["method"], report["workers"]) == ("direct", 1)
    assert report["seconds"]["direct"] > 0
    assert main(["info", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["convolve_native"] == cn.__version__


@pytest.mark.parametrize("command", ["blur", "filter"])
@pytest.mark.parametrize("options", [{"method": "fft"}, {"workers": 1}, {"boundary": "wrap"}])
def test_options_reach_the_library(monkeypatch, command, options):
    given = []

    def convolve(image, kernel, **keywords):
        given.append(keywords)
        return image

    monkeypatch.setattr(cn, "convolve", convolve)
    argv = [command, "a.png", "-o", "out.png"]
    argv += ["--kernel", "sharpen"] if command == "filter" else []
    (name,), (value,) = options, options.values()
    assert main([*argv, f"--{name}", str(value)]) == 0
    defaults = {"boundary": "symmetric", "method": "auto", "workers": None}
    assert given == [{**defaults, **options}]


def test_linear_light():
    board = (255 * (np.indices((8, 8)).sum(axis=0) % 2)).astype(np.uint8)
    images.write("board.png", board)
    for options, grey in (([], 128), (["--linear-light"], 188)):
        assert main(["filter", "board.png", "-o", "o.png", "--kernel", "box:size=2", *options]) == 0
        assert (images.read("o.png")[1:-1, 1:-1] == grey).all()


def test_a_sprite_keeps_its_colour():
    sprite = np.full((30, 30, 4), (0, 255, 0, 0), np.uint8)
    sprite[10:20, 10:20] = (220, 40, 40, 255)
    images.write("sprite.png", sprite)
    assert main(["blur", "sprite.png", "-o", "soft.png"]) == 0
    soft = images.read("soft.png")
    shown = soft[..., 3] > 0
    assert shown.sum() > 200
    assert (np.abs(soft[shown][:, :3].astype(int) - (220, 40, 40)) <= 1).all()


@pytest.mark.parametrize("kinds", [[], ["sobel"], ["gabor", "laplacian", "gabor"]])
def test_features(capsys, kinds):
    argv = [part for kind in kinds for part in ("--kind", kind)]
    assert main(["features", "a.png", "c.webp", "--out-dir", "out", *argv, "--json"]) == 0
    chosen = kinds or list(FEATURES)
    assert names("out") == sorted({f"{each}-{kind}.png" for each in "ac" for kind in chosen})
    report = json.loads(capsys.readouterr().out)
    steps = [step["step"] for step in report["written"][0]["steps"]]
    assert ("Sobel across" in steps) == ("sobel" in chosen)
    assert sum(step.startswith("Gabor") for step in steps) == (12 if "gabor" in chosen else 0)
    if "sobel" in chosen:
        grey = luminance(PHOTOGRAPHS["a.png"])
        across, down = (cn.convolve(grey, kernels.sobel(axis)) for axis in (1, 0))
        expected = steepness(across, down)
        np.testing.assert_array_equal(images.read("out/a-sobel.png"), expected)


def test_the_maps_of_a_layer_of_ones_own(capsys):
    Path("own.txt").write_text("1 0 -1\n")
    argv = ["--kernel", "sobel:axis=0", "--file", "own.txt", "--json"]
    assert main(["features", "a.png", "--out-dir", "out", *argv]) == 0
    assert names("out") == ["a-layer.png"]
    report = json.loads(capsys.readouterr().out)
    steps = [step["step"] for step in report["written"][0]["steps"]]
    assert steps == ["layer: sobel:axis=0", "layer: own.txt"]
    maps = {"sobel:axis=0": kernels.sobel(0), "own.txt": np.array([[1.0, 0, -1]])}
    expected = layer(luminance(PHOTOGRAPHS["a.png"]), lambda _, *pair: cn.convolve(*pair), maps)
    np.testing.assert_array_equal(images.read("out/a-layer.png"), expected)


def test_spectra():
    assert main(["spectrum", *PHOTOGRAPHS, "--out-dir", "out"]) == 0
    assert names("out") == [f"{each}-spectrum.png" for each in "abc"]
    for name, pixels in PHOTOGRAPHS.items():
        np.testing.assert_array_equal(images.read(f"out/{name[0]}-spectrum.png"), spectrum(pixels))


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("options", "said"), [([], "convolve-native: warning: odd\n"), (["-q"], "")]
)
def test_quiet_says_only_what_fails(capsys, monkeypatch, options, said):
    def warn(image, *args, **keywords):
        warnings.warn("odd", stacklevel=1)
        return image

    monkeypatch.setattr(cn, "convolve", warn)
    before = warnings.filters[:]
    assert main(["blur", "a.png", "-o", "out.png", *options]) == 0
    assert capsys.readouterr() == ("", said)
    assert warnings.filters == before
    assert main(["blur", "none.png", "-o", "out.png", *options]) == 2
    assert "No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_the_bar_of_long_names_is_one_line(capsys, monkeypatch, options):
    name = "a name so long that it would not fit into one line beside any bar [bold].png"
    Path("a.png").rename(name)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress_module, "PATIENCE", 0)
    real = images.read

    def slow(path):
        sleep(0.2)
        return real(path)

    monkeypatch.setattr(images, "read", slow)
    assert main(["blur", name, "b.tif", "--out-dir", "out", *options]) == 0
    err = capsys.readouterr().err
    assert ("0/2" in err) == ("1/2" in err) == (not options)
    assert "a name so long that it" in err or options
    assert "one line beside any bar" not in err


def test_ctrl_c_leaves_what_is_done(capsys, monkeypatch):
    real = images.read

    def interrupted(path):
        if path.name == "b.tif":
            raise KeyboardInterrupt
        return real(path)

    monkeypatch.setattr(images, "read", interrupted)
    assert main(["blur", *PHOTOGRAPHS, "--out-dir", "out"]) == 130
    assert capsys.readouterr() == ("", "")
    assert names("out") == ["a.png"]
