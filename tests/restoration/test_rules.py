"""How a restoration finds its own regularisation."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.checks import Scene
from convolve_native.restoration.rules import (
    AUTO,
    DOUBT,
    RULES,
    Cells,
    Spectrum,
    choose,
    find,
    lowest,
    sparse,
)
from convolve_native.restoration.task import Task
from tests import pairs

PARAMETERS = {
    "wiener": "nsr",
    "tikhonov": "regularization",
    "total_variation": "regularization",
    "hyper_laplacian": "regularization",
}
NOISE = 0.02  # variance of what is drawn below


def drawn(slope=1.4, side=256, noise=NOISE, seed=0):
    """A spectrum as the model has it, whole, and the power of its scene."""
    steps = 2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(side))
    gradient = np.add.outer(steps, steps).ravel()[1:]
    psf = np.zeros((side, side))
    psf[:5, :7] = cn.kernels.motion(6, 30)[:5, :7]
    blur = np.square(np.abs(np.fft.fft2(psf / psf.sum()))).ravel()[1:]
    scene = 0.1 * gradient**-slope
    exponential = np.random.default_rng(seed).exponential(size=blur.size)
    observed = exponential * (noise + blur * scene)
    return Spectrum(observed, blur, blur, gradient, np.ones(blur.size)), scene


def direct(rule, spectrum, power, noise, weight):
    """The textbook's formulas over the whole spectrum."""
    rest = 1 - spectrum.blur / (spectrum.blur + weight * power)
    residual = (rest**2 * spectrum.observed).sum()
    return {
        "gcv": residual / rest.sum() ** 2,
        "sure": residual - rest.size * noise + 2 * noise * (1 - rest).sum(),
        "discrepancy": abs(residual / (rest.size * noise) - 1),
    }[rule]


@pytest.mark.parametrize("slope", [0.9, 1.4, 2.0])
def test_noise_and_scene_are_found(slope):
    spectrum, _ = drawn(slope)
    cells = Cells(spectrum, spectrum.gradient)
    found = find(cells)
    doubt = DOUBT**2 * spectrum.observed.mean()
    # 65000 frequencies, of which noise rules in most: 1 % by chance, 2 % by an error of the PSF.
    assert found.noise == pytest.approx(NOISE + doubt, rel=0.05)
    law = 0.1 * cells.gradient**-slope
    inside = cells.count * np.square(cells.blur * law / (NOISE + cells.blur * law)) > 100
    # A hundred frequencies' worth of scene in a cell, and more in its band, strays by 10 %.
    np.testing.assert_allclose(found.scene[inside], law[inside], rtol=0.3)
    assert inside.sum() >= 5


def test_a_scene_that_no_power_law_fits_is_found_by_bands():
    """Next to nothing in some octaves: no power is made up there."""
    plain, scene = drawn()
    gap = (plain.gradient > 0.2) & (plain.gradient < 1.5)
    scene = np.where(gap, 1e-3 * scene, scene)
    exponential = np.random.default_rng(1).exponential(size=gap.size)
    spectrum = plain._replace(observed=exponential * (NOISE + plain.blur * scene))
    cells = Cells(spectrum, spectrum.gradient)
    found = find(cells)
    within = (cells.gradient > 0.3) & (cells.gradient < 1.2)
    law = 0.1 * cells.gradient**-1.4
    assert cells.total(np.where(within, found.scene / law, 0)) < 0.15 * cells.total(within)


@pytest.mark.parametrize("operator", ["identity", "gradient", "laplacian"])
def test_the_likelihood_finds_the_least_error(operator):
    """Against the error of the scene that was drawn, over a fine ladder of weights."""
    spectrum, scene = drawn()
    power = spectrum.gradient ** {"identity": 0, "gradient": 1, "laplacian": 2}[operator]

    def error(weight):
        whole = spectrum.blur + weight * power
        lost = np.square(weight * power / whole) * scene
        return (lost + NOISE * spectrum.blur / whole**2).sum()

    least = min(map(error, np.geomspace(1e-4, 10, 200)))
    curve = choose("auto", spectrum, power)
    assert curve.rule == AUTO == "likelihood"
    # Quadratic about the least: a weight 20 % off, by noise or cells, costs 0.5 % or so.
    assert error(curve.best) < 1.01 * least


