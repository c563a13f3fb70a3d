"""gaussian_blur beside scipy.ndimage: sigmas by axis, derivatives, truncation, boundaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests import reference
from tests.cases import able, assert_agrees, values
from tests.omission import masked

NDIMAGE = {"constant": "constant", "nearest": "nearest", "symmetric": "reflect"}
NDIMAGE |= {"mirror": "mirror", "wrap": "wrap"}
SIGMAS = (0.5, 1.0, 2.3, (1.5, 0.7), (0, 2.0), (3.0, 0))
ORDERS = (0, 1, 2, 3, (1, 0), (0, 1), (1, 1), (2, 0), (3, 1))

# The weights of either side are off by a few eps of the largest, by their exponentials and sums;
# sum |weights| of a derivative of order three is below 3 a side at a sigma of 0.5 or more, the
# pixels are below 12, and lines of at most 41 taps are summed twice.
ATOL = {"float64": 2e-12, "float32": 1e-3}


def both(image, sigma, *, boundary="symmetric", fill=0.0, order=0, truncate=4.0, **ours):
    theirs = ndimage.gaussian_filter(
        image.astype(np.float64),
        sigma,
        order,
        mode=NDIMAGE[boundary],
        cval=fill,
        truncate=truncate,
    )
    options = {"boundary": boundary, "fill": fill, "order": order, "truncate": truncate}
    return cn.gaussian_blur(image, sigma, **options, **ours), theirs


def derivable(sigma, order, ndim=2):
    """A derivative along an axis that is not blurred is none."""
    sigmas, orders = (np.broadcast_to(value, ndim) for value in (sigma, order))
    return not ((sigmas == 0) & (orders > 0)).any()


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("sigma", SIGMAS, ids=str)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_orders_and_sigmas(boundary, sigma, order):
    if not derivable(sigma, order):
        return
    for dtype, atol in ATOL.items():
        image = values((25, 22), dtype)
        # Outside their second pass stands the fill itself, not its derivative, which is 0.
        fill = 0.0 if np.any(order) else 1.5
        ours, theirs = both(image, sigma, boundary=boundary, fill=fill, order=order)
        assert ours.dtype == dtype
        # Float32 rounds pixels below 12 under weights below 9 in sum, some 20 steps deep: 1e-3 is
        # eps * 12 * 9 * 41, and a wrong tap is a hundred times that.
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)


@given(
    sigma=st.floats(0.3, 6),
    truncate=st.floats(0.5, 6),
    order=st.integers(0, 3),
    boundary=st.sampled_from(tuple(BOUNDARIES)),
)
def test_any_sigma_and_truncation(sigma, truncate, order, boundary):
    image = values((30,), "float64")
    ours, theirs = both(image, sigma, boundary=boundary, order=order, truncate=truncate)
    # As above; at a sigma of 0.3 a third derivative has weights that sum to up to 100.
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("order", ORDERS[:6], ids=str)
def test_every_method_that_can(order):
    """Each is also held to the oracle, with a fill outside."""
    image = values((25, 22), "float64")
    sides = tuple(cn.kernels.gaussian_derivative(1.5, n, ndim=1) for n in np.broadcast_to(order, 2))
    for method in able(image, sides):
        ours, theirs = both(image, 1.5, order=order, method=method)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=ATOL["float64"])
        options = {"boundary": "constant", "fill": 1.5}
        result = cn.gaussian_blur(image, 1.5, order=order, method=method, **options)
        kernel = np.outer(*sides)
        exact = reference.convolve(image, kernel, **options)
        assert_agrees(result, exact, method, image, kernel, **options)


def test_a_derivative_of_a_ramp_has_its_sign_and_slope():
    """Positive where the image rises, as ndimage has it."""
    rows, columns = np.indices((60, 50)).astype(float)
    image = 2 * rows - 3 * columns
    inside = (slice(20, -20), slice(20, -20))
    for order, slope in (((1, 0), 2.0), ((0, 1), -3.0), ((1, 1), 0.0), ((2, 0), 0.0)):
        result = cn.gaussian_blur(image, 1.5, order=order)[inside]
        # The tails cut at four sigma hold 4e-4 of a first derivative's weight.
        np.testing.assert_allclose(result, slope, rtol=0, atol=3 * 4e-3)


def test_other_axes_and_layouts():
    image = values((6, 15, 14), "float64")
    ours = cn.gaussian_blur(image, (1.0, 2.0), axes=(1, 2), order=(0, 1))
    theirs = ndimage.gaussian_filter(image, (1.0, 2.0), (0, 1), axes=(1, 2))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=ATOL["float64"])
    volume = cn.gaussian_blur(image, (0.8, 1.0, 2.0), order=(1, 0, 0))
    theirs = ndimage.gaussian_filter(image, (0.8, 1.0, 2.0), (1, 0, 0))
    np.testing.assert_allclose(volume, theirs, rtol=0, atol=ATOL["float64"])
    turned = cn.gaussian_blur(image, (1.0, 2.0), axes=(2, 0))
    theirs = ndimage.gaussian_filter(image, (2.0, 1.0), axes=(0, 2))
    np.testing.assert_allclose(turned, theirs, rtol=0, atol=ATOL["float64"])
    colour = values((15, 14, 3), "float64")
    expected = ndimage.gaussian_filter(colour, (2.0, 2.0, 0))
    np.testing.assert_allclose(
        cn.gaussian_blur(colour, 2.0), expected, rtol=0, atol=ATOL["float64"]
    )


def test_sequences_of_any_kind():
    image = values((12, 11), "float32")
    expected = cn.gaussian_blur(image, (1.0, 2.0), order=(0, 1))
    for kind in (list, np.array):
        result = cn.gaussian_blur(image, kind((1.0, 2.0)), order=kind((0, 1)))
        np.testing.assert_array_equal(result, expected)
    alike = cn.gaussian_blur(image, np.float32(1.5), order=np.int64(1))
    np.testing.assert_array_equal(alike, cn.gaussian_blur(image, 1.5, order=1))


def test_masked_and_omitted_pixels():
    """As the same kernel by convolve."""
    image, mask = values((12, 11), "float64"), masked((12, 11), 1)
    sides = (cn.kernels.gaussian(1.5, ndim=1),) * 2
    for options in ({"mask": mask}, {"nan": "omit"}):
        result = cn.gaussian_blur(image, 1.5, **options)
        np.testing.assert_array_equal(result, cn.convolve(image, sides, **options))
    expected = cn.gaussian_blur(image, 1.5, mask=mask)
    result = cn.gaussian_blur(np.ma.array(image, mask=~mask), 1.5)
    np.testing.assert_array_equal(result, expected)
