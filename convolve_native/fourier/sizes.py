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
    best = max(2, 1 << (least - 1).bit_length())
    seven = 1
    while seven < best:
        five = seven
        while five < best:
            odd = five
            while odd < best:
                twos = max(1, (-(-least // odd) - 1).bit_length())
                best = min(best, odd << twos)
                odd *= 3
            five *= 5
        seven *= 7
    return best
