"""What every restoration does alike: names, refusals, remarks, images of every kind."""

import inspect
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.checks import Choices
from convolve_native.restoration.deconvolve import METHODS
from tests.cases import values

OWN = {  # a method's own keywords, small enough to be quick
    "wiener": {"nsr": 1e-3},
    "tikhonov": {"regularization": 1e-3},
    "total_variation": {"regularization": 1e-3, "iterations": 3},
    "hyper_laplacian": {"regularization": 1e-3, "iterations": 3},
    "richardson_lucy": {"iterations": 3},
}
COMPLEX = ("wiener", "tikhonov")
PSF = np.array([[0.0, 1, 0], [1, 4, 1], [1, 2, 0]]) / 10

methods = pytest.mark.parametrize("method", METHODS)


def restored(method, image, psf=PSF, **keywords):
    return cn.deconvolve(image, psf, method=method, **{**OWN[method], **keywords})


def test_the_table_holds_every_restoration():
    assert METHODS.keys() == OWN.keys()
    for name, function in METHODS.items():
        assert getattr(cn, name) is function


@methods
def test_it_is_the_function_of_that_name(method):
    image = values((14, 13), "float32")
    alone = METHODS[method](image, PSF, **OWN[method])
    np.testing.assert_array_equal(restored(method, image), alone)


@methods
def test_every_keyword_is_described(method):
    shared, own = cn.deconvolve.__doc__, METHODS[method].__doc__
    for name in Choices._fields:
        assert f"\n    {name} :" in shared
    for name in inspect.signature(METHODS[method]).parameters:
        assert name in own


def test_unknown_names_are_refused():
    with pytest.raises(
        ValueError, match=r"method must be one of 'total_variation', .*; got 'inverse'"
    ):
        cn.deconvolve(np.ones((4, 4)), PSF, method="inverse")
    with pytest.raises(TypeError, match=r"'wiener' takes the keywords nsr, .*; got 'iterations'"):
        cn.deconvolve(np.ones((4, 4)), PSF, method="wiener", iterations=3)


REFUSED = {  # psf, keywords, message
    "empty": (np.ones((0, 3)), {}, r"psf must not be empty; got shape \(0, 3\)"),
    "zero": (np.zeros((3, 3)), {}, "psf must not be zero everywhere"),
    "nan": (np.array([[1, np.nan]]), {}, r"psf must be finite; got nan at \(0, 1\)"),
    "inf": (np.array([[1, -np.inf]]), {}, r"psf must be finite; got -inf at \(0, 1\)"),
    "large": (np.ones((13, 3)) / 39, {}, r"psf must not be larger than the image .*\(13, 3\)"),
    "ndim": (np.ones((1, 1, 1)), {}, r"psf must not have more axes than the image"),
    "scalar": (np.float64(1), {}, r"psf must have 1 or 2 or 3 axes; got shape \(\)"),
    "anchor": (PSF, {"anchor": (3, 0)}, r"anchor must be an index into the psf"),
    "boundary": (PSF, {"boundary": "reflect"}, "boundary must be one of 'unknown', 'constant'"),
    "mask": (PSF, {"mask": np.ones((3, 3), bool)}, r"mask must have shape \(12, 11\)"),
    "no pixel": (PSF, {"mask": np.zeros((12, 11), bool)}, "mask must leave a pixel"),
    "nan rule": (PSF, {"nan": "propagate"}, "nan must be one of 'raise', 'omit'"),
    "start": (PSF, {"start": np.ones((3, 3))}, r"start must have the image's shape \(12, 11\)"),
    "workers": (PSF, {"workers": 0}, "workers must be at least 1"),
}


@methods
@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused(method, case):
    psf, keywords, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        restored(method, values((12, 11), "float64"), psf, **keywords)


@methods
def test_bad_parameters_are_refused(method):
    for name in {"nsr", "regularization"} & OWN[method].keys():
        for value in (-1.0, np.inf, np.nan):
            with pytest.raises(ValueError, match=f"{name} must be finite and > 0; got {value}"):
                restored(method, np.ones((5, 5)), **{name: value})
    if "iterations" in OWN[method]:
        with pytest.raises(ValueError, match="iterations must be at least 1; got 0"):
            restored(method, np.ones((5, 5)), iterations=0)


