"""Networks of the language as a reader of files would leave them: layers, without blocks."""

from __future__ import annotations

from typing import Any

from shapecalc.analysis.summary import Summary
from shapecalc.importers.network import ImportedNetwork, Wire
from shapecalc.inference.inferred import InferredLayer

JOINS = {"add": "Add", "concat": "Concat", "multiply": "Multiply"}


def imported(summary: Summary, named: bool = True) -> ImportedNetwork:
    """The layers of a run, one after the other. named: whether they have names."""
    network = ImportedNetwork(summary.written.name)
    made = {id(tensor): network.input(name, tensor.shape) for name, tensor in _inputs(summary)}
    for node in _operations(summary):
        name = node.path if named else ""
        if node.layer is None:
            joined = [made[id(tensor)] for tensor in node.joined]
            wire = joined[0]
            if len(joined) > 1:
                wire = network.add(f"{name}.join", JOINS[node.join or ""], {}, joined)
            made[id(node.tensors[0])] = wire
            continue
        inputs = [made[id(tensor)] for tensor in node.sources]
        wire = network.add(name, node.type, fields_of(node), inputs, output=node.output)
        made |= {id(each): Wire(wire.of, place) for place, each in enumerate(node.tensors)}
    network.outputs = [made[id(tensor)] for tensor in summary.results.values()]
    return network


def fields_of(node: InferredLayer) -> dict[str, Any]:
    """The fields of a layer, as a spec writes them."""
    assert node.layer is not None
    found = {name: node.layer.field_value(name) for name in node.layer.fields}
    return {
        name: _written(value, node.layer.fields[name].kind)
        for name, value in found.items()
        if value is not None and name not in node.layer.type.inferred
    }


def _written(value: Any, kind: str = "") -> Any:
    if kind == "sides":  # the last axis first
        return [side for pair in reversed(value) for side in pair]
    return list(map(_written, value)) if isinstance(value, tuple) else value


def _inputs(summary: Summary) -> Any:
    return summary.input_tensors.items()


def _operations(summary: Summary) -> list[InferredLayer]:
    """The layers and the joins of branches, in order."""
    found: list[InferredLayer] = []
    pending = list(reversed(summary.items))
    done: set[int] = set()
    while pending:
        node = pending.pop()
        if node.children and id(node) not in done:
            done.add(id(node))
            pending += [node, *reversed(node.children)]
        elif node.layer is not None or node.joined:
            found.append(node)
    return found
