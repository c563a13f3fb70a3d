"""Extra memory of a call, beside image and result: by the most that a fresh process held.

python -m bench.memory METHOD DTYPE prints the bytes. Linux only: elsewhere a process cannot ask
how much it held since a moment.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

import convolve_native as cn
from bench.grid import Kernel, image

SHAPE = (4096, 4096)
WORKERS = 2
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FIGURE = "extra memory over what it may take"


class Allowance(NamedTuple):
    """What a method may take."""

    kernel: Kernel
    images: float  # as a share of the image's bytes
    mebibytes: float


ALLOWANCES = {
    "direct": Allowance(Kernel("dense", 7), 0.1, 8),
    "separable": Allowance(Kernel("gaussian", 15), 0.1, 8),
    "box": Allowance(Kernel("box", 15), 0.1, 8),
    "overlap_save": Allowance(Kernel("dense", 31), 0.2, 32),
    "fft": Allowance(Kernel("dense", 31), 4.0, 0),
}


@dataclass
class MemoryRow:
    """What a method took."""

    method: str
    dtype: str
    extra: int

    @property
    def name(self):
        return f"memory, {self.method} {self.dtype}"

    @property
    def allowed(self):
        _, images, mebibytes = ALLOWANCES[self.method]
        return images * np.prod(SHAPE) * np.dtype(self.dtype).itemsize + mebibytes * 2**20

    @property
    def figures(self):
        return {FIGURE: self.extra / self.allowed}


def works():
    """(method, dtype): of bytes too, but for fft, whose spectrum is of floats."""
    if not RESET.exists():
        return []
    dtypes = ("float32", "uint8")
    return [(m, d) for m in ALLOWANCES for d in dtypes if (m, d) != ("fft", "uint8")]


def measure(method, dtype):
    """A row, from a process of its own."""
    command = [sys.executable, "-m", "bench.memory", method, dtype]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return MemoryRow(method, dtype, int(found.stdout))


def _held(what):
    """Bytes, from a line of the process's status: VmRSS now, VmHWM at most since the reset."""
    line = next(x for x in STATUS.read_text().splitlines() if x.startswith(what))
    return int(line.split()[1]) * 1024


def extra(method, dtype):
    """Bytes beyond those held before, code loaded and threads started."""
    kernel, pixels = ALLOWANCES[method].kernel, image(SHAPE, dtype)
    out = np.ones_like(pixels)  # touched, and so held
    corner = np.ascontiguousarray(pixels[:256, :256])
    cn.convolve(corner, kernel.given, method=method, workers=WORKERS)
    return most(lambda: cn.convolve(pixels, kernel.given, method=method, workers=WORKERS, out=out))


def most(call):
    """Bytes that this process held at most during a call, beyond those held before."""
    RESET.write_text("5")  # the most held is what is held now
    before = _held("VmRSS")
    call()
    return _held("VmHWM") - before


if __name__ == "__main__":
    print(extra(*sys.argv[1:]))
