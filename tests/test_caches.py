"""The bounded cache."""

from convolve_native.caches import BoundedCache


def test_what_is_larger_than_the_cache_drives_nothing_out():
    cache: BoundedCache[bytes] = BoundedCache(limit=10, size=len)
    for size in (4, 5, 11, 10**6):
        assert len(cache.get(size, lambda size=size: bytes(size))) == size
    assert cache.info()[:2] == (2, 9)
    cache.get(3, lambda: bytes(3))  # the oldest goes
    assert cache.info()[:2] == (2, 8)
