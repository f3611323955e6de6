"""The proof that a spec is the network that it was written of: it is run, tensor for tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.writing import last_wires
from shapecalc.problems.problem import Problems
from shapecalc.spec_reader import read_spec
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.importers.network import ImportedInput, ImportedLayer, ImportedNetwork
    from shapecalc.importers.writing import SpecText
    from shapecalc.inference.inferred import InferredLayer, Tensor


class NotProven(Exception):  # noqa: N818 - a verdict, not an error in the program
    """Raised where a spec is not the network that it was written of: a fault of shapecalc's own."""


def prove(written: SpecText, network: ImportedNetwork) -> dict[int, int]:
    """Run a spec, and compare each of its layers with the network's, and each tensor.

    Returns the places in the file of what is in each line of the spec. Raises NotProven where they
    differ, or where it cannot be run.
    """
    source = Source("<imported>", written.text())
    summary = _run(source)
    leaves = list(summary.layers)
    _hold("layers", len(leaves), len(network.layers))
    made: dict[ImportedInput | ImportedLayer, Sequence[Tensor]] = {
        input: (tensor,)
        for input, tensor in zip(network.inputs, summary.input_tensors.values(), strict=True)
    }
    for leaf, layer in zip(leaves, network.layers, strict=True):
        made[layer] = leaf.tensors
        sources = [made[wire.of][wire.output] for wire in layer.inputs]
        _hold(f"inputs of {leaf.path}", list(map(id, leaf.sources)), list(map(id, sources)))
        _hold(leaf.path, _figures(leaf), _figures(layer))
        _hold(f"params of {leaf.path}", leaf.params, layer.own_params)
    ends = network.outputs or last_wires(network)
    results = [made[wire.of][wire.output] for wire in ends]
    _hold("outputs", list(map(id, summary.results.values())), list(map(id, results)))
    return _places(source, summary, network)


def _places(source: Source, summary: Summary, network: ImportedNetwork) -> dict[int, int]:
    """Where the first layer of what is in a line of the spec is in the file, by lines."""
    found: dict[int, int] = {}
    layers = iter(network.layers)
    around: list[InferredLayer] = []  # blocks without a layer so far
    for node, _ in summary.walk():
        around.append(node)
        if node.layer is not None:
            place = next(layers).place
            for each in around:
                if each.item.source is source:
                    found.setdefault(source.position(each.item.node.start)[0], place)
            around.clear()
    return found


def _hold(what: str, found: object, meant: object) -> None:
    if found != meant:
        raise NotProven(f"{what}: {found} instead of {meant}")


def _figures(layer: InferredLayer | ImportedLayer) -> tuple[object, ...]:
    """What a layer of the network and the one that was written of it have in common."""
    assert layer.layer is not None
    fields = {name: layer.layer.field_value(name) for name in layer.layer.fields}
    return layer.layer.type.name, fields, tuple(layer.outputs)


def _run(source: Source) -> Summary:
    """The run of a spec. Raises NotProven where it fails."""
    problems = Problems()
    spec = read_spec(source, problems)
    summary = None if spec is None else spec.infer(problems)
    if summary is None or problems.failed:
        raise NotProven("; ".join(problem.message for problem in problems.listed()[:1]))
    return summary
