"""SC401: no layer uses the output of another."""

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
    "SC401",
    "unused output",
    "No layer uses the output of this one, and it is not an output of the network: it has a "
    "cost and no effect.",
    example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: side, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: relu, type: ReLU, from: conv}
""",
    fix="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: side, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: relu, type: ReLU, from: conv}
outputs: [relu, side]
""",
)


class UnusedOutput(Rule):
    """No layer uses the output of another."""

    code = CODE
    whole = True

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run.

        Not of one of several outputs, nor of branches that are each used by name: then nothing
        is computed in vain.
        """
        if any(tensor in run.consumers for tensor in node.tensors):
            return
        if node.joined and all(run.is_used(tensor, node) for tensor in node.joined):
            return
        outermost = run.outermost(node)
        yield self.warning(
            f"{outermost.path}: no layer uses its output, {node.output}",
            outermost.item,
            None,
            "use it in from:, name it in outputs:, or remove the layer",
        )


RULE = UnusedOutput()
