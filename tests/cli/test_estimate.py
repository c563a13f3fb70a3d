"""The command that tells what blurred photographs, and deblur without a kernel."""

import json

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli import main
from convolve_native.cli.progress import Announce
from convolve_native.estimation.deblur import MODELS
from convolve_native.views.spectrum import luminance
from tests import pairs

MOVED = cn.convolve(pairs.photograph()[40:200, 60:260], kernels.motion(13, 30), mode="valid")
PIXELS = np.rint(MOVED * 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images.write("in.png", PIXELS)
    return tmp_path


def test_it_tells_the_model_and_writes_the_kernel(capsys, folder):
    assert main(["estimate", "in.png", "--size", "17"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("in.png: motion, confidence ")
    assert "kernel 17 x 17" in out
    assert err == ""
    found = cn.estimate_psf(luminance(PIXELS), 17).psf
    np.testing.assert_array_equal(np.load("in-psf.npy"), found)
    assert images.read("in-psf.png").max() == 255
    assert images.read("in-blur.png").shape[2] == 3


def test_a_part_and_a_report(capsys):
    argv = ["estimate", "in.png", "--roi", "10,20,100,120", "--size", "15", "--json"]
    assert main(argv) == 0
    (row,) = json.loads(capsys.readouterr().out)["written"]
    part = luminance(PIXELS)[10:110, 20:140]
    blur, free = cn.estimate_blur(part), cn.estimate_psf(part, 15)
    assert row["model"] == blur.model
    assert row["model_confidence"] == blur.confidence
    assert row["confidence"] == free.confidence
    assert row["parameters"]["length"] == blur.motion.length


def test_deblur_finds_the_kernel_by_itself(capsys):
    assert main(["deblur", "in.png", "-o", "out.png"]) == 0
    assert capsys.readouterr().out.startswith("in.png: motion, confidence ")
    np.testing.assert_array_equal(images.read("out.png"), cn.deblur(PIXELS))


def test_the_bar_tells_of_scales(monkeypatch):
    told = []
    monkeypatch.setattr(Announce, "within", lambda _, place: told.append(place))
    assert main(["deblur", "in.png", "-o", "out.png", "--model", "any", "--size", "9", "-q"]) == 0
    count = told[-1].split()[-1]
    assert told == [f"scale {number} of {count}" for number in range(1, int(count) + 1)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--roi", "1,2,x"], "--roi must be first row, first column, rows, columns"),
        (["--roi", "0,0,999,9"], "roi must lie in the image of"),
        (["--size", "8"], "size must be odd"),
        (["--size", "many"], "size must be"),
        (["--model", "shake"], "model must be one of"),
        (["--prior", "dark"], "prior must be one of 'gradient', 'patch-minimum'"),
    ],
)
def test_bad_options_are_one_line(capsys, options, message):
    assert main(["deblur", "in.png", "-o", "out.png", *options]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_a_kernel_and_its_estimate_exclude_each_other(capsys):
    argv = ["deblur", "in.png", "-o", "out.png", "--psf", "box:size=3", "--roi", "0,0,9,9"]
    assert main(argv) == 2
    assert "--roi" in capsys.readouterr().err


def test_help_names_every_model(capsys):
    assert main(["deblur", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert f"looked for: {', '.join(MODELS)}." in text
