"""Animations: frames that are drawn as they are asked for, and the files that hold them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convolve_native.images.files import AnyPath, replace

Frame = NDArray[np.uint8]
Colours = NDArray[np.signedinteger[Any]]

MILLISECONDS, LAST = 100, 2000  # that a frame is shown for, and the last one, which is the result
PACKED = np.array([1 << 16, 1 << 8, 1], np.int32)  # of a colour, as one number
SAMPLES = 5  # frames, spread over an animation, whose colours are the palette's
COMMON, RARE = 144, 111  # colours of a palette; one is left, for what does not change

# Suffix -> Pillow's name of the format.
FORMATS = {".gif": "GIF", ".png": "PNG", ".apng": "PNG"}


@dataclass(frozen=True)
class Animation:
    """A number of frames, each drawn when it is asked for.

    Attributes
    ----------
    count : int
        How many.
    draw : callable
        From 0 ... count - 1 to an (H, W, 3) ndarray of uint8.
    """

    count: int
    draw: Callable[[int], Frame]

    def __len__(self) -> int:
        """Give the number of frames."""
        return self.count

    def __iter__(self) -> Iterator[Frame]:
        """Draw one frame after the other."""
        return map(self.draw, range(self.count))


def write(path: AnyPath, view: Animation | Frame) -> None:
    """Write an animation that repeats for ever, or a picture, whole or not at all.

    Parameters
    ----------
    path : str or path-like
        ``.gif``, or ``.png`` or ``.apng``, which are both an animated PNG: a viewer that does not
        know of animation shows its first frame. A file that is there is replaced in one step.
    view : Animation, or (H, W, 3) ndarray of uint8
        Frames are shown for a tenth of a second each, the last one for two seconds. They are
        written in 255 colours, which drawings hardly exceed; `convolve_native.images.write` writes
        a picture in all of its own.

    Raises
    ------
    ValueError
        A suffix of no format that holds both.
    OSError
        What the system refuses, in its own class.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> greys = Animation(3, lambda n: np.full((2, 2, 3), 100 * n, np.uint8))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/greys.gif", greys)
    ...     with Image.open(f"{folder}/greys.gif") as file:
    ...         file.n_frames
    3
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(
            f"path must end in one of {', '.join(FORMATS)} to hold a view; got {str(path)!r}"
        )
    animation = view if isinstance(view, Animation) else Animation(1, lambda n: view)
    first, *rest = _in_one_palette(animation)
    # Of few colours, which take fewer bits a pixel, old releases of Pillow animate no PNG.
    options: dict[str, Any] = {"optimize": True, "bits": 8}
    if rest:
        times = [MILLISECONDS] * len(rest) + [LAST]
        options |= {"save_all": True, "append_images": rest, "duration": times, "loop": 0}
    stream = io.BytesIO()
    first.save(stream, FORMATS[path.suffix.lower()], **options)
    replace(path, stream.getvalue())


def _in_one_palette(animation: Animation) -> Iterator[Image.Image]:
    """Frames in the colours of some of them, one palette for all, so that none flickers.

    Pillow's own mapping is not exact: white comes out as a grey.
    """
    chosen = np.unique(np.linspace(0, animation.count - 1, SAMPLES).round().astype(int))
    palette = _palette([animation.draw(int(at)) for at in chosen])
    nearest = np.full(1 << 24, -1, np.int16)  # of every colour, once it was seen
    for frame in animation:
        packed = frame @ PACKED
        new = np.unique(packed[nearest[packed] < 0])
        for part in np.array_split(new, 1 + new.size // 1024):
            distances = np.square(_unpacked(part)[:, None] - palette).sum(axis=2)
            nearest[part] = distances.argmin(axis=1)
        picture = Image.fromarray(nearest[packed].astype(np.uint8))
        picture.putpalette(palette.astype(np.uint8).tobytes())
        yield picture


def _palette(frames: list[Frame]) -> Colours:
    """The commonest colours exactly, and so many others that every one has its like nearby."""
    colours, counts = np.unique([frame @ PACKED for frame in frames], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    common, rare = np.split(_unpacked(colours[order]), [COMMON])
    if rare.size == 0:
        return common
    picture = Image.fromarray(rare.astype(np.uint8)[None])
    likes = picture.quantize(RARE, method=Image.Quantize.MEDIANCUT).convert("RGB")
    return np.concatenate([common, np.unique(np.asarray(likes)[0], axis=0)])


def _unpacked(colours: Colours) -> Colours:
    channels: Colours = colours[:, None] // PACKED % 256
    return channels
