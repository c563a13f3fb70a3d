"""Planes in pieces: what FFTW's own plans give, by any number of workers."""

import numpy as np
import pytest

from convolve_native.fourier import pieces, spectra
from convolve_native.fourier.pieces import Pieces, lease
from convolve_native.fourier.plans import Plan, PlanKey

SHAPES = [(1, 1), (1, 2), (5, 1), (7, 9), (8, 16), (33, 50), (64, 37)]


def drawn(shape, dtype, seed=0):
    numbers = np.random.default_rng(seed).normal(size=(*shape, 2))
    whole = numbers[..., 0] if np.dtype(dtype).kind == "f" else numbers @ [1, 1j]
    return whole.astype(dtype)


@pytest.fixture(params=[2**6, 2**12, 2**20], ids="block of {}".format)
def block(request, monkeypatch):
    """Pieces of a line or less, of some, of all."""
    monkeypatch.setattr(spectra, "BLOCK", request.param)


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_are_the_transforms(shape, dtype):
    plan, frame = Pieces(PlanKey(shape, (0, 1), np.dtype(dtype))), drawn(shape, dtype)
    few = 30 * np.finfo(dtype).eps  # roundings of the largest
    for workers in (1, 2):
        plan.share(workers)
        plan.frame[:] = frame
        plan.forward()
        wanted = np.fft.rfft2(frame)
        np.testing.assert_allclose(plan.spectrum, wanted, atol=few * np.abs(wanted).max())
        plan.inverse()
        np.testing.assert_allclose(plan.frame / frame.size, frame, atol=few * np.abs(frame).max())


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", ["f", "c"])
@pytest.mark.parametrize("made", [Plan, Pieces])
def test_they_filter(shape, kind, made):
    """A frame of one's own, which stays as it is, or the plan's."""
    half = shape[0], shape[1] // 2 + 1
    key = PlanKey(shape, (0, 1), np.dtype(np.float64), "estimate")
    plan, frame = made(key), drawn(shape, "f8")
    factor = np.fft.rfft2(drawn(shape, "f8", 1))
    factor = np.abs(factor) if kind == "f" else factor
    assert factor.shape == half
    wanted = np.fft.irfft2(np.fft.rfft2(frame) * factor, shape) * frame.size
    given = frame.copy()
    plan.frame[:] = frame
    for source in (given, plan.frame):
        plan.frame[:] = frame
        found = plan.filter(source, factor)
        assert found is plan.frame
        few = 1e-14 * np.abs(wanted).max()  # a hundred roundings
        np.testing.assert_allclose(found, wanted, atol=few)
    np.testing.assert_array_equal(given, frame)


def test_workers_do_not_show():
    key = PlanKey((300, 400), (0, 1), np.dtype(np.float32))
    plan, found = Pieces(key), []
    for workers in (1, 3):
        plan.share(workers)
        found.append(plan.filter(drawn(key.shape, "f4"), np.ones(plan.spectrum.shape, "c8")).copy())
    np.testing.assert_array_equal(*found)


def test_only_large_planes_are_cut_to_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "PAYS", 48 * 4)
    for shape, dtype, kind in (
        ((6, 8), "f4", Pieces),
        ((6, 7), "f4", Plan),
        ((6, 8), "c8", Plan),
        ((2, 6, 8), "f4", Plan),
    ):
        with lease(PlanKey(shape, tuple(range(len(shape))), np.dtype(dtype)), 2) as plan:
            assert type(plan) is kind