@methods
def test_bad_pixels_are_refused_or_left_out(method):
    image = values((12, 11), "float64")
    image[3, 4] = np.nan
    with pytest.raises(ValueError, match=r"image must be finite, or nan='omit'; got nan at \(3, 4"):
        restored(method, image)
    omitted = restored(method, image, nan="omit")
    masked = restored(method, np.nan_to_num(image, nan=9), mask=~np.isnan(image))
    assert np.isfinite(omitted).all()
    np.testing.assert_array_equal(omitted, masked)
    hidden = np.ma.MaskedArray(np.nan_to_num(image, nan=-9), mask=np.isnan(image))
    np.testing.assert_array_equal(omitted, restored(method, hidden))
    with pytest.raises(ValueError, match=r"image must not be empty; got shape \(0, 4\)"):
        restored(method, np.ones((0, 4)))


@methods
def test_what_are_no_numbers_is_refused(method):
    for image in (np.array([["a", "b"]]), np.array([[None, 1]])):
        with pytest.raises(TypeError, match="image must hold numbers"):
            restored(method, image)
    with pytest.raises(TypeError, match="callback must be callable"):
        restored(method, np.ones((5, 5)), callback=3)
    if method not in COMPLEX:
        with pytest.raises(TypeError, match=f"image and psf must be real for {method}"):
            restored(method, np.ones((5, 5), complex))


@methods
@pytest.mark.parametrize("odd", [PSF * 1.5, PSF - 0.3 * (PSF == 0.4), PSF * 2 - 0.1], ids=str)
def test_an_odd_psf_is_warned_of_once_and_used_as_given(method, odd):
    image = values((12, 11), "float64")
    with pytest.warns(UserWarning, match=r"^psf (sums to|has negative taps)") as caught:
        result = restored(method, image, odd, full_output=True)
    told = [str(warning.message) for warning in caught]
    assert len(set(told)) == len(told)
    assert (odd.min() < 0) == any("negative taps" in remark for remark in told)
    assert (abs(odd.sum() - 1) > 0.01) == any("psf sums to" in remark for remark in told)
    assert set(told) <= set(result.warnings)
    assert {warning.filename for warning in caught} == {__file__}
    assert np.isfinite(result.image).all()


def test_a_bright_psf_gives_a_dark_scene():
    image = np.full((12, 11), 3.0)
    with pytest.warns(UserWarning, match="psf sums to 2, not to 1"):
        result = cn.tikhonov(image, 2 * PSF, regularization=1e-3)
    np.testing.assert_allclose(result, 1.5, rtol=1e-12)  # a few roundings in float64


@methods
@pytest.mark.parametrize("boundary", ["unknown", "symmetric", "wrap"])
def test_what_is_flat_stays_as_it_is(method, boundary):
    """But for the share that the Wiener formula takes of every level inside a named boundary."""
    share = 1.0 if boundary == "unknown" or method != "wiener" else 1 / (1 + OWN["wiener"]["nsr"])
    for shape, psf in (((9, 8), PSF), ((1, 1), PSF), ((1, 1), np.ones((1, 1))), ((1, 7), PSF[1:2])):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a part of PSF does not sum to 1
            scene = 3.0 * share / psf.sum()
            result = restored(method, np.full(shape, 3.0), psf, boundary=boundary)
        if psf.sum() == 1 or method != "wiener" or boundary == "unknown":
            np.testing.assert_allclose(result, scene, rtol=1e-12)  # float64, transforms of < 30
    levels = restored(method, np.full((9, 8), 77, np.uint8), boundary=boundary)
    assert levels.dtype == np.uint8
    assert (levels == 77).all()


@methods
@pytest.mark.parametrize("boundary", ["unknown"])
def test_what_is_flat_finds_its_parameter(method, boundary):
    """There is no noise in it, not even that of rounding."""
    for image in (np.full((9, 8), 3.0), np.full((1, 9), -2.0), np.full((1, 1), 7.0, np.float32)):
        result = cn.deconvolve(image, PSF[:, 1:2] / 0.7, method=method, boundary=boundary)
        # Transforms of under 100 samples in the image's dtype, and the least weight, 1e-9.
        np.testing.assert_allclose(result, image, rtol=1e-6 if image.size == 1 else 2e-9)


