"""Fourier transforms: plans leased from a bounded pool, and a kernel's transfer function.

Only `plans` imports pyfftw.  A plan owns its two arrays, so that two threads never share one; the
factor 1/N of the inverse is left to whoever multiplies the spectrum, once, in the kernel's.
"""
