"""libvips, at equal masks.  It correlates, and goes on outside as its edge pixel.

A pipeline is computed when its pixels are asked for, anew each time: its cache is off.
"""

import numpy as np
import pyvips

from bench.grid import sigma
from bench.peers.row import Peer, always, box, gaussian

pyvips.cache_set_max(0)
UNITS = 2**16  # to which the weights of a whole-number mask are rounded
# By which its bytes may differ: it makes few bits of a weight, and lets their sum be off by 2 %.
LEVELS = 5
FORMATS = {"uint8": "uchar", "float32": "float"}


def _pipeline(step):
    """A row's `prepare`: `step` adds to a pipeline what is to be done."""

    def prepare(work):
        pyvips.concurrency_set(work.workers)
        image, (height, width) = work.image, work.image.shape[:2]
        bands, format_ = image.size // (height * width), FORMATS[image.dtype.name]
        source = pyvips.Image.new_from_memory(image.data, width, height, bands, format_)
        filtered = step(source, work.kernel)
        if filtered.format != format_:
            filtered = filtered.rint().cast(format_)

        def call():
            return np.frombuffer(filtered.write_to_memory(), image.dtype).reshape(image.shape)

        return call

    return prepare


def _conv(source, kernel):
    mask = pyvips.Image.new_from_array(np.flip(kernel.whole).tolist())
    return source.conv(mask, precision="float")


def _convsep(source, kernel):
    mask = pyvips.Image.new_from_array([kernel.sides[1][::-1].tolist()])
    return source.convsep(mask, precision="float")


def _convsep_integer(source, kernel):
    least = min(kernel.sides[1]) if kernel.kind == "box" else 1 / UNITS
    whole = np.rint(kernel.sides[1][::-1] / least)
    mask = pyvips.Image.new_from_array([whole.tolist()], scale=whole.sum())
    return source.convsep(mask, precision="integer")


def _gaussblur(precision):
    def step(source, kernel):
        width = sigma(kernel.size)
        least = np.exp(-((kernel.size // 2) ** 2) / (2 * width**2))  # of the last weight
        return source.gaussblur(width, min_ampl=0.999 * least, precision=precision)

    return step


def _mirrored(kernel, dtype):
    """Convsep takes one mask for both axes."""
    return gaussian(kernel, dtype) or box(kernel, dtype)


def _mirrored_bytes(kernel, dtype):
    return dtype == "uint8" and _mirrored(kernel, dtype)


def _gaussian_bytes(kernel, dtype):
    return dtype == "uint8" and gaussian(kernel, dtype)


PEERS = {
    "vips conv": Peer(always, _pipeline(_conv), border=False),
    "vips convsep": Peer(_mirrored, _pipeline(_convsep), border=False),
    "vips convsep integer": Peer(
        _mirrored_bytes, _pipeline(_convsep_integer), border=False, levels=LEVELS
    ),
    "vips gaussblur": Peer(gaussian, _pipeline(_gaussblur("float")), border=False),
    "vips gaussblur integer": Peer(
        _gaussian_bytes, _pipeline(_gaussblur("integer")), border=False, levels=LEVELS
    ),
}
