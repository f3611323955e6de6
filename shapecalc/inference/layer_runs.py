"""Runs a layer on the shapes of its inputs: its outputs, its params and its macs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.deferred_layers import make
from shapecalc.inference.inferred import InferredLayer, Tensor
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.inference.basis import Basis
    from shapecalc.inference.clauses import Clauses
    from shapecalc.inference.scope import Scope
    from shapecalc.language.items import LayerItem
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shapes

LayerOutcome = tuple["Shapes", int, int]
"""The outputs of a layer, its params and its macs."""


class LayerRuns:
    """Runs the layers of a network. basis: what costs count for.

    memo: what layers that may run more than once come to, by their input shapes.
    """

    __slots__ = ("basis", "clauses", "memo")

    def __init__(self, clauses: Clauses, basis: Basis) -> None:
        self.clauses = clauses
        self.basis = basis
        self.memo: dict[tuple[Layer, Shapes], LayerOutcome] = {}

    def run(
        self, item: LayerItem, name: str, path: str, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        """The layer with its shapes and costs; None and a problem where it is refused."""
        layer = item.layer
        self.clauses.work.layers_run += 1
        shapes = (sources[0].shape,) if len(sources) == 1 else tuple(t.shape for t in sources)
        try:
            if layer is None:
                layer = make(item, self.clauses, scope)
                if layer is None:
                    return None
            outcome = self.memo.get((layer, shapes)) if scope.reused else None
            if outcome is None:
                outputs = layer.infer(shapes)
                outcome = (outputs, layer.params(shapes), layer.macs(shapes, outputs))
                if scope.reused:
                    self.memo[(layer, shapes)] = outcome
            if len(sources) + len(outcome[0]) > 2:
                self.clauses.work.connect(sources, len(outcome[0]))
        except Refusal as refusal:
            self.clauses.blame.refused(item, refusal, path, sources, scope)
            return None
        node = InferredLayer(name, path, item, layer, sources, self.basis)
        outputs, node.params, macs = outcome
        node.named = layer.output_names
        node.constant = all(tensor.constant for tensor in sources)
        node.macs = macs * self.basis.batch_of(node.constant)
        node.tensors = (
            (Tensor(outputs[0], node),)
            if len(outputs) == 1
            else tuple(Tensor(output, node) for output in outputs)
        )
        return node
