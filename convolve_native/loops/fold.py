"""What transposes the extension: every extended sample is added back to where it came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from convolve_native.loops._jit import COUNT, INDEX, array, loop


def _signature(compute: np.dtype[Any]) -> Any:
    return (array(compute, 2), INDEX, INDEX, array(compute, 2, written=True), COUNT, COUNT)


@loop(_signature)
def fold(extended: Any, rows: Any, columns: Any, image: Any, start: Any, stop: Any) -> None:
    """image[rows[p], columns[q]] += extended[p, q] for the image's rows start:stop.

    extended (rows.size, columns.size); samples with a negative index came from nowhere.  The rows
    of the image are set to zero first.
    """
    image[start:stop] = 0
    for p in range(rows.size):
        if start <= rows[p] < stop:
            line = image[rows[p]]
            for q in range(columns.size):
                if columns[q] >= 0:
                    line[columns[q]] += extended[p, q]
