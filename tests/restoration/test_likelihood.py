"""Richardson-Lucy sample by sample: its formula for every boundary, and scikit-image."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.boundary import OUTSIDES
from convolve_native.loops import poisson
from tests.cases import values, weights

SHAPE = (9, 10)


def drawn(taps, seed=0):
    """A lopsided PSF of unit sum without zeros."""
    psf = np.abs(weights(taps, seed=seed)) + 0.01
    return psf / psf.sum()


def matrix(psf, boundary, anchor):
    """The blur as a matrix, and which samples of the scene are the image's."""
    (rows, columns), (tall, wide) = SHAPE, psf.shape
    if boundary != "unknown":
        pulses = np.eye(rows * columns).reshape(-1, *SHAPE)
        options = {"boundary": boundary, "anchor": anchor, "method": "direct"}
        blurred = [cn.convolve(pulse, psf, **options).reshape(-1) for pulse in pulses]
        return np.array(blurred).T, np.ones(rows * columns, bool)
    large = rows + tall - 1, columns + wide - 1
    whole = np.zeros((rows, columns, *large))
    for i, j in np.ndindex(rows, columns):
        whole[i, j, i : i + tall, j : j + wide] = psf[::-1, ::-1]
    at = [k - 1 - a for k, a in zip(psf.shape, anchor, strict=True)]
    inside = np.zeros(large, bool)
    inside[at[0] : at[0] + rows, at[1] : at[1] + columns] = True
    return whole.reshape(rows * columns, -1), inside.reshape(-1)


def reference(image, blur, inside, iterations, w, background=0.0, readout=0.0, damping=0.0):
    """The plain iteration as it is written."""
    y, seen = image.reshape(-1), blur.T @ (w > 0)
    mean = (np.average(y, weights=w) - background) / blur.sum(axis=1).max()
    x = np.full(blur.shape[1], mean)
    for _ in range(iterations):
        light = np.maximum(y + readout, 0)
        model = blur @ x + background + readout
        ratio = light / model
        if damping:
            deviance = light * np.log(np.where(light > 0, ratio, 1)) - light + model
            u = np.minimum(2 / damping**2 * deviance, 1)
            ratio = 1 + u**9 * (10 - 9 * u) * (light - model) / model
        factor = blur.T @ (w * ratio) / np.maximum(blur.T @ w, 1e-300)
        x = np.where(seen > 0.01, x * factor, x)
    return x[inside].reshape(SHAPE)


