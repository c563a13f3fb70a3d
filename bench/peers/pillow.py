"""Pillow.  It goes on outside as its edge pixel; its Gaussian is another filter."""

from PIL import Image, ImageFilter

from bench.peers.row import Peer, box


def _box_blur(work):
    image, blur = Image.fromarray(work.image), ImageFilter.BoxBlur(work.kernel.size // 2)
    return lambda: image.filter(blur)


def _box_of_bytes(kernel, dtype):
    return dtype == "uint8" and box(kernel, dtype)


PEERS = {"BoxBlur": Peer(_box_of_bytes, _box_blur, border=False)}
