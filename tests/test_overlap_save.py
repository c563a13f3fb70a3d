"""overlap_save: whatever the tiles, the answer is that of the whole; and scratch stays bounded."""

import tracemalloc

import numpy as np
import pytest
from scipy import ndimage

import convolve_native as cn
from convolve_native.boundary import BOUNDARIES
from convolve_native.checks import Options, Request, peak_of
from convolve_native.methods import METHODS, overlap_save
from tests import reference
from tests.cases import MODES, able, assert_agrees, poisoned, values, weights
from tests.omission import BAD, assert_agrees_omitting, holed, masked

# Sizes about and beyond those of tiles, so that there are several, the last one cut; and kernels
# that leave a tile much or little.
CASES = (
    ((300, 70), (3, 3)),
    ((70, 301), (8, 15)),
    ((257, 263), (31, 2)),
    ((5, 900), (1, 64)),
    ((900, 5), (65, 1)),
    ((1, 3000), (1, 40)),
    ((150, 130, 3), (21, 20)),
)


def run(image, kernel, **options):
    return cn.convolve(image, kernel, method="overlap_save", **options)


def problem_of(image, kernel, **options):
    given = image.shape, image.dtype, kernel, Options.of("", options)
    return Request.of(*given, peak=peak_of(image)).problem


def image_of(dtype, star):
    """Black, but for one pixel near the largest number."""
    image = np.zeros((290, 280), dtype)
    image[star] = np.finfo(dtype).max / 2
    return image


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_several_tiles(dtype, boundary, mode):
    for shape, taps in CASES:
        image, kernel = values(shape, dtype), weights(taps)
        options = {"mode": mode, "boundary": boundary, "fill": 2.0}
        exact = reference.convolve(image, kernel, **options)
        out = poisoned(exact.shape, dtype)
        result = run(image, kernel, out=out, **options)
        assert_agrees(result, exact, "overlap_save", image, kernel, **options)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float16", "complex64", "complex128"])
def test_other_dtypes(dtype):
    for shape, taps in CASES[:4]:
        image, kernel = values(shape, dtype), weights(taps)
        exact = reference.convolve(image, kernel, boundary="mirror")
        result = run(image, kernel, boundary="mirror")
        assert_agrees(result, exact, "overlap_save", image, kernel, boundary="mirror")


def test_integers_are_exact_where_it_does_not_refuse():
    image, kernel = values((300, 301), "uint8"), weights((9, 9), "integers")
    exact = reference.convolve(image, kernel)
    result = run(image, kernel, dtype="int64")
    np.testing.assert_array_equal(result, reference.cast(exact, "int64"))
    wide = values((30, 31), "int64")
    with pytest.raises(ValueError, match="method 'overlap_save' cannot do this"):
        run(wide, kernel)


