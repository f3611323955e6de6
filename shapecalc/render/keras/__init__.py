"""A network in Keras, as a file of Python: functional, channels last, a function for each block.

`module` is the whole file, whose functions share a `context`; `body` is what the items of a
function are, in `statements` and with the `scope` of its names; `helpers` are the functions and
classes that Keras lacks. `uses` is a use of a layer type, which `activations`, `windows`,
`along_axes`, `recurrent` and `layer_types` write in the words of Keras; a type that none of them
knows is refused by name. `runs` follows a run through the spec: where each item ran, and whether
Python computes of its expressions what the run came to; `type_arguments` are the types that are
passed as arguments.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options

WRITING = ("activations", "windows", "along_axes", "recurrent", "layer_types")
"""The modules that write layer types. Each registers those that it writes."""


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The file. Raises SpecError, before the first line, for what Keras cannot say."""
    for family in WRITING:
        import_module(f"{__name__}.{family}")
    from shapecalc.render.code.plain_words import in_plain_words
    from shapecalc.render.keras.context import Context
    from shapecalc.render.keras.module import Module
    from shapecalc.render.keras.runs import KERAS

    return Module(Context(in_plain_words(summary, KERAS), options.language)).lines()
