"""The layer types and joins that are functions of tensors in PyTorch, as expressions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.layers.joining import Joining
from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.trees import Tree, added, constant
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.axis_functions import (
    crop,
    is_along_channels,
    method_call,
    stack_call,
    written_output,
)
from shapecalc.render.pytorch.products import grid_sample_call, index_select_call, matmul_call
from shapecalc.render.pytorch.values import CannotSay, TensorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.layers import WrittenLayer
    from shapecalc.render.pytorch.runs import ItemRun

SIGNS = {"add": "+ ", "subtract": "- ", "multiply": "* ", "divide": "/ "}
"""The operators of Python by what joins tensors."""


FUNCTIONS_OF_TWO = {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "div"}
"""The functions for the same."""

SURELY_ONE_LINE = 44
"""The characters of two operands that have room in a line: formatters break a longer sum inside of
a call in it, rather than at the operator, and a function of the two as any call."""


def laid_alike(values: list[TensorValue]) -> list[TensorValue]:
    """Tensors with their channels in the same place: of images the second axis, of sequences
    that of the first of them."""
    last = values[0].last if values[0].rank == 1 else all(value.last for value in values)
    return [value.laid(last) for value in values]


def join_call(how: str, values: list[TensorValue], dim: str = "1") -> Part:
    """Tensors joined, by the word that a spec has for it. dim: the axis of a concatenation, of
    tensors that have their channels as the second."""
    if how == "concat":
        if values[0].last:
            dim = "-1"
        return Bracket(
            "torch.cat(", [Bracket("[", [each.text for each in values], "]"), f"dim={dim}"]
        )
    if how == "maximum":
        largest: Part = values[0].text
        for each in values[1:]:
            largest = Bracket("torch.maximum(", [largest, each.text])
        return largest
    texts = [each.text for each in values]
    if len(texts) == 2 and "(" in "".join(texts) and sum(map(len, texts)) > SURELY_ONE_LINE:
        return Bracket(f"torch.{FUNCTIONS_OF_TWO[how]}(", list(texts))
    sign = SIGNS[how]
    parts: list[Part] = [values[0].text, *(sign + each.text for each in values[1:])]
    return Bracket("(", parts, separated=False, optional=True)


def joined_channels(
    body: ClassBody,
    how: str,
    values: list[TensorValue],
    runs: list[ItemRun],
    wanted: Callable[[ItemRun], int],
    strict: bool = True,
) -> Tree | None:
    """The channels of what tensors are joined to. strict: whether a sum stretches none."""
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
        alike = how == "concat" or (how == "add" and strict)
        if not alike and len({source(each) for each in found}) > 1:
            raise CannotSay
        return candidates[0] if candidates else None
    return body.first_said(candidates, runs, wanted)


def called(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """The expression of a layer that is a function, and its output without a text."""
    name, sources = layer.type.name, layer.sources
    if name == "Stack":
        return stack_call(layer)
    if issubclass(layer.type.layer, Joining):
        return _joined(layer, layer.type.layer.how)
    if name == "Crop":
        return crop(layer)
    if name == "MatMul":
        return matmul_call(layer)
    if name == "GridSample":
        return grid_sample_call(layer)
    if name == "IndexSelect":
        return index_select_call(layer)
    (value,) = sources
    if name == "Reshape":
        return _reshaped(layer, value.laid(False))
    if name in ("Chunk", "Split"):
        return _parted(layer, value)
    return method_call(layer)


def _joined(layer: WrittenLayer, how: str) -> tuple[Part, TensorValue]:
    """Several tensors as one, and its output without a text."""

    def wanted(run: ItemRun) -> int:
        return run.node.output.channels

    if how == "concat" and not is_along_channels(layer):
        values = [each.laid(False) for each in layer.sources]
        dim = layer.body.text_in_forward(layer.fields["dim"])
        return join_call(how, values, dim), written_output(layer)
    values = laid_alike(layer.sources)
    channels = joined_channels(layer.body, how, values, layer.runs, wanted, strict=False)
    return join_call(how, values), TensorValue("", channels, layer.rank_out(), values[0].last)


def _parted(layer: WrittenLayer, value: TensorValue) -> tuple[Part, TensorValue]:
    """A tensor in parts, which are its output without a text."""
    body, name = layer.body, layer.type.name
    size = layer.fields["chunks" if name == "Chunk" else "split_size"]
    written = body.text_in_forward(size)
    if isinstance(size, ast.Tuple):
        written = f"[{', '.join(map(body.text_in_forward, size.elts))}]"
    along_channels = is_along_channels(layer)
    if not along_channels:
        value = value.laid(False)
    dim = "-1" if value.last else body.text_in_forward(layer.fields.get("dim", constant(1)))
    call = Bracket(f"{value.text}.{name.lower()}(", [written, f"dim={dim}"])
    counts = {len(run.node.tensors) for run in layer.runs}
    if len(counts) != 1:
        raise CannotSay
    parts = {
        str(number): TensorValue(
            "",
            _part_channels(layer, size, number) if along_channels else layer.channels_out(number),
            value.rank,
            value.last,
        )
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
    if "-1" in arguments[1:]:  # which is inferred, so that the batch has to be said
        arguments[0] = f"{value.text}.shape[0]"
    channels = layer.body.first_said([first[0]], layer.runs, lambda run: run.node.output.channels)
    out = TensorValue("", channels, layer.rank_out(), False)
    return Bracket(f"{value.text}.reshape(", list(arguments)), out
