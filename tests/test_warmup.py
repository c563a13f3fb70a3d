"""warmup: afterwards no request compiles or loads a loop."""

from itertools import product

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.loops import Loop
from convolve_native.methods import METHODS


@pytest.fixture
def cold(monkeypatch):
    """Loops that nobody has used; gives those that were made ready since."""
    made = []
    compile_ = Loop._compile
    monkeypatch.setattr(
        Loop, "compiled", lambda loop, *dtypes: _compiled(made, compile_, loop, dtypes)
    )
    return made


def _compiled(made, compile_, loop, dtypes):
    if (loop, dtypes) not in made:
        made.append((loop, dtypes))
        loop._ready.setdefault(dtypes, None)
        loop._ready[dtypes] = loop._ready[dtypes] or compile_(loop, loop._signature(*dtypes))
    return loop._ready[dtypes]


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_after_it_no_request_waits(cold, dtype):
    cn.warmup(dtypes=[dtype])
    ready = list(cold)
    kernels = (np.ones((5, 5)) / 25, np.ones((5, 5), int))
    for kernel, width in product(kernels, (30, 400)):
        image = np.ones((40, width), dtype)
        choice = cn.choose_method(image, kernel)
        for method in choice.seconds:
            cn.convolve(image, kernel, method=method)
            convolver = cn.Convolver(kernel, image.shape, dtype, method=method)
            convolver.T(convolver(image).astype(convolver.T.dtype))
    assert cold == ready
    assert ready


def test_only_what_is_wanted_is_made_ready(cold):
    cn.warmup(dtypes="float32", methods="direct")
    some = list(cold)
    cn.warmup(dtypes=np.float32)
    assert set(some) < set(cold)
    assert {np.dtype(np.float64)} & {dtype for _, dtypes in cold for dtype in dtypes} == set()


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"dtypes": ["float33"]}, TypeError, "dtypes must be a dtype of numbers; got 'float33'"),
        ({"dtypes": "datetime64"}, TypeError, "dtypes must be a dtype of numbers; got datetime64"),
        ({"methods": ["auto"]}, ValueError, "methods must be one of 'direct', .*; got 'auto'"),
        ({"methods": "boxes"}, ValueError, "methods must be one of 'direct', .*; got 'boxes'"),
    ],
)
def test_what_is_unknown_is_refused(keywords, error, message):
    with pytest.raises(error, match=message):
        cn.warmup(**keywords)


def test_all_methods_are_the_default():
    assert set(METHODS) == set(cn.choose_method(np.ones((8, 8)), np.ones((3, 3)) / 9).seconds)
