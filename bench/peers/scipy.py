"""SciPy.  Its transforms know zeros outside only; bytes are rounded and cut, as ours are."""

import numpy as np
from scipy import fft, ndimage, signal

from bench.grid import sigma
from bench.peers.row import Peer, always, box, gaussian


def _whole(work):
    """The kernel with as many axes as the image, in floats of the image's own precision."""
    return work.kernel.whole.reshape(work.kernel.whole.shape + work.axes).astype(np.float32)


def _same_dtype(work, result):
    if work.bytes:
        return result.round().clip(0, 255).astype(np.uint8)
    return result


def _convolve2d(work):
    kernel = work.kernel.whole.astype(np.float32)
    planes = np.atleast_3d(work.image)

    def call():
        results = [
            signal.convolve2d(planes[:, :, i], kernel, mode="same", boundary="symm")
            for i in range(planes.shape[2])
        ]
        return _same_dtype(work, np.stack(results, axis=-1).reshape(work.image.shape))

    return call


def _transform(function):
    def prepare(work):
        kernel = _whole(work)

        def call():
            with fft.set_workers(work.workers):
                result = function(work.image, kernel, mode="same", axes=(0, 1))
            return _same_dtype(work, result)

        return call

    return prepare


def _convolve(work):
    kernel = _whole(work)
    return lambda: ndimage.convolve(work.image, kernel, output=work.out, mode="reflect")


def _uniform_filter(work):
    size = (work.kernel.size,) * 2 + work.axes
    return lambda: ndimage.uniform_filter(work.image, size, output=work.out, mode="reflect")


def _gaussian_filter(work):
    width, radius = sigma(work.kernel.size), work.kernel.size // 2
    return lambda: ndimage.gaussian_filter(
        work.image, width, output=work.out, mode="reflect", radius=radius, axes=(0, 1)
    )


PEERS = {
    "signal.convolve2d": Peer(always, _convolve2d),
    "signal.fftconvolve": Peer(always, _transform(signal.fftconvolve), border=False),
    "signal.oaconvolve": Peer(always, _transform(signal.oaconvolve), border=False),
    "ndimage.convolve": Peer(always, _convolve),
    "ndimage.uniform_filter": Peer(box, _uniform_filter),
    "ndimage.gaussian_filter": Peer(gaussian, _gaussian_filter),
}
