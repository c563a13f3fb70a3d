"""The oracle itself, against scipy.signal and scipy.ndimage."""

import numpy as np
import pytest
from scipy import ndimage, signal

from tests import reference

# our boundary -> theirs.  scipy.signal's 2-D functions know three, ndimage all five.
SIGNAL = {"constant": "fill", "symmetric": "symm", "wrap": "wrap"}
NDIMAGE = {
    "constant": "constant",
    "nearest": "nearest",
    "symmetric": "reflect",
    "mirror": "mirror",
    "wrap": "wrap",
}
SIZES = [(1, 1), (1, 5), (4, 3), (7, 6), (9, 8)]
KERNELS = [(1, 1), (2, 1), (1, 3), (3, 3), (4, 4), (5, 2), (2, 7), (12, 11)]

# Both sides sum at most 132 products of numbers below 1 in size, in float64 and another order:
# 132 * 132 * 2**-53 = 2e-12 is certain, and a hundredth of it is what is seen.
TOLERANCE = {"rtol": 0, "atol": 2e-12}


def random(shape, seed, *, complex_=False):
    rng = np.random.default_rng([seed, *shape])
    values = rng.uniform(-1, 1, shape)
    return values + 1j * rng.uniform(-1, 1, shape) if complex_ else values


@pytest.mark.parametrize("complex_", [False, True])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize("mode", ["same", "full", "valid"])
@pytest.mark.parametrize("boundary", SIGNAL)
def test_signal_2d(boundary, mode, shape, size, complex_):
    larger = any(k > n for k, n in zip(shape, size, strict=True))
    if larger and (mode == "valid" or boundary != "constant"):
        # SciPy swaps the two for `valid`, and before 1.17 extended only once for the others.
        return
    image = random(size, 1, complex_=complex_)
    kernel = random(shape, 2, complex_=complex_)
    options = {"mode": mode, "boundary": boundary, "fill": 0.75}
    theirs = {"mode": mode, "boundary": SIGNAL[boundary], "fillvalue": 0.75}
    np.testing.assert_allclose(
        reference.convolve(image, kernel, **options),
        signal.convolve2d(image, kernel, **theirs),
        **TOLERANCE,
    )
    np.testing.assert_allclose(
        reference.correlate(image, kernel, **options),
        signal.correlate2d(image, kernel, **theirs),
        **TOLERANCE,
    )


@pytest.mark.parametrize("k", range(1, 8))
@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize("mode", ["same", "full"])
def test_signal_1d(mode, n, k):
    image, kernel = random((n,), 3, complex_=True), random((k,), 4, complex_=True)
    options = {"mode": mode, "boundary": "constant"}
    np.testing.assert_allclose(
        reference.convolve(image, kernel, **options),
        signal.convolve(image, kernel, mode=mode, method="direct"),
        **TOLERANCE,
    )
    # signal.correlate centres at K // 2, unlike signal.correlate2d.
    np.testing.assert_allclose(
        reference.correlate(image, kernel, **options, anchor=(k // 2,)),
        signal.correlate(image, kernel, mode=mode, method="direct"),
        **TOLERANCE,
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize("boundary", NDIMAGE)
def test_ndimage_with_every_origin(boundary, shape, size):
    image, kernel = random(size, 5), random(shape, 6)
    theirs = {"mode": NDIMAGE[boundary], "cval": 0.75}
    for anchor in {(0, 0), tuple((k - 1) // 2 for k in shape), tuple(k - 1 for k in shape)}:
        origin = tuple(c - k // 2 for c, k in zip(anchor, shape, strict=True))
        options = {"boundary": boundary, "fill": 0.75, "anchor": anchor}
        np.testing.assert_allclose(
            reference.convolve(image, kernel, **options),
            ndimage.convolve(image, kernel, origin=origin, **theirs),
            **TOLERANCE,
        )
        np.testing.assert_allclose(
            reference.correlate(image, kernel, **options),
            ndimage.correlate(image, kernel, origin=origin, **theirs),
            **TOLERANCE,
        )


@pytest.mark.parametrize("axes", [(0, 1), (1, 2), (2, 0), (-1, 0)])
def test_axes_are_taken_plane_by_plane(axes):
    image, kernel = random((4, 5, 3), 7), random((2, 3), 8)
    out = reference.convolve(image, kernel, axes=axes, mode="full")
    other = ({0, 1, 2} - {axis % 3 for axis in axes}).pop()
    for plane in range(image.shape[other]):
        flat, result = image.take(plane, other), out.take(plane, other)
        # With the third axis gone, the kernel's first axis runs down or across the plane.
        turned = kernel.T if axes[0] % 3 > axes[1] % 3 else kernel
        expected = signal.convolve2d(flat, turned, mode="full", boundary="symm")
        np.testing.assert_allclose(result, expected, **TOLERANCE)


def test_integers_are_python_integers():
    image = np.array([2**63 - 1, -(2**63), 1], np.int64)
    out = reference.convolve(image, np.array([4, 2, 1]), boundary="constant")
    assert out.tolist() == [2 * (2**63 - 1) - 4 * 2**63, 2**63 - 1 - 2**64 + 4, 2 - 2**63]
    assert reference.cast(out, np.int64).tolist() == [-(2**63), -(2**63) + 3, -(2**63) + 2]


def test_cast_rounds_half_to_even_and_saturates():
    values = np.array([-0.5, 0.5, 1.5, 2.5, 254.5, 255.5, 1e300, -1e300])
    assert reference.cast(values, np.uint8).tolist() == [0, 0, 2, 2, 254, 255, 255, 0]


def test_a_nan_or_inf_spreads_over_the_whole_window():
    kernel = np.array([[0.0, 1.0, 0.0]])
    for value in (np.nan, np.inf, -np.inf):
        image = np.ones((3, 5))
        image[1, 2] = value
        out = reference.convolve(image, kernel)
        expected = np.zeros((3, 5), bool)
        expected[1, 1:4] = True
        np.testing.assert_array_equal(~np.isfinite(out), expected)
