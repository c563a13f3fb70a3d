"""The only measuring of methods."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import Request
from convolve_native.convolver import prepare
from convolve_native.planner import Choice
from convolve_native.problem import Problem

LEAST = 2  # runs, after a first one that compiles, plans and fills the caches
ENOUGH = 0.1  # seconds after which a method that has had its runs is measured


def best_seconds(call: Callable[[], object]) -> float:
    """Return the shortest of several runs, after one that does not count."""
    call()
    runs, total, best = 0, 0.0, math.inf
    while runs < LEAST or total < ENOUGH:
        start = time.perf_counter()
        call()
        seconds = time.perf_counter() - start
        runs, total, best = runs + 1, total + seconds, min(best, seconds)
    return best


def measure(choice: Choice, problem: Problem, request: Request, planes: NDArray[Any]) -> Choice:
    """Time every method that can, prepared, on as many workers as were chosen; take the fastest."""
    out = np.empty(problem.out_shape, problem.stored)
    measured = {}
    for name in choice.seconds:
        operator = prepare(request, problem, name)
        if operator is not None:
            measured[name] = best_seconds(partial(operator.apply, planes, out, choice.workers))
    if request.method != "auto" or not measured:
        return replace(choice, measured=measured)
    allowed = [name for name in measured if name not in choice.refused]
    fastest = min(allowed, key=measured.__getitem__)
    return replace(choice, method=fastest, reason="measured the fastest", measured=measured)
