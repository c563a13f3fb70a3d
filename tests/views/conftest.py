"""Figures as they are drawn, to look into."""

import pytest

from convolve_native.views import style


@pytest.fixture
def drawn(monkeypatch):
    """The figures that were drawn, in a list."""
    figures = []
    pixels = style.pixels

    def remember(figure):
        figures.append(figure)
        return pixels(figure)

    monkeypatch.setattr(style, "pixels", remember)
    return figures
