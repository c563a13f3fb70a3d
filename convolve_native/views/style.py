"""How figures are drawn: the one place for sizes, fonts and the look of axes.

Figures are made without pyplot, so that nothing global is changed and any thread may draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import one_of
from convolve_native.views.palette import COLOURS, EMPTY, FAINT, INK, PAPER, SIGNED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

Array = NDArray[Any]

DPI = 100  # inches are hundreds of pixels
HEADING, TITLE, LABEL, TICK = 13, 10.5, 9.5, 8.5  # points
MARGIN = 0.08  # of a range of values, free on either side


def figure(width: float, height: float, heading: str) -> Figure:
    """Begin a figure, in hundreds of pixels, under a heading."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "matplotlib":
            raise
        raise ModuleNotFoundError(
            'figures need the extra "plot": python -m pip install "convolve_native[plot]"',
            name="matplotlib",
        ) from None
    drawn = Figure((width, height), dpi=DPI, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(drawn)
    drawn.suptitle(heading, fontsize=HEADING, color=INK, parse_math=False)
    return drawn


def pixels(drawn: Figure) -> NDArray[np.uint8]:
    """Draw a figure: (H, W, 3) ndarray of uint8."""
    canvas: Any = drawn.canvas
    canvas.draw()
    return _copied(canvas)


def _copied(canvas: Any) -> NDArray[np.uint8]:
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def stage(drawn: Figure, moving: Sequence[Any]) -> Callable[[], NDArray[np.uint8]]:
    """Draw what stands still once; give what draws the `moving` artists, in order, upon it."""
    canvas: Any = drawn.canvas
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()
    drawn.set_layout_engine("none")
    still = canvas.copy_from_bbox(drawn.bbox)

    def draw() -> NDArray[np.uint8]:
        canvas.restore_region(still)
        for artist in moving:
            drawn.draw_artist(artist)
        return _copied(canvas)

    return draw


def curves(axes: Axes, title: str, across: str = "", up: str = "") -> Axes:
    """Style axes that hold curves."""
    axes.set_title(title, fontsize=TITLE, color=INK)
    axes.set_xlabel(across, fontsize=LABEL, color=INK)
    axes.set_ylabel(up, fontsize=LABEL, color=INK)
    axes.tick_params(labelsize=TICK, colors=FAINT, labelcolor=INK)
    axes.grid(color=EMPTY, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_facecolor(PAPER)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(FAINT)
    return axes


def legend(axes: Axes, **where: Any) -> None:
    """Name the curves of axes."""
    axes.legend(fontsize=TICK, labelcolor=INK, facecolor=PAPER, edgecolor="none", **where)


def picture(
    axes: Axes,
    values: Array,
    title: str,
    colours: str = "gray",
    limits: tuple[float, float] | None = None,
) -> Any:
    """Show pixels as squares, from the darkest to the brightest of `limits` or of themselves."""
    low, high = limits or (float(np.nanmin(values)), float(np.nanmax(values)))
    axes.set_title(title, fontsize=TITLE, color=INK)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(FAINT)
    axes.set_facecolor(EMPTY)
    return axes.imshow(values, cmap=colours, vmin=low, vmax=high or 1.0, interpolation="nearest")


def signed_picture(axes: Axes, values: Array, title: str) -> Any:
    """Show numbers of either sign, with 0 in the middle of the colours."""
    largest = float(np.abs(values).max()) or 1.0
    return picture(axes, values, title, SIGNED, (-largest, largest))


def rectangle(corner: tuple[float, float], width: float, height: float, **look: Any) -> Patch:
    """Make the outline of pixels."""
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, **look)


def note(axes: Axes, text: str, size: float = LABEL) -> Any:
    """Write a line, or more, under axes that hold a picture."""
    return axes.set_xlabel(text, fontsize=size, color=INK)


def span(*values: Array) -> tuple[float, float]:
    """Limits of axes that hold all these values, and 0, with some room."""
    low = min(0.0, *(float(each.min()) for each in values))
    high = max(0.0, *(float(each.max()) for each in values))
    room = MARGIN * ((high - low) or 1.0)
    return low - room, high + room


def as_colours(colours: str) -> str:
    """Check the name of a colour map."""
    return one_of("colours", colours, COLOURS)