@pytest.mark.parametrize("rule", [name for name in RULES if name != AUTO])
def test_a_rule_is_its_formula_over_the_whole_spectrum(rule):
    spectrum, _ = drawn(side=128)
    curve = choose(rule, spectrum, spectrum.gradient)
    noise = find(Cells(spectrum, spectrum.gradient)).noise
    ladder = np.geomspace(curve.best / 4, curve.best * 4, 81)
    scores = [direct(rule, spectrum, spectrum.gradient, noise, weight) for weight in ladder]
    # A parabola over steps of 1.6, and cells of a tenth of a decade: 5 % were seen.
    assert curve.best == pytest.approx(ladder[np.argmin(scores)], rel=0.2)
    assert curve.rule == rule
    assert curve.scores.shape == curve.values.shape
    assert np.isfinite(curve.scores).all()


def test_a_half_spectrum_counts_twice():
    """The columns of a half spectrum stand for themselves and for their mirror images."""
    spectrum, _ = drawn(side=64)
    twice = Spectrum(*(np.tile(each, 2) for each in spectrum[:5]))
    counted = spectrum._replace(counts=np.full(spectrum.counts.size, 2.0))
    best = [choose("auto", each, each.gradient).best for each in (twice, counted)]
    assert best[0] == pytest.approx(best[1], rel=1e-6)  # of the same sums in another order


def test_the_lowest_lies_between_the_values():
    values = np.geomspace(1e-3, 1e3, 13)
    curve = lowest("gcv", lambda weight: np.log(weight / 7) ** 2, values)
    assert curve.best == pytest.approx(7, rel=1e-9)  # a parabola is found exactly
    assert lowest("gcv", lambda weight: weight, values).best == values[0]
    assert lowest("gcv", lambda weight: -weight, values).best == values[-1]
    assert lowest("gcv", lambda _: 0.0, values).best == values[0]


@pytest.mark.parametrize("method", PARAMETERS)
def test_units_of_image_and_psf(method):
    """Weights follow the units of image and PSF as the formulas have it."""
    pair = pairs.pair("motion", side=96)
    exponent = {"total_variation": 1.0, "hyper_laplacian": 2 / 3}.get(method, 2.0)

    def found(image, psf):
        own = {} if exponent == 2 else {"iterations": 1}
        return cn.deconvolve(image, psf, method=method, full_output=True, **own).parameter

    best = found(pair.blurred, pair.psf)
    # Rounding alone: the cells are cut by ratios.
    assert found(255 * pair.blurred, pair.psf) == pytest.approx(
        best * 255 ** (2 - exponent), rel=1e-6
    )
    with pytest.warns(UserWarning, match="sums to 2"):
        bright = found(pair.blurred, 2 * pair.psf)
    assert bright == pytest.approx(best * 2**exponent, rel=1e-6)  # the scene is half as bright


@pytest.mark.parametrize("method", PARAMETERS)
@pytest.mark.parametrize("noise", [1, 5, 15])
def test_auto_is_near_the_best_on_photographs(method, noise):
    """Against a ladder of weights about it."""
    lost = []
    for kind, seed in (("shake", 1), ("motion", 2), ("defocus", 3), ("gaussian", 4)):
        pair = pairs.pair(kind, seed, noise, side=128, quantised=True)
        told = cn.deconvolve(pair.blurred, pair.psf, method=method, full_output=True)
        ladder = told.parameter * np.geomspace(1 / 4, 4, 5)
        gains = [
            pairs.psnr(
                cn.deconvolve(
                    pair.blurred, pair.psf, method=method, **{PARAMETERS[method]: weight}
                ),
                pair.scene,
                8,
            )
            for weight in ladder
        ]
        lost.append(max(gains) - pairs.psnr(told.image, pair.scene, 8))
    # What is promised; half of it was seen.
    assert np.mean(lost) < 0.3
    assert max(lost) < 0.8


