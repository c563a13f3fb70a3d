"""What conv2d, relu and max_pool2d refuse, in whole sentences."""

import re

import numpy as np
import pytest

import convolve_native as cn

X, WEIGHT = np.ones((2, 4, 9, 8)), np.ones((6, 2, 3, 3))
PICTURES = "x must have axes (N, C, H, W) or (C, H, W), with at least a channel and a pixel"
KERNELS = "weight must have axes (channels out, channels in / groups, rows, columns), none empty"

CONV2D = {
    "no channels": (
        (np.ones((9, 8)), WEIGHT),
        f"{PICTURES}; got shape (9, 8)",
    ),
    "no pixels": (
        (np.ones((2, 4, 0, 8)), WEIGHT),
        f"{PICTURES}; got shape (2, 4, 0, 8)",
    ),
    "a kernel alone": (
        (X, np.ones((3, 3))),
        f"{KERNELS}; got shape (3, 3)",
    ),
    "complex pictures": ((X * 1j, WEIGHT), "x must hold real numbers; got dtype complex128"),
    "words": ((X, [[[["a"]]]]), "weight must hold numbers; got dtype <U1"),
    "groups that do not divide": (
        (X, WEIGHT, None, 1, 0, 1, 4),
        "groups must divide the 4 channels of x and the 6 of weight; got 4",
    ),
    "no groups": ((X, WEIGHT, None, 1, 0, 1, 0), "groups must be an integer >= 1; got 0"),
    "channels that do not fit": (
        (X, WEIGHT),
        "weight must take 4 channels of x, 4 in 1 groups; got shape (6, 2, 3, 3)",
    ),
    "a bias too short": (
        (X, WEIGHT, [1.0], 1, 0, 1, 2),
        "bias must hold one number for each of the 6 channels out; got shape (1,)",
    ),
    "no stride": (
        (X, WEIGHT, None, 0, 0, 1, 2),
        "stride must be one or two integers >= 1; got 0",
    ),
    "three strides": (
        (X, WEIGHT, None, (1, 2, 3), 0, 1, 2),
        "stride must be one or two integers >= 1; got (1, 2, 3)",
    ),
    "half a stride": ((X, WEIGHT, None, 0.5, 0, 1, 2), "stride must be an integer; got 0.5"),
    "a negative padding": (
        (X, WEIGHT, None, 1, (0, -1), 1, 2),
        "padding must be one or two integers >= 0; got (0, -1)",
    ),
    "an unknown padding": (
        (X, WEIGHT, None, 1, "full", 1, 2),
        "padding must be one of 'valid', 'same'; got 'full'",
    ),
    "same with a stride": (
        (X, WEIGHT, None, 2, "same", 1, 2),
        "stride must be 1 for padding 'same'; got (2, 2)",
    ),
    "no dilation": (
        (X, WEIGHT, None, 1, 0, (1, 0), 2),
        "dilation must be one or two integers >= 1; got (1, 0)",
    ),
    "a window too large": (
        (X, WEIGHT, None, 1, 1, 6, 2),
        "weight must not exceed the padded x; got (13, 13) pixels for (11, 10)",
    ),
}
POOLING = {
    "no window": ((X, 0), "kernel_size must be one or two integers >= 1; got 0"),
    "too much padding": (
        (X, 3, None, 2),
        "padding must be at most half of kernel_size, which is (3, 3); got (2, 2)",
    ),
    "a window too large": (
        (X, (9, 9)),
        "kernel_size must not exceed the padded x; got (9, 9) pixels for (9, 8)",
    ),
    "a picture without channels": (
        (np.ones((9, 8)), 2),
        f"{PICTURES}; got shape (9, 8)",
    ),
}


@pytest.mark.parametrize("case", CONV2D)
def test_conv2d_refuses(case):
    arguments, sentence = CONV2D[case]
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(sentence)}$"):
        cn.conv2d(*arguments)


@pytest.mark.parametrize("case", POOLING)
def test_max_pool2d_refuses(case):
    arguments, sentence = POOLING[case]
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(sentence)}$"):
        cn.max_pool2d(*arguments)


def test_relu_refuses_what_has_no_order():
    with pytest.raises(TypeError, match=r"^x must hold real numbers; got dtype complex128$"):
        cn.relu([1j])


def test_masked_values_are_refused():
    masked = np.ma.masked_less(np.arange(8.0).reshape(1, 2, 4), 3)
    with pytest.raises(ValueError, match=r"^x must not hold masked values; fill them first$"):
        cn.conv2d(masked, np.ones((1, 1, 1, 1)))


def test_what_cannot_fit_is_refused_before_anything_is_allocated():
    with pytest.raises(MemoryError, match="GiB are available"):
        cn.conv2d(np.ones((1, 3, 4)), np.ones((1, 1, 2, 2)), padding=10**7)
