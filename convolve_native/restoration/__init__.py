"""Restoration: the scene from its blurred image, the blur known.

Everything works on planes laid out as for a convolution, and on the cached FFTW plans.
"""
