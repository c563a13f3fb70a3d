import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convolve_native.kernels import gabor, gabor_bank
from tests.kernels.moments import offsets

WAVELENGTHS = st.floats(2, 12)
ANGLES = st.one_of(st.floats(-400, 400), st.integers(-24, 24).map(lambda n: 15 * n))
DEGREES = st.integers(-360, 360)


def by_formula(shape, wavelength, angle, sigma, aspect, phase):
    rows, columns = offsets(np.empty(shape))
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    u, t = c * columns + s * rows, c * rows - s * columns
    window = np.exp(-(u**2) / (2 * sigma**2) - t**2 / (2 * (aspect * sigma) ** 2))
    window /= window.sum()
    wave = np.exp(2j * np.pi * u / wavelength)
    kernel = window * (wave - (window * wave).sum())
    return (kernel * np.exp(1j * np.deg2rad(phase))).real


@given(WAVELENGTHS, ANGLES, st.floats(0.5, 6), st.floats(0.2, 3), st.floats(-360, 360))
def test_gabor_is_its_formula(wavelength, angle, sigma, aspect, phase):
    weights = gabor(wavelength, angle, sigma, aspect=aspect, phase=phase)
    expected = by_formula(weights.shape, wavelength, angle, sigma, aspect, phase)
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-14)
    assert weights.sum() == pytest.approx(0, abs=1e-14)


@given(WAVELENGTHS, ANGLES)
def test_even_and_odd_are_so_to_the_last_bit_and_complex_is_both(wavelength, angle):
    even, odd = (gabor(wavelength, angle, phase=phase) for phase in (0, 90))
    both = gabor(wavelength, angle, phase=None)
    np.testing.assert_array_equal(even, even[::-1, ::-1])
    np.testing.assert_array_equal(odd, -odd[::-1, ::-1])
    assert both.dtype == np.complex128
    np.testing.assert_array_equal(both, even - 1j * odd)


@given(WAVELENGTHS, DEGREES)
def test_turns_and_flips_are_exact(wavelength, angle):
    weights = gabor(wavelength, angle)
    np.testing.assert_array_equal(gabor(wavelength, angle + 180), weights)
    np.testing.assert_allclose(gabor(wavelength, -angle), weights[::-1], rtol=0, atol=1e-16)
    np.testing.assert_allclose(gabor(wavelength, 90 - angle), weights.T, rtol=0, atol=1e-16)


def response(weights, image):
    """Convolution at the centre of an image of the kernel's extents."""
    return (weights[::-1, ::-1] * image).sum()


@pytest.mark.parametrize("angle", [0, 30, 90, 200])
def test_response_is_half_the_amplitude_of_its_own_wave(angle):
    wavelength, phase = 7.0, 40.0
    weights = gabor(wavelength, angle, phase=None, truncate=5)
    rows, columns = offsets(weights)
    u = np.cos(np.deg2rad(angle)) * columns + np.sin(np.deg2rad(angle)) * rows
    found = response(weights, 6 * np.cos(2 * np.pi * u / wavelength + np.deg2rad(phase)))
    # The wave's other half, of negative frequency, leaks by exp(-2 (2 pi 0.56)^2) and the cut.
    assert abs(found) == pytest.approx(3, abs=1e-3)
    assert np.rad2deg(np.angle(found)) == pytest.approx(phase, abs=0.05)


def test_bandwidth_at_half_the_response_is_an_octave_by_default():
    weights = gabor(9.0, 0, phase=None, truncate=6)
    _, columns = offsets(weights)
    heights = [
        abs(response(weights, np.exp(2j * np.pi * f / 9.0 * columns))) for f in (2 / 3, 1, 4 / 3)
    ]
    # The correction to a sum of 0 takes 0.002 of the window, which is wide: less out there.
    assert heights == pytest.approx([0.5, 1, 0.5], abs=2e-3)


@pytest.mark.parametrize("angle", [0, 45, 90, 135, 180, 270])
def test_odd_response_is_positive_where_the_image_increases_along_the_angle(angle):
    weights = gabor(6, angle, phase=90)
    rows, columns = offsets(weights)
    ramp = np.cos(np.deg2rad(angle)) * columns + np.sin(np.deg2rad(angle)) * rows
    assert response(weights, np.sign(ramp.round(9))) > 0.1


def test_angle_0_answers_to_vertical_stripes():
    weights = gabor(4, 0)
    center = len(weights) // 2
    assert (weights[:, center] > 0).all()
    assert (weights[:, center + 2] < 0).all()


def test_extents_hold_the_turned_window():
    assert gabor(4, 0, 2.0, aspect=3.0).shape == (37, 13)
    assert gabor(4, 90, 2.0, aspect=3.0).shape == (13, 37)


@given(st.floats(2, 1e3), ANGLES, st.floats(0.01, 100))
def test_a_narrow_window_still_holds_more_than_one_weight(wavelength, angle, aspect):
    assert gabor(wavelength, angle, 0.5, aspect=aspect, truncate=2).size > 1


@pytest.mark.parametrize(("wavelengths", "angles"), [([4, 8.5], [0, 30, 150]), (5, (0, 90))])
def test_bank_is_a_kernel_for_every_pair(wavelengths, angles):
    bank = gabor_bank(wavelengths, angles, aspect=1.5, phase=None, truncate=2)
    pairs = [(w, a) for w in np.atleast_1d(wavelengths) for a in angles]
    assert len(bank) == len(pairs)
    for weights, pair in zip(bank, pairs, strict=True):
        np.testing.assert_array_equal(weights, gabor(*pair, aspect=1.5, phase=None, truncate=2))


def test_bank_takes_arrays():
    bank = gabor_bank(np.array([4.0, 8.0]), np.arange(0, 180, 45))
    assert len(bank) == 8
