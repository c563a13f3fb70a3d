"""A layer as PyTorch defines it: convolution, what is cut off, and what is pooled."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import convolve_native as cn
from tests import cases

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def windows(padded, taps, stride, dilation):
    """Every tap with the samples that it meets: (u, v), (N, C, rows, columns)."""
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, taps, strict=True)]
    for place in itertools.product(*map(range, taps)):
        cut = []
        for n, span, s, d, k in zip(padded.shape[2:], spans, stride, dilation, place, strict=True):
            cut.append(slice(k * d, k * d + n - span + 1, s))
        yield place, padded[:, :, cut[0], cut[1]]


def reference(x, weight, bias, stride, padding, dilation, groups):
    """The formula, tap by tap and channel by channel, in float64."""
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), *((p, p) for p in padding)))
    outputs, channels, *taps = weight.shape
    found = 0
    for (u, v), seen in windows(padded, taps, stride, dilation):
        parts = []
        for o in range(outputs):
            first = o // (outputs // groups) * channels
            own = seen[:, first : first + channels]
            parts.append((own * weight[o, :, u, v, None, None].astype(float)).sum(1))
        found = found + np.stack(parts, 1)
    return found + (0 if bias is None else bias.astype(float)[:, None, None])


@st.composite
def layers(draw):
    """Arguments of a layer: channels and columns on either side of whole tiles."""
    groups = draw(st.integers(1, 3))
    channels, outputs = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    taps, stride, dilation = draw(PAIRS), draw(PAIRS), draw(PAIRS)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    sizes = draw(st.integers(1, 9)), draw(st.integers(1, 140))
    size = [max(n, d * (k - 1) + 1) for n, d, k in zip(sizes, dilation, taps, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = rng.normal(size=(draw(st.integers(1, 2)), groups * channels, *size))
    weight = rng.normal(size=(groups * outputs, channels, *taps))
    bias = rng.normal(size=groups * outputs) if draw(st.booleans()) else None
    return x, weight, bias, stride, padding, dilation, groups


def single(arguments):
    """The same in float32."""
    return tuple(
        each.astype(np.float32) if isinstance(each, np.ndarray) else each for each in arguments
    )


@given(layers())
def test_a_layer_agrees_with_its_formula(arguments):
    expected = reference(*arguments)
    scale = np.abs(expected).max()
    found = cn.conv2d(*arguments)
    assert (found.shape, found.dtype) == (expected.shape, np.float64)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13 * scale)  # 600 eps
    found = cn.conv2d(*single(arguments))
    assert (found.shape, found.dtype) == (expected.shape, np.float32)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * scale)  # the bar


@given(layers())
def test_a_layer_agrees_with_pytorch(arguments):
    torch = pytest.importorskip("torch")
    arrays = single(arguments)
    theirs = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arrays]
    expected = torch.nn.functional.conv2d(*theirs).numpy()
    found = cn.conv2d(*arrays)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("dilation", [1, 2, (1, 3)])
@pytest.mark.parametrize("taps", [(1, 1), (2, 3), (4, 5)])
def test_same_keeps_the_size_and_pads_more_behind(taps, dilation):
    x, weight = cases.values((1, 2, 9, 20), "float64"), cases.values((3, 2, *taps), "float64", 1)
    found = cn.conv2d(x, weight, padding="same", dilation=dilation)
    assert found.shape == (1, 3, 9, 20)
    apart = (dilation,) * 2 if isinstance(dilation, int) else dilation
    total = [d * (k - 1) for d, k in zip(apart, taps, strict=True)]
    padded = np.pad(x, ((0, 0), (0, 0), *((t // 2, t - t // 2) for t in total)))
    np.testing.assert_array_equal(found, cn.conv2d(padded, weight, dilation=dilation))


def test_valid_is_no_padding_and_one_picture_is_a_batch_of_one():
    x, weight = cases.values((2, 9, 20), "float32"), cases.values((3, 2, 2, 3), "float32", 1)
    alone = cn.conv2d(x, weight, padding="valid")
    np.testing.assert_array_equal(alone, cn.conv2d(x[None], weight)[0])
    assert cn.conv2d(np.empty((0, 2, 9, 20)), weight).shape == (0, 3, 8, 18)


@pytest.mark.parametrize(
    ("dtype", "result"),
    [
        ("bool", "float32"),
        ("uint8", "float32"),
        ("int32", "float64"),
        ("float16", "float16"),
        (">f4", "float32"),
        (">f8", "float64"),
    ],
)
def test_the_picture_decides_the_dtype(dtype, result):
    x = cases.values((1, 1, 4, 5), "uint8").astype(dtype)
    found = cn.conv2d(x, np.full((1, 1, 1, 1), 0.5))
    assert found.dtype == result
    np.testing.assert_array_equal(found, (x * 0.5).astype(result))


def test_arrays_of_any_strides():
    x, weight = cases.values((2, 4, 20, 30), "float32"), cases.values((4, 4, 3, 3), "float32", 1)
    expected = cn.conv2d(x, weight)
    turned = np.asfortranarray(x), np.ascontiguousarray(weight[::-1])[::-1]
    np.testing.assert_array_equal(cn.conv2d(*turned), expected)


@pytest.mark.parametrize("groups", [1, 4])
def test_the_same_bits_for_any_number_of_workers(groups):
    """Large enough for several bands, each with a thread's worth of work."""
    x = cases.values((2, 8, 90, 131), "float32")
    weight = cases.values((16, 8 // groups, 3, 3), "float32", 1)
    results = []
    for workers in (1, 2, 3):
        with cn.set_workers(workers):
            results.append(cn.conv2d(x, weight, padding=1, groups=groups).tobytes())
    assert len(set(results)) == 1


def test_a_pixel_that_is_not_finite_spoils_only_what_sees_it():
    x = np.zeros((1, 1, 9, 70))
    x[0, 0, 4, 30] = np.nan
    found = np.isnan(cn.conv2d(x, np.ones((5, 1, 3, 3)), padding=1))
    expected = np.zeros(found.shape, bool)
    expected[:, :, 3:6, 29:32] = True
    np.testing.assert_array_equal(found, expected)


def test_a_stride_beyond_everything():
    found = cn.conv2d(np.ones((1, 3, 4)), np.ones((1, 1, 2, 2)), stride=2**62)
    np.testing.assert_array_equal(found, [[[4.0]]])


def test_relu():
    found = cn.relu(np.array([[-1.5, np.nan, 2.0]], np.float32))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array([[0, np.nan, 2]], np.float32))
    np.testing.assert_array_equal(cn.relu(np.array([-3, 4], np.int8)), np.array([0, 4], np.int8))


@given(
    taps=PAIRS,
    stride=st.none() | PAIRS,
    sizes=st.tuples(st.integers(3, 9), st.integers(3, 30)),
    padded=st.booleans(),
    dtype=st.sampled_from(("float32", "float64", "int8", "uint16", "bool")),
)
def test_pooling_agrees_with_its_formula(taps, stride, sizes, padded, dtype):
    x = cases.values((2, 3, *sizes), dtype)
    padding = tuple(k // 2 * padded for k in taps)
    found = cn.max_pool2d(x, taps, stride, padding)
    around = np.pad(
        x.astype(float), ((0, 0), (0, 0), *((p, p) for p in padding)), constant_values=-np.inf
    )
    expected = np.max([seen for _, seen in windows(around, taps, stride or taps, (1, 1))], axis=0)
    assert found.dtype == x.dtype
    np.testing.assert_array_equal(found, expected.astype(dtype))


def test_pooling_keeps_nan_and_takes_one_picture():
    x = np.array([[[1.0, np.nan, -4.0, -3.0]]])
    np.testing.assert_array_equal(cn.max_pool2d(x, (1, 2)), [[[np.nan, -3.0]]])
