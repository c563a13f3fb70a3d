"""What every test shares: the hypothesis profiles and the bundled photograph."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

import convolve_native
from convolve_native import machine, threads

# No deadline: a loop is compiled at its first use, which no example should be blamed for.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, max_examples=100)
settings.register_profile("dev", deadline=None, max_examples=25)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session", autouse=True)
def shipped_machine():
    """Choose by the shipped constants, whatever was calibrated here."""
    machine.use(machine.DEFAULT)


@pytest.fixture
def name_workers(monkeypatch):
    """Set the variable that names the threads of a process as if before it began."""

    def name(text):
        monkeypatch.setenv(threads.VARIABLE, text)
        threads._named.cache_clear()

    yield name
    threads._named.cache_clear()


@pytest.fixture(scope="session")
def photograph():
    """The bundled photograph, (H, W, 3) uint8, read-only so that no test can spoil it."""
    path = Path(convolve_native.__file__).parent / "data" / "raccoon.jpg"
    with Image.open(path) as file:
        pixels = np.array(file, dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels


@pytest.fixture(scope="session")
def grey(photograph):
    """The same photograph in grey, by PIL's own conversion, as the tutorial reads it."""
    pixels = np.array(Image.fromarray(photograph).convert("L"), dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels
