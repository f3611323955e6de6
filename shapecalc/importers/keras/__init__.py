"""Networks of Keras: what `to_json` writes, TF.js files, `.keras` and `.h5`.

`containers` finds the text of a model in a file, with `hdf5` in that of h5py and `mapped` bytes as
a file, and the `weights` that it says the shapes of; `documents` reads that text into objects that
know where they stand. `graphs` is a model, sequential or functional: which layer takes what of
which, as each generation of Keras has written it, which `inbound` reads; `masks` are left out.
`walk` runs it, from its `inputs` on, with `calls` of layers, whose `config` is read value by value,
in the `axes` of the file. `layers` is the index of the classes that are known, whose families are
`windows`, `transposed`, `norms`, `activations`, `shaping`, `joining`, `passing`, `recurrent`,
`attention` and `einsum`; `distributed` is TimeDistributed, `operations` are functions on tensors,
and `old` turns Keras 1's words into today's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.containers import contents, text_source
from shapecalc.importers.keras.walk import Walk

if TYPE_CHECKING:
    from mmap import mmap

    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes
    from shapecalc.text.source import Source


def read(data: bytes | mmap, path: str, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Fill a network with the layers of a file of Keras. Raises Refusal."""
    Walk(contents(data, path), sizes, network).run()


def source(data: bytes | mmap, path: str) -> Source:
    """The text in which the refusals of `read` have their places."""
    return text_source(data, path)
