"""The colours of views, a meaning each, which the colour-blind tell apart too."""

INK, FAINT, EMPTY, PAPER = "#222222", "#8a8a8a", "#ececec", "#ffffff"
SIGNAL, KERNEL, RESULT, ERROR = "#4477aa", "#ee7733", "#009988", "#cc3311"

COLOURS = ("gray", "viridis", "cividis", "magma", "inferno", "plasma", "turbo", "coolwarm")
"""Colour maps for pixels, by Matplotlib's names."""

SIGNED = "coolwarm"
"""The colour map of numbers of both signs, with 0 in its middle."""
