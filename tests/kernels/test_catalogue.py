"""What all kernels have in common."""

import subprocess
import sys

import numpy as np
import pytest

from convolve_native import kernels
from convolve_native.kernels import KERNELS

EXAMPLES = {
    "box": (3,),
    "gaussian": (1.5,),
    "oriented_gaussian": (2.1, 0.8, 30),
    "binomial": (5,),
    "disk": (2.3,),
    "ring": (3.1, 1.5),
    "motion": (6.5, 30),
    "airy": (1.7,),
    "moffat": (1.9, 3),
    "sobel": (0,),
    "scharr": (1,),
    "prewitt": (-1,),
    "kirsch": ("SW",),
    "laplacian": (8,),
    "gaussian_derivative": (1.5, (0, 3)),
    "laplacian_of_gaussian": (1.5,),
    "difference_of_gaussians": (1.2, 1.5),
    "gabor": (5, 30),
    "identity": (3,),
    "sharpen": (0.7,),
    "unsharp": (1.5, 0.6),
    "emboss": (100, 0.5),
}
INTEGER = ("sobel", "scharr", "prewitt", "kirsch", "laplacian")
SCALED = ("gaussian_derivative", "laplacian_of_gaussian", "difference_of_gaussians", "gabor")
BESIDE = {"KERNELS", "Description", "describe", "compose", "gabor_bank"}


def test_the_table_holds_every_public_function():
    assert sorted(KERNELS) == sorted(set(kernels.__all__) - BESIDE)
    assert all(KERNELS[name] is getattr(kernels, name) for name in KERNELS)
    assert EXAMPLES.keys() == KERNELS.keys()


@pytest.mark.parametrize("name", KERNELS)
def test_result_is_a_new_plain_array_of_the_promised_dtype_and_sum(name):
    first, second = KERNELS[name](*EXAMPLES[name]), KERNELS[name](*EXAMPLES[name])
    assert type(first) is np.ndarray
    assert first.dtype == (np.int64 if name in INTEGER else np.float64)
    assert first.flags.c_contiguous
    assert first.flags.writeable
    assert not np.shares_memory(first, second)
    # A sum of n rounded weights: n/2 eps at worst; n < 400 here.
    expected = 0 if name in (*INTEGER, *SCALED) else 1
    assert first.sum() == pytest.approx(expected, abs=200 * np.finfo(float).eps)


@pytest.mark.parametrize("name", KERNELS)
def test_extents_are_odd_where_no_size_is_asked_for(name):
    assert all(extent % 2 == 1 for extent in KERNELS[name](*EXAMPLES[name]).shape)


@pytest.mark.parametrize("name", KERNELS)
def test_numpy_scalars_are_numbers(name):
    arguments = EXAMPLES[name]
    scalars = [np.str_(a) if isinstance(a, str) else np.asarray(a)[()] for a in arguments]
    np.testing.assert_array_equal(KERNELS[name](*scalars), KERNELS[name](*arguments))


def test_importing_the_catalogue_loads_numpy_and_nothing_heavy():
    code = (
        "import sys, convolve_native.kernels;"
        "print(*{'numba', 'pyfftw', 'PIL', 'matplotlib', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
