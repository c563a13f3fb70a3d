"""Profiles: every method measured, its parts adding up, what auto picks, and how it is all told."""

import csv
import io
import itertools
import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import convolve_native as cn
from convolve_native.limits import multiply_add_rate
from convolve_native.loops import limits
from convolve_native.loops._simd import target
from convolve_native.methods import METHODS
from convolve_native.profiles.report import Profile, crossing
from convolve_native.spans import PARTS

SIZES = (3, 31)


@pytest.fixture(scope="module")
def found():
    return cn.profile((300, 300), SIZES, boundary="mirror", workers=2)


def one(found, **key):
    """The row with these values."""
    (row,) = (row for row in found.rows if all(row[name] == each for name, each in key.items()))
    return row


def test_every_method_is_measured_in_every_state(found):
    keys = [(row["method"], row["kernel_size"], row["workers"], row["state"]) for row in found.rows]
    assert len(set(keys)) == len(keys)
    warm = set(itertools.product(METHODS, SIZES, (1, 2), ("warm",)))
    cold = set(itertools.product(METHODS, SIZES, (1,), ("cold",)))
    assert set(keys) == warm | cold | set(itertools.product(METHODS, SIZES[:1], (1,), ("first",)))


def test_the_parts_add_up_to_the_call(found):
    for row in found.rows:
        total = sum(row[part] for part in PARTS)
        assert 0 < total <= row["seconds"]
        # Beside a millisecond the opening of spans, ten microseconds, is little; and of the rounds
        # of warm calls one is left alone, on a busy machine too.
        if row["state"] == "warm" and row["seconds"] > 1e-3:
            assert total >= 0.95 * row["seconds"]


def test_parts_are_where_they_belong(found):
    for method in METHODS:
        first = one(found, method=method, state="first")
        cold = one(found, method=method, state="cold", kernel_size=31)
        warm = one(found, method=method, state="warm", kernel_size=31, workers=1)
        assert first["compile"] > 0
        assert cold["compile"] == warm["compile"] == warm["plan"] == warm["kernel"] == 0
        assert (cold["plan"] > 0) == (warm["transform"] > 0) == (method == "fft")
        assert warm["loop"] > 0


def test_predictions_are_those_of_the_choice(found):
    image, kernel = np.zeros((300, 300), np.float32), np.full((31, 31), 31.0**-2)
    seconds = cn.choose_method(image, kernel, boundary="mirror", workers=1).seconds
    for method, predicted in seconds.items():
        warm = one(found, method=method, state="warm", kernel_size=31, workers=1)
        assert warm["predicted"] == predicted
        assert one(found, method=method, state="cold", kernel_size=31)["predicted"] is None


def test_operations_are_counted(found):
    for size in SIZES:
        row = one(found, method="direct", state="warm", kernel_size=size, workers=1)
        operations = row["gflops"] * row["seconds"] * 1e9
        assert 2 * 300 * 300 * size**2 <= operations <= 2 * 300 * 400 * size**2  # whole tiles
    row = one(found, method="fft", state="warm", kernel_size=3, workers=1)
    least, most = (5 * size**2 * np.log2(size**2) for size in (302, 320))  # extended to a good one
    # Divided by the seconds and multiplied by them again: two roundings.
    assert least <= row["gflops"] * row["seconds"] * 1e9 <= most * (1 + 1e-12)
    assert all(row["share"] > 0 for row in found.rows)


def test_auto_is_weighed_against_what_can_do_the_same(found):
    able = {"dense": {"direct", "fft", "overlap_save"}}
    able["separable"] = able["dense"] | {"separable"}
    able["box"] = able["separable"] | {"box"}
    for row in found.choices:
        measured = {
            each["method"]: each["seconds"]
            for each in found.rows
            if each["state"] == "warm"
            and (each["kernel_size"], each["workers"]) == (row["kernel_size"], row["workers"])
            and each["method"] in able[row["kernel"]]
        }
        assert row["fastest"] == min(measured, key=measured.get)
        assert row["loss"] == measured[row["auto"]] / min(measured.values()) - 1


def test_a_crossing_is_found_between_two_sizes():
    assert crossing((2, 4, 8), (1, 2, 16), (4, 4, 4)) == pytest.approx(4 * 2 ** (1 / 3))
    assert crossing((2, 4), (1, 1), (2, 2)) is None
    assert crossing((2, 4), (2, 2), (1, 1)) is None  # the other one is faster from the start


def made(fastest, seconds):
    """A profile of three sizes in which two methods take so long."""
    rows = [
        {"method": method, "kernel_size": size, "workers": 1, "state": "warm"}
        | {"seconds": each, "predicted": 2 * each}
        for method, series in seconds.items()
        for size, each in zip((2, 4, 8), series, strict=True)
    ]
    choices = [
        {"kernel": "dense", "kernel_size": size, "workers": 1, "fastest": each}
        for size, each in zip((2, 4, 8), fastest, strict=True)
    ]
    return Profile("9x9", "float32", "wrap", (2, 4, 8), (1,), {}, {}, rows, choices)


