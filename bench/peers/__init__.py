"""The peers: a file a library, a row a function.

A library that is not installed is left out, and the run says so.
"""

from __future__ import annotations

from importlib import import_module

LIBRARIES = ("opencv", "libvips", "scipy", "skimage", "pillow")


def load():
    """Rows of the libraries that are there, by the peer's name; and why the others are not."""
    peers, absent = {}, {}
    for library in LIBRARIES:
        try:
            peers |= import_module(f"bench.peers.{library}").PEERS
        except (ImportError, OSError) as error:  # OSError: a binding without its library
            absent[library] = str(error)
    return peers, absent
