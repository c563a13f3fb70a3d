"""The command measures as the library does, writes whole files, and refuses before it measures."""

import json
import sys

import pytest
from PIL import Image

import convolve_native as cn
from convolve_native.cli import main
from convolve_native.profiles.report import Profile

SMALL = ["profile", "--shape", "24x32", "--kernels", "3,5", "--workers", "1"]


@pytest.fixture
def given(monkeypatch):
    """What the library is asked for; nothing is measured."""
    calls = []

    def profile(shape, **keywords):
        calls.append((shape, keywords))
        return Profile("24x32", "float32", "wrap", (3,), (), {}, {}, [], [])

    monkeypatch.setattr(cn, "profile", profile)
    return calls


def test_it_prints_and_writes_what_it_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = ["--csv", "rows.csv", "--html", "page.html", "--plot", "plot.PNG"]
    assert main([*SMALL, "--json", *files]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["shape"], told["kernel_sizes"], err) == ("24x32", [3, 5], "")
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert len(lines) == 1 + len(told["rows"])
    assert lines[0].split(",") == list(told["rows"][0])
    assert (tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")
    with Image.open(tmp_path / "plot.PNG") as picture:
        assert picture.format == "PNG"
    assert len(list(tmp_path.iterdir())) == 3


def test_it_asks_for_what_it_was_told(given, capsys):
    assert main(["profile"]) == 0
    assert "Convolutions of 24x32 float32" in capsys.readouterr().out
    options = ["--dtype", "uint8", "--boundary", "wrap"]
    assert main([*SMALL, *options]) == 0
    first, second = given
    usual = {"dtype": "float32", "boundary": "symmetric", "workers": None}
    assert first == ((1024, 1024), usual)
    chosen = {"kernel_sizes": (3, 5), "dtype": "uint8", "boundary": "wrap", "workers": 1}
    assert second == ((24, 32), chosen)


REFUSED = {
    ("--shape", "24xa"): "--shape must be whole numbers joined by x",
    ("--kernels", "3,x"): "--kernels must be whole numbers joined by commas, as 3,5,7; got '3,x'",
    ("--kernels", ""): "--kernels must be whole numbers joined by commas",
    ("--kernels", "0"): "kernel_sizes must hold at least one size, none below 1",
    ("--dtype", "float33"): "--dtype must be the name of a NumPy dtype; got 'float33'",
    ("--boundary", "edge"): "boundary must be one of",
    ("--workers", "0"): "workers must be at least 1",
    ("--plot", "plot.bmp"): "--plot must end in one of .png, .svg, .pdf; got 'plot.bmp'",
    ("--csv", "none/rows.csv"): "cannot write 'none/rows.csv': there is no such folder",
    ("--html", "none/page.html"): "cannot write 'none/page.html': there is no such folder",
}


@pytest.mark.parametrize("options", REFUSED, ids=" ".join)
def test_what_is_refused_is_one_line(options, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*SMALL, *options]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"convolve-native: {REFUSED[options]}")
    assert (err.count("\n"), out) == (1, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--html", "--plot"])
def test_a_missing_extra_is_said_before_anything_is_measured(
    option, given, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main([*SMALL, option, str(tmp_path / "page.png")]) == 2
    out, err = capsys.readouterr()
    wanted = "this needs the extra 'plot': python -m pip install \"convolve_native[plot]\""
    assert err == f"convolve-native: {wanted}\n"
    assert (out, given, list(tmp_path.iterdir())) == ("", [], [])
