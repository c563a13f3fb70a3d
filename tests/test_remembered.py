"""What is kept between calls is the library's own: no call changes it, and no caller can."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.factors import FACTORS
from convolve_native.methods import METHODS, SPECTRA
from tests.cases import GENERAL, TRANSFORMS, values, weights

IMAGE = values((40, 31), "float32")
CALLS = 1000


def digests():
    """Of every array that is kept, by its key."""
    kept = [("spectrum", key, value) for key, value in SPECTRA._values.items()]
    for key, factors in FACTORS._values.items():
        if factors is not None:
            kept += [("columns", key, factors.columns), ("rows", key, factors.rows)]
    return {(name, key): hashlib.sha256(value.tobytes()).digest() for name, key, value in kept}


def test_a_thousand_calls_leave_spectra_and_factors_as_they_were():
    """Forwards and backwards, by several threads, of pixels scaled, spoiled and left out."""
    cn.clear_caches()
    kernels = [weights((5, 4), "outer"), weights((4, 5), "random"), weights((3, 3), "outer") * 1j]
    images = [IMAGE, np.where(IMAGE > 2, np.nan, IMAGE), IMAGE * np.float32(2e37)]

    def call(number):
        kernel, image = kernels[number % 3], images[number // 3 % 3]
        method = ("separable", *TRANSFORMS)[number % 4 % 3]
        if kernel is kernels[1] and method == "separable":
            method = "fft"
        with np.errstate(all="ignore"):
            convolver = cn.Convolver(kernel, image.shape, method=method)
            back = convolver.T(image.astype(convolver.T.dtype))
            omitted = cn.convolve(image, kernel, method=method, nan="omit")
            return [a.tobytes() for a in (convolver(image), back, omitted)]

    first = [call(number) for number in range(36)]
    before = digests()
    assert len(before) > 10
    with ThreadPoolExecutor(4) as threads:
        for number, result in enumerate(threads.map(call, range(CALLS))):
            assert result == first[number % len(first)], number
    assert digests() == before


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_a_kernel_or_mask_that_its_owner_changes_is_another(method):
    kernel = weights((3, 4), "uniform")
    mask = np.ones(IMAGE.shape, bool)
    for step in range(3):
        kernel *= step + 2
        mask[step * 5 : step * 5 + 3, :20] = False
        for options in ({}, {"mask": mask}):
            result = cn.convolve(IMAGE, kernel, method=method, **options)
            copies = {name: value.copy() for name, value in options.items()}
            cn.clear_caches()
            expected = cn.convolve(IMAGE, kernel.copy(), method=method, **copies)
            np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("method", METHODS)
def test_a_convolver_keeps_the_kernel_and_the_mask_that_it_was_made_with(method):
    kernel, mask = weights((3, 4), "uniform"), np.ones(IMAGE.shape, bool)
    mask[10:13] = False
    for options in ({}, {"mask": mask}):
        convolver = cn.Convolver(kernel, IMAGE.shape, method=method, **options)
        expected, back = convolver(IMAGE), convolver.T(IMAGE)
        before = kernel.copy(), mask.copy()
        kernel[...], mask[...] = 7.0, True
        np.testing.assert_array_equal(convolver(IMAGE), expected)
        np.testing.assert_array_equal(convolver.T(IMAGE), back)
        kernel[...], mask[...] = before


@pytest.mark.parametrize("method", METHODS)
def test_a_result_is_its_caller_s(method):
    """Neither is it changed by the next call, nor does changing it change the next."""
    kernel = weights((3, 4), "uniform")
    convolver = cn.Convolver(kernel, IMAGE.shape, method=method)
    for call in (convolver, convolver.T, lambda x: cn.convolve(x, kernel, method=method)):
        first = call(IMAGE)
        expected = first.copy()
        second = call(2 * IMAGE)
        np.testing.assert_array_equal(first, expected)
        second[...] = np.nan
        np.testing.assert_array_equal(call(IMAGE), expected)


def test_what_is_alike_in_bytes_is_not_the_same():
    """Kernels of the same bytes but another shape, dtype, meaning or request."""
    image = values((9, 8), "float64")
    four = np.array([1.0, 2.0, 3.0, 4.0])
    asked = [
        (four.reshape(2, 2), {}),
        (four.reshape(1, 4), {}),
        (four.reshape(4, 1), {}),
        (four.view(np.int64).reshape(2, 2) >> 52, {}),
        ((four[:2], four[2:]), {}),
        (four, {"axes": 0}),
        (four, {"axes": 1}),
        (four.reshape(2, 2), {"boundary": "wrap"}),
        (four.reshape(2, 2), {"boundary": "constant"}),
        (four.reshape(2, 2), {"boundary": "constant", "fill": True}),
        (four.reshape(2, 2), {"boundary": "constant", "fill": 2}),
        (four.reshape(2, 2), {"anchor": (1, 1)}),
        (four.reshape(2, 2), {"mode": "full"}),
        (four.reshape(2, 2), {"dtype": np.float32}),
        (four.reshape(2, 2), {"nan": "omit"}),
        (four.reshape(2, 2) * 1j, {}),
    ]
    for method in GENERAL:
        alone = []
        for kernel, options in asked:
            cn.clear_caches()
            alone.append(cn.convolve(image, kernel, method=method, **options))
        for _ in range(2):
            for (kernel, options), expected in zip(asked, alone, strict=True):
                result = cn.convolve(image, kernel, method=method, **options)
                assert result.dtype == expected.dtype
                np.testing.assert_array_equal(result, expected)
        kinds = [image, image.astype("f4"), image.astype("f2"), (image * 9).astype("i8")]
        kinds += [kinds[-1].view("u8") >> 40, image > 0, image[:, ::-1], image.T, image[:8]]
        for kernel in (four.reshape(2, 2), np.arange(1, 5).reshape(2, 2)):
            fresh = []
            for kind in kinds:
                cn.clear_caches()
                fresh.append(cn.convolve(kind, kernel, method="direct"))
            for kind, expected in zip(kinds, fresh, strict=True):
                result = cn.convolve(kind, kernel, method="direct")
                assert result.dtype == expected.dtype
                np.testing.assert_array_equal(result, expected)
