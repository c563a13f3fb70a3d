from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convolve_native import kernels
from convolve_native.kernels import describe


def test_a_description_is_frozen_and_compares():
    description = describe(kernels.box(3))
    assert description == describe(kernels.box(3))
    with pytest.raises(FrozenInstanceError):
        description.rank = 2


RANKS = [
    (kernels.gaussian((1, 2)), 1, 1),
    (kernels.laplacian(), 2, 2),
    (kernels.sharpen(), 2, 2),
    (kernels.laplacian_of_gaussian(2.0), 2, 2),
    (kernels.gabor(8, 0), 1, 1),
    (np.eye(8), 8, 8),
    (np.eye(9), 9, None),
    (np.zeros((3, 4)), 0, 1),
    ([1, 2, 1], 1, 1),
    (np.arange(24).reshape(2, 3, 4), 4, 4),
    (kernels.gaussian(2.0).astype(np.float32), 1, 1),
    (kernels.gabor(8, 0, phase=None), 1, 1),
]


@pytest.mark.parametrize(("kernel", "rank", "terms"), RANKS)
def test_rank_and_terms(kernel, rank, terms):
    description = describe(kernel)
    assert (description.rank, description.terms) == (rank, terms)


@pytest.mark.parametrize("name", ["disk", "motion", "gabor", "airy", "kirsch"])
def test_rank_is_numpys(name):
    arguments = {"disk": (5.2,), "motion": (9, 30), "gabor": (8, 30), "airy": (3,)}
    weights = kernels.KERNELS[name](*arguments.get(name, ("NE",)))
    assert describe(weights).rank == np.linalg.matrix_rank(weights)


SYMMETRIES = [
    (kernels.sobel(0), ("odd", "even"), "odd"),
    (kernels.sobel(1), ("even", "odd"), "odd"),
    (kernels.gaussian_derivative(1.5, 1), ("odd", "odd"), "even"),
    (kernels.motion(9, 30), ("none", "none"), "even"),
    (kernels.gabor(8, 30, phase=90), ("none", "none"), "odd"),
    (kernels.kirsch("N"), ("none", "even"), "none"),
    (np.ones((2, 3, 4)), ("even", "even", "even"), "even"),
    ([1, 2], ("none",), "none"),
    ([1, 2**53, 2**53], ("none",), "none"),
    ([0, 0], ("even",), "even"),
    ([-(2**63), 0, 2**63 - 1], ("odd",), "odd"),
    ([0.1 + 0.2, 0.3], ("even",), "even"),
    ([1.0, 1.0 + 1e-12], ("none",), "none"),
    (np.array([1.0, 1.0 + 2e-7], np.float32), ("even",), "even"),
]


@pytest.mark.parametrize(("kernel", "symmetry", "half_turn"), SYMMETRIES)
def test_symmetry(kernel, symmetry, half_turn):
    description = describe(kernel)
    assert (description.symmetry, description.half_turn) == (symmetry, half_turn)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=9))
def test_gain_and_norms(taps):
    description = describe(taps)
    assert description.gain == pytest.approx(np.sum(taps))
    assert description.absolute_sum == pytest.approx(np.linalg.norm(taps, 1))
    assert description.euclidean == pytest.approx(np.linalg.norm(taps))


def test_gain_is_of_the_kernels_kind():
    assert describe([2**62] * 4).gain == 2**64
    assert type(describe([1.0, 2.0]).gain) is float
    assert describe([1j, 2]).gain == 2 + 1j


def test_norms_of_extreme_weights():
    assert describe([3e200, 4e200]).euclidean == pytest.approx(5e200)
    assert describe([3e-200, 4e-200]).euclidean == pytest.approx(5e-200)
    assert describe([3j, 4]).euclidean == pytest.approx(5)


CENTROIDS = [
    ([1], (0,)),
    ([1, 1], (0.5,)),
    ([0, 0, 1], (1,)),
    ([[3, 0, 1]], (0, -0.5)),
    (kernels.box((2, 5)), (0.5, 0)),
    (kernels.identity((4, 6, 3), ndim=3), (0, 0, 0)),
    (([1, 0, 0], [1, 1]), (-1, 0.5)),
]


@pytest.mark.parametrize(("kernel", "centroid"), CENTROIDS)
def test_centroid_is_from_the_default_anchor(kernel, centroid):
    assert describe(kernel).centroid == pytest.approx(centroid, abs=1e-15)


@pytest.mark.parametrize(
    "kernel", [kernels.sobel(0), kernels.gabor(8, 30), [0.1, 0.2, -0.3], [[0]], [1j, 1]]
)
def test_centroid_wants_a_gain(kernel):
    assert describe(kernel).centroid is None


def test_a_tuple_is_described_as_its_outer_product():
    assert describe(([1, 2, 1], [1, 0, -1])) == describe(kernels.sobel(1))


def test_printed():
    printed = str(describe(kernels.motion(4, 0)))
    assert printed.splitlines() == [
        "shape     1 x 5",
        "rank      1, separable terms 1",
        "gain      1",
        "symmetry  even in rows, even in columns, even under half a turn",
        "norms     sum |k| = 1, sqrt(sum |k|^2) = 0.467707",
        "centroid  0 rows, 0 columns",
    ]


@pytest.mark.parametrize(
    ("kernel", "line"),
    [
        (np.eye(9), "rank      9, not separable"),
        (kernels.gabor(8, 30), "gain      0"),
        (kernels.gabor(8, 30), "centroid  none"),
        ([1, 1], "centroid  0.5 taps"),
        ([1 + 2j], "gain      1+2j"),
        (np.ones((2, 1, 1)), "centroid  0.5 planes, 0 rows, 0 columns"),
    ],
)
def test_printed_lines(kernel, line):
    assert line in str(describe(kernel)).splitlines()


@pytest.mark.parametrize("name", kernels.KERNELS)
def test_every_kernel_of_the_catalogue_can_be_described(name):
    from tests.kernels.test_catalogue import EXAMPLES

    description = describe(kernels.KERNELS[name](*EXAMPLES[name]))
    assert len(str(description).splitlines()) == 6
