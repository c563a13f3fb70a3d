"""A window over an image: what lies under it, times the weights, is the pixel that is drawn."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import kernels
from convolve_native.views import window
from convolve_native.views.stepping import LONGEST, Steps, _Stage

RNG = np.random.default_rng(0)
SMALL = RNG.integers(0, 256, (5, 7), np.uint8)
KERNELS = {
    "sobel": kernels.sobel(axis=1),
    "even": RNG.normal(size=(2, 4)),
    "row": RNG.normal(size=(1, 3)),
    "larger": RNG.normal(size=(7, 9)),
    "one": np.array([[2.0]]),
}


@pytest.mark.parametrize("boundary", cn.BOUNDARIES)
@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_what_lies_under_the_window_makes_the_result(kernel, boundary):
    steps = Steps(SMALL, kernel, boundary)
    np.testing.assert_array_equal(steps.image, SMALL)
    sums = [
        [(steps.under(row, column) * steps.turned).sum() for column in range(7)] for row in range(5)
    ]
    # Sums of 63 products of some 500 at most, in another order.
    np.testing.assert_allclose(sums, steps.result, rtol=0, atol=1e-10)
    exact = cn.convolve(SMALL.astype(float), kernel, boundary=boundary)
    np.testing.assert_array_equal(steps.result, exact)


def test_a_photograph_is_averaged_down():
    photo = np.repeat(np.repeat(SMALL[:3, :4], 8, axis=0), 8, axis=1)
    steps = Steps(photo, np.ones((1, 1)), "wrap")
    assert steps.image.shape == (12, LONGEST)
    np.testing.assert_array_equal(steps.image[::4, ::4], SMALL[:3, :4])


@pytest.mark.parametrize(
    "image",
    [SMALL.astype(np.uint16) * 257, SMALL.astype(int), SMALL / 255, np.stack([SMALL] * 3, axis=-1)],
    ids=["16-bit", "signed", "float", "RGB"],
)
def test_pixels_are_bytes_whatever_was_given(image):
    np.testing.assert_array_equal(Steps(image, np.ones((1, 1)), "wrap").image, SMALL)


def test_the_result_is_filled_in_step_by_step():
    steps = Steps(SMALL, kernels.sobel(axis=1), "constant")
    stage = _Stage(steps, "gray")
    for place in (0, 9, 34):
        row, column = divmod(place, 7)
        stage.frame(place)
        shown = np.ma.filled(stage.made.get_array(), np.nan).ravel()
        np.testing.assert_array_equal(shown[: place + 1], steps.result.ravel()[: place + 1])
        assert np.isnan(shown[place + 1 :]).all()
        np.testing.assert_array_equal(stage.under.get_array(), steps.under(row, column))
        assert stage.outline.get_xy() == (column - 0.5, row - 0.5)
        assert stage.words.get_text() == f"sum of products: {steps.result[row, column]:.1f}"
        assert stage.numbers[0].get_text() == f"{steps.under(row, column)[0, 0]:.0f}\nx -1"


def test_products_that_would_not_be_legible_are_left_out():
    assert len(_Stage(Steps(SMALL, np.ones((5, 2)), "wrap"), "gray").numbers) == 10
    assert _Stage(Steps(SMALL, np.ones((6, 2)), "wrap"), "gray").numbers == []


def test_frames_and_colours():
    grey = window(SMALL, kernels.box(3), frames=3)
    assert len(grey) == 3
    assert len(window(SMALL, kernels.box(3), frames=100)) == SMALL.size
    frames = list(grey)
    assert {frame.shape for frame in frames} == {(360, 840, 3)}
    assert len({frame.tobytes() for frame in frames}) == 3
    coloured = window(SMALL, kernels.box(3), frames=3, colours="viridis").draw(2)
    assert np.abs(coloured.astype(int) - frames[2]).max() > 50


@pytest.mark.parametrize(
    ("image", "kernel", "keywords", "message"),
    [
        (SMALL, np.ones(3), {}, r"kernel must have two axes; got shape \(3,\)"),
        (SMALL, [[np.inf]], {}, r"kernel must be finite; got inf at \(0, 0\)"),
        (np.ones(3), [[1.0]], {}, r"image must be \(H, W\), \(H, W, 3\) or \(H, W, 4\); got shape"),
        (SMALL, [[1.0]], {"colours": "jet"}, "colours must be one of 'gray', 'viridis', "),
        (SMALL, [[1.0]], {"boundary": "edge"}, "boundary must be one of .*, say 'nearest'"),
        (SMALL, [[1.0]], {"frames": 0}, "frames must be at least 1; got 0"),
    ],
)
def test_refusals(image, kernel, keywords, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        window(image, kernel, **keywords)
