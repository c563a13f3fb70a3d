"""The measuring of restorations: the published score, rows, and bars about some of them."""

from itertools import chain

import numpy as np
import pytest

from bench.restoration import levin, quality, rows, sides
from bench.restoration.rows import Row
from tests import pairs


@pytest.mark.parametrize("down", [0, 0.25, 3, -1.5])
@pytest.mark.parametrize("across", [0, 4.75, -2])
def test_a_result_is_found_again_up_to_five_pixels_off(down, across):
    """And scores by what else it differs in: a tenth everywhere, 20 dB."""
    result = np.random.default_rng(0).random((80, 81))
    i, j = int(np.floor(down)), int(np.floor(across))
    scene = np.roll(result, (-i, -j), (0, 1))
    for axis, part in enumerate((down - i, across - j)):
        scene = (1 - part) * scene + part * np.roll(scene, -1, axis)
    pair = levin.Pair(scene + 0.1, result, np.ones((1, 1)), 2.0, "")
    decibels, ratio = levin.score(result, pair)
    assert decibels == pytest.approx(20)
    assert ratio == pytest.approx(50 * 51 * 0.01 / 2)


def test_the_pairs_of_a_folder(tmp_path):
    with pytest.raises(ValueError, match=r"holds no im0<picture>_ker0<kernel>\.mat"):
        levin.load(tmp_path)


@pytest.fixture(scope="module")
def found():
    drawn = [pairs.pair("motion", 0, side=64)]
    whole = [levin.Pair(p.scene, p.blurred, p.psf, 10.0, p.name) for p in drawn]
    both = quality.on_levin(whole), quality.on_drawn(drawn)
    rest = quality.on_parameters(drawn), quality.on_noise(drawn)
    return [list(each) for each in (*both, *rest)]


@pytest.fixture(scope="module")
def flat(found):
    return list(chain.from_iterable(found))


def test_every_side_has_a_row(found, flat):
    for of_sides in found[:2]:
        assert [row.name for _, row in of_sides] == list(sides.SIDES)
    for texts, row in flat:
        assert all(np.isfinite(value) for value in row.figures.values())
        assert len(texts) >= 3


def test_a_blurred_image_gains_nothing(found):
    texts = {name: rest for (name, *rest), _ in found[1]}
    assert texts["blurred"][:2] == ["0.00", "0.00"]
    assert float(texts["tikhonov"][0]) > 1


@pytest.mark.parametrize("bar", rows.BARS, ids=lambda bar: f"{bar.figure}, {bar.name}")
def test_every_bar_is_about_something(bar, flat):
    timed = [Row("any", {rows.TIMES: 1, rows.SECONDS: 1, rows.MEMORY: 1})]
    timed.append(Row("total_variation, 1 megapixel", timed[0].figures))
    assert bar.verdict([*timed, *(row for _, row in flat)]) is not None