def test_an_impulse_in_every_corner_of_every_tile():
    """A tile's first and last outputs are those that a wrong overlap would spoil."""
    kernel = weights((12, 9), "integers").astype(float)
    image = np.zeros((280, 290))
    image[::23, ::19] = np.arange(13 * 16).reshape(13, 16)
    exact = ndimage.convolve(image, kernel, origin=(-1, 0), mode="constant")
    for dtype in (np.float32, np.float64):
        result = run(image.astype(dtype), kernel, boundary="constant")
        assert_agrees(result, exact, "overlap_save", image.astype(dtype), kernel)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_bad_pixel_spoils_no_tile(boundary, bad):
    kernel = weights((13, 12))
    image = values((290, 280), "float32")
    corners = [(0, 0), (289, 279), (0, 140), (117, 116), (127, 128), (52, 53)]
    for where in ([corners[0]], corners[1:3], corners[3:]):
        spoiled, healed = holed(image, where, bad), holed(image, where, 0)
        marks = holed(np.zeros(image.shape), where, np.nan)
        reached = np.isnan(reference.convolve(marks, np.ones((13, 12)), boundary=boundary))
        result = run(spoiled, kernel, boundary=boundary)
        np.testing.assert_array_equal(~np.isfinite(result), reached)
        exact = reference.convolve(healed, kernel, boundary=boundary)
        rest = result[~reached], exact[~reached]
        assert_agrees(*rest, "overlap_save", healed, kernel, boundary=boundary)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_omitting_over_several_tiles(dtype):
    image, kernel = values((290, 150), dtype), weights((13, 12))
    image[100:180, 40:90] = np.nan
    for options in ({"nan": "omit"}, {"mask": masked(image.shape, 1), "nan": "omit"}):
        exact = reference.convolve(image, kernel, **options)
        result = run(image, kernel, **options)
        assert_agrees_omitting(result, exact, "overlap_save", image, kernel, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_the_adjoint_over_several_tiles(boundary, mode):
    """Against direct's, which the tests of adjoints hold to the oracle."""
    kernel = weights((13, 12))
    options = {"mode": mode, "boundary": boundary}
    direct, tiled = (
        cn.Convolver(kernel, (200, 190), np.float64, method=method, **options)
        for method in ("direct", "overlap_save")
    )
    y = values(direct.out_shape, "float64", 1)
    # Each an eps times its c below 90, times max|y| below 12 times sum|kernel| below 150, and a
    # sample of x stands in at most four places.
    atol = 2 * 90 * 2.0**-52 * 12 * 150 * 4
    np.testing.assert_allclose(tiled.T(y), direct.T(y), rtol=0, atol=atol)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_the_same_for_any_number_of_workers(dtype):
    image, kernel = values((700, 600), dtype), weights((21, 20))
    alone = run(image, kernel, workers=1)
    for workers in (2, 5):
        np.testing.assert_array_equal(run(image, kernel, workers=workers), alone)


def test_predicted_scratch_and_accuracy_are_those_of_a_tile():
    kernel, method = weights((31, 31)), METHODS["overlap_save"]
    for n in (1000, 4000, 30000):
        problem = problem_of(np.broadcast_to(np.float32(0), (n, n)), kernel)
        assert method.scratch(problem) <= 3 * 520 * 512 * 8  # the largest tile that it knows
        assert method.accuracy(problem) <= 4 * np.sqrt(np.log2(512 * 512))
    assert method.accuracy(problem) < METHODS["fft"].accuracy(problem)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_a_star_beyond_all_range_spoils_no_tile(dtype):
    """What would overflow in a tile, or in the one that shares its transform, is scaled down."""
    kernel = np.full((13, 12), 1 / 156)
    image = values((290, 280), dtype) + image_of(dtype, (100, 30))
    exact = ndimage.convolve(
        image.astype(np.result_type(dtype, np.float64)), kernel, mode="reflect", origin=(0, -1)
    )
    result = run(image, kernel)
    assert_agrees(result, exact, "overlap_save", image, kernel)


@pytest.mark.parametrize("shape", [(3000, 3000), (1, 10**6), (40, 10**6), (10**6, 40)])
@pytest.mark.parametrize("taps", [16, 64, 192, 512, 1024, 2**17])
def test_a_tile_is_not_all_overlap(taps, shape):
    """Where a transform of just the kernel's size would give one output."""
    kernel = tuple(min(taps, n) if n > 40 else 1 for n in shape)
    problem = problem_of(np.broadcast_to(np.float32(0), shape), np.ones(kernel))
    tile = overlap_save.tiling(problem)
    for axis, size in zip(problem.axes, tile.points, strict=True):
        if axis.taps > 1:
            assert size - axis.taps + 1 >= min(axis.length, axis.taps / 2)
    # The first size from twice the taps on is below three times them; a spare row doubles a line.
    assert tile.nbytes <= max(overlap_save.LARGEST, 2 * 8 * 9 * np.prod(kernel))


def test_scratch_is_bounded():
    """In the call itself, image and result apart; a transform of the whole takes three of them."""
    image, kernel = values((2000, 2000), "float32"), weights((31, 31))
    out = np.empty_like(image)
    run(image, kernel, out=out)  # compiles, and keeps the kernel's spectrum
    tracemalloc.start()
    run(image, kernel, out=out, workers=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < image.nbytes / 2


def test_it_takes_what_fft_takes():
    for taps in ((1, 1), (3, 3), (200, 7), (1, 500)):
        image, kernel = values((40, 41), "float32"), weights(taps)
        assert {"fft", "overlap_save"} <= set(able(image, kernel))
        exact = reference.convolve(image, kernel)
        assert_agrees(run(image, kernel), exact, "overlap_save", image, kernel)
