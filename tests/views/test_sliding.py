"""One function through another: the integrals are right, and they are what is drawn."""

import math

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import convolve_native as cn
from convolve_native.views import slide
from convolve_native.views.palette import RESULT
from convolve_native.views.signals import DECAY, SIGMA, SIGNALS
from convolve_native.views.sliding import FINENESS, Slide, _Stage

SAMPLES = [2.0, -1.0, 3.0, 0.5, 1.0]
# Of the rule of midpoints on functions of slope and curvature of a few: h^2 / 24 of them; and of
# tails that are cut, exp(-6) of the exponential's area.
NEAR = 4 / FINENESS**2 + DECAY * math.exp(-6)
PAIRS = [(f, g) for f in [*SIGNALS, SAMPLES] for g in [*SIGNALS, SAMPLES]]


def ident(value):
    return value if isinstance(value, str) else "samples"


@pytest.mark.parametrize(
    ("signal", "kernel", "exact"),
    [
        ("box", "box", lambda x: np.maximum(1 - np.abs(x), 0)),
        ("step", "exponential", lambda x: DECAY * (1 - np.exp(-x / DECAY))),
        ("exponential", "step", lambda x: DECAY * (1 - np.exp(-x / DECAY))),
        ("step", "step", lambda x: x),
        (
            "gaussian",
            "gaussian",
            lambda x: SIGMA * math.sqrt(math.pi) * np.exp(-((x / SIGMA) ** 2) / 4),
        ),
    ],
)
def test_integrals(signal, kernel, exact):
    slid = Slide.of(signal, kernel)
    np.testing.assert_allclose(slid.result, exact(slid.x), rtol=0, atol=NEAR)


@pytest.mark.parametrize(("signal", "kernel"), PAIRS, ids=ident)
def test_the_product_s_area_is_the_result(signal, kernel):
    slid = Slide.of(signal, kernel)
    areas = [slid.signal.spacing * slid.product(n).sum() for n in range(slid.x.size)]
    # Sums of some thousand products of at most 9, in another order.
    np.testing.assert_allclose(areas, slid.result, rtol=0, atol=1e-11)


@pytest.mark.parametrize(("signal", "kernel"), PAIRS, ids=ident)
def test_the_kernel_lies_where_the_product_is(signal, kernel):
    slid = Slide.of(signal, kernel)
    for n in (0, slid.x.size // 2, slid.x.size - 1):
        values, edges = slid.turned(n)
        middles = (slid.signal.edges[1:] + slid.signal.edges[:-1]) / 2
        stretch = np.searchsorted(edges, middles) - 1
        inside = (stretch >= 0) & (stretch < values.size)
        under = np.where(inside, values[stretch.clip(0, values.size - 1)], 0)
        np.testing.assert_array_equal(slid.product(n), slid.signal.values * under)


def test_given_samples_are_summed():
    slid = Slide.of([1, 3, 2], [1, 2])
    assert slid.x.tolist() == [0, 1, 2, 3]
    assert slid.result.tolist() == [1, 5, 8, 4]


@pytest.mark.parametrize(("signal", "kernel"), PAIRS, ids=ident)
def test_nothing_shows_that_an_endless_function_was_cut(signal, kernel):
    slid = Slide.of(signal, kernel)
    low, high = slid.view
    if slid.kernel.endless:
        assert slid.turned(slid.x.size - 1)[1][0] < low
    if slid.signal.endless:
        assert slid.signal.edges[-1] > high
    assert low < slid.x[0] < slid.x[-1] < high


@pytest.mark.parametrize(
    ("signal", "kernel", "frames", "count"),
    [("box", "box", 7, 7), ("box", "box", 1, 1), ([1, 2, 3], [1, 1], 60, 4), ([1], [2], 5, 1)],
)
def test_frames(signal, kernel, frames, count):
    animation = slide(signal, kernel, frames=frames)
    assert len(animation) == count
    shown = list(animation)
    assert {(frame.shape, frame.dtype.name) for frame in shown} == {((520, 720, 3), "uint8")}
    assert len({frame.tobytes() for frame in shown}) == count


def test_the_curve_that_is_drawn_is_the_engine_s():
    stage = _Stage(Slide.of(SAMPLES, [1.0, 2.0, 1.0]))
    whole = cn.convolve(SAMPLES, [1.0, 2.0, 1.0], mode="full", boundary="constant")
    for n in (0, 3, 6):
        stage.frame(n)
        assert stage.drawn.get_ydata().tolist() == whole[: n + 1].tolist()
        assert stage.point.get_ydata() == [whole[n]]
        assert stage.filled.get_data().values.sum() == whole[n]
        assert f"{whole[n]:.3f}" in stage.words.get_text()


def test_as_many_pixels_are_filled_as_the_result_is_large():
    slid = Slide.of("box", "box")
    stage = _Stage(slid)
    fill = np.rint(255 * (1 - 0.45 * (1 - np.array(to_rgb(RESULT)))))
    counts = []
    for n in (30, 50, 70, 99):
        upper = stage.frame(n)[60:290].astype(int)
        counts.append((np.abs(upper - fill).max(axis=-1) <= 1).sum() / slid.result[n])
    # Outlines cover some of it, the more of the narrower.
    assert max(counts) / min(counts) < 1.1


@pytest.mark.parametrize(
    ("signal", "kernel", "error", "message"),
    [
        ("swirl", "box", ValueError, "signal must be one of 'box', 'triangle', 'gaussian', "),
        ("box", "", ValueError, "kernel must be one of 'box', 'triangle', "),
        ([[1.0]], "box", ValueError, r"signal must have one axis; got shape \(1, 1\)"),
        ([], "box", ValueError, r"signal must hold pixels along an axis at least; got \(0,\)"),
        ([1, np.nan], "box", ValueError, r"signal must be finite; got nan at \(1,\)"),
        ([1e31], "box", ValueError, r"signal must be within 1e\+30 to be drawn; got 1e\+31"),
        ([1j], "box", TypeError, "signal must be real; got complex numbers"),
    ],
)
def test_refusals(signal, kernel, error, message):
    with pytest.raises(error, match=f"^{message}"):
        slide(signal, kernel)


@pytest.mark.parametrize(("frames", "error"), [(0, ValueError), (-3, ValueError), (2.5, TypeError)])
def test_frames_are_counted(frames, error):
    with pytest.raises(error, match=r"^frames must be "):
        slide("box", "box", frames=frames)
