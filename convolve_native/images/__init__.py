"""Photographs in and out, and what belongs to them: the only room, beside ``views/``, with Pillow.

`read` and `write` keep what a file holds, or refuse it in one sentence: nothing is narrowed, and
nothing half written. What the operating system refuses is an `OSError` of its own class; what a
file holds, or an array cannot be written as, is a `ValueError` or a `TypeError`. Nothing global is
changed: neither the warning filters, nor Pillow's limit against decompression bombs, nor its
refusal of truncated files.

`filtered` owns the one rule of how a photograph is filtered where pixels are more than numbers:
alpha, and light.

To add a format is a row in ``formats.py``.
"""

from convolve_native.images.filtering import filtered
from convolve_native.images.reading import read, sample
from convolve_native.images.writing import write

__all__ = ["filtered", "read", "sample", "write"]
