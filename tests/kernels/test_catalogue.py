"""What all kernels have in common, and the rules of their parameters."""

import re
import subprocess
import sys

import numpy as np
import pytest

from convolve_native import kernels
from convolve_native.kernels import KERNELS

EXAMPLES = {
    "box": (3,),
    "gaussian": (1.5,),
    "binomial": (5,),
    "disk": (2.3,),
    "motion": (6.5, 30),
    "sobel": (0,),
    "laplacian": (8,),
    "identity": (3,),
    "sharpen": (0.7,),
}
DERIVATIVES = ("sobel", "laplacian")


def test_the_table_holds_every_public_function():
    assert sorted(KERNELS) == sorted(set(kernels.__all__) - {"KERNELS"})
    assert all(KERNELS[name] is getattr(kernels, name) for name in KERNELS)
    assert EXAMPLES.keys() == KERNELS.keys()


@pytest.mark.parametrize("name", KERNELS)
def test_result_is_a_new_plain_array_of_the_promised_dtype_and_sum(name):
    first, second = KERNELS[name](*EXAMPLES[name]), KERNELS[name](*EXAMPLES[name])
    derivative = name in DERIVATIVES
    assert type(first) is np.ndarray
    assert first.dtype == (np.int64 if derivative else np.float64)
    assert first.flags.c_contiguous
    assert first.flags.writeable
    assert not np.shares_memory(first, second)
    # A sum of n rounded weights: n/2 eps at worst; n < 200 here.
    assert first.sum() == pytest.approx(0 if derivative else 1, abs=100 * np.finfo(float).eps)


@pytest.mark.parametrize("name", KERNELS)
def test_numpy_scalars_are_numbers(name):
    arguments = EXAMPLES[name]
    scalars = [np.asarray(argument)[()] for argument in arguments]
    np.testing.assert_array_equal(KERNELS[name](*scalars), KERNELS[name](*arguments))


def test_importing_the_catalogue_loads_numpy_and_nothing_heavy():
    code = (
        "import sys, convolve_native.kernels;"
        "print(*{'numba', 'pyfftw', 'PIL', 'matplotlib', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


BAD = [
    # name, arguments, keywords, message
    ("box", (0,), {}, "size must be an integer >= 1; got 0"),
    ("box", (2.5,), {}, "size must be an integer >= 1; got 2.5"),
    ("box", (True,), {}, "size must be an integer >= 1; got True"),
    ("box", (np.True_,), {}, "size must be an integer >= 1; got True"),
    ("box", (float("nan"),), {}, "size must be an integer >= 1; got nan"),
    ("box", (float("inf"),), {}, "size must be an integer >= 1; got inf"),
    ("box", ("3",), {}, "size must be an integer >= 1; got '3'"),
    ("box", ((3, -1),), {}, "size must be an integer >= 1; got -1"),
    ("box", ((1, 2, 3),), {}, "size must be one number, or 2, one an axis; got (1, 2, 3)"),
    ("box", (3,), {"ndim": 4}, "ndim must be an integer from 1 to 3; got 4"),
    (
        "box",
        (2**14 + 1,),
        {},
        "size must give a kernel of at most 268435456 weights; got 16385",
    ),
    ("gaussian", (-1.0,), {}, "sigma must be a finite number >= 0; got -1.0"),
    ("gaussian", (np.float32(-1.5),), {}, "sigma must be a finite number >= 0; got -1.5"),
    ("gaussian", ((1, float("nan")),), {}, "sigma must be a finite number >= 0; got nan"),
    ("gaussian", (10**400,), {}, f"sigma must be a finite number >= 0; got {10**400}"),
    ("gaussian", ((1, 2),), {"ndim": 1}, "sigma must be one number, or 1, one an axis; got (1, 2)"),
    (
        "gaussian",
        (1.0,),
        {"truncate": float("inf")},
        "truncate must be a finite number >= 0; got inf",
    ),
    (
        "gaussian",
        (1e300,),
        {"truncate": 1e300},
        "sigma must give a kernel of at most 268435456 weights; got 1e+300",
    ),
    ("binomial", (0,), {}, "size must be an integer from 1 to 16384; got 0"),
    ("binomial", (16385,), {"ndim": 1}, "size must be an integer from 1 to 16384; got 16385"),
    ("disk", (0,), {}, "radius must be a finite number > 0; got 0"),
    ("disk", (1e300,), {}, "radius must give a kernel of at most 268435456 weights; got 1e+300"),
    ("motion", (0.5, 0), {}, "length must be a finite number >= 1; got 0.5"),
    ("motion", (5, float("inf")), {}, "angle must be a finite number; got inf"),
    ("motion", (5, None), {}, "angle must be a finite number; got None"),
    (
        "motion",
        (1e300, 1),
        {},
        "length must give a kernel of at most 268435456 weights; got 1e+300",
    ),
    (
        "motion",
        (2**15, 0),
        {"rasterization": "tutorial"},
        "length must give a kernel of at most 268435456 weights; got 32768",
    ),
    (
        "motion",
        (9.5, 0),
        {"rasterization": "tutorial"},
        "length must be an integer >= 1; got 9.5",
    ),
    (
        "motion",
        (9, 0),
        {"rasterization": "exact"},
        "rasterization must be one of 'antialiased', 'tutorial'; got 'exact'",
    ),
    ("sobel", (2,), {}, "axis must be an integer from -2 to 1; got 2"),
    ("sobel", (True,), {}, "axis must be an integer from -2 to 1; got True"),
    ("laplacian", (5,), {}, "neighbors must be one of 4, 8; got 5"),
    ("laplacian", ([4],), {}, "neighbors must be one of 4, 8; got [4]"),
    ("identity", (0,), {}, "size must be an integer >= 1; got 0"),
    ("sharpen", (-0.5,), {}, "amount must be a finite number >= 0; got -0.5"),
]


@pytest.mark.parametrize(("name", "arguments", "keywords", "message"), BAD)
def test_bad_parameters_are_refused_in_one_sentence(name, arguments, keywords, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        KERNELS[name](*arguments, **keywords)
