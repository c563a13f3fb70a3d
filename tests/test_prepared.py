"""What is remembered from call to call never shows in a result, and never stays too long."""

import threading
import tracemalloc

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import machine
from convolve_native import prepared as module
from convolve_native.checks import Options
from convolve_native.machine import DEFAULT, Machine
from convolve_native.methods import METHODS
from convolve_native.prepared import Prepared
from tests import reference
from tests.cases import swapped, values, weights

IMAGE, KERNEL = values((9, 8), "float32"), weights((3, 3), "random")


@pytest.fixture(autouse=True)
def _forget():
    cn.clear_caches()


def ready(image=IMAGE, kernel=KERNEL, correlate=False, **options) -> Prepared:
    """What convolve prepares, or has prepared."""
    return module.prepared(image, kernel, Options.of("", options), correlate=correlate)


def counted(cache):
    """Hits and misses."""
    info = cn.cache_info()[cache]
    return np.array([info.hits, info.misses])


def test_a_kernel_seen_before_is_prepared_once():
    before = counted("prepared")
    first = ready()
    assert ready() is first
    assert ready(IMAGE + 1, KERNEL.copy()) is first
    assert ready(kernel=np.asfortranarray(KERNEL)) is first
    assert ready(kernel=KERNEL.tolist()) is first
    cn.convolve(IMAGE, KERNEL)
    assert (counted("prepared") - before).tolist() == [5, 1]
    cn.clear_caches()
    assert cn.cache_info()["prepared"].nbytes == 0
    assert ready() is not first


OTHERS = {
    "shape": {"image": IMAGE[:-1]},
    "dtype": {"image": IMAGE.astype(np.float64)},
    "weights": {"kernel": KERNEL + 1},
    "kernel's shape": {"kernel": KERNEL.reshape(1, 9)},
    "kernel's dtype": {"kernel": KERNEL.astype(np.float32)},
    "function": {"correlate": True},
    "mode": {"mode": "full"},
    "boundary": {"boundary": "wrap"},
    "fill": {"boundary": "constant", "fill": 1},
    "anchor": {"anchor": (0, 0)},
    "axes": {"axes": (1, 0)},
    "method": {"method": "fft"},
    "result": {"dtype": np.float64},
    "nan": {"nan": "raise"},
    "workers": {"workers": 7},
}


def test_whatever_else_was_asked_is_prepared_anew():
    different = [ready(), *(ready(**changes) for changes in OTHERS.values())]
    assert len(set(map(id, different))) == len(OTHERS) + 1


def test_a_kernel_changed_in_place_is_another():
    kernel = KERNEL.copy()
    before = cn.convolve(IMAGE, kernel)
    sides = (np.array([1.0, 2.0]), np.array([1.0]))
    cn.convolve(IMAGE, sides)
    kernel[1, 1] += 1
    sides[0][0] = 5
    assert (cn.convolve(IMAGE, kernel) != before).any()
    np.testing.assert_array_equal(
        cn.convolve(IMAGE, sides), cn.convolve(IMAGE, np.outer([5.0, 2.0], 1.0))
    )


def test_a_long_kernel_is_known_by_all_of_it():
    kernel = np.ones((64, 64))
    other = kernel.copy()
    other[-1, -1] = 0
    assert ready(kernel=kernel) is ready(kernel=kernel.copy())
    assert ready(kernel=kernel) is not ready(kernel=other)


