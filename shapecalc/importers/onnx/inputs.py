"""Which axes of an input are which, told by what takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.recurrent import RECURRENT_OPERATORS
from shapecalc.importers.onnx.values import BATCH, CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import GraphValue

_KEEPING = frozenset(
    [
        *("Identity", "Cast", "Dropout", "Relu", "Tanh", "Sigmoid", "Clip", "Gelu", "Swish"),
        *("Slice", "MatMul", "Linear", "LayerNormalization", "LayerNorm"),
        *("Add", "Sub", "Mul", "Div"),
    ]
)
"""Operators that keep the axes of their first tensor, as far as it matters here."""

ALONG_LAST = frozenset(
    [
        *("MatMul", "Linear", "FusedMatMul", "Attention", "MultiHeadAttention"),
        *("GroupQueryAttention", "RotaryEmbedding", "SkipLayerNormalization"),
        *("SkipSimplifiedLayerNormalization", "SimplifiedLayerNormalization", "BiasGelu"),
    ]
)
"""Operators whose inputs have the channels as their last axis, whatever their sizes."""

_FARTHEST = 32
"""The most nodes between an input and a recurrent layer."""


class InputAxes:
    """Finds the axes of inputs that come to recurrent layers, whose first axis is the length."""

    def __init__(self, nodes: Sequence[OnnxNode], values: Mapping[str, GraphValue]) -> None:
        self._values = values
        self._takers: dict[str, list[OnnxNode]] = {}
        recurrent = [node for node in nodes if _is_recurrent(node)]
        for node in nodes if recurrent else ():
            for name in filter(None, node.inputs):
                self._takers.setdefault(name, []).append(node)

    def of(self, name: str, rank: int) -> tuple[int, ...] | None:
        """The axes of an input of so many; None where no recurrent layer tells them."""
        left: list[tuple[str, list[int | None]]] = [(name, list(range(rank)))]
        for _ in range(_FARTHEST):
            if not left:
                return None
            tensor, axes = left.pop(0)
            for node in self._takers.get(tensor, ()):
                if _is_recurrent(node):
                    if node.inputs.index(tensor) in (0, 5, 6) and len(axes) == 3:
                        return _named(axes, bool(node.integer("layout", 0)), rank)
                    continue
                after = self._after(node, tensor, axes)
                if after is not None:
                    left += [(output, after) for output in node.outputs[:1]]
        return None

    def _after(
        self, node: OnnxNode, tensor: str, axes: list[int | None]
    ) -> list[int | None] | None:
        """The axes of what a node makes of a tensor; None where they are not followed."""
        if node.op == "Transpose":
            order = node.integers("perm") or list(range(len(axes)))[::-1]
            good = sorted(order) == list(range(len(axes)))
            return [axes[axis] for axis in order] if good else None
        if node.op == "Gather" and node.input(1) == tensor:
            return [*axes, None]
        if node.op == "Unsqueeze":
            array = self._values.get(node.input(1))
            given = node.integers("axes") or (array.values if isinstance(array, Array) else [])
            if len(given) != 1 or not -len(axes) <= int(given[0]) <= len(axes):
                return None
            place = int(given[0]) % (len(axes) + 1)
            return [*axes[:place], None, *axes[place:]]
        return axes if node.op in _KEEPING else None


def sequence_lengths(nodes: Iterable[OnnxNode]) -> set[str]:
    """The names that recurrent layers take as lengths of sequences, and those that become these."""
    nodes = list(nodes)
    lengths = {node.input(4) for node in nodes if _is_recurrent(node)} - {""}
    for node in reversed(nodes if lengths else []):
        if node.op in ("Cast", "Identity") and lengths.intersection(node.outputs):
            lengths.update(node.inputs)
    for node in nodes if lengths else []:
        is_cast = node.op in ("Cast", "Identity") and lengths.intersection(node.outputs)
        taken = set(node.inputs[:4] + node.inputs[5:]) if _is_recurrent(node) else set(node.inputs)
        if not is_cast:
            lengths -= taken
    return lengths


def _is_recurrent(node: OnnxNode) -> bool:
    return node.op in RECURRENT_OPERATORS and not node.domain


def _named(axes: list[int | None], batch_first: bool, rank: int) -> tuple[int, ...]:
    """The axes of an input, where those of a recurrent layer's are its."""
    batch = axes[0 if batch_first else 1]
    found = [-1] * rank
    for axis, own in ((batch, BATCH), (axes[2], CHANNELS)):
        if axis is not None:
            found[axis] = own
    rest = iter(range(2 if CHANNELS in found else 1, rank + 1))
    return tuple(next(rest) if own < 0 else own for own in found)
