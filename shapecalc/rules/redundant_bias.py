"""SC403: a bias that the batch norm after it cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Run


CODE = Code(
    "SC403",
    "redundant bias before a batch norm",
    "A batch norm subtracts the mean of each channel, and with it any bias of the layer "
    "before it: the bias has no effect.",
    example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: BatchNorm2d}
""",
    fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
""",
)


class RedundantBias(Rule):
    """A bias that the batch norm after it cancels."""

    code = CODE
    whole = True

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run."""
        layer = node.layer
        if layer is None or not layer.adds_bias():
            return
        takers = run.consumers.get(node.tensors[0], [])
        if not takers:
            return
        if all(taker.layer is not None and taker.layer.cancels_bias for taker in takers):
            yield self.warning(
                f"{node.path}: its bias is redundant: the batch norm {takers[0].path} cancels it",
                node.item,
                "bias",
                "bias: false",
            )


RULE = RedundantBias()
