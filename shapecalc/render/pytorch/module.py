"""The module that is written: its imports, helpers, classes, and what it does when it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import BlockItem
from shapecalc.render.code.comments import docstring
from shapecalc.render.code.computing import MAKE_DIVISIBLE
from shapecalc.render.code.names import Names, class_name
from shapecalc.render.pytorch.body import GLOBALS
from shapecalc.render.pytorch.classes import Classes
from shapecalc.render.pytorch.network import WrittenNetwork, written_network
from shapecalc.render.pytorch.runs import Frame, Uses, gathered
from shapecalc.render.pytorch.spoken import (
    CLASSES,
    FIXED_WEIGHTS,
    LEADING_AXES,
    SHARE_WEIGHTS,
    WITHOUT_RECURRENT_BIAS,
)
from shapecalc.render.pytorch.values import CannotSay
from shapecalc.render.refused import CodeRoom, cannot_say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.render.pytorch.signature import WrittenClass
    from shapecalc.tables.document import Options

PYTORCH = "PyTorch"
"""What the format is called in errors."""

HELPERS = {
    "make_divisible": MAKE_DIVISIBLE,
    "share_weights": SHARE_WEIGHTS,
    "fixed_weights": FIXED_WEIGHTS,
    "without_recurrent_bias": WITHOUT_RECURRENT_BIAS,
    "LeadingAxes": LEADING_AXES,
    **CLASSES,
}
"""What a module may need besides torch, as it is written."""


IMPORTS = {
    "math": "import math",
    "Callable": "from collections.abc import Callable",
    "partial": "from functools import partial",
}
"""What a module may import besides torch, by the word that uses it, in the order of isort."""


def module_lines(summary: Summary, options: Options) -> Iterator[str]:
    """The lines of the module of a summary. Raises SpecError, before the first, for what cannot be
    said."""
    try:
        classes, network = _classes(summary, options.language)
    except CannotSay as error:
        node = error.node or summary.items[0]
        raise cannot_say(node, PYTORCH, error.what or "no code was found for it") from None
    return _lines(summary, options, classes, network)


def _classes(summary: Summary, language: str) -> tuple[list[WrittenClass], WrittenNetwork]:
    """The classes of blocks that are needed, and that of the network."""
    runs = gathered(summary.items, Frame(summary.arguments, network=True))
    names = Names(*GLOBALS, *HELPERS)
    blocks = [item for item in runs if isinstance(item, BlockItem)]
    classes = Classes(blocks, Uses(runs), names, language, CodeRoom(summary, PYTORCH))
    wanted = class_name(summary.name, "Network")
    called = names.free(wanted, f"{wanted}Network")
    network = written_network(summary, runs, classes, called)
    words = set(network.written.words)
    needed: list[WrittenClass] = []
    for written in reversed(classes.written):
        if written.name in words:
            needed.insert(0, written)
            words |= written.words
    return needed, network


def _lines(
    summary: Summary, options: Options, classes: list[WrittenClass], network: WrittenNetwork
) -> Iterator[str]:
    said = [f"{summary.title}."]
    if options.source is not None:
        said.append(options.source)
    yield from docstring(said)
    yield ""
    words = set().union(*(each.words for each in (*classes, network.written)))
    imports = [line for word, line in IMPORTS.items() if word in words]
    if imports:
        yield from (*imports, "")
    yield "import torch"
    yield "from torch import nn"
    for each, text in HELPERS.items():
        if each in words:
            yield from ("", "")
            yield from text.split("\n")
    for written in [*classes, network.written]:
        yield from ("", "")
        yield from written.lines
    yield from ("", "")
    yield from _main(network)


def _main(network: WrittenNetwork) -> Iterator[str]:
    """What prints the shapes of the outputs."""
    yield 'if __name__ == "__main__":'
    yield f"    network = {network.written.name}().eval()"
    taken = []
    tensors = network.summary.input_tensors
    for each, value in network.inputs.items():
        shape = tensors[each].shape
        sizes = tuple(shape) if value.last else shape.chw
        dtype = ", dtype=torch.int64" if tensors[each] in network.ids else ""
        yield f"    {value.text} = torch.zeros(1, {', '.join(map(str, sizes))}{dtype})"
        taken.append(value.text)
    call = f"network({', '.join(taken)})"
    if len(network.returned) == 1:
        yield f"    print({call}.shape)"
    else:
        yield f"    for output in {call}:"
        yield "        print(output.shape)"
