"""What the README shows runs, and says what is so."""

import re
from pathlib import Path

import pytest

import convolve_native as cn

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_the_python_runs(tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(code, names)
    assert names["full"].tolist() == [1, 3, 6, 5, 3]
    assert names["soft"].dtype == names["sharp"].dtype == "uint8"
    assert (tmp_path / "sharp.png").is_file()
    assert "predicted" in capsys.readouterr().out


def test_the_two_commands_stand_on_lines_of_their_own():
    commands = re.findall(r"^python -m pip install .*", README, re.MULTILINE)
    assert commands == [
        'python -m pip install ".[all]" && convolve-native demo',
        'python -m pip install ".[test]" && python -m pytest',
    ]


@pytest.mark.parametrize("boundary", cn.BOUNDARIES.values(), ids=str)
def test_the_boundary_table_draws_what_the_library_does(boundary):
    (row,) = re.findall(rf"^\| `{boundary.name}`.*", README, re.MULTILINE)
    assert boundary.picture.replace("|", r"\|") in row


def test_the_licence_of_fftw_is_stated_here_and_in_info():
    assert "GNU GPL" in README
    assert "GPL" in str(cn.info())


@pytest.mark.parametrize("path", re.findall(r"\]\((\.[^)]*)\)", README))
def test_pictures_are_there(path):
    assert (Path(__file__).parent.parent / path).is_file()
