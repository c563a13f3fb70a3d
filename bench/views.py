"""Animations of 60 frames: seconds to draw and write, in all and of the processor, and size.

    python -m bench.views            a minute

Each runs twice and the second counts: the first loads Matplotlib and its fonts.
"""

import tempfile
from pathlib import Path
from time import perf_counter, process_time

from convolve_native import images, kernels, views
from convolve_native.views.signals import SIGNALS

FRAMES = 60


def animations():
    for kernel in SIGNALS:
        yield f"box slides through {kernel}", lambda kernel=kernel: views.slide(kernel, "box")
    photo = images.read(images.sample())
    for name, kernel in {"3 x 3": kernels.box(3), "5 x 5": kernels.gaussian(0.5)}.items():
        yield f"a window of {name}", lambda kernel=kernel: views.window(photo, kernel)


def main():
    print(f"{'':34}{'file':>6}{'seconds':>9}{'of CPU':>8}{'MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in animations():
            for suffix in (".gif", ".png"):
                path = Path(folder) / f"animation{suffix}"
                for _ in range(2):
                    start, used = perf_counter(), process_time()
                    animation = make()
                    views.write(path, animation)
                    seconds, cpu = perf_counter() - start, process_time() - used
                assert len(animation) == FRAMES
                size = path.stat().st_size / 1e6
                print(f"{name:34}{suffix:>6}{seconds:9.1f}{cpu:8.1f}{size:7.2f}", flush=True)


if __name__ == "__main__":
    main()
