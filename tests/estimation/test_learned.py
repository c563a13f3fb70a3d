"""Kernels learned from pairs: those that made the pair come out again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.estimation.equations import gram

ROUNDING = 1e-11  # a thousand sums of as many products, by transforms, of numbers about 1


def noise(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def rows_of(sharp, taps):
    """Every equation's left side: the window of an interior pixel, turned round."""
    windows = sliding_window_view(sharp, taps)[..., ::-1, ::-1]
    return windows.reshape(-1, math.prod(taps))


taps = st.tuples(st.integers(1, 8), st.integers(1, 8))


@given(taps, st.integers(0, 2**16), st.sampled_from(sorted(BOUNDARIES)), st.data())
def test_any_kernel_comes_out_again(taps, seed, boundary, data):
    """Whatever its shape and parity, its anchor, and what stands outside."""
    anchor = data.draw(st.none() | st.tuples(*(st.integers(0, k - 1) for k in taps)))
    tall, wide = (2 * k + data.draw(st.integers(7, 20)) for k in taps)
    sharp, kernel = 2 + noise((tall, wide), seed), noise(taps, seed + 1)
    blurred = cn.convolve(sharp, kernel, boundary=boundary, anchor=anchor)
    learned = cn.learn_kernel(sharp, blurred, taps, anchor=anchor)
    assert learned.shape == taps
    np.testing.assert_allclose(learned, kernel, rtol=0, atol=ROUNDING)
    again = cn.convolve(sharp, learned, boundary=boundary, anchor=anchor)
    np.testing.assert_allclose(again, blurred, rtol=0, atol=64 * ROUNDING)  # a sum of 64 of them


