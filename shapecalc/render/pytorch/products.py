"""Functions of two tensors in PyTorch: products, and numbers at places that the
other one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.pytorch.axis_functions import written_output
from shapecalc.render.pytorch.values import CannotSay, TensorValue

if TYPE_CHECKING:
    from shapecalc.render.pytorch.layers import WrittenLayer


def matmul_call(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """The product of two tensors, and its output without a text.

    A tensor has a batch in front: a vector is made a row or a column, and the tensor with fewer
    leading axes gets ones behind the batch.
    """
    first, second = (value.laid(True) for value in layer.sources)
    row, column = not first.rank, not second.rank
    leading = max(first.rank, second.rank) - 1
    texts: list[Part] = []
    for value, vector, at in ((first, row, -2), (second, column, -1)):
        text = value.text + f".unsqueeze({at})" * vector
        texts.append(text + ".unsqueeze(1)" * (leading - max(value.rank - 1, 0)))
    rank = layer.rank_out()
    channels = layer.body.first_said(
        [second.channels], layer.runs, lambda run: run.node.output.channels
    )
    closing = f").squeeze({-2 if row else -1})" if row or column else ")"
    return Bracket("torch.matmul(", texts, closing), TensorValue("", channels, rank, True)


def grid_sample_call(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """An image at the points of a grid, and its output without a text. Sizes before the axes of
    the image are folded into the batch, and unfolded."""
    image, grid = layer.sources
    folded: set[tuple[int, ...]] = {
        run.node.inputs[1].spatial[: -run.node.inputs[1].channels] for run in layer.runs
    }
    if len(folded) != 1:
        raise CannotSay
    leading = folded.pop()
    fields = layer.fields.items()
    items: list[Part] = [f"{name}={layer.body.text_in_forward(tree)}" for name, tree in fields]
    if "align_corners" not in layer.fields:
        items.append("align_corners=False")
    channels = layer.body.first_said(
        [image.channels], layer.runs, lambda run: run.node.output.channels
    )
    points = grid.laid(True).text
    called = "nn.functional.grid_sample("
    if not leading:
        given: list[Part] = [image.laid(False).text, points, *items]
        return Bracket(called, given), TensorValue("", channels, layer.rank_out())
    into_batch = f".flatten(0, {len(leading)})"
    given = [f"{image.laid(True).text}{into_batch}.movedim(-1, 1)", points + into_batch, *items]
    sampled = Bracket(called, given, ").movedim(1, -1)")
    unfolded = Bracket("torch.unflatten(", [sampled, "0", str((-1, *leading))])
    return unfolded, TensorValue("", channels, layer.rank_out(), True)


def index_select_call(layer: WrittenLayer) -> tuple[Part, TensorValue]:
    """Places of an axis that another tensor names, which is the same for all of a batch, and its
    output without a text."""
    value, index = layer.sources[0].laid(False), layer.sources[1]
    dim = layer.body.text_in_forward(layer.fields["dim"])
    items: list[Part] = [dim, f"{index.text}[0].long()"]
    return Bracket(f"{value.text}.index_select(", items), written_output(layer)
