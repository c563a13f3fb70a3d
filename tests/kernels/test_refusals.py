"""What the catalogue's functions refuse, each in one sentence: name, rule, value."""

import re

import numpy as np
import pytest

from convolve_native import kernels

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
    ("scharr", (0.5,), {}, "axis must be an integer from -2 to 1; got 0.5"),
    ("prewitt", (-3,), {}, "axis must be an integer from -2 to 1; got -3"),
    (
        "kirsch",
        ("north",),
        {},
        "direction must be one of 'N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'; got 'north'",
    ),
    ("oriented_gaussian", (0, 1, 0), {}, "along must be a finite number >= 0.001; got 0"),
    ("oriented_gaussian", (1, -2, 0), {}, "across must be a finite number >= 0.001; got -2"),
    ("oriented_gaussian", (1, 1, np.inf), {}, "angle must be a finite number; got inf"),
    ("ring", (0.001, 0.01), {}, "radius must be a finite number >= 0.01; got 0.001"),
    ("ring", (3, 0), {}, "width must be a finite number >= 0.01 and <= 6; got 0"),
    ("ring", (3, 6.5), {}, "width must be a finite number >= 0.01 and <= 6; got 6.5"),
    ("ring", (1e200, 1), {}, "radius must give a kernel of at most 268435456 weights; got 1e+200"),
    ("airy", (0,), {}, "radius must be a finite number > 0; got 0"),
    ("airy", (1,), {"truncate": 101}, "truncate must be a finite number > 0 and <= 100; got 101"),
    ("airy", (1e300,), {}, "radius must give a kernel of at most 268435456 weights; got 1e+300"),
    ("moffat", (-2,), {}, "fwhm must be a finite number > 0; got -2"),
    ("moffat", (2, 1.0), {}, "beta must be a finite number > 1; got 1.0"),
    ("moffat", (2,), {"truncate": 0}, "truncate must be a finite number > 0; got 0"),
    ("moffat", (1e300,), {}, "fwhm must give a kernel of at most 268435456 weights; got 1e+300"),
    ("gaussian_derivative", (1, -1), {}, "order must be an integer from 0 to 20; got -1"),
    ("gaussian_derivative", (1, 21), {}, "order must be an integer from 0 to 20; got 21"),
    ("gaussian_derivative", (1, (1, 0.5)), {}, "order must be an integer from 0 to 20; got 0.5"),
    (
        "gaussian_derivative",
        (1, (0, 1)),
        {"ndim": 1},
        "order must be one number, or 1, one an axis; got (0, 1)",
    ),
    (
        "gaussian_derivative",
        ((1, 0), (0, 2)),
        {},
        "sigma must be >= 0.001 on an axis of order 2; got 0.0",
    ),
    ("laplacian_of_gaussian", (0,), {}, "sigma must be a finite number >= 0.001; got 0"),
    (
        "laplacian_of_gaussian",
        ((1, 0.1),),
        {},
        "sigma must be wide enough to reach a neighbour; got (1, 0.1)",
    ),
    (
        "laplacian_of_gaussian",
        (1,),
        {"truncate": 0},
        "truncate must be a finite number > 0; got 0",
    ),
    ("difference_of_gaussians", (0,), {}, "sigma must be a finite number > 0; got 0"),
    ("difference_of_gaussians", (1, 1), {}, "ratio must be a finite number > 1; got 1"),
    (
        "difference_of_gaussians",
        (0.07,),
        {},
        "sigma must be wide enough to reach a neighbour; got 0.07",
    ),
    (
        "difference_of_gaussians",
        (1e300, 1e300),
        {},
        "sigma must give a kernel of at most 268435456 weights; got 1e+300",
    ),
    ("gabor", (1.9, 0), {}, "wavelength must be a finite number >= 2; got 1.9"),
    ("gabor", (4, "up"), {}, "angle must be a finite number; got 'up'"),
    ("gabor", (4, 0, 0), {}, "sigma must be a finite number > 0; got 0"),
    ("gabor", (4, 0, 0.2), {}, "truncate * sigma must be >= 1, a pixel; got 0.6"),
    (
        "gabor",
        (4, 0),
        {"aspect": 0},
        "aspect must be a finite number >= 0.01 and <= 100; got 0",
    ),
    ("gabor", (4, 0), {"phase": float("inf")}, "phase must be a finite number; got inf"),
    (
        "gabor",
        (1e30, 0),
        {},
        "wavelength must give a kernel of at most 268435456 weights; got 1e+30",
    ),
    ("gabor", (4, 0, 1e30), {}, "sigma must give a kernel of at most 268435456 weights; got 1e+30"),
    ("gabor_bank", ([], 0), {}, "wavelengths must be one number or a list of them; got []"),
    ("gabor_bank", (4, [[0]]), {}, "angles must be one number or a list of them; got [[0]]"),
    ("gabor_bank", ([4, 1], [0]), {}, "wavelength must be a finite number >= 2; got 1"),
    ("unsharp", (-1,), {}, "sigma must be a finite number >= 0; got -1"),
    ("unsharp", (1, -1), {}, "amount must be a finite number >= 0; got -1"),
    ("emboss", (float("nan"),), {}, "angle must be a finite number; got nan"),
    ("emboss", (0, -1), {}, "depth must be a finite number >= 0; got -1"),
    ("compose", (), {}, "kernels must be one or more; got none"),
    ("compose", ([1], []), {}, "kernels[1] must have 1 to 3 axes and a weight; got shape (0,)"),
    ("compose", (3,), {}, "kernels[0] must have 1 to 3 axes and a weight; got shape ()"),
    ("compose", ([1], [[1]]), {}, "kernels[1] must have as many axes as kernels[0], 1; got 2"),
    ("compose", ([1], [1, np.inf]), {}, "kernels[1] must be finite; got inf at (1,)"),
    ("compose", ((),), {}, "kernels[0] as a tuple must hold 1 to 3 arrays, one an axis; got 0"),
    (
        "compose",
        (([1], [[1]]),),
        {},
        "kernels[0][1] must have one axis; got shape (1, 1)",
    ),
    (
        "compose",
        (np.ones((2**14, 1)), np.ones((1, 2**14 + 1))),
        {},
        "kernels must give a kernel of at most 268435456 weights; got ((16384, 1), (1, 16385))",
    ),
    (
        "compose",
        ([1], np.ma.array([1, 2], mask=[0, 1])),
        {},
        "kernels[1] must not hold masked weights; fill them first",
    ),
    ("describe", ([[]],), {}, "kernel must have 1 to 3 axes and a weight; got shape (1, 0)"),
    ("describe", ([[0, np.nan]],), {}, "kernel must be finite; got nan at (0, 1)"),
]


