"""Convolution and deconvolution of images.

Importing this loads nothing but itself: a public name loads its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Public name -> the module it lives in.
_PUBLIC = {
    "BOUNDARIES": "convolve_native.boundary",
    "Choice": "convolve_native.planner",
    "Convolver": "convolve_native.convolver",
    "box_blur": "convolve_native.api.blurs",
    "cache_info": "convolve_native.api.information",
    "calibrate": "convolve_native.calibration",
    "choose_method": "convolve_native.api.convolution",
    "clear_caches": "convolve_native.api.information",
    "conv2d": "convolve_native.api.layer",
    "convolve": "convolve_native.api.convolution",
    "correlate": "convolve_native.api.convolution",
    "deconvolve": "convolve_native.restoration.deconvolve",
    "estimate_blur": "convolve_native.estimation.blur",
    "BlurEstimate": "convolve_native.estimation.blur",
    "estimate_defocus": "convolve_native.estimation.defocus",
    "DefocusEstimate": "convolve_native.estimation.defocus",
    "estimate_gaussian": "convolve_native.estimation.gaussian",
    "GaussianEstimate": "convolve_native.estimation.gaussian",
    "estimate_motion": "convolve_native.estimation.motion",
    "MotionEstimate": "convolve_native.estimation.motion",
    "estimate_noise": "convolve_native.estimation.noise",
    "estimate_psf": "convolve_native.estimation.psf",
    "PSFEstimate": "convolve_native.estimation.psf",
    "deconvolve_varying": "convolve_native.restoration.varying",
    "fftw_effort": "convolve_native.fourier.effort",
    "filter_bank": "convolve_native.api.convolution",
    "gaussian_blur": "convolve_native.api.blurs",
    "info": "convolve_native.api.information",
    "learn_kernel": "convolve_native.estimation.learned",
    "LearnedKernel": "convolve_native.estimation.learned",
    "max_pool2d": "convolve_native.api.layer",
    "relu": "convolve_native.api.layer",
    "Profile": "convolve_native.profiles.report",
    "Recording": "convolve_native.profiles.recording",
    "profile": "convolve_native.profiles.measuring",
    "profiling": "convolve_native.profiles.recording",
    "set_workers": "convolve_native.threads",
    "warmup": "convolve_native.api.warming",
    "tikhonov": "convolve_native.restoration.tikhonov",
    "total_variation": "convolve_native.restoration.total_variation",
    "hyper_laplacian": "convolve_native.restoration.total_variation",
    "Restoration": "convolve_native.restoration.result",
    "Sharpened": "convolve_native.estimation.polyblur",
    "polyblur": "convolve_native.estimation.polyblur",
    "richardson_lucy": "convolve_native.restoration.richardson_lucy",
    "deblur": "convolve_native.estimation.deblur",
    "Deblurred": "convolve_native.estimation.deblur",
    "wiener": "convolve_native.restoration.wiener",
}

_MODULES = ("images", "kernels", "views")

__all__ = [  # from the tables, so that no list is kept twice
    "__version__",
    *_PUBLIC,
    *_MODULES,
]

if TYPE_CHECKING:
    from convolve_native import images as images
    from convolve_native import kernels as kernels
    from convolve_native import views as views
    from convolve_native.api.blurs import box_blur as box_blur
    from convolve_native.api.blurs import gaussian_blur as gaussian_blur
    from convolve_native.api.convolution import choose_method as choose_method
    from convolve_native.api.convolution import convolve as convolve
    from convolve_native.api.convolution import correlate as correlate
    from convolve_native.api.convolution import filter_bank as filter_bank
    from convolve_native.api.information import cache_info as cache_info
    from convolve_native.api.information import clear_caches as clear_caches
    from convolve_native.api.information import info as info
    from convolve_native.api.layer import conv2d as conv2d
    from convolve_native.api.layer import max_pool2d as max_pool2d
    from convolve_native.api.layer import relu as relu
    from convolve_native.api.warming import warmup as warmup
    from convolve_native.boundary import BOUNDARIES as BOUNDARIES
    from convolve_native.calibration import calibrate as calibrate
    from convolve_native.convolver import Convolver as Convolver
    from convolve_native.estimation.blur import BlurEstimate as BlurEstimate
    from convolve_native.estimation.blur import estimate_blur as estimate_blur
    from convolve_native.estimation.deblur import Deblurred as Deblurred
    from convolve_native.estimation.deblur import deblur as deblur
    from convolve_native.estimation.defocus import DefocusEstimate as DefocusEstimate
    from convolve_native.estimation.defocus import estimate_defocus as estimate_defocus
    from convolve_native.estimation.gaussian import GaussianEstimate as GaussianEstimate
    from convolve_native.estimation.gaussian import estimate_gaussian as estimate_gaussian
    from convolve_native.estimation.learned import LearnedKernel as LearnedKernel
    from convolve_native.estimation.learned import learn_kernel as learn_kernel
    from convolve_native.estimation.motion import MotionEstimate as MotionEstimate
    from convolve_native.estimation.motion import estimate_motion as estimate_motion
    from convolve_native.estimation.noise import estimate_noise as estimate_noise
    from convolve_native.estimation.polyblur import Sharpened as Sharpened
    from convolve_native.estimation.polyblur import polyblur as polyblur
    from convolve_native.estimation.psf import PSFEstimate as PSFEstimate
    from convolve_native.estimation.psf import estimate_psf as estimate_psf
    from convolve_native.fourier.effort import fftw_effort as fftw_effort
    from convolve_native.planner import Choice as Choice
    from convolve_native.profiles.measuring import profile as profile
    from convolve_native.profiles.recording import Recording as Recording
    from convolve_native.profiles.recording import profiling as profiling
    from convolve_native.profiles.report import Profile as Profile
    from convolve_native.restoration.deconvolve import deconvolve as deconvolve
    from convolve_native.restoration.result import Restoration as Restoration
    from convolve_native.restoration.richardson_lucy import richardson_lucy as richardson_lucy
    from convolve_native.restoration.tikhonov import tikhonov as tikhonov
    from convolve_native.restoration.total_variation import hyper_laplacian as hyper_laplacian
    from convolve_native.restoration.total_variation import total_variation as total_variation
    from convolve_native.restoration.varying import deconvolve_varying as deconvolve_varying
    from convolve_native.restoration.wiener import wiener as wiener
    from convolve_native.threads import set_workers as set_workers


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_PUBLIC[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
