"""The tutorial, reproduced: its two scripts' arithmetic in SciPy, and ours beside it.

Each step starts from the same array on both sides. Before the cut to uint8 the two differ by
rounding only; after it by at most one level, where a value that exact arithmetic makes a whole
number falls on either side of the cut.
"""

import numpy as np
import pytest
from scipy.signal import convolve2d

import convolve_native as cn
from tests.tutorial import (
    blur_before_the_cut,
    build_blur_kernel,
    cut,
    deconvolve_before_the_cut,
)

# 1e-9 of full scale. Float64 needs far less for the blurs (49 products of 8-bit numbers: 1e-12);
# the deconvolution amplifies rounding by at most 1 / (2 sqrt(nsr)) = 5.
BEFORE_THE_CUT = 255e-9


def assert_same_before_and_after_the_cut(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=BEFORE_THE_CUT)
    apart = np.abs(cut(ours).astype(int) - cut(theirs).astype(int))
    assert apart.max() <= 1
    # Only whole numbers may be cut either way.
    np.testing.assert_allclose(
        theirs[apart == 1], np.rint(theirs[apart == 1]), rtol=0, atol=BEFORE_THE_CUT
    )
    # On this photograph 1 to 5 % of the means of 49 are whole; twice that says that all is well.
    assert (apart == 1).mean() < 0.1


@pytest.fixture(scope="module")
def motion():
    return build_blur_kernel(10, 30)


@pytest.fixture(scope="module")
def convolved(photograph):
    """The first script: a 7 x 7 mean of each colour channel."""
    kernel = np.ones((7, 7))
    kernel = kernel / kernel.sum()
    channels = [convolve2d(photograph[:, :, i], kernel) for i in range(3)]
    return np.stack(channels, axis=-1)


@pytest.mark.parametrize("method", ["auto", "direct", "separable", "fft"])
def test_the_box_blur(photograph, convolved, method):
    kernel = cn.kernels.box(7)
    np.testing.assert_allclose(kernel, np.ones((7, 7)) / 49, rtol=1e-15)
    options = {"mode": "full", "boundary": "constant", "dtype": np.float64, "method": method}
    ours = cn.convolve(photograph, kernel, **options)
    assert ours.shape == (768 + 6, 1024 + 6, 3)
    assert_same_before_and_after_the_cut(ours, convolved)


def test_the_box_blur_in_its_own_dtype_rounds(photograph, convolved):
    """What the tutorial cuts, we round: half a level from the truth, and the float32 sum's error.

    That is 49 products below 255 in float32, each step off by half an eps of the sum: 8e-4.
    """
    ours = cn.convolve(photograph, cn.kernels.box(7), mode="full", boundary="constant")
    assert ours.dtype == np.uint8
    assert np.abs(ours - convolved).max() <= 0.5 + 8e-4


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 15, 40])
@pytest.mark.parametrize("angle", [0, 30, 45, 60, 90, 123.4, 180, 270, -30])
def test_the_kernel_builder(size, angle):
    ours = cn.kernels.motion(size, angle, rasterization="tutorial")
    np.testing.assert_array_equal(ours, build_blur_kernel(size, angle))


@pytest.mark.parametrize("method", ["auto", "direct", "fft"])
def test_the_motion_blur(grey, motion, method):
    options = {"boundary": "wrap", "anchor": (0, 0), "dtype": np.float64, "method": method}
    ours = cn.convolve(grey, motion, **options)
    assert_same_before_and_after_the_cut(np.abs(ours), blur_before_the_cut(grey, motion))


def test_the_deconvolution(grey, motion):
    blurred = cut(blur_before_the_cut(grey, motion))
    options = {"nsr": 0.01, "boundary": "wrap", "anchor": (0, 0), "dtype": np.float64}
    ours = cn.wiener(blurred, motion, **options)
    theirs = deconvolve_before_the_cut(blurred, motion, 0.01)
    assert_same_before_and_after_the_cut(np.abs(ours), theirs)


def test_the_whole_second_script(grey, motion):
    """From photograph to restoration without meeting in between.

    Where the blurred levels differ by one, the restoration may by as much as the filter can
    enlarge one level, 1 / (2 sqrt(nsr)) = 5; as 5 % of the levels do, the restorations are 0.65
    apart in the mean.
    """
    blurred = cut(np.abs(cn.convolve(grey, motion, boundary="wrap", anchor=(0, 0), dtype="f8")))
    options = {"nsr": 0.01, "boundary": "wrap", "anchor": (0, 0), "dtype": np.float64}
    ours = cut(np.abs(cn.wiener(blurred, motion, **options)))
    theirs_blurred = cut(blur_before_the_cut(grey, motion))
    theirs = cut(deconvolve_before_the_cut(theirs_blurred, motion, 0.01))
    assert np.abs(ours.astype(float) - theirs).mean() < 1


def test_the_gaussian_blur_in_two_passes(photograph):
    """ "an operation using a symmetric Gaussian 2D kernel can be split into 2 consecutive
    one-dimensional convolutions".
    """
    options = {"boundary": "constant", "mode": "full", "dtype": np.float64}
    whole = cn.convolve(photograph, cn.kernels.gaussian(2.0), **options)
    line = cn.kernels.gaussian(2.0, ndim=1)
    passes = photograph
    for axis in (0, 1):
        passes = cn.convolve(passes, line, axes=(axis,), **options)
    np.testing.assert_allclose(whole, passes, rtol=0, atol=BEFORE_THE_CUT)


def test_sliding_is_multiplying_spectra(grey, motion):
    """ "the result is the same as in the spatial domain by sliding the filter through"."""
    options = {"boundary": "constant", "mode": "full", "dtype": np.float64}
    slid = cn.convolve(grey, motion, method="direct", **options)
    multiplied = cn.convolve(grey, motion, method="fft", **options)
    np.testing.assert_allclose(slid, multiplied, rtol=0, atol=BEFORE_THE_CUT)
