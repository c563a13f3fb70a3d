"""The main job: its pictures, its sheet, its table, its bar."""

import sys
from time import sleep

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli import main
from convolve_native.cli import progress as progress_module
from convolve_native.cli.demo import STEPS
from convolve_native.cli.progress import progress
from convolve_native.cli.report import Row, report

PICTURES = {
    *("box-blur", "gaussian-blur", "box-beside-gaussian", "sobel", "motion-blur", "restored"),
    *("spectrum", "contact-sheet"),
}
SMALL = images.read(images.sample())[::8, ::8]
PHOTOGRAPHS = {
    "RGB": SMALL,
    "grey": SMALL[..., 1],
    "RGBA": np.dstack([SMALL, SMALL[..., 0]]),
    "16-bit": SMALL[..., 1].astype(np.uint16) * 257,
    "a line": SMALL[:1],
    "a pixel": SMALL[:1, :1],
    "flat": np.full((9, 9, 3), 7, np.uint8),
}


def psnr(one, other):
    return 10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2))


@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
def test_any_photograph(tmp_path, capsys, photograph):
    images.write(tmp_path / "in.png", PHOTOGRAPHS[photograph])
    folder = tmp_path / "a" / "b"
    assert main(["demo", str(tmp_path / "in.png"), "--out-dir", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert {path.name for path in folder.iterdir()} == {f"{name}.png" for name in PICTURES}
    assert str(folder) in out
    assert err == ""
    colours = PHOTOGRAPHS[photograph][..., :3] if photograph == "RGBA" else PHOTOGRAPHS[photograph]
    box = cn.convolve(colours, kernels.box(7))
    np.testing.assert_array_equal(images.read(folder / "box-blur.png"), box)


def test_the_bundled_photograph(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--length", "9", "--angle", "-40"]) == 0
    folder = tmp_path / "convolve-native-demo"
    photograph = images.read(images.sample())
    blurred = cn.convolve(photograph, kernels.motion(9, -40))
    np.testing.assert_array_equal(images.read(folder / "motion-blur.png"), blurred)
    restored = images.read(folder / "restored.png")
    assert psnr(restored, photograph) > psnr(blurred, photograph) + 3
    assert images.read(folder / "contact-sheet.png").shape[2] == 3
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["step", "method", "ms", "slowest", "other", "times"]
    assert [line.split()[0] for line in lines[1:7]] == [
        *("7", "Gaussian", "Sobel", "Sobel", "motion", "restoration")
    ]
    assert "Spectra are divided: restoration" in lines


def test_the_table_names_the_slowest_other(capsys):
    report(
        [
            Row("blur", "box", "asked", 0.002, {"fft": 0.03, "direct": 0.5}),
            Row("b", "m", "so", 1, {}),
            Row("c", "m", "asked", 1, {}),
        ]
    )
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1] == ["blur", "box", "2.00", "direct", "500.00", "250.0"]
    assert rows[2] == ["b", "m", "1000.00", "-", "-"]
    assert rows[5:] == [["Asked:", "blur,", "c"], ["So:", "b"]]


def test_floating_point_is_refused_before_anything_is_written(tmp_path, capsys):
    images.write(tmp_path / "in.tif", SMALL[..., 1].astype(np.float32))
    assert main(["demo", str(tmp_path / "in.tif"), "--out-dir", str(tmp_path / "demo")]) == 2
    err = capsys.readouterr().err
    assert err.endswith("in.tif' holds floating-point numbers: convert it to 16 bits\n")
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"), [(False, 0, False), (True, 60, False), (True, 0, True)]
)
def test_a_bar_is_for_terminals_and_for_those_who_wait(
    capsys, monkeypatch, terminal, patience, shown
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(progress_module, "PATIENCE", patience)
    with progress(len(STEPS)) as announce:
        for name in STEPS:
            announce(name)
            sleep(0.05)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("contact sheet" in err) == shown
    assert shown or err == ""
