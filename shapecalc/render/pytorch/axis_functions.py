"""The layer types that are methods or parts of a tensor in PyTorch, said by its axes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.layers.cropping import Crop
from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.trees import Tree
from shapecalc.render.pytorch.values import CannotSay, TensorValue

if TYPE_CHECKING:
    from shapecalc.render.pytorch.layers import WrittenLayer

METHODS = {
    "Select": "select",
    "Permute": "permute",
    "Transpose": "transpose",
    "Roll": "roll",
    "SlidingWindow": "unfold",
    "Mean": "mean",
    "Sum": "sum",
    "Amax": "amax",
}
"""The methods by type; they are called with its fields."""

BY_PLACE = ("Select", "Transpose", "SlidingWindow")
"""Those whose arguments are written without their names."""


def method_call(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """The call of a method, or a tensor with its places taken, and its output without a text."""
    value = layer.sources[0].laid(False)
    name, fields = layer.type.name, layer.fields
    if name == "Slice":
        return Bracket(f"{value.text}[", _places(layer, value.rank), "]"), written_output(layer)
    said = layer.body.text_in_forward
    items: list[Part]
    if name == "Permute":
        dims = fields["dims"]
        items = [said(each) for each in (dims.elts if isinstance(dims, ast.Tuple) else [dims])]
    elif name in BY_PLACE:
        items = [said(fields[key]) for key in layer.type.fields]
    else:
        items = [f"{key}={said(_alone(tree))}" for key, tree in fields.items()]
    return Bracket(f"{value.text}.{METHODS[name]}(", items), written_output(layer)


def crop(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """A part of a tensor, where every run takes the same one, and its output without a text."""
    value = layer.sources[0].laid(False)
    found: set[tuple[str, ...]] = set()
    for run in layer.runs:
        cropping = run.node.layer
        assert isinstance(cropping, Crop)
        places = zip(cropping.starts(run.node.inputs), run.node.output.spatial, strict=True)
        found.add(tuple(f"{start}:{start + size}" for start, size in places))
    if len(found) != 1:
        raise CannotSay
    return Bracket(f"{value.text}[", [":", ":", *found.pop()], "]"), written_output(layer)


def stack_call(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """Tensors stacked along a new axis, and its output without a text."""
    texts: list[Part] = [value.laid(False).text for value in layer.sources]
    dim = layer.body.text_in_forward(layer.fields["dim"])
    return Bracket("torch.stack(", [Bracket("[", texts, "]"), f"dim={dim}"]), written_output(layer)


def written_output(layer: WrittenLayer) -> TensorValue:
    """What a layer outputs, without a text, with the channels as the second axis. Raises CannotSay
    where it never ran: what is an axis then is not known."""
    if not layer.runs:
        raise CannotSay
    channels = layer.body.first_said(
        [layer.sources[0].channels], layer.runs, lambda run: run.node.output.channels
    )
    return TensorValue("", channels, layer.rank_out())


def is_along_channels(layer: WrittenLayer) -> bool:
    """Whether the axis of a layer is that of the channels, which may be laid out otherwise."""
    tree = layer.fields.get("dim")
    return tree is None or (isinstance(tree, ast.Constant) and tree.value == 1)


def _places(layer: WrittenLayer, rank: int) -> list[Part]:
    """What stands in the brackets after a tensor of which places are taken along an axis."""
    dim = _place_of(layer.fields["dim"], rank + 2)
    bounds = [
        layer.body.text_in_forward(layer.fields[key]) if key in layer.fields else ""
        for key in ("start", "end", "step")
    ]
    text = ":".join(bounds if bounds[2] else bounds[:2])
    return [*[":"] * dim, text]


def _place_of(tree: Tree, axes: int) -> int:
    """An axis of so many, counted from the first. Raises CannotSay where it is not written."""
    negative = isinstance(tree, ast.UnaryOp)
    number = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    if not isinstance(number, ast.Constant) or not isinstance(number.value, int):
        raise CannotSay("the axis of which places are taken is an expression")
    return axes - number.value if negative else number.value


def _alone(tree: Tree) -> Tree:
    """The one element of a tuple that has no more, else the tree."""
    return tree.elts[0] if isinstance(tree, ast.Tuple) and len(tree.elts) == 1 else tree
