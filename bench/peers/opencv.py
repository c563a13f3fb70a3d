"""OpenCV.  It correlates, so it is given the kernel turned round."""

import cv2
import numpy as np

from bench.grid import sigma
from bench.peers.row import Peer, always, box, gaussian, separable

BORDER = cv2.BORDER_REFLECT  # our symmetric


def _called(function, *options):
    """A row's `prepare` for a function whose options come from the work."""

    def prepare(work):
        cv2.setNumThreads(work.workers)
        arguments = [option(work) for option in options]
        return lambda: function(work.image, *arguments, dst=work.out, borderType=BORDER)

    return prepare


def _depth(work):
    return -1


def _whole(work):
    return np.flip(work.kernel.whole).astype(np.float32)


def _along_row(work):
    return work.kernel.sides[1][::-1].astype(np.float32)


def _along_column(work):
    return work.kernel.sides[0][::-1].astype(np.float32)


def _size(work):
    return work.kernel.size, work.kernel.size


def _sigma(work):
    return sigma(work.kernel.size)


PEERS = {
    "filter2D": Peer(always, _called(cv2.filter2D, _depth, _whole)),
    "sepFilter2D": Peer(separable, _called(cv2.sepFilter2D, _depth, _along_row, _along_column)),
    "GaussianBlur": Peer(gaussian, _called(cv2.GaussianBlur, _size, _sigma)),
    "blur": Peer(box, _called(cv2.blur, _size)),
}