def test_crossovers_are_where_another_method_becomes_the_fastest():
    seconds = {"direct": (1.0, 2.0, 16.0), "fft": (4.0, 4.0, 4.0)}
    (row,) = made(["direct", "direct", "fft"], seconds).crossovers
    assert (row["kernel"], row["from"], row["to"]) == ("dense", "direct", "fft")
    assert row["measured"] == row["predicted"] == pytest.approx(4 * 2 ** (1 / 3))
    assert made(["fft"] * 3, seconds).crossovers == []


def test_a_profile_is_told_as_text_json_and_csv(found):
    told = json.loads(found.to_json())
    assert told["rows"] == found.rows
    assert told["choices"] == found.choices
    lines = list(csv.DictReader(io.StringIO(found.to_csv())))
    for line, row in zip(lines, found.rows, strict=True):
        assert line.keys() == row.keys()
        assert float(line["seconds"]) == row["seconds"]
        assert line["method"] == row["method"]
    for text in (str(found), found._repr_html_()):
        assert all(method in text for method in METHODS)
    assert "300x300 float32, mirror" in str(found)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [(40, "float64"), ((20, 30, 3), "uint8"), ((30, 20), "complex64"), ((9, 9), "bool")],
)
def test_images_of_other_kinds(shape, dtype):
    small = cn.profile(shape, 3, dtype=dtype, workers=1)
    assert small.kernel_sizes == (3,)
    assert {"direct", "fft", "overlap_save"} <= {row["method"] for row in small.rows}
    assert str(small)


REFUSED = {
    "shape must hold at least one pixel": {"shape": (0, 5)},
    "shape must hold at least one axis": {"shape": (5, -1)},
    "kernel_sizes must hold at least one size, none below 1; got \\(3, 0\\)": {
        "kernel_sizes": (3, 0)
    },
    "kernel_sizes must hold at least one size": {"kernel_sizes": ()},
    "boundary must be one of .* say 'mirror'": {"boundary": "reflect_101"},
    "workers must be at least 1": {"workers": 0},
    "GiB are available": {"shape": (2**24, 2**24)},
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_refused(sentence):
    with pytest.raises((ValueError, MemoryError), match=sentence):
        cn.profile(**REFUSED[sentence])


def test_sizes_and_dtypes_are_what_they_say():
    with pytest.raises(TypeError, match=r"kernel_sizes must be an integer; got 3\.5"):
        cn.profile(kernel_sizes=3.5)
    with pytest.raises(TypeError, match="dtype"):
        cn.profile(dtype="S3")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_limit_is_of_multiply_adds_that_are_done(dtype):
    part = np.dtype(dtype)
    out = np.zeros(target().nbytes // part.itemsize, part)
    limits.multiply_add.compiled(part)(5, np.array([0.5, 1.0], part), out)
    # x = x / 2 + 1 five times from 1 is 2 - 2**-5, exactly.
    assert (out == limits.chains() * (2 - 2.0**-5)).all()
    assert multiply_add_rate(1, dtype) > 1e8  # a hundredth of what any of our machines does


def test_a_choice_is_a_table_for_notebooks():
    choice = cn.choose_method(np.ones((50, 50)), np.ones((3, 3)), measure=True)
    drawn = choice._repr_html_()
    assert drawn.count("<tr>") == 1 + len(METHODS)
    assert f'<td style="text-align:left">{choice.method} *</td>' in drawn
    refused = cn.choose_method(np.ones((50, 50)), np.eye(15))._repr_html_()
    assert "not all the same" in refused


def test_a_profile_is_drawn(found):
    drawn = found.plot()
    times, shares, parts, losses = drawn.axes
    assert len(times.lines) == len(METHODS) * 3  # measured on one and on two threads, predicted
    assert len(shares.lines) == len(METHODS)
    assert len(parts.get_yticklabels()) == 2 * len(METHODS)
    assert len(losses.patches) == 3 * len(SIZES)


def test_the_page_is_whole(found, tmp_path):
    found.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "http" not in page
    assert page.count("<img") == 1
    assert page.count("<table>") == len(found.tables())
    with pytest.raises(OSError, match="No such file"):
        found.to_html(tmp_path / "none" / "page.html")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_a_browser_shows_the_page(found, tmp_path):
    found.to_html(tmp_path / "page.html")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'own'}")
    size = ("--window-size=1300,2600", "--hide-scrollbars")
    picture = tmp_path / "page.png"
    argv = [BROWSER, *options, *size, f"--screenshot={picture}", (tmp_path / "page.html").as_uri()]
    subprocess.run(argv, capture_output=True, timeout=100, check=True)
    with Image.open(picture) as shown:
        pixels = np.asarray(shown.convert("RGB"))
    for colour in ("0072B2", "D55E00", "CC79A7"):  # direct, fft, overlap_save, in their panels
        wanted = tuple(bytes.fromhex(colour))
        assert (pixels == wanted).all(axis=-1).sum() > 100, colour


def test_without_matplotlib_a_plot_says_what_it_needs(found, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for draw in (found.plot, lambda: found.to_html(tmp_path / "page.html")):
        with pytest.raises(ModuleNotFoundError, match=r'pip install "convolve_native\[plot\]"'):
            draw()
    assert list(tmp_path.iterdir()) == []
