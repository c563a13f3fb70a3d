"""The convolution table computes what the engine does, also after a number was changed."""

import csv
import io
import json
import re
import shutil
import subprocess

import numpy as np
import openpyxl
import pytest

import convolve_native as cn
from convolve_native import kernels
from convolve_native.boundary import BOUNDARIES
from convolve_native.views.spreadsheet import blocks, spreadsheet
from convolve_native.views.table import PICTURE, Table, page

OFFICE = shutil.which("soffice")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
RNG = np.random.default_rng(0)
KERNELS = {
    "box": kernels.box(3),
    "sobel": kernels.sobel(0),
    "even, and not square": RNG.normal(size=(2, 5)),
    "a number": np.array([[2.0]]),
}
# What a learner changes: a pixel, a weight.
PIXEL, WEIGHT = (0, 0, 40.0), (0, 0, -3.0)


def changed(array, place):
    i, j, number = place
    array = np.array(array, float)
    array[i, j] = number
    return array


def expected(kernel, boundary):
    """The result after both changes."""
    return cn.convolve(changed(PICTURE, PIXEL), changed(kernel, WEIGHT), boundary=boundary)


@pytest.fixture(params=[("constant", "box"), ("mirror", "even, and not square")], ids="-".join)
def case(request):
    """The two that slow programs are started for: boundary, kernel."""
    return request.param[0], KERNELS[request.param[1]]


def changed_sheet(table):
    """The workbook with both changes made, and where its result is."""
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(table)))
    image, kernel, *_, result = blocks(table)
    for block, (i, j, number) in ((image, PIXEL), (kernel, WEIGHT)):
        book.active[block.cell(i, j)].value = number
    return book, result


def evaluated(sheet, name):
    """The number of a cell, by the two kinds of formulas that there are."""
    value = sheet[name].value
    if not isinstance(value, str):
        return value
    product = re.fullmatch(r"=SUMPRODUCT\(([A-Z]+\d+:[A-Z]+\d+),([$A-Z\d]+:[$A-Z\d]+)\)", value)
    if not product:
        return evaluated(sheet, re.fullmatch(r"=([A-Z]+\d+)", value)[1])
    one, other = (
        [[evaluated(sheet, cell.coordinate) for cell in row] for row in sheet[area]]
        for area in product.groups()
    )
    return np.sum(np.array(one) * np.array(other))


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_the_formulas_follow_a_change(boundary, kernel):
    book, result = changed_sheet(Table.of(kernel, boundary))
    found = np.zeros(PICTURE.shape)
    for i, j in result.places():
        found[i, j] = evaluated(book.active, result.cell(i, j))
    # Sums of ten products of numbers below 1000 in float64.
    np.testing.assert_allclose(found, expected(kernel, boundary), atol=1e-10)


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_a_program_of_spreadsheets_recalculates_it(tmp_path, case):
    boundary, kernel = case
    book, result = changed_sheet(Table.of(kernel, boundary))
    book.save(tmp_path / "table.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    argv = [
        OFFICE,
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
    ]
    subprocess.run([*argv, "table.xlsx"], cwd=tmp_path, check=True, capture_output=True)
    with (tmp_path / "table.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    top, left = result.top - 1, result.left - 1
    found = [row[left : left + result.width] for row in rows[top : top + result.height]]
    # As it is shown: General in a narrow column, which is given back with all of its digits or few.
    np.testing.assert_allclose(np.array(found, float), expected(kernel, boundary), atol=0.01)


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_a_browser_follows_a_change(tmp_path, case):
    boundary, kernel = case
    changes = "".join(
        f"input = document.querySelectorAll('#{name} tr')[{i}].cells[{j}].firstChild;"
        f"input.value = {number}; input.dispatchEvent(new Event('input'));"
        for name, (i, j, number) in (("image", PIXEL), ("kernel", WEIGHT))
    )
    script = f"<script>let input; {changes}</script></body>".encode()
    made = page(Table.of(kernel, boundary)).replace(b"</body>", script)
    (tmp_path / "table.html").write_bytes(made)
    argv = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    address = (tmp_path / "table.html").as_uri()
    dom = subprocess.run(
        [*argv, "--dump-dom", address], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    cells = re.search('<table id="result">(.*?)</table>', dom, re.DOTALL)[1]
    found = [float(number) for number in re.findall('data-value="([^"]*)"', cells)]
    # Given with twelve digits.
    np.testing.assert_allclose(
        np.reshape(found, PICTURE.shape), expected(kernel, boundary), rtol=1e-11, atol=1e-10
    )


def test_a_page_asks_for_nothing_else():
    text = page(Table.of(kernels.box(3))).decode()
    assert not re.search(r"https?:|src=|href=|@import|url\(", text)
    assert json.loads(re.search("const table = (.*);", text)[1])["kernel"] == [[1 / 9] * 3] * 3


@pytest.mark.parametrize(
    ("kernel", "boundary", "error", "sentence"),
    [
        (np.ones((3, 10)), "wrap", ValueError, "kernel must have at most 9 rows and columns for a"),
        (np.ones(3), "wrap", ValueError, "kernel must have 2 axes; got shape (3,)"),
        (np.ones((1, 1)) * 1j, "wrap", TypeError, "kernel must hold real numbers for a table; got"),
        (np.ones((1, 1)), "edge", ValueError, "boundary must be one of 'constant', 'nearest', "),
    ],
)
def test_refused(kernel, boundary, error, sentence):
    with pytest.raises(error, match=f"^{re.escape(sentence)}"):
        Table.of(kernel, boundary)
