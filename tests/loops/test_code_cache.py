"""The code cache: warm starts, cold starts together, edited sources, damage, nowhere to write."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import convolve_native

PACKAGE = Path(convolve_native.__file__).parent

CONVOLVE = """
import numpy as np, convolve_native as cn
image = np.arange(4, dtype="{dtype}")
print(cn.convolve(image, [1, 1], boundary="constant", method="direct").tolist())
"""
EXPECTED = {"float32": "[0.0, 1.0, 3.0, 5.0]", "uint8": "[0, 1, 3, 5]"}
EXPECTED["float64"] = EXPECTED["float32"]

# From here on any compilation is an error.
NO_COMPILER = """
import numba.core.compiler as compiler
def refuse(*args, **kwargs):
    raise AssertionError("compiled")
compiler.compile_extra = refuse
"""

# Both processes have compiled before either writes: the moment at which Numba's cache, which writes
# its index and its data apart and without a lock, serves one dtype the other's code.
WAIT_TO_WRITE = """
import sys, time
from pathlib import Path
from convolve_native.loops import _jit
save = _jit._CodeCache.save_overload
def wait_for_the_other(self, signature, result):
    Path(sys.argv[1], sys.argv[2]).touch()
    deadline = time.monotonic() + 60
    while len(list(Path(sys.argv[1]).iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    save(self, signature, result)
_jit._CodeCache.save_overload = wait_for_the_other
"""


def start(
    code: str, cache: Path | str, *arguments: str, cwd: Path = PACKAGE.parent, **variables: str
):
    environment = {**os.environ, "CONVOLVE_NATIVE_CACHE_DIR": str(cache), **variables}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process) -> str:
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    return out.strip()


def entries(cache: Path) -> list[Path]:
    return [p for p in (cache / "loops").glob("*/*-*") if p.is_file() and p.suffix != ".lock"]


def test_a_warm_process_does_not_compile(tmp_path):
    code = CONVOLVE.format(dtype="float32")
    assert said(start(code, tmp_path)) == EXPECTED["float32"]
    assert said(start(NO_COMPILER + code, tmp_path)) == EXPECTED["float32"]
    with pytest.raises(AssertionError, match="compiled"):  # the trap itself works
        said(start(NO_COMPILER + code, tmp_path / "empty"))


def test_two_dtypes_compiled_at_once_are_both_right_ever_after(tmp_path):
    cache, meeting = tmp_path / "cache", tmp_path / "meeting"
    meeting.mkdir()
    dtypes = ("float32", "float64")
    racing = [
        start(WAIT_TO_WRITE + CONVOLVE.format(dtype=d), cache, str(meeting), d) for d in dtypes
    ]
    assert [said(process) for process in racing] == [EXPECTED[d] for d in dtypes]
    assert len(list(meeting.iterdir())) == 2
    for dtype in dtypes:
        code = NO_COMPILER + CONVOLVE.format(dtype=dtype)
        assert said(start(code, cache)) == EXPECTED[dtype]


def test_processes_that_start_cold_together_compile_once(tmp_path):
    count = "\nfrom convolve_native.loops import direct\nprint(direct.correlate.hits)"
    code = CONVOLVE.format(dtype="uint8") + count
    together = [start(code, tmp_path) for _ in range(4)]
    results, hits = zip(*(said(process).splitlines() for process in together), strict=True)
    assert set(results) == {EXPECTED["uint8"]}
    assert sorted(hits) == ["0", "1", "1", "1"]


def test_an_edited_piece_is_never_served_stale(tmp_path):
    """Numba's cache does not know the sources of functions that a cached one calls."""
    shutil.copytree(
        PACKAGE, tmp_path / "convolve_native", ignore=shutil.ignore_patterns("__pycache__")
    )
    cache, code = tmp_path / "cache", CONVOLVE.format(dtype="float32")
    assert said(start(code, cache, cwd=tmp_path)) == EXPECTED["float32"]
    lines = tmp_path / "convolve_native/loops/_lines.py"
    before = lines.stat()
    source = lines.read_text()
    settled = "out[j] = rounded(values[j], out)"
    assert settled in source
    lines.write_text(source.replace(settled, "out[j] = 7"))
    os.utime(lines, ns=(before.st_atime_ns, before.st_mtime_ns))  # content decides, not time
    assert said(start(code, cache, cwd=tmp_path)) == "[7.0, 7.0, 7.0, 7.0]"


def test_without_a_compiler_one_sentence(tmp_path):
    ended = start(CONVOLVE.format(dtype="float32"), tmp_path, NUMBA_DISABLE_JIT="1")
    assert "unset NUMBA_DISABLE_JIT" in ended.communicate()[1].splitlines()[-1]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty"])
def test_damaged_entries_are_compiled_again(tmp_path, damage):
    code = CONVOLVE.format(dtype="float32")
    said(start(code, tmp_path))
    for entry in entries(tmp_path):
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 0xFF
        kept = {"truncated": len(content) // 2, "flipped": len(content), "empty": 0}[damage]
        entry.write_bytes(content[:kept])
    assert said(start(code, tmp_path)) == EXPECTED["float32"]
    assert said(start(NO_COMPILER + code, tmp_path)) == EXPECTED["float32"]


@pytest.mark.parametrize("cache", ["/dev/null/below", ""])
def test_where_nothing_can_be_written_it_works_all_the_same(cache):
    """A folder below a file stands for a read-only one, which the superuser could write to."""
    assert said(start(CONVOLVE.format(dtype="uint8"), cache)) == EXPECTED["uint8"]


def test_nothing_is_left_beside_the_package(tmp_path):
    shutil.copytree(
        PACKAGE, tmp_path / "convolve_native", ignore=shutil.ignore_patterns("__pycache__")
    )
    before = sorted(p for p in tmp_path.rglob("*") if "cache" not in p.parts)
    code = CONVOLVE.format(dtype="float32")
    said(start(code, tmp_path / "cache", cwd=tmp_path, PYTHONDONTWRITEBYTECODE="1"))
    after = sorted(p for p in tmp_path.rglob("*") if "cache" not in p.relative_to(tmp_path).parts)
    assert [p for p in after if p not in before] == []
    assert entries(tmp_path / "cache")


def test_an_unfinished_write_is_not_seen(tmp_path):
    """Entries are written aside and renamed: whatever bears an entry's name is whole."""
    process = start(CONVOLVE.format(dtype="float32"), tmp_path)
    deadline = time.monotonic() + 60
    while not (found := entries(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(found[0].read_bytes()) > 1000
    said(process)
