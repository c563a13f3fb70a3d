"""The command that writes the convolution table: files, suffixes, and a missing extra."""

import io
import subprocess
import sys

import numpy as np
import openpyxl
import pytest

from convolve_native import kernels
from convolve_native.cli import main
from convolve_native.views.spreadsheet import blocks
from convolve_native.views.table import Table, page


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_both_files_of_a_kernel(capsys, folder):
    options = ["--kernel", "sobel:axis=1", "--boundary", "wrap"]
    assert main(["table", "a.xlsx", "b.HTML", *options]) == 0
    assert capsys.readouterr() == ("", "")
    table = Table.of(kernels.sobel(1), "wrap")
    assert (folder / "b.HTML").read_bytes() == page(table)
    sheet = openpyxl.load_workbook(io.BytesIO((folder / "a.xlsx").read_bytes())).active
    kernel = blocks(table)[1]
    found = [[sheet[kernel.cell(i, j)].value for j in range(3)] for i in range(3)]
    np.testing.assert_array_equal(found, kernels.sobel(1))


def test_a_kernel_of_ones_own(folder):
    (folder / "kernel.txt").write_text("1 2\n")
    assert main(["table", "own.html", "--file", "kernel.txt"]) == 0
    assert (folder / "own.html").read_bytes() == page(Table.of(np.array([[1.0, 2.0]])))
    assert main(["table", "box.html"]) == 0
    assert (folder / "box.html").read_bytes() == page(Table.of(kernels.box(3)))


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["a.html", "a.csv"], "path must end in one of .xlsx, .html; got 'a.csv'"),
        (["a"], "path must end in one of .xlsx, .html; got 'a'"),
        (["a.html", "--kernel", "disk:radius=9"], "kernel must have at most 9 rows and columns "),
        (["a.html", "--kernel", "box:size=3", "--file", "k"], "give one of --kernel and --file"),
        (["a.html", "--boundary", "edge"], "boundary must be one of 'constant', 'nearest', "),
        (["no/a.html"], "cannot write 'no/a.html': No such file or directory"),
        ([], "Missing argument "),
    ],
)
def test_refused_in_one_line_with_nothing_written(capsys, folder, argv, sentence):
    assert main(["table", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"convolve-native: {sentence}")
    assert err.index("\n") == len(err) - 1
    assert list(folder.iterdir()) == []


def test_without_the_extra_a_page_is_written_and_a_spreadsheet_refused(folder):
    def run(*outputs):
        script = "import sys; sys.modules['openpyxl'] = None; "
        script += f"from convolve_native.cli import main; sys.exit(main(['table', *{outputs}]))"
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    refused = run("a.html", "a.xlsx")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "convolve-native: this needs the extra 'table': "
        'python -m pip install "convolve_native[table]"\n'
    )
    assert list(folder.iterdir()) == []
    assert run("a.html").returncode == 0
    assert [path.name for path in folder.iterdir()] == ["a.html"]
