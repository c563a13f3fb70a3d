"""The Gibbs sampler of `unsupervised_wiener`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convolve_native.checks import as_positive, as_times
from convolve_native.fourier.plans import Plan
from convolve_native.fourier.spectra import Spectra
from convolve_native.interfaces._spectra import Given, Impulse, Laplacian
from convolve_native.loops import deconvolution

Array = NDArray[Any]


class Params(NamedTuple):
    """What a user may set, with the defaults."""

    threshold: float = 1e-4
    max_num_iter: int = 200
    min_num_iter: int = 30
    burnin: int = 15
    callback: Callable[[Array], Any] | None = None


def as_params(given: Mapping[str, Any] | None) -> Params:
    """Check the parameters of the sampler."""
    values = dict(given or {})
    unknown = sorted(values.keys() - set(Params._fields))
    if unknown:
        raise ValueError(f"user_params must be among {Params._fields}; got {unknown}")
    params = Params(**values)
    as_positive("threshold", params.threshold, zero=True)
    if as_times("max_num_iter", params.max_num_iter) < params.burnin + 2:
        raise ValueError(
            f"max_num_iter must be at least burnin + 2, {params.burnin + 2}, for a sample to "
            f"remain; got {params.max_num_iter}"
        )
    return params


class Sampler:
    """The spectra at work, as planes of real and imaginary parts, and the chains.

    Spectra are those of unitary transforms, the responses' excepted.
    """

    def __init__(
        self,
        image: Array,
        otf: Impulse | Given,
        penalty: Impulse | Given | Laplacian,
        spectra: Spectra,
    ) -> None:
        kind = image.dtype
        self.chains: dict[str, list[float]] = {"noise": [1.0], "prior": [1.0]}
        self._spectra = spectra
        self._scale = kind.type(1 / math.sqrt(spectra.size))
        self._data = np.empty((2, *spectra.whole), kind)
        self._otf, self._penalty = np.empty_like(self._data), np.empty(spectra.whole, kind)
        lines = spectra.along(image)

        def work(first: int, plan: Plan) -> None:
            place = slice(first, first + len(plan.frame))
            count = min(len(plan.frame), spectra.width - first)
            self._penalty[:, place] = penalty.columns(first, plan).real[:count].T
            _put(otf.columns(first, plan)[:count], self._otf[..., place])
            spectra.enter(lines, first, plan)
            plan.spectrum *= self._scale
            _put(plan.spectrum[:count], self._data[..., place])

        spectra.columns(work)

    def run(self, params: Params, rng: np.random.Generator) -> Array:
        """Sample until the mean settles; the mean."""
        kind, shape = self._data.dtype, self._penalty.shape
        sample = deconvolution.sample.compiled(kind)
        average = deconvolution.average.compiled(kind)
        draws, totals = np.empty_like(self._data), np.empty((2, shape[1]), kind)
        deviates = np.empty(shape)
        sums, delta, count = np.zeros_like(draws), math.nan, 0
        noise, prior = self.chains["noise"], self.chains["prior"]
        for iteration in range(params.max_num_iter):
            for plane in draws:  # in this order, and float64, the samples are scikit-image's
                rng.standard_normal(out=deviates)
                plane[...] = deviates
            totals[...] = 0
            precisions = kind.type(noise[-1]), kind.type(prior[-1])
            sample(self._data, self._otf, self._penalty, *precisions, draws, totals)
            if params.callback is not None:
                params.callback(draws[0] + 1j * draws[1])
            missed, rough = map(self._norm, totals)
            noise.append(rng.gamma(self._spectra.size / 2, 2 / missed))
            prior.append(rng.gamma((self._spectra.size - 1) / 2, 2 / rough))
            count = iteration - params.burnin
            if count > 0:
                totals[...] = 0
                old = 1 / (count - 1) if count > 1 else 0.0
                average(draws, kind.type(1 / count), kind.type(old), sums, totals)
            if count > 1:
                moved, whole = totals.sum(axis=1, dtype=np.float64)
                delta = moved / whole / count
            if iteration > params.min_num_iter and delta < params.threshold:
                break
        sums /= kind.type(count)
        return sums

    def restored(self, mean: Array, clip: bool) -> Array:
        """The image of a spectrum."""
        spectra = self._spectra
        whole = (mean[0] + 1j * mean[1]) * self._scale
        lines = np.empty_like(whole)

        def work(first: int, plan: Plan) -> None:
            some = whole[:, first : first + len(plan.frame)].T
            plan.spectrum[: len(some)] = some
            spectra.leave(plan, first, lines)

        spectra.columns(work)
        return spectra.back(lines, clip)

    def _norm(self, totals: Array) -> float:
        """Square of a spectrum by its columns' sums; half spectra are told by their shape."""
        whole = float(totals.sum(dtype=np.float64))
        half = self._penalty.shape[0] != self._penalty.shape[1]
        return 2 * whole - float(totals[0]) if half else whole


def _put(columns: Array, planes: Array) -> None:
    planes[0], planes[1] = columns.real.T, columns.imag.T
