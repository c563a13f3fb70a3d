"""Pictures of what was found to have blurred a photograph."""

import numpy as np

import convolve_native as cn
from convolve_native import kernels
from convolve_native.views.estimated import estimated, taps
from convolve_native.views.spectrum import cepstrum
from tests import pairs


def test_taps_are_grey_in_proportion():
    psf = np.array([[0.0, 0.1], [0.4, 0.2]])
    np.testing.assert_array_equal(taps(psf), [[0, 64], [255, 128]])


def test_a_motion_is_a_pair_of_dark_points():
    photograph = pairs.photograph()[:256, :320]
    picture = cepstrum(cn.convolve(photograph, kernels.motion(20, 0), mode="valid"), reach=40)
    assert picture.shape == (81, 81)
    row = picture[40].astype(int)
    assert {int(np.argmin(row[:30])), int(80 - np.argmin(row[51:]) - 51)} <= {19, 20, 21}
    np.testing.assert_array_equal(picture, picture[::-1, ::-1])


def test_a_small_image_has_few_lags():
    assert cepstrum(np.random.default_rng(0).random((9, 12))).shape == (9, 9)


def test_a_flat_image_has_an_empty_cepstrum():
    assert (cepstrum(np.ones((16, 16))) == 128).all()


def test_the_sheet_has_four_pictures():
    image = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    estimate = cn.estimate_psf(image)
    sheet = estimated(image, estimate, "noise")
    assert sheet.dtype == np.uint8
    assert sheet.shape[0] > 720 < sheet.shape[1]
