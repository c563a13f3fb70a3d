"""The arithmetic of the tutorial's two scripts, as it stands, over SciPy."""

import numpy as np
from scipy.fft import fft2, ifft2


def build_blur_kernel(size, angle):
    """The tutorial's builder, as it stands."""
    kernel = np.zeros((size, size))
    center = size // 2
    for i in range(size):
        x = int(center + (i - center) * np.cos(np.deg2rad(angle)))
        y = int(center + (i - center) * np.sin(np.deg2rad(angle)))
        if 0 <= x < size and 0 <= y < size:
            kernel[y, x] = 1
    return kernel / kernel.sum()


def blur_before_the_cut(image, kernel):
    return np.abs(ifft2(fft2(image) * fft2(kernel, s=image.shape)))


def deconvolve_before_the_cut(image, kernel, nsr):
    spectrum, transfer = fft2(image), fft2(kernel, s=image.shape)
    transfer = np.where(transfer == 0, 1e-8, transfer)
    power = np.abs(transfer) ** 2
    return np.abs(ifft2(spectrum / transfer * (power / (power + nsr))))


def cut(image):
    """The tutorial's way into 8 bits: clipped, and truncated."""
    return np.clip(image, 0, 255).astype(np.uint8)
