"""Products of two tensors in PyTorch, the channels last and as many axes each as they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.pytorch.values import TensorValue

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
    product = Bracket("(", [texts[0], f"@ {texts[1]}"], separated=False, optional=True)
    rank = layer.rank_out()
    channels = layer.body.first_said(
        [second.channels], layer.runs, lambda run: run.node.output.channels
    )
    out = TensorValue("", channels, rank, True)
    if row or column:
        squeezed = f").squeeze({-2 if row else -1})"
        return Bracket("(", [texts[0], f"@ {texts[1]}"], squeezed, separated=False), out
    return product, out
