"""The code of `export --to pytorch`, run on the meta device, and what a summary has of the same."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import types
from typing import Any, NamedTuple

import torch
from torch_recurrent import SEQUENCES

import shapecalc
from shapecalc.inference.inferred import InferredLayer
from shapecalc.layers import type_names
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.pytorch.spoken import CLASSES, FUNCTION_TYPES, STORED, wants_last
from shapecalc.tables.document import Options

WRITTEN = set(type_names()) - FUNCTION_TYPES - {"Identity"}
"""The types that are modules in the code. An identity is one, too, but so is what stands in the
place of a module that is not there."""


class Row(NamedTuple):
    """A layer that ran: its type, the shapes that it took and gave, its params and buffers.

    A shape is its sizes in any order: of a sequence the channels may come first or last.
    """

    type: str
    inputs: list[list[int]]
    outputs: list[list[int]]
    params: int
    buffers: int


class Network(NamedTuple):
    """What a network comes to."""

    rows: list[Row]
    outputs: list[list[int]]
    params: int
    trainable: int
    buffers: int


def code_of(summary: shapecalc.Summary, language: str = "en") -> str:
    """The module of a summary."""
    lines = EXPORTERS["pytorch"].export(summary, Options(language))
    return "".join(f"{line}\n" for line in lines)


def module_of(code: str) -> types.ModuleType:
    """The module that code is, as an import of it."""
    module = types.ModuleType("exported")
    exec(compile(code, "exported.py", "exec"), module.__dict__)
    return module


def class_of(module: types.ModuleType) -> Any:
    """The class of the network: the last one."""
    classes = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__
    ]
    return classes[-1]


def inputs_of(summary: shapecalc.Summary, code: str) -> list[Any]:
    """Inputs of a batch of two, laid out and of the type that the code's own example has."""
    made = [line.partition(" = ")[2] for line in code.splitlines() if " = torch.zeros(" in line]
    assert len(made) == len(summary.inputs)
    return [
        eval(call.replace("torch.zeros(1, ", "torch.zeros(2, "), {"torch": torch}) for call in made
    ]


def shape(tensor: Any) -> list[int]:
    """The sizes of a tensor without its batch, the least first."""
    return sorted(tensor.shape[1:])


def shapes(name: str, given: Any) -> list[list[int]]:
    """The sizes of what a layer takes or gives: of a recurrent one, of states with the batch as
    their second axis, too."""
    if not isinstance(given, tuple):
        return [shape(given)]
    found = [
        each for tensor in given for each in (tensor if isinstance(tensor, tuple) else [tensor])
    ]
    if name not in SEQUENCES:
        return list(map(shape, found))
    return [shape(found[0]), *(shape(state.transpose(0, 1)) for state in found[1:])]


def ran(code: str, summary: shapecalc.Summary, **arguments: Any) -> Network:
    """The network of code, run once. arguments: of its class, instead of its defaults."""
    module = module_of(code)
    rows: list[Row] = []

    def after(layer: Any, inputs: Any, output: Any) -> None:
        name = type(layer).__name__.removeprefix("Parametrized")
        if name in (CLASSES if type(layer).__module__ == module.__name__ else WRITTEN):
            numbers = [
                sum(each.numel() for each in kind()) for kind in (layer.parameters, layer.buffers)
            ]
            taken = [] if name in STORED else shapes(name, inputs)
            rows.append(Row(name, taken, shapes(name, output), *numbers))

    with torch.device("meta"), torch.no_grad():
        network = class_of(module)(**arguments).eval()
        for layer in network.modules():
            layer.register_forward_hook(after)
        found = network(*inputs_of(summary, code))
    outputs = found if isinstance(found, tuple) else (found,)
    return Network(
        rows,
        [shape(output) for output in outputs],
        sum(each.numel() for each in network.parameters()),
        sum(each.numel() for each in network.parameters() if each.requires_grad),
        sum(each.numel() for each in network.buffers()),
    )


def leading(node: InferredLayer) -> int:
    """The axes of a layer that are folded into the batch before it runs."""
    assert node.layer is not None
    return 0 if wants_last(node.layer) else getattr(node.layer, "leading", 0)


def told(summary: shapecalc.Summary) -> Network:
    """What a summary has of the same."""
    rows = [
        Row(
            node.type,
            [sorted(each[leading(node) :]) for each in node.inputs],
            [sorted(each[leading(node) :]) for each in node.outputs],
            node.used_params,
            0 if node.layer is None else node.layer.buffers(node.inputs),
        )
        for node in summary.layers
        if node.type in WRITTEN
    ]
    outputs = [sorted(each) for each in summary.outputs.values()]
    return Network(rows, outputs, summary.params, summary.trainable_params, summary.buffers)