@methods
def test_zeros_stay_zeros(method):
    for dtype in ("uint8", "int16", "float32", "float64"):
        result = restored(method, np.zeros((9, 8), dtype), full_output=True)
        assert not result.image.any()
        assert result.image.dtype == dtype


@methods
def test_the_image_is_left_alone(method):
    image = values((12, 11), "float64")
    image.flags.writeable = False
    before, psf = image.copy(), PSF.copy()
    psf.flags.writeable = False
    restored(method, image, psf)
    np.testing.assert_array_equal(image, before)


SIZES = st.integers(1, 14)


@methods
@given(data=st.data())
def test_any_image_by_any_boundary(method, data):
    """Shape and dtype of the image, finite, on its scale; the layout of its memory plays no role.

    The gain of a restoration is bounded: by 1 / (2 sqrt(nsr)) = 16 for the Wiener filter, and what
    the penalty lets through elsewhere; far beyond is what a division by zero would give.
    """
    dtype = data.draw(
        st.sampled_from(["uint8", "int16", "uint16", "float16", "float32", "float64"])
    )
    shape = data.draw(st.tuples(SIZES, SIZES))
    taps = data.draw(st.tuples(*(st.integers(1, n) for n in shape)))
    anchor = data.draw(st.none() | st.tuples(*(st.integers(0, k - 1) for k in taps)))
    boundary = data.draw(st.sampled_from(["unknown", *BOUNDARIES]))
    image = values(shape, dtype, seed=data.draw(st.integers(0, 9)))
    psf = np.random.default_rng(data.draw(st.integers(0, 9))).random(taps) + 0.01
    psf /= psf.sum()
    options = {"anchor": anchor, "boundary": boundary}
    result = restored(method, image, psf, **options)
    assert (result.shape, result.dtype) == (shape, dtype)
    wide = result.astype(np.float64)
    assert np.isfinite(wide).all()
    assert np.abs(wide).max() <= 1e3 * np.abs(image.astype(np.float64)).max() + 1
    turned = restored(method, np.asfortranarray(image), np.flip(np.flip(psf).copy()), **options)
    np.testing.assert_array_equal(result, turned)


def told(image, psf, **keywords):
    return restored("wiener", image, psf, full_output=True, **keywords).warnings


def test_a_psf_off_centre_is_remarked():
    psf = np.zeros((9, 9))
    psf[6:9, 3:5] = 1 / 6
    image = values((30, 31), "float64")
    remark = "psf is off centre: its centroid lies (3, -0.5) pixels from the anchor"
    assert remark in told(image, psf)
    assert not [r for r in told(image, psf, anchor=(7, 3)) if "centre" in r]
    assert not [r for r in told(image, np.full((4, 4), 1 / 16)) if "centre" in r]  # half a pixel


def test_a_psf_larger_than_the_image_is_remarked():
    image, psf = values((5, 31), "float64"), np.full((7, 7), 1 / 49)
    remark = "psf is larger than the image: (7, 7) for (5, 31)"
    assert remark in told(image, psf, boundary="wrap")
    assert remark not in told(image.repeat(2, 0), psf, boundary="wrap")


def test_zeros_of_the_transfer_function_are_remarked():
    image = values((30, 31), "float64")
    (remark,) = told(image, np.full((9, 9), 1 / 81))
    # On each axis 8 zeros of a slope of 1/9 sinc'; 40 % of the plane is below 1 % of the peak.
    assert "transfer function vanishes at 40% of frequencies" in remark
    assert told(image, np.array([[0.1, 0.8, 0.1]])) == ()


def test_saturated_pixels_are_remarked():
    image = np.full((20, 20), 200, np.uint8)
    image[0, 0] = 100
    near = np.array([[0.1, 0.8, 0.1]])
    assert told(image, near) == ()
    image[3, :8] = 255
    remark = "2.00% of the pixels are saturated, at 255; leave them out by mask="
    assert told(image, near) == (remark,)
    assert told(image, near, mask=image < 255) == ()
    drawn = values((20, 20), "float32")
    assert told(drawn, near) == ()
    assert "of the pixels are saturated" in told(np.minimum(drawn, 1), near)[0]
