"""Centroid and variances of a kernel, for tests."""

import numpy as np


def offsets(weights):
    """Row and column of every weight, from the middle of the array."""
    return [
        grid - (extent - 1) / 2
        for grid, extent in zip(np.indices(weights.shape), weights.shape, strict=True)
    ]


def centroid(weights):
    return [float((weights * offset).sum()) for offset in offsets(weights)]
