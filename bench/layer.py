"""Seconds of conv2d beside NumPy's im2col, and beside PyTorch where it is installed.

python -m bench.layer [WORKERS]; NumPy's threads are OPENBLAS_NUM_THREADS, PyTorch's are set here.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import convolve_native as cn
from bench import report
from convolve_native.calibration import timings
from convolve_native.threads import available_workers

# Pictures, channels in, channels out, rows and columns; 3 x 3 taps; the first has the bar.
LAYERS = ((1, 8, 16, 128), (1, 64, 64, 56), (4, 3, 32, 224))
BAR = 3


def by_matmul(x, weight):
    columns = sliding_window_view(x, (3, 3), (2, 3)).transpose(0, 1, 4, 5, 2, 3)
    return weight.reshape(len(weight), -1) @ columns.reshape(len(x), weight[0].size, -1)


def by_tensordot(x, weight):
    return np.tensordot(weight, sliding_window_view(x, (3, 3), (2, 3)), ((1, 2, 3), (1, 4, 5)))


def by_einsum(x, weight):
    windows = sliding_window_view(x, (3, 3), (2, 3))
    return np.einsum("nchwuv,ocuv->nohw", windows, weight, optimize=True)


def contest(x, weight, workers):
    """Name -> call."""
    sides = {
        each.__name__: partial(each, x, weight) for each in (by_matmul, by_tensordot, by_einsum)
    }
    if find_spec("torch"):
        import torch

        torch.set_num_threads(workers)
        sides["torch"] = partial(torch.conv2d, torch.from_numpy(x), torch.from_numpy(weight))
    return {"ours": partial(cn.conv2d, x, weight), **sides}


def main():
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else available_workers()
    rng, texts = np.random.default_rng(0), []
    for number, channels, outputs, side in LAYERS:
        x = rng.normal(size=(number, channels, side, side)).astype(np.float32)
        weight = rng.normal(size=(outputs, channels, 3, 3)).astype(np.float32)
        sides = contest(x, weight, workers)
        with cn.set_workers(workers):
            measured = timings(*sides.values())
        best = {name: each.best for name, each in zip(sides, measured, strict=True)}
        own, torch = best.pop("ours"), best.pop("torch", None)
        peer = min(best, key=best.get)
        texts.append(
            (
                f"{number} x {channels} x {outputs}, {side}²",
                report.milliseconds(own),
                f"{peer} {report.milliseconds(best[peer])}",
                report.number(best[peer] / own),
                report.number(torch and torch / own),
            )
        )
    columns = ("channels in x out", "ours ms", "im2col ms", f"times (bar {BAR})", "times PyTorch")
    print(f"{workers} threads\n\n{report.table(columns, texts)}")


if __name__ == "__main__":
    main()
