"""Caffe's networks, in the text format of protocol buffers.

`text_format` parses it into messages of `message`, `definition` finds the layers of a file, with
the words of `old_formats`, `phase` those of the phase TEST, and `wiring` which takes what of which.
`reader` goes through them: what takes nothing is an input of `data`, any other a `step`, for which
`converters` has what makes layers of the language of the `blob`s that it takes: `convolving`,
`pooling`, `normalizing`, `activating`, `shaping` and `joining`. Their parameters have
`known_fields`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Refusal
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from mmap import mmap

    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes


def read(data: bytes | mmap, path: str, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Add the layers of a file to a network. Raises Refusal."""
    from shapecalc.importers.caffe.reader import read_network
    from shapecalc.limits import MAXIMUM_BYTES

    if len(data) > MAXIMUM_BYTES:
        raise Refusal(
            "SC501", f"more than {MAXIMUM_BYTES >> 20} MB, the maximum of a file of Caffe"
        )
    read_network(source(data, path).text, sizes, network)


def source(data: bytes | mmap, path: str) -> Source:
    """The text of a file, in which refusals have their places.

    Caffe reads bytes: what is not UTF-8 stands for itself, as in comments of other encodings.
    """
    from shapecalc.limits import MAXIMUM_BYTES

    return Source(path, bytes(data[:MAXIMUM_BYTES]).decode(errors="replace"))