@pytest.mark.parametrize(("name", "arguments", "keywords", "message"), BAD)
def test_bad_parameters_are_refused_in_one_sentence(name, arguments, keywords, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(kernels, name)(*arguments, **keywords)


@pytest.mark.parametrize("function", [kernels.compose, kernels.describe])
@pytest.mark.parametrize("kernel", [["a"], [None], np.zeros(2, "M8[s]")])
def test_what_is_no_number_is_a_type_error(function, kernel):
    name = "kernels[0]" if function is kernels.compose else "kernel"
    message = f"{name} must hold numbers; got dtype {np.asarray(kernel).dtype}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        function(kernel)


OVERFLOWS = [
    (([2**62], [2]), f"kernels must give weights that fit int64; got {2**63}"),
    (([-(2**62), 1], [4]), f"kernels must give weights that fit int64; got {-(2**64)}"),
    ((np.array([2**63], np.uint64),), f"kernels[0] must fit int64; got {2**63}"),
    (([1e200], [1e200]), "kernels must give weights that fit float64; got some that do not"),
]


@pytest.mark.parametrize(("arguments", "message"), OVERFLOWS)
def test_what_no_dtype_holds_is_an_overflow_error(arguments, message):
    with pytest.raises(OverflowError, match=f"^{re.escape(message)}$"):
        kernels.compose(*arguments)


def test_a_kernel_too_large_to_describe():
    message = "kernel must have a sum |kernel| that fits float64; got inf"
    with pytest.raises(OverflowError, match=f"^{re.escape(message)}$"):
        kernels.describe([1e308, -1e308])