@given(taps, st.tuples(st.integers(8, 20), st.integers(8, 20)), st.integers(0, 2**16))
def test_the_squares_are_those_of_the_equations(taps, shape, seed):
    sharp = 1 + noise(shape, seed)
    rows = rows_of(sharp, taps)
    np.testing.assert_allclose(gram(sharp, taps), rows.T @ rows, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("regularization", [0.0, 1e-3, 1.0])
def test_the_minimum_is_the_one_of_the_formula(regularization):
    sharp, blurred, taps = 3 + noise((24, 30)), noise((24, 30), 1), (3, 4)
    rows, right = rows_of(sharp, taps), blurred[1:-1, 2:-1].reshape(-1)
    weight = math.sqrt(regularization * right.size * sharp.var())
    rows = np.concatenate((rows, weight * np.eye(12)))
    wanted = np.linalg.lstsq(rows, np.concatenate((right, np.zeros(12))), rcond=None)[0]
    found = cn.learn_kernel(sharp, blurred, taps, regularization=regularization)
    np.testing.assert_allclose(found.reshape(-1), wanted, rtol=0, atol=ROUNDING)


def test_planes_are_examples_for_one_kernel(photograph):
    """Three channels tell of one kernel; so do the pairs of a stack, wherever they stand."""
    part, kernel = photograph[100:180, 200:290] / 255, noise((5, 4))
    blurred = cn.convolve(part, kernel) + 0.01 * noise(part.shape, 1)
    found = cn.learn_kernel(part, blurred, (5, 4), full_output=True)
    assert found.equations == 3 * 76 * 87
    assert found.residual == pytest.approx(0.01, rel=0.02)  # of 20000 numbers: 0.5 %, thrice
    for moved, axes in ((0, (1, 2)), (1, (0, 2))):
        stack = [np.moveaxis(pixels, 2, moved) for pixels in (part, blurred)]
        again = cn.learn_kernel(*stack, (5, 4), axes=axes)
        np.testing.assert_allclose(again, found.kernel, rtol=0, atol=ROUNDING)
    rows = np.concatenate([rows_of(part[..., c], (5, 4)) for c in range(3)])
    right = np.concatenate([blurred[2:-2, 2:-1, c].reshape(-1) for c in range(3)])
    wanted = np.linalg.lstsq(rows, right, rcond=None)[0].reshape(5, 4)
    np.testing.assert_allclose(found.kernel, wanted, rtol=0, atol=ROUNDING)


def test_axes_in_any_order():
    sharp, kernel = noise((30, 40)), noise((3, 5))
    blurred = cn.convolve(sharp, kernel, axes=(1, 0), anchor=(0, 4))
    found = cn.learn_kernel(sharp, blurred, (3, 5), axes=(1, 0), anchor=(0, 4))
    np.testing.assert_allclose(found, kernel, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("axis", [0, 1])
def test_one_axis(axis):
    sharp, kernel = noise((30, 40)), noise(4)
    blurred = cn.convolve(sharp, kernel, axes=axis)
    found = cn.learn_kernel(sharp, blurred, 4, axes=axis)
    np.testing.assert_allclose(found, kernel, rtol=0, atol=ROUNDING)
    line = cn.learn_kernel(sharp[0], cn.convolve(sharp[0], kernel), 4)
    np.testing.assert_allclose(line, kernel, rtol=0, atol=ROUNDING)


def test_a_photograph_of_eight_bits(photograph, grey):
    """Rounded to integers, it still tells its kernel: 300 000 equations bring 0.3 to 0.001."""
    kernel = cn.kernels.motion(7, 30)
    found = cn.learn_kernel(grey, cn.convolve(grey, kernel), kernel.shape, full_output=True)
    np.testing.assert_allclose(found.kernel, kernel, rtol=0, atol=0.002)
    assert found.residual == pytest.approx(1 / math.sqrt(12), rel=0.02)  # of rounding


def test_what_is_not_there_to_learn_from_does_not_run_wild():
    """A slope tells three sums of weights and no more; the fit is exact, the weights are small."""
    slope = np.add.outer(np.arange(50.0), np.arange(60.0))
    blurred = cn.convolve(slope, cn.kernels.gaussian(1.0))
    found = cn.learn_kernel(slope, blurred, 9)
    assert np.abs(found).max() < 0.2  # the Gaussian's own is 0.16
    np.testing.assert_allclose(
        cn.convolve(slope, found, mode="valid"), blurred[4:-4, 4:-4], rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("scale", [2.0**-500, 2.0**500])
def test_it_goes_with_the_scale(scale):
    sharp = noise((20, 20))
    blurred = cn.convolve(sharp, cn.kernels.box(3))
    wanted = cn.learn_kernel(sharp, blurred, 3)
    np.testing.assert_allclose(cn.learn_kernel(sharp * scale, blurred * scale, 3), wanted)
    np.testing.assert_allclose(cn.learn_kernel(sharp, blurred * scale, 3), wanted * scale)


def test_nothing_out_of_something():
    assert (cn.learn_kernel(noise((9, 9)), np.zeros((9, 9)), 3) == 0).all()


def test_the_pictures_are_left_alone():
    pair = noise((2, 20, 20))
    pair.flags.writeable = False
    assert (cn.learn_kernel(*pair, 3) == cn.learn_kernel(*pair, 3)).all()


ONES, RANDOM = np.ones((9, 8)), noise((9, 8))
BAD = {
    "other shapes": (RANDOM, noise((8, 8)), 3, {}, ValueError, r"blurred must have the shape of"),
    "a large kernel": (RANDOM, RANDOM, (3, 9), {}, ValueError, r"size must be from 1 to the im"),
    "no kernel": (RANDOM, RANDOM, 0, {}, ValueError, r"size must be from 1 to the image's \(9, 8"),
    "few pixels": (RANDOM, RANDOM, 6, {}, ValueError, r"as many interior pixels .* 36; got 12"),
    "three axes": (RANDOM, RANDOM, (3, 3, 3), {}, ValueError, r"size must have one or two axes"),
    "half a tap": (RANDOM, RANDOM, 2.5, {}, TypeError, r"size must be an integer; got 2.5"),
    "a constant": (ONES, RANDOM, 3, {}, ValueError, r"sharp must not be constant; got 1.0 every"),
    "a stack": (noise((5, 9, 9)), noise((5, 9, 9)), 3, {}, ValueError, r"axes must be given for"),
    "NaN": (RANDOM * np.nan, RANDOM, 3, {}, ValueError, r"sharp must be finite; got nan at \(0, 0"),
    "Inf": (RANDOM, RANDOM + np.inf, 3, {}, ValueError, r"blurred must be finite; got inf at \(0"),
    "complex": (RANDOM, RANDOM * 1j, 3, {}, TypeError, r"blurred must be real; got complex"),
    "words": (RANDOM.astype(str), RANDOM, 3, {}, TypeError, r"sharp must hold numbers; got dtype"),
    "nothing": (RANDOM[:0], RANDOM[:0], 3, {}, ValueError, r"sharp must hold pixels"),
    "masked": (np.ma.array(RANDOM, mask=ONES), RANDOM, 3, {}, ValueError, r"not hold masked valu"),
    "an anchor": (RANDOM, RANDOM, 3, {"anchor": (1, 3)}, ValueError, r"anchor must be an index in"),
    "less than none": (RANDOM, RANDOM, 3, {"regularization": -1}, ValueError, r"finite and >= 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    sharp, blurred, size, keywords, error, words = BAD[case]
    with pytest.raises(error, match=words):
        cn.learn_kernel(sharp, blurred, size, **keywords)
