"""scikit-image."""

from skimage import filters

from bench.grid import sigma
from bench.peers.row import Peer, gaussian


def _gaussian(work):
    width = sigma(work.kernel.size)
    reach = (work.kernel.size // 2) / width  # in sigmas, as far as the kernel goes
    channel = 2 if work.axes else None
    return lambda: filters.gaussian(
        work.image,
        width,
        mode="reflect",
        truncate=reach,
        preserve_range=True,
        channel_axis=channel,
        out=work.out,
    )


def _gaussian_floats(kernel, dtype):
    return dtype == "float32" and gaussian(kernel, dtype)


PEERS = {"skimage gaussian": Peer(_gaussian_floats, _gaussian)}
