"""What the layers of a graph are called: its own names, without what the exporter added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.importers.onnx.model import OnnxNode

_WEIGHT = re.compile(
    r"[./_](weight|kernel|weights|gamma|scale|W|w|embeddings)(_?\d+)?(_quant\w*)?(:0)?$"
)
_MADE_UP = re.compile(r"(node_)?(n|[A-Za-z]+)?_?\d*$")
_QUOTED = re.compile(r"'([^']*)'")
_CALLS = ("StatefulPartitionedCall", "PartitionedCall")
_UNCOUNTED = {
    "Constant", "Identity", "Cast", "Shape", "Gather", "Unsqueeze", "Squeeze", "Concat", "Slice",
    "Reshape", "Transpose", "Flatten", "ConstantOfShape", "Range", "Where", "Equal", "Expand",
}  # fmt: skip
"""Operators that mostly become no layer of their own."""


class LayerNames:
    """The names of the nodes of a graph.

    A module that is one layer gives it its name, as often as it is run. The layers of one that has
    several, or modules inside, are called after it and their own kind.
    """

    def __init__(self, nodes: Iterable[OnnxNode]) -> None:
        self._places: dict[int, tuple[str, str]] = {}
        kinds: dict[str, list[str]] = {}
        self._containers = {""}
        for node in nodes:
            if node.op == "Identity":
                continue
            place = self._places[id(node)] = _place(node)
            if node.op not in _UNCOUNTED:
                kinds.setdefault(place[0], []).append(node.op)
            module = place[0]
            while "." in module:
                module = module.rpartition(".")[0]
                self._containers.add(module)
        self._containers.update(module for module, ops in kinds.items() if len(set(ops)) > 1)

    def of(self, node: OnnxNode) -> str:
        """The name of the layer of a node; "" where the file has none."""
        module, own = self._places.get(id(node)) or _place(node)
        if module not in self._containers:
            return module
        return ".".join(filter(None, (module, own)))


def _place(node: OnnxNode) -> tuple[str, str]:
    """The module that a node is in, and what it is called there."""
    weight = _of_weight(node.input(1)) or _of_weight(node.input(2))
    if node.scopes:
        scopes = _QUOTED.findall(node.scopes)
        module = next((each for each in reversed(scopes[:-1]) if each), "")
        own = scopes[-1] if scopes else ""
        if weight and (node.has_folded_norm or not module):
            module = weight  # the exporter's place is that of the norm
        return module, own
    if "/" in node.name:
        return _of_path(node)
    if weight and (not node.name or _is_made_up(node)):
        return weight, ""
    if node.name and not _is_made_up(node):
        return node.name, ""
    output = next(filter(None, node.outputs), "")
    plain = output and not output.isdigit() and "::" not in output
    return (output, "") if plain and not _MADE_UP.fullmatch(output) else ("", node.op.lower())


def _is_made_up(node: OnnxNode) -> bool:
    name = node.name.removeprefix("node_")
    return (name.lower().startswith(node.op.lower()) and bool(_MADE_UP.fullmatch(node.name))) or (
        not name.strip("n_0123456789")
    )


def _of_weight(name: str) -> str:
    """The module of a weight; "" where its name tells none."""
    if "::" in name:
        return ""
    found = _WEIGHT.search(name)
    return name[: found.start()].strip("/").replace("/", ".") if found else ""


def _of_path(node: OnnxNode) -> tuple[str, str]:
    """The module of a node whose name is a path: `/layer1/layer1.0/conv1/Conv`."""
    *path, last = [part for part in node.name.split("/") if part] or [node.op]
    modules: list[str] = []
    for part in path:
        if part in _CALLS:
            continue
        if modules and part.startswith(f"{modules[-1]}."):
            modules.pop()
        modules.append(part)
    kind = last.rstrip("0123456789").rstrip("_")
    if kind != node.op and not last[:1].isupper():
        modules.append(last)
        last = ""
    return ".".join(modules), last.lower()
