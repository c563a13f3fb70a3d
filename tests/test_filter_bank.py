"""filter_bank: several kernels over one image, and every stride-th sample of the results."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from tests.cases import LAYOUTS, MODES, able, calls, poisoned, values, weights
from tests.omission import masked
from tests.test_volumes import VOLUMES


def strided(result, stride, axes, kernel_ndim):
    """Every stride-th sample along the convolved axes."""
    along = {a % result.ndim for a in (range(kernel_ndim) if axes is None else axes)}
    steps = (slice(None, None, stride if a in along else None) for a in range(result.ndim))
    return result[tuple(steps)]


@given(call=calls(), stride=st.integers(1, 5), more=st.integers(0, 2))
def test_it_is_convolve_for_each_strided(call, stride, more):
    kernels = [call.kernel] + [weights(call.kernel.shape, "random", seed) for seed in range(more)]
    if any(kernel.dtype.kind != kernels[0].dtype.kind for kernel in kernels):
        kernels = kernels[:1]
    methods = set.intersection(*(set(able(call.image, k, **call.options)) for k in kernels))
    for method in ("auto", *methods):
        options = call.options | {"method": method}
        bank = cn.filter_bank(call.image, kernels, stride=stride, **options)
        axes, ndim = call.options.get("axes"), call.kernel.ndim
        expected = np.stack(
            [
                strided(cn.convolve(call.image, kernel, **options), stride, axes, ndim)
                for kernel in kernels
            ]
        )
        assert bank.dtype == expected.dtype
        np.testing.assert_array_equal(bank, expected, method)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("stride", [1, 2, 3, 50])
def test_every_boundary_and_mode(stride, boundary, mode):
    image, kernels = values((9, 8, 3), "float32"), [weights((3, 4), seed=i) for i in range(4)]
    options = {"mode": mode, "boundary": boundary, "fill": 1.5}
    bank = cn.filter_bank(image, kernels, stride=stride, **options)
    for result, kernel in zip(bank, kernels, strict=True):
        expected = cn.convolve(image, kernel, **options)[::stride, ::stride]
        np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("name", [*LAYOUTS, *VOLUMES])
def test_every_layout(name):
    ndim, axes, kernel_ndim = (LAYOUTS | VOLUMES)[name]
    image = values((5, 4, 3, 2)[:ndim], "float64")
    kernels = [weights((3, 2, 2)[:kernel_ndim], seed=i) for i in range(2)]
    bank = cn.filter_bank(image, kernels, stride=2, axes=axes)
    for result, kernel in zip(bank, kernels, strict=True):
        expected = strided(cn.convolve(image, kernel, axes=axes), 2, axes, kernel_ndim)
        np.testing.assert_array_equal(result, expected)


def test_kernels_of_several_shapes_and_kinds():
    """In `same` all give one shape; an array holds them along its first axis."""
    image = values((9, 8), "float32")
    several = [weights((3, 3)), weights((1, 5)), (np.ones(4), np.ones(2)), weights((12, 2))]
    bank = cn.filter_bank(image, several)
    for result, kernel in zip(bank, several, strict=True):
        np.testing.assert_array_equal(result, cn.convolve(image, kernel))
    array = np.stack([weights((3, 3), seed=i) for i in range(3)])
    np.testing.assert_array_equal(cn.filter_bank(image, array), cn.filter_bank(image, [*array]))
    line = values((9,), "float32")
    np.testing.assert_array_equal(
        cn.filter_bank(line, [[1.0, 2.0]]), cn.convolve(line, [1.0, 2.0])[None]
    )


def test_a_mask_and_omitted_pixels():
    image, mask = values((9, 8), "float32"), masked((9, 8), 1)
    image[3, 3] = np.nan
    kernels = [weights((3, 3), seed=i) for i in range(2)]
    for options in ({"mask": mask}, {"nan": "omit"}, {"mask": mask, "nan": "omit"}):
        bank = cn.filter_bank(image, kernels, stride=2, **options)
        for result, kernel in zip(bank, kernels, strict=True):
            expected = cn.convolve(image, kernel, **options)[::2, ::2]
            np.testing.assert_array_equal(result, expected)
    with pytest.raises(ValueError, match="image"):
        cn.filter_bank(image, kernels, nan="raise")


@pytest.mark.parametrize("stride", [1, 3])
def test_into_an_output(stride):
    image, kernels = values((9, 8, 3), "uint8"), [weights((3, 4), seed=i) for i in range(4)]
    expected = cn.filter_bank(image, kernels, stride=stride)
    out = poisoned(expected.shape, "uint8")
    assert cn.filter_bank(image, kernels, stride=stride, out=out) is out
    np.testing.assert_array_equal(out, expected)
    views = poisoned((*expected.shape[:-1], 7), "uint8")
    view = views[..., 6:0:-2]
    assert cn.filter_bank(image, kernels, stride=stride, out=view) is view
    np.testing.assert_array_equal(view, expected)
    for wrong in (out[:3], out.astype("float32"), out[0]):
        with pytest.raises((ValueError, TypeError), match="out"):
            cn.filter_bank(image, kernels, stride=stride, out=wrong)


def test_an_output_that_overlaps_the_image():
    image = values((4, 9, 8), "float32")
    kernels = [weights((3, 4), seed=i) for i in range(4)]
    expected = cn.filter_bank(image[2].copy(), kernels)
    cn.filter_bank(image[2], kernels, out=image)
    np.testing.assert_array_equal(image, expected)
