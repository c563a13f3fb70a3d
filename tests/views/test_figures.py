"""Figures hold the numbers of the library: looked for in their axes, not in their pixels."""

import re
import sys

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import kernels, views
from convolve_native.views.card import facts
from convolve_native.views.scenes import reduced

PHOTO = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
GREY = reduced(PHOTO, 32).astype(np.float64)
MOTION = kernels.motion(5, 30)


def titled(figure, title):
    (found,) = (axes for axes in figure.axes if axes.get_title() == title)
    return found


def shown(figure, title):
    return np.asarray(titled(figure, title).images[0].get_array())


def test_a_gaussian_in_two_passes(drawn):
    views.passes(PHOTO, 1.5)
    (figure,) = drawn
    taps = kernels.gaussian(1.5, ndim=1)
    once = cn.convolve(GREY, taps, axes=1)
    np.testing.assert_array_equal(shown(figure, "image"), GREY)
    np.testing.assert_array_equal(shown(figure, "first pass: across"), once)
    np.testing.assert_array_equal(
        shown(figure, "second pass: down"), cn.convolve(once, taps, axes=0)
    )
    weights = shown(figure, f"weights of both in one: {taps.size**2}")
    np.testing.assert_array_equal(weights, np.outer(taps, taps))
    # Two sums of 13 products at most 1, in float64, beside one of 169.
    assert np.abs(shown(figure, "two passes less both in one")).max() < 1e-14


def test_a_box_beside_a_gaussian(drawn):
    views.smoothing()
    (figure,) = drawn
    edge, noise = shown(figure, "an edge"), shown(figure, "noise")
    taps = kernels.box(9, ndim=1)
    np.testing.assert_array_equal(shown(figure, "an edge, box"), cn.convolve(edge, (taps, taps)))
    np.testing.assert_array_equal(shown(figure, "noise, box"), cn.convolve(noise, (taps, taps)))
    across = {line.get_label(): line for line in titled(figure, "across the edge").lines}
    np.testing.assert_array_equal(
        across["Gaussian"].get_ydata(), shown(figure, "an edge, Gaussian")[24]
    )
    left = {line.get_label(): line for line in titled(figure, "what is left of waves").lines}
    at, response = left["box"].get_data()
    exact = np.sin(9 * np.pi * at[1:]) / (9 * np.sin(np.pi * at[1:]))
    np.testing.assert_allclose(response[1:], exact, atol=1e-12)  # sums of 9 weights
    assert left["Gaussian"].get_ydata().min() > -1e-3  # but for its cut, no wave turns over


def test_the_convolution_theorem(drawn):
    views.theorem(PHOTO, MOTION)
    (figure,) = drawn
    convolved = cn.convolve(GREY, MOTION, boundary="wrap")
    inverse = shown(figure, "f * g: the inverse of the product")
    np.testing.assert_allclose(inverse, convolved, atol=1e-14)  # of some log2(768) roundings
    spectra = [shown(figure, title) for title in ("spectrum  F", "spectrum  G", "product  F · G")]
    assert [spectrum.max() for spectrum in spectra] == [0, 0, 0]
    direct = np.log10(np.abs(np.fft.fftshift(np.fft.fft2(convolved))))
    bright = spectra[2] > -4
    np.testing.assert_allclose((spectra[2] - direct + direct.max())[bright], 0, atol=1e-9)


