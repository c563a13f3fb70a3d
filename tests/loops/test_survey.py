"""What a look at the pixels finds, in blocks and beside them."""

import numpy as np
import pytest

from convolve_native.loops import values


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 200])
@pytest.mark.parametrize("bad", [0, 1, 5])
def test_a_survey_counts_and_adds_what_is_finite(size, bad, dtype):
    rng = np.random.default_rng([size, bad])
    numbers = rng.normal(size=size).astype(dtype)
    places = rng.integers(0, size, min(size, bad))
    numbers[places] = rng.choice([np.nan, np.inf, -np.inf], places.size)
    finite = np.abs(numbers[np.isfinite(numbers)])
    found = np.empty(2)
    loudest = values.survey.compiled(numbers.dtype)(numbers, found)
    assert found[0] == finite.size
    # Sums of at most 200 numbers in float64, in two orders.
    np.testing.assert_allclose(found[1], finite.sum(dtype=np.float64), rtol=200 * 2.0**-52)
    peak = np.array(loudest, f"i{numbers.itemsize}").view(dtype)
    assert peak == finite.max(initial=0)


def test_a_sum_beyond_the_dtype_does_not_overflow():
    numbers = np.full(100, np.finfo(np.float32).max)
    found = np.empty(2)
    values.survey.compiled(numbers.dtype)(numbers, found)
    assert found.tolist() == [100, 100 * float(np.finfo(np.float32).max)]
