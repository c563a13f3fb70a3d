"""The command that deblurs, by every method."""

import inspect

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli import main
from convolve_native.cli.deblur import METHODS
from convolve_native.cli.progress import Announce
from convolve_native.restoration import deconvolve

PHOTOGRAPH = cn.gaussian_blur(
    np.random.default_rng(0).integers(0, 256, (24, 31, 3), np.uint8), 1.0, axes=(0, 1)
)
PSF = kernels.motion(5, 30)
CHOSEN = {
    "regularization": 0.01,
    "nsr": 0.02,
    "operator": "laplacian",
    "exponent": 0.8,
    "iterations": 4,
}

methods = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def deblurred(tmp_path, capsys):
    """Run the command on the photograph, and give what it wrote."""
    images.write(tmp_path / "in.png", PHOTOGRAPH)

    def run(*options):
        paths = str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png")
        argv = ["deblur", *paths, "--psf", "motion:length=5,angle=30", *options]
        assert (main(argv), *capsys.readouterr()) == (0, "", "")
        return images.read(tmp_path / "out.png")

    return run


def test_it_knows_every_method_and_its_defaults():
    assert METHODS.keys() == deconvolve.METHODS.keys()
    for method, parameters in METHODS.items():
        known = inspect.signature(deconvolve.METHODS[method]).parameters
        assert parameters == {name: known[name].default for name in parameters}


def test_the_default_is_that_of_the_function(deblurred):
    np.testing.assert_array_equal(deblurred(), cn.deconvolve(PHOTOGRAPH, PSF))


@methods
def test_every_method(deblurred, method):
    result = deblurred("--method", method)
    np.testing.assert_array_equal(result, cn.deconvolve(PHOTOGRAPH, PSF, method=method))
    assert not np.array_equal(result, PHOTOGRAPH)


@methods
def test_every_parameter(deblurred, method):
    own = {name: CHOSEN[name] for name in METHODS[method]}
    words = [word for name, value in own.items() for word in (f"--{name}", str(value))]
    result = deblurred("--method", method, "--boundary", "mirror", "--workers", "1", *words)
    expected = cn.deconvolve(PHOTOGRAPH, PSF, method=method, boundary="mirror", **own)
    np.testing.assert_array_equal(result, expected)


def test_the_bar_tells_of_iterations(monkeypatch, deblurred):
    told = []
    monkeypatch.setattr(Announce, "within", lambda _, place: told.append(place))
    deblurred("--iterations", "3")
    assert told == ["iteration 1", "iteration 2", "iteration 3"]