# A value that is refused, after one that equals it and is not.
LOOKALIKES = {
    "workers": ({"workers": 1}, {"workers": True}),
    "anchor": ({"anchor": (1, 1)}, {"anchor": (True, 1)}),
    "anchor of floats": ({"anchor": (1, 1)}, {"anchor": (1.0, 1)}),
    "axes": ({"axes": (0, 1)}, {"axes": (0, True)}),
    "fill": ({"fill": 3}, {"fill": "3"}),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_what_is_refused_is_refused_after_its_lookalike(name):
    good, bad = LOOKALIKES[name]
    cn.convolve(IMAGE, KERNEL, **good)
    with pytest.raises(TypeError, match=next(iter(bad))):
        cn.convolve(IMAGE, KERNEL, **bad)


def test_a_plane_in_a_tuple_is_refused_after_the_plane_itself():
    cn.convolve(IMAGE, KERNEL)
    with pytest.raises(ValueError, match=r"kernel\[0\] must have 1 axes"):
        cn.convolve(IMAGE, (KERNEL,))


@pytest.mark.parametrize(
    ("blur", "good", "bad"),
    [
        (cn.gaussian_blur, {"sigma": 1, "order": 1}, {"sigma": True, "order": 1}),
        (cn.gaussian_blur, {"sigma": 1, "order": 1}, {"sigma": 1, "order": True}),
        (cn.gaussian_blur, {"sigma": 1, "truncate": 1}, {"sigma": 1, "truncate": True}),
        (cn.box_blur, {"size": 1}, {"size": True}),
    ],
)
def test_a_blur_refuses_after_a_lookalike(blur, good, bad):
    blur(IMAGE, **good)
    with pytest.raises(ValueError, match="True"):
        blur(IMAGE, **bad)


def test_blurs_of_the_same_parameters_make_their_sides_once():
    before = counted("sides")
    result = cn.gaussian_blur(IMAGE, 1.5)
    np.testing.assert_array_equal(cn.gaussian_blur(IMAGE, [1.5, 1.5], order=0), result)
    np.testing.assert_array_equal(cn.gaussian_blur(IMAGE, [[1.5], [1.5]]), result)  # not kept
    cn.gaussian_blur(IMAGE[1:] + 1, 1.5)
    assert (counted("sides") - before).tolist() == [2, 1]
    assert (cn.gaussian_blur(IMAGE, 1.5, truncate=1.0) != result).any()


@pytest.mark.parametrize("fill", [np.float32(0.5), np.array(0.5), 0.5 + 0j, np.nan, np.inf, 3 + 0j])
def test_a_fill_of_any_kind_is_its_value(fill):
    options = {"boundary": "constant", "fill": fill}
    results = [cn.convolve(IMAGE, KERNEL, **options) for _ in range(3)]
    expected = reference.convolve(IMAGE, KERNEL, boundary="constant", fill=complex(fill).real)
    for result in results:
        np.testing.assert_array_equal(np.isfinite(result), np.isfinite(expected))
        np.testing.assert_array_equal(result, results[0])
    assert cn.cache_info()["prepared"].entries == 1


def test_whole_fills_of_any_kind_keep_sums_exact():
    image, kernel = values((6, 5), "int64"), np.array([[1, 2, 3]])
    for fill in (0, 0.0, -0.0, 0j, np.int8(0), False):
        cn.clear_caches()
        assert ready(image, kernel, boundary="constant", fill=fill).request.problem.exact
    assert not ready(image, kernel, boundary="constant", fill=0.5).request.problem.exact


# ---- what hangs on the pixels ----


def test_64_bit_integers_are_looked_at_every_time():
    kernel = np.array([1, 1])
    for peak in (3, 2**30, 2**60, 2**61, 3):
        assert cn.convolve(np.full(4, peak), kernel).tolist() == [2 * peak] * 4
    for _ in range(2):
        with pytest.raises(OverflowError, match="image must be small enough"):
            cn.convolve(np.full(4, 2**62), kernel)
    convolver = cn.Convolver(kernel, (4,), np.int64, boundary="constant", fill=2**62)
    with pytest.raises(OverflowError, match="image must be small enough"):
        convolver(np.zeros(4, np.int64))


def test_a_vast_image_of_64_bit_integers_is_not_looked_at():
    vast = np.broadcast_to(np.int64(1), (10**7, 10**7))
    for function in (cn.convolve, cn.choose_method):
        with pytest.raises(MemoryError, match="GiB are available"):
            function(vast, [[1, 1]])


def test_nan_and_wide_pixels_are_seen_every_time():
    plain = np.ones((9, 8), np.float32)
    holed = np.where(np.arange(8) == 3, np.nan, plain).astype(np.float32)
    for options, message in (({"nan": "raise"}, "nan='raise'"), ({"dtype": np.uint8}, "finite")):
        for _ in range(2):
            cn.convolve(plain, KERNEL, **options)
            with pytest.raises(ValueError, match=message):
                cn.convolve(holed, KERNEL, **options)
    with pytest.raises(OverflowError, match="image must be small enough"):
        cn.convolve(plain * np.float32(1e38), KERNEL * 100, dtype=np.uint8)


def test_a_star_is_kept_from_the_transform_that_its_shape_is_prepared_for():
    """The sky around it would drown in the rounding of float32."""
    sky, kernel = np.ones((200, 200), np.float32), weights((101, 101), "random")
    assert ready(sky, kernel).choice.method in ("fft", "overlap_save")
    star = sky.copy()
    star[0, 0] = 1e12
    exact = cn.convolve(star.astype(np.float64), kernel, method="direct")
    for _ in range(2):
        result = cn.convolve(star, kernel)
        apart = np.s_[100:, 100:]  # the kernel does not reach the star from here
        # Sums of 101 x 101 products of at most 1, in float32.
        np.testing.assert_allclose(result[apart], exact[apart], rtol=0, atol=101**2 * 2.0**-23)
        assert cn.choose_method(star, kernel).method not in ("fft", "overlap_save")
        assert cn.choose_method(sky, kernel).method in ("fft", "overlap_save")


def test_a_mask_is_each_call_s_own():
    mask = np.ones(IMAGE.shape, bool)
    whole = cn.convolve(IMAGE, KERNEL, mask=mask)
    mask[4, 4] = False
    assert (cn.convolve(IMAGE, KERNEL, mask=mask) != whole).any()
    assert (cn.convolve(np.ma.array(IMAGE, mask=~mask), KERNEL) != whole).any()
    cn.convolve(IMAGE, KERNEL, nan="omit")
    assert cn.cache_info()["prepared"].entries == 0


def test_order_of_bytes_and_guises_are_no_other_image():
    expected = cn.convolve(IMAGE, KERNEL)
    for image in (swapped(IMAGE), IMAGE, IMAGE.tolist(), IMAGE.view(np.matrix)):
        result = cn.convolve(image, KERNEL)
        assert result.dtype.isnative
        # From a list it is computed in float64.
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


# ---- around it ----


def test_another_machine_chooses_anew():
    first = ready()
    figures = {name: 2 * seconds for name, seconds in DEFAULT.figures.items()}
    machine.use(Machine.of("slow", figures))
    other = ready()
    machine.use(DEFAULT)
    assert other.choice.seconds["direct"] == pytest.approx(2 * first.choice.seconds["direct"])
    assert ready() is first


def test_workers_are_those_of_the_call(name_workers):
    image = np.ones((600, 600), np.float32)
    name_workers("3")
    assert ready(image, method="direct").request.workers == 3
    with cn.set_workers(1):
        assert ready(image, method="direct").choice.workers == 1
    assert ready(image, method="direct").request.workers == 3
    name_workers("many")
    with pytest.raises(ValueError, match="CONVOLVE_NATIVE_WORKERS must be an integer"):
        cn.convolve(image, KERNEL, method="direct")


@pytest.mark.parametrize("taps", [(5, 5), (3, 5, 5)], ids=str)
@pytest.mark.parametrize("method", METHODS)
def test_its_bytes_are_not_understated(method, taps):
    """What is counted is at least what stays allocated."""
    image, kernels = values((*taps[:-2], 70, 60), "float32"), [np.full(taps, k) for k in range(40)]
    ready(image, kernels[0], method=method)  # loads, compiles and plans
    tracemalloc.start()
    before, counted = tracemalloc.get_traced_memory()[0], cn.cache_info()["prepared"].nbytes
    for kernel in kernels[1:]:
        cn.convolve(image, kernel, method=method)
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert held <= cn.cache_info()["prepared"].nbytes - counted


def test_the_cache_is_bounded():
    limit = cn.cache_info()["prepared"].limit
    for size in range(400, 1000, 100):
        cn.convolve(np.ones((size, size), np.float32), KERNEL, method="fft")
        assert 0 < cn.cache_info()["prepared"].nbytes <= limit


def test_threads_that_come_at_once_get_the_same_bits():
    taps = [(3, k) for k in range(1, 7)]
    cases = [(values((20 + k, 31), "float32"), weights((j, k), "random")) for j, k in taps]
    expected = [cn.convolve(*case) for case in cases]
    cn.clear_caches()
    wrong, start = [], threading.Barrier(6)

    def work():
        start.wait(30)
        for _ in range(50):
            for case, result in zip(cases, expected, strict=True):
                if not np.array_equal(cn.convolve(*case), result):
                    wrong.append(case)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
