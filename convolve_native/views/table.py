"""The convolution table: numbers of a small image, of a kernel and of the result.

Everything but the image and the kernel is left to be computed where it is shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.boundary import BOUNDARIES, source_index
from convolve_native.checks import as_kernel, one_of

Array = NDArray[Any]

# A bright square with a hole, and a dot of one pixel: edges, corners, and what a kernel looks like.
PICTURE = np.zeros((9, 10))
PICTURE[1:6, 1:6] = 90
PICTURE[3, 3] = 0
PICTURE[6, 8] = 90
WIDEST = 9  # rows and columns of a kernel that a page shows without being scrolled
PAGE = Path(__file__).parent.parent / "data" / "table.html"


@dataclass(frozen=True, eq=False)
class Table:
    """An image, a kernel, and where each sample of the extended image comes from."""

    image: Array  # (H, W)
    kernel: Array  # (P, Q)
    boundary: str
    rows: list[int]  # H + P - 1 indices; -1 stands for 0
    columns: list[int]  # W + Q - 1

    @classmethod
    def of(cls, kernel: Array, boundary: str = "constant", image: Array = PICTURE) -> Table:
        """Lay out the convolution of an image.

        Parameters
        ----------
        kernel : (P, Q) ndarray of real numbers
            At most 9 rows and 9 columns.
        boundary : str
            How the image goes on outside, as for `convolve`; constant is 0.
        image : (H, W) ndarray of real numbers
            By default a square with a hole, and a dot.

        Raises
        ------
        ValueError
            A kernel that is larger, not 2-D or not finite; an unknown boundary.
        TypeError
            A complex kernel.

        Examples
        --------
        >>> Table.of(np.ones((3, 1)), "nearest").rows
        [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8]
        """
        weights = as_kernel(kernel, "kernel", (2,), image.shape)
        if weights.dtype.kind == "c":
            raise TypeError("kernel must hold real numbers for a table; got complex ones")
        if max(weights.shape) > WIDEST:
            raise ValueError(
                f"kernel must have at most {WIDEST} rows and columns for a table; "
                f"got shape {weights.shape}"
            )
        rule = BOUNDARIES[one_of("boundary", boundary, BOUNDARIES)]
        rows, columns = (
            # What stands before the first sample, for the anchor (K - 1) // 2.
            source_index(n, k // 2, n + k - 1, rule).tolist()
            for n, k in zip(image.shape, weights.shape, strict=True)
        )
        return cls(image, weights, boundary, rows, columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Of the extended image."""
        return len(self.rows), len(self.columns)


def page(table: Table) -> bytes:
    """Make an HTML page of a table, whose numbers can be changed.

    Returns
    -------
    bytes
        One file, which needs no other and no network.

    Examples
    --------
    >>> page(Table.of(np.ones((3, 3)) / 9)).startswith(b"<!DOCTYPE html>")
    True
    """
    numbers = {
        "image": table.image.tolist(),
        "kernel": table.kernel.tolist(),
        "boundary": table.boundary,
        "rows": table.rows,
        "columns": table.columns,
    }
    return PAGE.read_text(encoding="utf-8").replace("TABLE", json.dumps(numbers)).encode()
