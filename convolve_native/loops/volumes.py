"""The differences of the splitting solver over a periodic volume; see `splitting`."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import array, loop, piece, scalar
from convolve_native.loops.splitting import kept, penalty


@piece
def _shrunk(deep: Any, down: Any, across: Any, threshold: Any, shares: Any, isotropic: Any) -> Any:
    """The three differences of a pixel of a volume, shrunk together or each alone."""
    if isotropic:
        size = np.sqrt(deep * deep + down * down + across * across)
        share = kept(size, threshold, shares)
        return share * deep, share * down, share * across
    return (
        kept(abs(deep), threshold, shares) * deep,
        kept(abs(down), threshold, shares) * down,
        kept(abs(across), threshold, shares) * across,
    )


@piece
def _reflect_line(
    deep: Any,
    down: Any,
    across: Any,
    threshold: Any,
    shares: Any,
    isotropic: Any,
    behind: Any,
    below: Any,
    right: Any,
) -> None:
    for j in range(deep.size):
        o, p, q = _shrunk(deep[j], down[j], across[j], threshold, shares, isotropic)
        behind[j] = o + o - deep[j]
        below[j] = p + p - down[j]
        right[j] = q + q - across[j]


@loop(
    lambda compute: (
        *(array(compute, 3),) * 3,
        *penalty(compute),
        array(compute, 2, written=True),
        array(compute, 3, written=True),
        array(compute, 3, written=True),
    )
)
def reflect_volume(
    deep: Any,
    down: Any,
    across: Any,
    threshold: Any,
    shares: Any,
    isotropic: Any,
    rows: Any,
    planes: Any,
    out: Any,
) -> None:
    """out = D^T (2 p(v) - v); `rows` has three rows of scratch, `planes` two planes."""
    depth, height, width = out.shape
    before, behind = planes[0], planes[1]
    above, below, right = rows[0], rows[1], rows[2]
    how = threshold, shares, isotropic
    k = depth - 1
    for i in range(height):
        _reflect_line(deep[k, i], down[k, i], across[k, i], *how, before[i], above, right)
    for k in range(depth):
        i = height - 1
        _reflect_line(deep[k, i], down[k, i], across[k, i], *how, behind[i], above, right)
        for i in range(height):
            _reflect_line(deep[k, i], down[k, i], across[k, i], *how, behind[i], below, right)
            line = out[k, i]
            for j in range(width):
                line[j] = before[i, j] - behind[i, j] + above[j] - below[j] - right[j]
            line[0] += right[width - 1]
            for j in range(1, width):
                line[j] += right[j - 1]
            above, below = below, above
        before, behind = behind, before


@loop(
    lambda compute: (
        *(array(compute, 3, written=True),) * 3,
        *penalty(compute),
        array(compute, 3),
        scalar(compute),
    )
)
def update_volume(
    deep: Any,
    down: Any,
    across: Any,
    threshold: Any,
    shares: Any,
    isotropic: Any,
    x: Any,
    relax: Any,
) -> None:
    """v += relax * (D x - p(v)) for the differences of planes, of rows and of columns."""
    depth, height, width = x.shape
    for k in range(depth):
        for i in range(height):
            row, behind, below = x[k, i], x[(k + 1) % depth, i], x[k, (i + 1) % height]
            front, top, left = deep[k, i], down[k, i], across[k, i]
            for j in range(width):
                right = row[j + 1] if j + 1 < width else row[0]
                o, p, q = _shrunk(front[j], top[j], left[j], threshold, shares, isotropic)
                front[j] += relax * (behind[j] - row[j] - o)
                top[j] += relax * (below[j] - row[j] - p)
                left[j] += relax * (right - row[j] - q)
