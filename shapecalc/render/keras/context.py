"""What the functions of a file share: the run that they say, and what everything is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.language.items import Block, BlockItem
from shapecalc.render.code.computing import CALLED
from shapecalc.render.code.names import Names, identifier
from shapecalc.render.keras.helpers import KERAS_HELPERS
from shapecalc.render.keras.runs import KERAS, HeldRuns
from shapecalc.render.keras.type_arguments import items_in, types_passed
from shapecalc.render.refused import CodeRoom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecalc.analysis.summary import Summary
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Item

MEANT_NAMES = ("keras", "layers", "math", "sys", "x", "name", "inputs", "in_channels")
"""The names that functions have a meaning for, whatever the spec calls its own."""

BUILTINS = ("range", "float", "int", "list", "NotImplementedError", "print", "isinstance")
"""The names of Python that functions call, besides those of expressions."""


class BlockFunction:
    """What a block is in code. parameters: the names of its arguments there, those without a
    default first."""

    __slots__ = ("name", "parameters")

    def __init__(self, name: str, parameters: dict[str, str]) -> None:
        self.name = name
        self.parameters = parameters


class Context:
    """What the functions of a file share.

    needs: the helpers and modules that they use. taken: the names of the file. network, types,
    functions: the functions of the network, of types that are arguments, and of blocks.
    type_fields: the fields that a type which is an argument may be given.
    """

    def __init__(self, summary: Summary, language: str) -> None:
        spec = summary.written
        assert spec.body is not None
        self.summary = summary
        self.spec = spec
        self.language = language
        self.needs: set[str] = set()
        self.output_names = set(spec.output_names)
        self.runs = HeldRuns(summary, spec.body, CodeRoom(summary, KERAS))
        self.taken = {*MEANT_NAMES, *BUILTINS, *KERAS_HELPERS, *CALLED}
        blocks = _blocks_in(spec.body)
        self.parameters = self._parameters(spec.arguments)
        self.functions = {
            block: BlockFunction("", self._parameters(block.arguments)) for block in blocks
        }
        used = set(self.parameters.values())
        for function in self.functions.values():
            used.update(function.parameters.values())
        names = Names(*self.taken, *used)  # a function is not called as any argument is
        title = re.sub(r"\W+", "_", spec.name).strip("_").lower()
        self.network = self._free(names, title, "network")
        self.type_fields = types_passed(spec, blocks)
        self.types = {
            type: self._free(names, snake("_".join((type, *getattr(type, "fields", ())))), "layer")
            for type in self.type_fields
        }
        for block, function in self.functions.items():
            text = re.sub(r"(?<=[a-z])(?=[A-Z]{2})", "_", block.name)
            function.name = self._free(names, snake(text), "block")

    def _parameters(self, arguments: Mapping[str, Argument]) -> dict[str, str]:
        names = self.local_names()
        order = sorted(arguments, key=lambda key: not arguments[key].required)
        return {key: names.free(identifier(key, "argument")) for key in order}

    def _free(self, names: Names, text: str, fallback: str) -> str:
        """The name of a function."""
        wanted = identifier(text, fallback)
        found = names.free(wanted, f"{wanted}_{fallback}")
        self.taken.add(found)
        return found

    def local_names(self) -> Names:
        """The names that are taken in every function."""
        return Names(*self.taken)

    def type_function(self, type: str | None) -> str:
        """The function of a type that is the value of an argument."""
        return "None" if type is None else self.types[type]


def snake(text: str) -> str:
    """The name of a type or a block as that of a function: `BatchNorm2d` is `batch_norm2d`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"\W+", "_", parted).strip("_").lower()


def _blocks_in(body: Item) -> list[Block]:
    """The blocks that are used, each after those that it uses."""
    found: dict[Block, None] = {}
    pending: list[tuple[Item | Block, bool]] = [(body, False)]
    while pending:
        part, done = pending.pop()
        if isinstance(part, Block):
            if done:
                found[part] = None
            elif part not in found:
                pending.append((part, True))
                assert part.body is not None
                pending.append((part.body, False))
            continue
        blocks = [item.block for item in items_in(part) if isinstance(item, BlockItem)]
        pending.extend((block, False) for block in reversed(dict.fromkeys(blocks)))
    return list(found)
