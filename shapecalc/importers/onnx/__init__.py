"""ONNX files: a graph of operators, converted node by node.

`reading` is the whole, with the axes of `inputs`. `wire` reads the format that the file is in,
`model` its messages, with `tensors`. `inlining` puts in the bodies of the file's own functions.
`preparing` is what nodes go through: `order` brings them into one in which they can run,
`quantized` makes them those that they were, and `rewriting` finds the `patterns` that exporters
wrote out, with what `links` knows of a graph. `walk` goes over them: what can be computed is, by
`folding` with the `array_functions` of small `arrays`; of other constants `unread` says the sizes,
and what of them is learned; the rest becomes layers, which `emission` writes, named by `scopes`.
`values` are what the names of a graph stand for, and `conversion` has them for the operators, with
the `owners` of weights and the `pieces` that some are put together of. `operators` is the index of
those, a family a file: `windows`, `matrices`, `norms`, `activations`, `elementwise`, `parts`,
`shapes` with `views` and the `factors` of axes, and `stretching`, `resampling`, `reductions`,
`recurrent`, `products` of two tensors, `attention` with its `masks`, `written_attention`, which is
recognized, `stored` constants that are layers, `contributed`, which has those of ONNX Runtime,
`fused_attention` among them, often as `inner` nodes; `aligning` brings tensors that are joined to
the same axes; `unsaid` says why others become no layers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.source import Source

if TYPE_CHECKING:
    from shapecalc.importers.converting import Data
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes


def read(data: Data, path: str, sizes: GivenSizes, network: ImportedNetwork) -> None:
    """Fill a network with the layers of an ONNX file. Raises Refusal."""
    from shapecalc.importers.onnx.reading import read_model

    read_model(data, sizes, network)


def source(data: Data, path: str) -> Source:
    """The text that refusals have their places in, which a binary file has none of."""
    return Source(path, "")
