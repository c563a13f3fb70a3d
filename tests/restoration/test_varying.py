"""A blur that changes over the image: tiles without seams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.restoration.deconvolve import METHODS
from convolve_native.restoration.varying import Cuts
from tests.cases import values, weights
from tests.restoration.test_deconvolve import OWN

methods = pytest.mark.parametrize("method", METHODS)


def lopsided(taps, seed=0):
    psf = np.abs(weights(taps, seed=seed)) + 0.01
    return psf / psf.sum()


def alike(psf, cells):
    return np.broadcast_to(psf, (*cells, *psf.shape))


def varying(method, image, psfs, **keywords):
    return cn.deconvolve_varying(image, psfs, method=method, **{**OWN[method], **keywords})


@given(
    size=st.integers(1, 60),
    cells=st.integers(1, 9),
    overlap=st.integers(1, 40),
    named=st.booleans(),
)
def test_windows_sum_to_one_and_lie_in_their_tiles(size, cells, overlap, named):
    cells = min(cells, size)
    cuts = Cuts(size, cells, overlap, overlap if named else 0)
    windows = [cuts.weights(cell) for cell in range(cells)]
    np.testing.assert_allclose(sum(windows), 1, rtol=1e-15)  # a rounding a border
    for cell, window in enumerate(windows):
        assert (window > -1e-15).all()
        first, last = cuts.start(cell), cuts.start(cell) + cuts.length
        assert -cuts.outside <= first < last <= size + cuts.outside
        outside = [i for i in range(size) if not first <= i < last]
        assert not window[outside].any()


@methods
@pytest.mark.parametrize("colour", [False, True])
def test_equal_psfs_restore_as_one_does(method, colour, photograph):
    """No seam: the difference from the restoration in one piece is under 1 % of the signal.

    It is what the tiles' own unknown margins cost; 0.03 % to 0.5 % were seen.
    """
    scene = photograph[200:360, 300:480] if colour else photograph[200:360, 300:480, 1]
    psf = cn.kernels.motion(9, 30)
    blurred = cn.convolve(scene.astype(np.float32), psf)
    given = {"regularization": 0.3, "nsr": 0.003, "iterations": 10}
    parameter = {next(iter(OWN[method])): given[next(iter(OWN[method]))]}
    whole = cn.deconvolve(blurred, psf, method=method, **parameter)
    result = cn.deconvolve_varying(blurred, alike(psf, (2, 3)), method=method, **parameter)
    assert (result.shape, result.dtype) == (scene.shape, np.float32)
    assert np.square(result - whole).sum() < 0.01 * np.square(whole - whole.mean()).sum()
    borders = np.abs(np.diff(result, axis=1))[:, [59, 119]].mean()
    assert borders < 1.2 * np.abs(np.diff(result, axis=1)).mean() + 1  # as steep as elsewhere


@pytest.mark.parametrize("method", ["tikhonov", "total_variation"])
def test_a_blur_that_grows_across_is_undone(method, grey):
    """Twice as near as by the PSF of the middle; 2.4 times was seen, and half the blurred error."""
    radii, cells = np.linspace(1, 5, 17), 4
    blurs = np.stack([cn.convolve(grey.astype(float), cn.kernels.disk(r)) for r in radii])
    columns = np.arange(300, 620)
    at = (columns - 300) / 320 * 16
    below = at.astype(int)
    share = at - below
    sharp, noise = grey[200:424, 300:620], np.random.default_rng(0).normal(0, 1, (224, 320))
    low, high = (blurs[level, 200:424, columns].T for level in (below, below + 1))
    blurred = (1 - share) * low + share * high + noise

    def error(image):
        return np.sqrt(np.square(image - sharp).mean())

    def psf(place):
        kernel = cn.kernels.disk(1 + 4 * place)
        return np.pad(kernel, (13 - kernel.shape[0]) // 2)

    psfs = np.array([[psf((j + 0.5) / cells) for j in range(cells)]])
    result = cn.deconvolve_varying(blurred, psfs, method=method)
    assert error(result) < 0.7 * error(blurred)
    assert error(result) < 0.7 * error(cn.deconvolve(blurred, psf(0.5), method=method))


@methods
def test_colours_and_stacks_are_planes(method):
    image = values((20, 22, 3), "float32")
    psfs = np.array([[lopsided((3, 4), 3 * i + j) for j in range(3)] for i in range(2)])
    options = {"overlap": 4, "anchor": (0, 2)}
    alone = [varying(method, image[..., i].copy(), psfs, **options) for i in range(3)]
    np.testing.assert_array_equal(varying(method, image, psfs, **options), np.stack(alone, -1))
    stack = np.moveaxis(image, 2, 0)
    result = varying(method, stack, psfs, axes=(1, 2), **options)
    np.testing.assert_array_equal(result, np.stack(alone))


def test_the_grid_runs_along_the_named_axes():
    image, psfs = values((20, 22), "float64"), np.stack([[lopsided((3, 4), s) for s in range(3)]])
    plain = varying("tikhonov", image, psfs, anchor=(0, 2), overlap=4)
    turned = varying("tikhonov", image.T, psfs, anchor=(0, 2), overlap=4, axes=(1, 0))
    np.testing.assert_allclose(turned, plain.T, rtol=0, atol=1e-11)  # transforms of turned frames


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_named_boundary_goes_on_by_its_rule(boundary, grey):
    """Nearer to the restoration in one piece than with an unknown one: by half, mostly by more."""
    psf = lopsided((5, 5))
    blurred = cn.convolve(grey[200:280, 300:400].astype(float), psf, boundary=boundary)
    whole = cn.tikhonov(blurred, psf, regularization=1e-3, boundary=boundary)
    result = varying("tikhonov", blurred, alike(psf, (2, 2)), boundary=boundary)
    other = varying("tikhonov", blurred, alike(psf, (2, 2)))
    named, unknown = (np.square(image - whole).mean() for image in (result, other))
    assert named < 0.7 * unknown


@methods
def test_what_is_flat_stays_as_it_is(method):
    psfs = np.stack([[lopsided((3, 4), s) for s in range(4)]])
    for boundary in ("unknown", "nearest", "wrap"):
        result = varying(method, np.full((9, 12), 3.0), psfs, boundary=boundary, overlap=4)
        np.testing.assert_allclose(result, 3, rtol=1e-12)
    levels = varying(method, np.full((9, 12), 77, np.uint8), psfs, overlap=4)
    assert levels.dtype == np.uint8
    assert (levels == 77).all()


@methods
def test_integers_are_the_rounded_floats(method):
    image = values((20, 22), "uint8")
    psfs = alike(lopsided((3, 4)), (2, 2))
    floats = varying(method, image.astype(np.float32), psfs)
    np.testing.assert_array_equal(
        varying(method, image, psfs), np.clip(np.rint(floats), 0, 255).astype(np.uint8)
    )
    assert varying(method, image, psfs, dtype=np.float64).dtype == np.float64


@methods
def test_missing_pixels_are_left_out(method):
    image = values((20, 22), "float64")
    good = np.ones(image.shape, bool)
    good[9:11, 10] = False
    psfs = alike(lopsided((3, 4)), (2, 2))
    masked = varying(method, np.where(good, image, 1e9), psfs, mask=good)
    omitted = varying(method, np.where(good, image, np.nan), psfs, nan="omit")
    hidden = varying(method, np.ma.MaskedArray(image, ~good), psfs)
    assert np.abs(masked).max() < 100
    np.testing.assert_array_equal(masked, omitted)
    np.testing.assert_array_equal(masked, hidden)
    black = varying(method, image, psfs, mask=good, boundary="constant", start=image)
    assert np.abs(black).max() < 100


def test_it_can_be_watched_and_explained(grey):
    image = cn.convolve(grey[200:300, 300:420], cn.kernels.box(5))
    seen = []

    def watch(iteration, estimate):
        seen.append((iteration, estimate.shape, float(estimate.std())))
        return iteration == 3

    psfs = alike(cn.kernels.box(5), (2, 2))
    result = cn.deconvolve_varying(image, psfs, callback=watch, full_output=True)
    assert [each[:2] for each in seen] == [(i, image.shape) for i in (1, 2, 3)]
    assert result.iterations == 3
    assert (result.image.shape, result.image.dtype) == (image.shape, image.dtype)
    assert result.rule == "likelihood"
    assert any("transfer function vanishes" in remark for remark in result.warnings)


def test_a_psf_is_warned_of_once():
    image, psfs = values((20, 22), "float64"), alike(np.full((3, 3), 0.2), (2, 2))
    with pytest.warns(UserWarning, match=r"psf sums to 1\.8") as caught:
        cn.deconvolve_varying(image, psfs, method="tikhonov")
    assert [warning.filename for warning in caught] == [__file__]


REFUSED = {  # psfs, keywords, error, message
    "one psf": (np.ones((3, 3)), {}, ValueError, r"psfs must have 4 axes, .*; got shape \(3, 3\)"),
    "none": (np.ones((0, 2, 3, 3)), {}, ValueError, r"psfs must have 4 axes.*got shape \(0, 2"),
    "text": (np.full((1, 1, 1, 1), "a"), {}, TypeError, "psfs must hold numbers"),
    "cells": (np.ones((21, 1, 1, 1)), {}, ValueError, r"more cells than pixels; got \(21, 1\) for"),
    "zero": (np.zeros((2, 2, 3, 3)), {}, ValueError, "psf must not be zero everywhere"),
    "nan": (np.full((2, 2, 3, 3), np.nan), {}, ValueError, "psf must be finite"),
    "overlap": (np.ones((2, 2, 1, 1)), {"overlap": 0}, ValueError, "overlap must be at least 1"),
    "axes": (np.ones((2, 2, 1, 1)), {"axes": (0, 2)}, ValueError, "axes must lie within"),
    "method": (np.ones((2, 2, 1, 1)), {"method": "x"}, ValueError, "method must be one of"),
    "keyword": (np.ones((2, 2, 1, 1)), {"nsr": 1}, TypeError, "takes the keywords regularization"),
    "boundary": (np.ones((2, 2, 1, 1)), {"boundary": "x"}, ValueError, "boundary must be one of"),
    "mask": (np.ones((2, 2, 1, 1)), {"mask": np.ones(3, bool)}, ValueError, "mask must have shape"),
    "start": (np.ones((2, 2, 1, 1)), {"start": [1]}, ValueError, "start must have the image's"),
    "callback": (np.ones((2, 2, 1, 1)), {"callback": 1}, TypeError, "callback must be callable"),
    "large": (np.ones((2, 2, 25, 1)) / 25, {}, ValueError, "psf must not be larger than the image"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused(case):
    psfs, keywords, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        cn.deconvolve_varying(values((20, 22), "float64"), psfs, **keywords)
