"""The measuring of estimated blurs: rows, and bars about each of them."""

import numpy as np
import pytest

from bench import parametric
from bench.restoration.rows import Row
from tests.estimation.scenes import photograph


@pytest.fixture(scope="module")
def found():
    scenes = {"raccoon": photograph()[:200, :200]}
    both = parametric.errors(scenes, 1), parametric.kinds(scenes)
    return [list(each) for each in both]


def test_every_kind_and_noise_has_a_row(found):
    errors, kinds = found
    assert len(errors) == len(parametric.KINDS) * len(parametric.NAMES)
    assert [row.name for _, row in kinds] == ["sharp", *parametric.KINDS]
    for texts, row in (*errors, *kinds):
        assert all(0 <= share <= 1 for share in row.figures.values())
        assert "nan" not in " ".join(map(str, texts))


def test_the_photographs_are_in_grey_from_0_to_255():
    for scene in parametric.photographs().values():
        assert scene.ndim == 2
        assert 0 <= scene.min() < scene.max() <= 255
        assert scene.max() > 100


def test_an_error_is_the_distance_from_what_was_drawn():
    estimate = parametric.cn.MotionEstimate(10.5, 179.0, 1.0)
    assert parametric.KINDS["motion"].errors(estimate, 10.0, 1.0) == pytest.approx((0.5, 2.0))
    rng = np.random.default_rng(0)
    for kind in parametric.KINDS.values():
        drawn = kind.draw(rng)
        assert len(kind.bounds) == len(kind.aims)
        assert kind.kernel(*drawn).sum() == pytest.approx(1)


@pytest.mark.parametrize("bar", parametric.BARS, ids=lambda bar: bar.figure)
def test_every_bar_is_about_something(bar, found):
    rows = [row for each in found for _, row in each]
    rows.append(Row("any", {parametric.SECONDS: 1}))
    assert bar.verdict(rows) is not None
