"""The layer types and joins that are functions of tensors in PyTorch, as expressions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.trees import Tree, added
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.values import CannotSay, TensorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.layers import WrittenLayer
    from shapecalc.render.pytorch.runs import ItemRun

JOIN_OF_TYPE = {"Concat": "concat", "Add": "add", "Multiply": "multiply"}
"""The joins of branches that the layer types are."""


def laid_alike(values: list[TensorValue]) -> list[TensorValue]:
    """Tensors with their channels in the same place: of images the second axis, of sequences
    that of the first of them."""
    last = values[0].last if values[0].rank == 1 else all(value.last for value in values)
    return [value.laid(last) for value in values]


def join_call(how: str, values: list[TensorValue]) -> Part:
    """Tensors joined, by the word that a spec has for it."""
    if how == "concat":
        dim = -1 if values[0].last else 1
        return Bracket(
            "torch.cat(", [Bracket("[", [each.text for each in values], "]"), f"dim={dim}"]
        )
    sign = "+ " if how == "add" else "* "
    parts: list[Part] = [values[0].text, *(sign + each.text for each in values[1:])]
    return Bracket("(", parts, separated=False, optional=True)


def joined_channels(
    body: ClassBody,
    how: str,
    values: list[TensorValue],
    runs: list[ItemRun],
    wanted: Callable[[ItemRun], int],
) -> Tree | None:
    """The channels of what tensors are joined to."""
    found = [each.channels for each in values if each.channels is not None]
    candidates: list[Tree | None] = list(found)
    if how == "concat":
        candidates = []
        if len(found) == len(values):
            total = found[0]
            for each in found[1:]:
                total = added(total, each)
            candidates = [total]
    if not runs:
        if how == "multiply" and len({source(each) for each in found}) > 1:
            raise CannotSay
        return candidates[0] if candidates else None
    return body.first_said(candidates, runs, wanted)


def called(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """The expression of a layer that is a function, and its output without a text."""
    name, body, sources = layer.type.name, layer.body, layer.sources
    if name in JOIN_OF_TYPE:
        values = laid_alike(sources)
        channels = joined_channels(
            body, JOIN_OF_TYPE[name], values, layer.runs, lambda run: run.node.output.channels
        )
        out = TensorValue("", channels, layer.rank_out(), values[0].last)
        return join_call(JOIN_OF_TYPE[name], values), out
    (value,) = sources
    if name == "Reshape":
        return _reshaped(layer, value.laid(False))
    field = "chunks" if name == "Chunk" else "split_size"
    size = layer.fields[field]
    written = body.text_in_forward(size)
    if isinstance(size, ast.Tuple):
        written = f"[{', '.join(map(body.text_in_forward, size.elts))}]"
    word = "chunk" if name == "Chunk" else "split"
    call = Bracket(f"{value.text}.{word}(", [written, f"dim={-1 if value.last else 1}"])
    counts = {len(run.node.tensors) for run in layer.runs}
    if len(counts) != 1:
        raise CannotSay
    parts = {
        str(number): TensorValue("", _part_channels(layer, size, number), value.rank, value.last)
        for number in range(counts.pop())
    }
    return call, TensorValue("", None, value.rank, value.last, parts)


def _part_channels(layer: WrittenLayer, size: Tree, number: int) -> Tree | None:
    """The channels of a part of what is split."""
    if layer.type.name == "Split":
        own = size.elts[number] if isinstance(size, ast.Tuple) else size
        found = layer.body.agreed(
            own, layer.runs, lambda value, run: value == run.node.tensors[number].shape.channels
        )
        if found is not None:
            return found
    return layer.channels_out(number)


def _reshaped(layer: WrittenLayer, value: TensorValue) -> tuple[Part, TensorValue]:
    shape = layer.fields["shape"]
    sizes = shape.elts if isinstance(shape, ast.Tuple) else [shape]
    first = [sizes[-1], *sizes[:-1]]
    arguments = ["-1", *(layer.body.text_in_forward(size) for size in first)]
    channels = layer.body.first_said([first[0]], layer.runs, lambda run: run.node.output.channels)
    out = TensorValue("", channels, layer.rank_out(), False)
    return Bracket(f"{value.text}.reshape(", list(arguments)), out
