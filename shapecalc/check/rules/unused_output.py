"""SC401: no layer uses the output of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.rules.rule import Rule, is_bundled
from shapecalc.problems.codes.code import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.rules.rule import Run
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.problems.problem import Problem


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

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run."""
        unused = [index for index, tensor in enumerate(node.tensors) if tensor not in run.consumers]
        if unused and not is_bundled(node):
            what = "its output"
            if len(node.tensors) > 1:
                what = f"its output{'s' if len(unused) > 1 else ''} " + ", ".join(map(str, unused))
            yield self.warning(
                f"{node.path}: no layer uses {what}, {node.tensors[unused[0]].shape}",
                node.item,
                None,
                "use it in from:, name it in outputs:, or remove the layer",
            )


RULE = UnusedOutput()
