"""The twins of scikit-image's restorations, beside scikit-image itself."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convolve_native.interfaces import skimage_restoration as twins

restoration = pytest.importorskip("skimage.restoration")

EPS = {"float32": 2.0**-23, "float64": 2.0**-52}
NAMES = ("wiener", "unsupervised_wiener", "richardson_lucy")
sides = st.integers(5, 23)
taps = st.integers(1, 5)
dtypes = st.sampled_from(sorted(EPS))


def pair(shape, sizes, dtype, seed=0):
    """A bright image, and a lopsided PSF whose middle outweighs the rest, so that no zero is near.

    Its transform is nowhere below 2 * 0.75 - 1.
    """
    rng = np.random.default_rng(seed)
    image = rng.uniform(0.2, 1.0, shape)
    psf = rng.uniform(0.1, 1.0, sizes)
    psf *= 0.25 / psf.sum()
    psf[tuple(k // 2 for k in sizes)] += 0.75
    return image.astype(dtype), psf.astype(dtype)


def close(got, wanted, factor):
    assert got.shape == wanted.shape
    assert got.dtype == wanted.dtype
    eps = EPS[wanted.real.dtype.name]
    brightest = max(1.0, float(np.abs(wanted).max(initial=0)))
    np.testing.assert_allclose(got, wanted, rtol=0, atol=factor * eps * brightest)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_the_same(name):
    ours, theirs = (inspect.signature(getattr(m, name)) for m in (twins, restoration))
    assert [(p.name, p.default, p.kind) for p in ours.parameters.values()] == [
        (p.name, p.default, p.kind) for p in theirs.parameters.values()
    ]


# Tens of roundings of the brightest pixel; a thousand where a complex transform's real part, by
# which alone is divided, comes within a hundredth of 0.
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    shape=st.lists(sides, min_size=1, max_size=3).map(tuple),
    data=st.data(),
    dtype=dtypes,
    real=st.booleans(),
    clip=st.booleans(),
    balance=st.sampled_from([0.0, 0.01, 10.0]),
)
def test_wiener(shape, data, dtype, real, clip, balance):
    sizes = tuple(data.draw(taps) for _ in shape)
    image, psf = pair(shape, sizes, dtype)
    wanted = restoration.wiener(image, psf, balance, is_real=real, clip=clip)
    got = twins.wiener(image, psf, balance, is_real=real, clip=clip)
    close(got, wanted.astype(got.dtype), 1000)


@pytest.mark.parametrize("shape", [(512, 386), (386, 513)])
def test_wiener_in_several_pieces(shape):
    image, psf = pair(shape, (6, 5), "float32")
    close(twins.wiener(image, psf, 0.1), restoration.wiener(image, psf, 0.1), 100)


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("size", [(3, 3), (2, 3)])
def test_wiener_with_an_operator_and_with_transforms(size, real):
    image, psf = pair((16, 21), (3, 4), "float64")
    operator = np.random.default_rng(1).normal(size=size)
    transform = np.fft.rfft2 if real else np.fft.fft2
    for given_psf, reg in [
        (psf, operator),
        (psf, transform(operator, image.shape)),
        (transform(psf, image.shape), operator),
    ]:
        wanted = restoration.wiener(image, given_psf, 0.1, reg, real, clip=False)
        got = twins.wiener(image, given_psf, 0.1, reg, real, clip=False)
        # The real part alone of a transform may come near 0, but for the penalty of 0.1 |R|^2.
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-11 * np.abs(wanted).max())


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float16", "bool", ">f4"])
def test_other_dtypes(dtype):
    image, psf = pair((14, 15), (3, 3), "float64")
    image = (image * 20).astype(dtype)
    for name, more in [("wiener", (0.1,)), ("richardson_lucy", (5,))]:
        wanted = getattr(restoration, name)(image, psf, *more, clip=False)
        got = getattr(twins, name)(image, psf, *more, clip=False)
        close(got, wanted.astype(wanted.dtype.newbyteorder("=")), 20 * 1000)


# Each of 4 iterations multiplies by a ratio of two sums of at most 125 terms, and transforms err by
# about as much: 500 roundings of the brightest pixel, which is far above 1 where light is gathered.
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(1, 14), min_size=1, max_size=3).map(tuple),
    data=st.data(),
    dtype=dtypes,
    clip=st.booleans(),
    least=st.sampled_from([None, 0.0, 0.3]),
)
def test_richardson_lucy(shape, data, dtype, clip, least):
    sizes = tuple(data.draw(taps) for _ in shape)
    image, psf = pair(shape, sizes, dtype)
    wanted = restoration.richardson_lucy(image, psf, 4, clip, least)
    close(twins.richardson_lucy(image, psf, 4, clip, least), wanted, 4 * 500)


def test_richardson_lucy_beside_black_pixels_is_finite():
    image = np.zeros((20, 20), np.float32)
    image[10, 10] = 1
    assert np.isfinite(twins.richardson_lucy(image, np.ones((5, 5)) / 25, 30)).all()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(shape=st.tuples(sides, sides), sizes=st.tuples(taps, taps), real=st.booleans(), dtype=dtypes)
def test_unsupervised_wiener_draws_the_same_samples(shape, sizes, real, dtype):
    image, psf = pair(shape, sizes, dtype)
    wanted, theirs = restoration.unsupervised_wiener(image, psf, is_real=real, rng=3)
    got, ours = twins.unsupervised_wiener(image, psf, is_real=real, rng=3)
    assert len(ours["noise"]) == len(theirs["noise"])
    # A chain feeds the next draw: what was rounded stays of its order, as the chain is stable.
    for name in ("noise", "prior"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e4 * EPS[dtype])
    close(got, wanted.astype(got.dtype), 1e4)


def test_unsupervised_wiener_takes_parameters():
    image, psf = pair((20, 20), (3, 3), "float64")
    seen = {"ours": [], "theirs": []}
    results = {}
    for who, module in (("ours", twins), ("theirs", restoration)):
        params = {
            "threshold": 1e-9,
            "max_num_iter": 22,
            "min_num_iter": 3,
            "burnin": 4,
            "callback": seen[who].append,
        }
        results[who] = module.unsupervised_wiener(image, psf, user_params=params, rng=1)
    close(results["ours"][0], results["theirs"][0], 1e4)
    assert len(seen["ours"]) == len(seen["theirs"]) == 22
    np.testing.assert_allclose(seen["ours"], seen["theirs"], atol=1e4 * EPS["float64"])


IMAGE, PSF = np.ones((8, 8)), np.ones((3, 3)) / 9


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: twins.wiener(IMAGE, np.zeros((3, 3)), 1), ValueError, "psf must not be zero"),
        (lambda: twins.wiener(IMAGE, np.ones((0, 3)), 1), ValueError, "psf must not be empty"),
        (lambda: twins.wiener(IMAGE, np.ones((9, 3)), 1), ValueError, "larger than the image"),
        (lambda: twins.wiener(IMAGE, np.ones(3), 1), ValueError, "psf must have 2 axes"),
        (lambda: twins.wiener(IMAGE, PSF * np.nan, 1), ValueError, "psf must be finite"),
        (lambda: twins.wiener(IMAGE, PSF, -1), ValueError, "balance must be finite and >= 0"),
        (lambda: twins.wiener(IMAGE, PSF * 1j, 1), ValueError, "the spectrum's shape"),
        (lambda: twins.wiener(IMAGE * 1j, PSF, 1), TypeError, "image must be real"),
        (lambda: twins.wiener(IMAGE[:0], PSF, 1), ValueError, "image must not be empty"),
        (lambda: twins.unsupervised_wiener(np.ones((4, 8, 8)), PSF), ValueError, "2 axes"),
        (lambda: twins.unsupervised_wiener([[1]], [[1]]), ValueError, "2 pixels or more"),
        (
            lambda: twins.unsupervised_wiener(IMAGE, PSF, user_params={"burn": 3}),
            ValueError,
            "user_params must be among",
        ),
        (
            lambda: twins.unsupervised_wiener(IMAGE, PSF, user_params={"max_num_iter": 16}),
            ValueError,
            "max_num_iter must be at least burnin",
        ),
        (lambda: twins.richardson_lucy(IMAGE, PSF, 0), ValueError, "num_iter must be at least 1"),
        (lambda: twins.richardson_lucy(IMAGE, PSF * 1j), TypeError, "psf must be real"),
        (lambda: twins.richardson_lucy(IMAGE, np.ones((3, 3, 1))), ValueError, "psf must have 2"),
        (
            lambda: twins.richardson_lucy(IMAGE, PSF, filter_epsilon=-1),
            ValueError,
            "filter_epsilon must be",
        ),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()
