"""How long a fresh process takes to its first result, with an empty code cache and a warm one.

python -m bench.start
"""

import os
import subprocess
import sys
import tempfile

from convolve_native.calibration import timings

CALLS = {
    "import convolve_native": "import convolve_native",
    "first convolve, float32": (
        "import numpy as np, convolve_native as cn\n"
        "cn.convolve(np.ones((512, 512), np.float32), np.ones((3, 3)))"
    ),
    "first convolve, fft": (
        "import numpy as np, convolve_native as cn\n"
        "cn.convolve(np.ones((512, 512), np.float32), np.random.rand(41, 41))"
    ),
    "demo": (
        "import sys\nfrom convolve_native.cli import main\n"
        "sys.exit(main(['demo', '--out-dir', sys.argv[1]]))"
    ),
}


def seconds(code: str, cache: str, folder: str) -> float:
    environment = {**os.environ, "CONVOLVE_NATIVE_CACHE_DIR": cache}
    command = [sys.executable, "-c", code, folder]

    def process():
        subprocess.run(command, env=environment, check=True, capture_output=True)

    (timing,) = timings(process, rounds=0, enough=0)
    return timing.first


def main():
    print(f"{'':<28}{'empty cache':>12}{'warm cache':>12}")
    for name, code in CALLS.items():
        with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as folder:
            cold, warm = (seconds(code, cache, folder) for _ in range(2))
        print(f"{name:<28}{cold:>10.2f} s{warm:>10.2f} s")


if __name__ == "__main__":
    main()
