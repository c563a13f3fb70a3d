"""Sizes that FFTW transforms fast."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=2**12)
def good_size(least: int) -> int:
    """Return the smallest even 2^a 3^b 5^c 7^d that is not less than `least`.

    FFTW has fast code for these factors; even, because its transforms of real rows want every row
    to start on an even sample.

    >>> [good_size(n) for n in (1, 11, 127, 1021)]
    [2, 12, 128, 1024]
    """
    size = max(2, least + least % 2)
    while not _is_smooth(size):
        size += 2
    return size


def _is_smooth(size: int) -> bool:
    for prime in (2, 3, 5, 7):
        while size % prime == 0:
            size //= prime
    return size == 1
