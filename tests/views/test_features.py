"""Features as pictures: even is even, and what is strongest is brightest."""

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import kernels
from convolve_native.views.features import directions, signed, steepness

FLAT = np.zeros((6, 8), np.float32)
RAMP = np.linspace(0, 1, 200).reshape(10, 20)


def test_what_is_even_is_drawn_even():
    assert (steepness(FLAT, FLAT) == 0).all()
    assert (signed(FLAT) == 128).all()
    assert (directions([FLAT, FLAT], [0, 90]) == 0).all()


def test_steepness_is_drawn_in_proportion():
    picture = steepness(RAMP, np.zeros_like(RAMP))
    assert picture.dtype == np.uint8
    assert (np.diff(picture.ravel().astype(int)) >= 0).all()
    assert np.abs(picture.ravel()[:190] - 255 * RAMP.ravel()[:190]).max() < 2
    assert (picture == 255).sum() >= 1


def test_a_single_edge_in_an_even_picture_shows():
    lonely = np.zeros((100, 100))
    lonely[5, 5] = 3
    assert steepness(lonely, 0 * lonely)[5, 5] == 255
    assert signed(-lonely)[5, 5] == 1


def test_signs_are_drawn_alike():
    picture = signed(RAMP - 0.5).astype(int)
    assert np.abs(picture + picture[::-1, ::-1] - 256).max() <= 1


@pytest.mark.parametrize(
    ("angle", "colour"),
    [(0, (255, 0, 0)), (60, (0, 255, 0)), (90, (0, 255, 255)), (120, (0, 0, 255))],
)
def test_hue_is_direction(angle, colour):
    assert directions([FLAT + 1, FLAT], [angle, 17])[0, 0].tolist() == list(colour)
    assert directions([FLAT + 1, FLAT], [angle + 180, 17])[0, 0].tolist() == list(colour)


def test_all_directions_alike_are_grey():
    picture = directions([FLAT + 1] * 6, range(0, 180, 30))
    assert (picture.max(axis=-1) - picture.min(axis=-1)).max() <= 1


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 120])
def test_a_wave_has_the_hue_of_its_direction(angle):
    rows, columns = np.mgrid[:64, :64]
    along = columns * np.cos(np.deg2rad(angle)) + rows * np.sin(np.deg2rad(angle))
    wave = np.cos(2 * np.pi * along / 6)
    angles = range(0, 180, 30)
    bank = kernels.gabor_bank(6, angles, phase=None)
    picture = directions([np.abs(cn.convolve(wave, kernel)) for kernel in bank], angles)
    middle = picture[20:-20, 20:-20].astype(int)
    exact = directions([FLAT + 1], [angle])[0, 0]
    assert (middle.argmax(axis=-1) == exact.argmax()).mean() > 0.99 or angle in (30, 90)
    assert (middle.max(axis=-1) - middle.min(axis=-1)).min() > 80
