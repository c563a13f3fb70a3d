"""Richardson-Lucy: what it is used for, and what it never does."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.restoration import planes
from tests import pairs
from tests.cases import values
from tests.restoration.test_likelihood import drawn


def objective(image, psf, iterations, acceleration):
    options = {"iterations": iterations, "acceleration": acceleration, "full_output": True}
    return cn.richardson_lucy(image, psf, **options).objective


@pytest.mark.parametrize("acceleration", ["biggs-andrews", "heavy-ball"])
@pytest.mark.parametrize("noisy", [False, True])
def test_25_accelerated_iterations_do_what_150_plain_ones_do(photograph, acceleration, noisy):
    scene = photograph[300:460, 300:470, 1].astype(float)
    for psf in (cn.kernels.gaussian(2.0), cn.kernels.motion(15, 30), drawn((9, 9))):
        blurred = cn.convolve(scene, psf)
        image = np.random.default_rng(0).poisson(blurred) if noisy else blurred
        image = image.astype(np.float32)
        plain = objective(image, psf, 150, None)
        assert np.all(np.diff(plain) < 0)
        assert objective(image, psf, 25, acceleration)[-1] <= plain[-1]


@pytest.mark.parametrize("acceleration", ["biggs-andrews", "heavy-ball"])
@pytest.mark.parametrize("sky", [0, 1])
def test_stars_are_not_overshot(acceleration, sky):
    """Lone points under a rugged PSF: 25 iterations still do what 100 plain ones do."""
    rng = np.random.default_rng(0)
    stars = np.full((100, 110), float(sky))
    stars[rng.integers(100, size=30), rng.integers(110, size=30)] += 1e4 * rng.random(30)
    psf = rng.random((15, 15)) ** 4
    psf /= psf.sum()
    image = rng.poisson(np.maximum(cn.convolve(stars, psf), 0)).astype(np.float32)
    plain = objective(image, psf, 100, None)
    found = objective(image, psf, 25, acceleration)
    assert found[-1] <= plain[-1]
    assert np.all(np.array(found) <= np.array(plain[:25]) * (1 + 1e-6))  # rounding in float32


def offset(image, scene):
    """By how much an image stands off a scene, to first order in each axis."""
    slopes = np.gradient(scene)
    return [-((image - scene) * slope).sum() / np.square(slope).sum() for slope in slopes]


@pytest.mark.parametrize("taps", [(7, 7), (8, 8), (10, 3), (1, 6)], ids=str)
@pytest.mark.parametrize("boundary", ["unknown", "constant", "wrap"])
def test_the_result_stands_where_the_scene_stood(taps, boundary):
    rows, columns = np.ogrid[:64, :65]
    scene = np.exp(-((rows - 31.0) ** 2 + (columns - 33.0) ** 2) / 32)
    np.testing.assert_allclose(offset(np.roll(scene, 1, 1), scene), [0, 1], atol=0.05)
    for anchor in (None, (0, 0), tuple(k - 1 for k in taps)):
        options = {"anchor": anchor, "boundary": boundary}
        blurred = cn.convolve(scene, drawn(taps), anchor=anchor, boundary="constant")
        result = cn.richardson_lucy(blurred, drawn(taps), **options)
        np.testing.assert_allclose(offset(result, scene), [0, 0], rtol=0, atol=0.01)  # the bar


@pytest.mark.parametrize("acceleration", [None, "biggs-andrews", "heavy-ball"])
def test_no_ring_stands_at_the_frame(photograph, acceleration):
    """The outside is really unknown: the blurred photograph is cut out of a larger one."""
    for psf in (cn.kernels.disk(5), cn.kernels.motion(15, 30), drawn((12, 9))):
        border, inner = [], []
        for row, column in ((100, 300), (300, 300), (400, 600), (50, 50)):
            scene = photograph[row : row + 160, column : column + 150, 1].astype(float)
            blurred = cn.convolve(scene, psf, mode="valid")
            result = cn.richardson_lucy(blurred, psf, acceleration=acceleration)
            tall, wide = psf.shape
            first = tall - 1 - (tall - 1) // 2, wide - 1 - (wide - 1) // 2
            inside = tuple(slice(f, f + n) for f, n in zip(first, blurred.shape, strict=True))
            square = np.square(result - scene[inside])
            within = np.zeros(square.shape, bool)
            within[tall:-tall, wide:-wide] = True
            border.append(square[~within].mean())
            inner.append(square[within].mean())
        assert np.sqrt(np.mean(border)) <= 1.5 * np.sqrt(np.mean(inner))  # the bar


@pytest.mark.parametrize("acceleration", [None, "biggs-andrews", "heavy-ball"])
def test_nothing_leaves_the_scale(acceleration):
    """Stars on nothing, saturation, noise about nothing, negative taps, the ends of float32."""
    rng = np.random.default_rng(0)
    stars = np.zeros((40, 41))
    stars[rng.integers(40, size=9), rng.integers(41, size=9)] = 1e4
    psf = cn.kernels.gaussian(1.5)
    images = {
        "stars": cn.convolve(stars, psf),
        "saturated": np.minimum(cn.convolve(stars, psf), 100),
        "noise": rng.normal(size=stars.shape),
        "one": np.where(np.arange(41) == 20, 1e30, 0) * np.ones((40, 1)),
        "small": 1e-38 * rng.random(stars.shape),
        "large": 1e37 * rng.random(stars.shape),
        "negative": -rng.random(stars.shape),
    }
    for name, image in images.items():
        for boundary in ("unknown", "constant", "symmetric"):
            options = {"boundary": boundary, "iterations": 60, "acceleration": acceleration}
            result = cn.richardson_lucy(image.astype(np.float32), psf, **options)
            assert np.isfinite(result).all(), name
            # Light is gathered: from all taps of the PSF, and into what the edge hides of them.
            assert np.abs(result).max() <= 100 * np.abs(image).max(), (name, boundary)


def test_a_psf_of_negative_taps_ends_finite():
    psf = np.array([[0.0, -0.2, 0], [-0.2, 1.8, -0.2], [0, -0.2, 0]])
    with pytest.warns(UserWarning, match="negative taps"):
        result = cn.richardson_lucy(100 * np.abs(values((30, 31), "float32")), psf, iterations=100)
    assert np.isfinite(result).all()


@pytest.mark.parametrize("boundary", ["constant", "symmetric", "wrap"])
def test_work_is_resumed(boundary):
    image, psf = 20 * np.abs(values((30, 31), "float32")), drawn((5, 4))
    options = {"boundary": boundary, "acceleration": None}
    whole = cn.richardson_lucy(image, psf, iterations=7, **options)
    half = cn.richardson_lucy(image, psf, iterations=3, **options)
    again = cn.richardson_lucy(image, psf, iterations=4, start=half, **options)
    np.testing.assert_array_equal(whole, again)


@pytest.mark.parametrize("acceleration", [None, "biggs-andrews", "heavy-ball"])
@pytest.mark.parametrize("own", [{}, {"tv": 0.01, "damping": 1.0, "background": 1.0}], ids=str)
def test_workers_do_not_show(acceleration, own, monkeypatch):
    monkeypatch.setattr(planes, "PAYS", 1)
    image, psf = 20 * np.abs(values((300, 310), "float32")), drawn((5, 4))
    options = {"iterations": 4, "acceleration": acceleration, **own}
    one, two = (cn.richardson_lucy(image, psf, workers=n, **options) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_it_stops_by_a_rule_and_by_the_callback(photograph):
    image = photograph[300:400, 300:420, 1].astype(float)
    psf = cn.kernels.disk(2)
    blurred = cn.convolve(image, psf)
    options = {"acceleration": None, "full_output": True}
    result = cn.richardson_lucy(blurred, psf, iterations=500, tolerance=0.02, **options)
    steps = -np.diff(result.objective) / result.objective[:-1]
    assert 5 < result.iterations < 500
    assert np.all(steps[:-1] > 0.02)
    assert steps[-1] <= 0.02
    seen = []
    stopped = cn.richardson_lucy(blurred, psf, callback=lambda n, x: seen.append(x) or n == 3)
    assert len(seen) == 3
    np.testing.assert_array_equal(stopped, seen[-1])


def test_the_divergence_and_the_residual_are_those_of_the_result(photograph):
    image = photograph[300:380, 300:390] + 1.0
    psf, w = drawn((5, 5)), np.random.default_rng(0).random(image.shape)
    options = {"boundary": "mirror", "background": 3, "weights": w, "full_output": True}
    result = cn.richardson_lucy(image, psf, iterations=5, **options)
    model = cn.convolve(result.image, psf, boundary="mirror") + 3
    divergence = (w * (image * np.log(image / model) - image + model)).sum()
    np.testing.assert_allclose(result.objective[-1], divergence, rtol=1e-9)  # float64 sums
    rms = np.sqrt(np.square(image - model).mean())
    np.testing.assert_allclose(result.residual[-1], rms, rtol=1e-9)
    assert len(result.objective) == len(result.residual) == result.iterations == 5


@pytest.mark.parametrize("acceleration", [None, "biggs-andrews", "heavy-ball"])
@pytest.mark.parametrize("light", [None, 50, 2000])
@pytest.mark.parametrize("kind", pairs.KINDS)
def test_by_default_it_stops_before_it_fits_the_noise(acceleration, light, kind):
    """Noise of one strength, or of the light itself: a decibel below the best number at most."""
    pair = pairs.pair(kind, 1, noise=0 if light else 5, side=128)
    image, options, found = pair.blurred, {"acceleration": acceleration}, []
    if light:
        image = np.random.default_rng(0).poisson(light * image) / light

    def score(_, estimate):
        found.append(pairs.psnr(estimate, pair.scene))

    cn.richardson_lucy(image, pair.psf, iterations=30, callback=score, **options)
    result = cn.richardson_lucy(image, pair.psf, full_output=True, **options)
    assert pairs.psnr(result.image, pair.scene) > max(found) - 1
    assert not [remark for remark in result.warnings if "over-iterated" in remark]
    counted = cn.richardson_lucy(image, pair.psf, iterations=result.iterations, **options)
    np.testing.assert_array_equal(result.image, counted)


def test_without_noise_it_goes_on(photograph):
    blurred = cn.convolve(photograph[300:400, 300:420, 1].astype(float), cn.kernels.disk(3))
    assert cn.richardson_lucy(blurred, cn.kernels.disk(3), full_output=True).iterations == 30


def test_a_number_is_that_many_iterations():
    noise = 10 + np.random.default_rng(0).normal(size=(60, 61))
    counts = [
        cn.richardson_lucy(noise, drawn((3, 3)), full_output=True, **own).iterations
        for own in ({}, {"iterations": 20})
    ]
    assert counts == [1, 20]


def test_too_many_iterations_are_remarked(photograph):
    scene = photograph[300:500, 300:520, 1].astype(float)
    psf = cn.kernels.disk(3)
    noisy = np.random.default_rng(0).poisson(cn.convolve(scene, psf)).astype(float)
    few, many = (
        cn.richardson_lucy(noisy, psf, iterations=n, full_output=True).warnings for n in (4, 60)
    )
    assert not [remark for remark in few if "over-iterated" in remark]
    assert [remark for remark in many if remark.startswith("over-iterated: neighbours in what")]


REFUSED = {
    "iterations": ({"iterations": 0}, "iterations must be at least 1; got 0"),
    "word": ({"iterations": "many"}, "iterations must be one of 'auto'; got 'many'"),
    "acceleration": ({"acceleration": "fast"}, "acceleration must be one of 'biggs-andrews', "),
    "damping": ({"damping": -1}, "damping must be finite and >= 0; got -1"),
    "background": ({"background": np.nan}, "background must be finite and >= 0; got nan"),
    "readout": ({"readout": -1}, "readout must be finite and >= 0; got -1"),
    "tv": ({"tv": -0.1}, "tv must be finite and >= 0; got -0.1"),
    "tolerance": ({"tolerance": 0}, "tolerance must be finite and > 0; got 0"),
    "shape": ({"weights": np.ones((2, 2))}, r"weights must have the image's shape \(6, 5\)"),
    "negative": ({"weights": -np.ones((6, 5))}, "weights must be finite and >= 0"),
    "none": ({"weights": np.zeros((6, 5))}, "weights must be finite and >= 0, and not all"),
    "psf": ({"psf": [[1.0, -2.0]]}, "psf must have a positive sum for richardson_lucy; got -1"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore:psf")
def test_bad_parameters_are_refused(case):
    changes, message = REFUSED[case]
    options = {"psf": np.full((3, 3), 1 / 9), **changes}
    with pytest.raises(ValueError, match=message):
        cn.richardson_lucy(np.ones((6, 5)), options.pop("psf"), **options)