@pytest.mark.parametrize("operator", ["wiener", "identity"])
@pytest.mark.parametrize("noise", [5, 15])
def test_auto_knows_that_it_dims_the_mean(operator, noise):
    """Of a closed frame, whose mean is not set aside: what suits the rest alone loses 1 decibel."""
    scene, psf = pairs.photograph()[300:428, 500:640], cn.kernels.disk(4)
    blurred = cn.convolve(scene, psf, boundary="wrap")
    blurred += np.random.default_rng(0).normal(scale=noise / 255, size=scene.shape)

    def restored(weight, **keywords):
        if operator == "wiener":
            return cn.wiener(blurred, psf, nsr=weight, boundary="wrap", **keywords)
        own = {"operator": operator, "regularization": weight}
        return cn.tikhonov(blurred, psf, boundary="wrap", **own, **keywords)

    told = restored("auto", full_output=True)
    ladder = told.parameter * np.geomspace(1 / 16, 16, 17)
    best = max(pairs.psnr(restored(weight), scene) for weight in ladder)
    assert pairs.psnr(told.image, scene) > best - 0.3  # what is promised of the mean


@pytest.mark.parametrize("method", PARAMETERS)
def test_what_a_window_shows_of_a_large_psf_is_no_error_of_it(method):
    """A shake over 31 of 160 pixels under little noise, which lost 1.6 decibels."""
    pair, parameter = pairs.pair("shake", 0, 1), PARAMETERS[method]
    told = cn.deconvolve(pair.blurred, pair.psf, method=method, full_output=True)
    ladder = told.parameter * np.geomspace(1 / 8, 2, 5)
    tried = [
        pairs.psnr(
            cn.deconvolve(pair.blurred, pair.psf, method=method, **{parameter: weight}), pair.scene
        )
        for weight in ladder
    ]
    assert max(tried) - pairs.psnr(told.image, pair.scene) < 0.8  # what is promised of the worst


def test_the_blur_is_what_the_window_shows_of_it():
    """Of white noise, blurred: the mean power of a thousand draws, where |H|^2 itself is 0."""
    rng, psf = np.random.default_rng(0), np.full((1, 8), 1 / 8)
    draws = rng.normal(size=(1000, 16, 71))
    blurred = cn.convolve(draws, psf, mode="valid", axes=(1, 2))
    task = Task(Scene.of("wiener", blurred, psf, {"axes": (1, 2)}))
    spectrum, (rows, columns) = task.spectrum(), task.frame.half
    observed, seen, blur = (
        np.append(0, each).reshape(rows, columns)
        for each in (spectrum.observed, spectrum.seen, spectrum.blur)
    )
    flat = np.s_[2:-2, 6:]  # but for what the windowed mean takes away
    assert blur[flat].min() < 1e-3 * seen[flat].min()
    # A thousand draws: 3 % by chance at a frequency, and three times as much for the worst of
    # hundreds.
    np.testing.assert_allclose(observed[flat], seen[flat], rtol=0.1)


@pytest.mark.parametrize("rule", RULES)
def test_what_tells_nothing_gives_a_weight_all_the_same(rule):
    for image in (np.zeros((12, 13)), np.full((12, 13), 3.0), np.ones((1, 1)), np.eye(2)):
        told = cn.tikhonov(image, cn.kernels.box(1), regularization=rule, full_output=True)
        assert 0 < told.parameter < np.inf
        assert np.isfinite(told.image).all()


def test_an_operator_that_misses_frequencies():
    """A difference along the columns alone takes no notice of what varies along the rows."""
    pair = pairs.pair("motion", side=64)
    for rule in RULES:
        told = cn.tikhonov(
            pair.blurred, pair.psf, operator=[[1.0, -1.0]], regularization=rule, full_output=True
        )
        assert np.isfinite(told.curve.scores).all()
        assert np.isfinite(told.image).all()


def test_a_sparse_weight_is_that_of_the_square_over_its_gradient():
    """The curve is that of the square, in another unit."""
    spectrum, _ = drawn(side=128)
    square = choose("auto", spectrum, spectrum.gradient)
    curve = sparse(spectrum, 1.0)
    np.testing.assert_array_equal(curve.scores, square.scores)
    assert curve.best / square.best == pytest.approx(curve.values[0] / square.values[0])
