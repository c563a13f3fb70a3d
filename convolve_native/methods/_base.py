"""What a method is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from convolve_native.factors import Kernel
from convolve_native.machine import Machine
from convolve_native.problem import Problem

Array = NDArray[Any]


class Operator(Protocol):
    """A kernel made ready for one Problem.  Images are C-contiguous, of four axes or as said."""

    @property
    def nbytes(self) -> int:
        """Of the arrays that it keeps from call to call, at most."""

    def apply(self, image: Array, out: Array, workers: int) -> int | None:
        """Write the sum over `image` (problem.source) to `out` (problem.stored).

        Both hold the samples of four axes in their order, and may have any shape that does.
        Returns the largest magnitude of a pixel, as loops tell it, if it had to look.
        """

    def adjoint(self, image: Array, out: Array, workers: int) -> None:
        """Write the conjugate transpose of `apply`'s linear part; both of problem.compute."""


@dataclass(frozen=True)
class Method:
    """One way to compute the sum."""

    name: str
    refusal: Callable[[Problem], str | None]  # why it cannot do this one right
    reluctance: Callable[[Problem], str | None]  # why it should not be chosen unasked
    seconds: Callable[[Problem, Machine], float]  # predicted, on one thread
    accuracy: Callable[[Problem], float]  # c of |error| <= c eps max|image| sum|kernel|
    scratch: Callable[[Problem], int]  # bytes it needs beside image and result
    prepare: Callable[[Problem, Kernel], Operator]
    looks: bool = False  # its refusal or its reluctance hangs on the values of the pixels


def never(problem: Problem) -> None:
    """Nothing stands against it."""