def test_deconvolution(drawn):
    views.deconvolution(PHOTO, MOTION, noise=0.02)
    (figure,) = drawn
    blurred = shown(figure, "blurred, noise of 0.02")
    told = cn.wiener(blurred, MOTION, boundary="wrap", full_output=True)
    restored = shown(figure, f"Wiener, ratio {told.parameter:.1g}, found")
    np.testing.assert_array_equal(restored, told.image)
    notes = [axes.get_xlabel() for axes in figure.axes if axes.images]
    errors = [float(note.split()[1]) for note in notes if note]
    assert errors[1] > errors[0]  # the naive one is worse than the blur
    assert errors[2] == pytest.approx(np.sqrt(np.square(restored - GREY).mean()), abs=1e-3)
    curve = titled(figure, "the parameter: too small keeps noise, too large keeps blur")
    lines = {line.get_label(): line for line in curve.lines}
    for nsr, error in list(zip(*lines["error"].get_data(), strict=True))[::8]:
        tried = cn.wiener(blurred, MOTION, nsr=float(nsr), boundary="wrap")
        assert error == pytest.approx(np.sqrt(np.square(tried - GREY).mean()))
    assert lines["the ratio that is found"].get_xdata()[0] == told.parameter
    (score,) = figure.axes[-1].lines
    assert set(score.get_ydata()) <= set(told.curve.scores)


def test_a_kernel_card(drawn):
    weights = kernels.sobel(axis=1)
    views.kernel_card(weights, "Sobel")
    (figure,) = drawn
    assert figure.get_suptitle() == "Sobel"
    np.testing.assert_array_equal(shown(figure, "weights"), weights)
    assert [text.get_text() for text in titled(figure, "weights").texts][:3] == ["1", "0", "-1"]
    assert shown(figure, "spectrum (magnitude)").max() == pytest.approx(8, abs=1e-2)
    words = {text.get_text() for axes in figure.axes for text in axes.texts}
    method = cn.choose_method(np.zeros((1024, 1024), np.float32), weights).method
    assert {"DC gain", "rank", "odd in columns", "method", method} <= words


def test_what_a_card_says():
    said = facts(kernels.box(5))
    first = {key: line for key, line in said if key}
    assert list(first) == ["shape", "rank", "DC gain", "symmetry", "norms", "centroid", "method"]
    assert list(first.values())[:-1] == [
        *("5 x 5", "1", "1", "even in rows", "sum |k| = 1", "0 rows")
    ]
    assert re.fullmatch(r"[\d.e+-]+ ms predicted for", said[-2][1])


def test_nothing_is_cut_off(drawn):
    for draw in (
        lambda: views.passes(PHOTO),
        views.smoothing,
        lambda: views.theorem(PHOTO, MOTION),
        lambda: views.deconvolution(PHOTO, MOTION),
        lambda: views.kernel_card(kernels.laplacian_of_gaussian(1.0), "a kernel"),
    ):
        picture = draw()
        outer = np.concatenate([picture[:2].reshape(-1, 3), picture[:, :2].reshape(-1, 3)])
        assert (outer == 255).all()
        canvas = drawn[-1].bbox
        for axes in drawn[-1].axes:
            box = axes.get_tightbbox()
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= canvas.x1
            assert box.y1 <= canvas.y1


@pytest.mark.parametrize("name", ["passes", "theorem", "deconvolution"])
def test_photographs_and_colours_are_checked(name):
    draw = getattr(views, name)
    rest = () if name == "passes" else (MOTION,)
    with pytest.raises(ValueError, match=r"^image must be \(H, W\), \(H, W, 3\) or \(H, W, 4\); "):
        draw(np.ones((4, 4, 2)), *rest)
    with pytest.raises(ValueError, match=r"^colours must be one of 'gray', .*; got 'jet'$"):
        draw(PHOTO, *rest, colours="jet")


def test_kernels_and_noise_are_checked():
    for draw in (views.kernel_card, lambda kernel: views.theorem(PHOTO, kernel)):
        with pytest.raises(ValueError, match=r"^kernel must have two axes; got shape \(3,\)$"):
            draw([1, 2, 1])
    with pytest.raises(ValueError, match=r"^noise must be finite and > 0; got 0$"):
        views.deconvolution(PHOTO, MOTION, noise=0)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    for module in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r'^figures need the extra "plot": python -m pip'):
        views.smoothing()


def test_names_are_loaded_as_they_are_used():
    assert set(dir(views)) == set(views.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'slyde'"):
        views.slyde  # noqa: B018  # the access is what is tested