CASES = {
    "plain": {},
    "background": {"background": 3.0},
    "readout": {"readout": 4.0},
    "damped": {"damping": 3.0},
    "all": {"background": 2.0, "readout": 4.0, "damping": 1.0},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("boundary", OUTSIDES)
@pytest.mark.parametrize("taps", [(3, 4), (1, 5), (5, 2)], ids=str)
def test_plain_is_the_formula(case, boundary, taps):
    image = 20 * np.abs(values(SHAPE, "float64"))
    image[2, 3:5] = 0
    psf, w = drawn(taps), np.random.default_rng(1).random(SHAPE)
    w[6, 6] = 0
    known = np.random.default_rng(2).random(SHAPE) < 0.9
    for anchor in ((taps[0] - 1, 0), tuple((k - 1) // 2 for k in taps)):
        blur, inside = matrix(psf, boundary, anchor)
        options = {"boundary": boundary, "anchor": anchor, "acceleration": None, "iterations": 6}
        result = cn.richardson_lucy(image, psf, weights=w, mask=known, **options, **CASES[case])
        wanted = reference(image, blur, inside, 6, (w * known).reshape(-1), **CASES[case])
        # Six iterations of two sums of at most 15 products each, in float64; damping's ninth power
        # multiplies a rounding by ten.
        np.testing.assert_allclose(result, wanted, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_float32_is_near_float64(case, photograph):
    image = photograph[200:300, 200:310, 1].astype(np.float32)
    options = {"iterations": 30, **CASES[case]}
    exact = cn.richardson_lucy(image.astype(np.float64), drawn((7, 7)), **options)
    result = cn.richardson_lucy(image, drawn((7, 7)), **options)
    # An over-relaxed iteration may double a rounding of the last, eps 1.2e-7 of a few hundred, in
    # every direction that the blur leaves open: thousands of it, not 1.
    assert np.abs(result - exact).max() < 0.5


@pytest.mark.parametrize("shape", [(1, 40), SHAPE, (4, 5, 6)], ids=str)
def test_total_variation_is_the_formula(shape):
    taps = [min(n, 3) for n in shape]
    image, psf, tv = 20 * np.abs(values(shape, "float64")) + 5, drawn(taps), 0.05
    axes = tuple(range(len(shape)))
    options = {"boundary": "symmetric", "acceleration": None, "iterations": 1, "axes": axes}
    start = cn.richardson_lucy(image, psf, **options)
    result = cn.richardson_lucy(image, psf, tv=tv, start=start, **options)
    steps = [np.diff(start, axis=axis, append=start.take([-1], axis)) for axis in axes]
    length = np.sqrt(sum(map(np.square, steps)) + (8 * len(axes) * tv * start) ** 2)
    slopes = [np.diff(each / length, axis=axis, prepend=0) for axis, each in enumerate(steps)]
    plain = cn.richardson_lucy(image, psf, start=start, **options)
    np.testing.assert_allclose(result, plain / (1 - tv * sum(slopes)), rtol=1e-12)  # float64


@pytest.mark.parametrize("acceleration", [None, "biggs-andrews", "heavy-ball"])
@pytest.mark.parametrize("tv", [0.002, 0.02, 0.2])
@pytest.mark.parametrize("axes", [2, 3])
def test_total_variation_leaves_what_is_flat(acceleration, tv, axes):
    """No rounding grows: where the light is seen in part, no two samples are quite alike."""
    psf = cn.kernels.motion(5, 20) if axes == 2 else drawn((3, 3, 3))
    image, options = np.full((7, 20, 30)[-axes:], 7.0), {"acceleration": acceleration}
    result = cn.richardson_lucy(image, psf, tv=tv, iterations=100, **options)
    np.testing.assert_allclose(result, image, rtol=1e-10)  # 100 iterations in float64


@pytest.mark.parametrize("shape", [(9, 70), (1, 70), (9, 1)], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_left_is_compared_with_its_neighbours(shape, weighted):
    observed, blurred = (values(shape, "float64", seed) for seed in (0, 1))
    weights = np.random.default_rng(2).random(shape if weighted else (1, shape[1]))
    rows, sums = np.full((2, shape[1]), np.nan), np.zeros((3, shape[1]))
    compare = poisson.neighbours.compiled(observed.dtype)
    compare(observed, 2.0, 3.0, blurred, weights, rows, sums)
    left = weights * (np.maximum(observed + 2, 0) - blurred - 3)
    own, beside = np.square(left).sum(), (left[:, 1:] * left[:, :-1]).sum()
    over = (left[1:] * left[:-1]).sum()
    np.testing.assert_allclose(sums.sum(axis=1), [own, beside, over], rtol=1e-12)  # float64


def test_total_variation_flattens(photograph):
    scene = photograph[300:400, 300:420, 1].astype(float)
    psf = cn.kernels.disk(2)
    blurred = np.random.default_rng(0).poisson(cn.convolve(scene, psf)).astype(float)
    errors = [
        np.square(cn.richardson_lucy(blurred, psf, tv=tv, iterations=30) - scene).mean()
        for tv in (0, 0.01)
    ]
    assert errors[1] < 0.6 * errors[0]


@pytest.mark.parametrize("taps", [(5, 5), (9, 7)], ids=str)
def test_plain_is_that_of_scikit_image(photograph, taps):
    """Which has zeros outside, and begins at 0.5; it does not weigh what falls off the edge."""
    restoration = pytest.importorskip("skimage.restoration")
    scene, psf = np.zeros((120, 130)), drawn(taps)
    scene[30:-30, 30:-30] = photograph[300:360, 300:370, 1] / 255
    blurred = cn.convolve(scene, psf, boundary="constant")
    theirs = restoration.richardson_lucy(blurred, psf, num_iter=10, filter_epsilon=None, clip=False)
    half = np.full(scene.shape, 0.5)
    options = {"iterations": 10, "acceleration": None, "boundary": "constant"}
    inner = (slice(30, -30), slice(30, -30))  # black margins keep the edges away, where they differ
    for dtype, rtol in (("float64", 1e-5), ("float32", 1e-4)):  # the bar, and what rounding adds
        ours = cn.richardson_lucy(blurred.astype(dtype), psf, start=half, **options)
        np.testing.assert_allclose(ours[inner], theirs[inner], rtol=rtol)
