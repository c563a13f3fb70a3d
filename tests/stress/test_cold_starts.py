"""Processes that start together on an empty code cache: right then, and right ever after."""

import shutil

import pytest

from tests.stress.processes import said, start

COLD = """
dtypes = ["float32", "float64", "uint8", "complex64"]
first = int(sys.argv[1]) % 4
compiled = []
if sys.argv[2:]:
    import numba.core.compiler
    numba.core.compiler.compile_extra = lambda *args, **kwargs: compiled.append(args)
for dtype in dtypes[first:] + dtypes[:first]:
    result = cn.convolve(np.arange(4, dtype=dtype), [1, 1], boundary="constant", method="fft")
    assert result.dtype == dtype
    assert np.abs(result - np.array([0, 1, 3, 5])).max() < 1e-5, result
assert not compiled, compiled
"""


def rounds(cache, times, processes=8):
    for number in range(times):
        folder = cache / str(number)
        variables = {"CONVOLVE_NATIVE_CACHE_DIR": str(folder)}
        together = [start(COLD, str(number + p), **variables) for p in range(processes)]
        for process in together:
            _, error = process.communicate(timeout=300)
            assert process.returncode == 0, error
        said(COLD, "0", "without compiling", **variables)
        assert not [p for p in folder.rglob("*") if p.suffix == ".tmp" or p.name.startswith("tmp")]
        shutil.rmtree(folder)


def test_four_processes_start_cold_together(tmp_path):
    rounds(tmp_path, 1, 4)


@pytest.mark.slow
def test_eight_processes_start_cold_together_fifty_times(tmp_path):
    rounds(tmp_path, 50)
