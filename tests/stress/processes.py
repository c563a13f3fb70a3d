"""Run a program in a fresh interpreter, which may fork, crash, or be interrupted."""

import os
import subprocess
import sys
from pathlib import Path

import convolve_native

HOUSE = Path(convolve_native.__file__).parent.parent

PREAMBLE = """
import os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore")  # Python 3.12 warns of a fork beside threads
import numpy as np, convolve_native as cn

def image(shape=(64, 64), dtype="float32"):
    return (np.random.default_rng(0).random(shape) * 100).astype(dtype)

def in_child(work, seconds=60):
    # What the child's exit code is, and how long the fork took; a child that hangs is killed.
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            os._exit(code)
    forked = time.monotonic() - begun
    while time.monotonic() - begun < seconds:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), forked
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs", forked
"""


def start(program: str, *arguments: str, **variables: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + program, *arguments],
        env={**os.environ, "PYTHONPATH": str(HOUSE), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(program: str, *arguments: str, seconds: float = 300, **variables: str) -> str:
    """What it printed; it must end well, and say nothing to stderr."""
    process = start(program, *arguments, **variables)
    try:
        out, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, error = process.communicate()
        raise AssertionError(f"hangs; {out}{error}") from None
    assert process.returncode == 0, f"{process.returncode}: {error}"
    assert not error, error
    return out.strip()
