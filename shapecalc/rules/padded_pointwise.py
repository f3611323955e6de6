"""SC405: a kernel of 1 with padding, which borders the output with constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.layers.base import Windowed
from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Run


CODE = Code(
    "SC405",
    "padded 1x1 kernel",
    "A kernel of 1 covers one position. In the padding it covers nothing of the input, so the "
    "output gains a border of constants.",
    example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1, padding: 1}
""",
    fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1}
""",
)


class PaddedPointwise(Rule):
    """A kernel of 1 with padding, which borders the output with constants."""

    code = CODE

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run."""
        layer = node.layer
        if not isinstance(layer, Windowed) or layer.transposed or 1 not in layer.kernel_size:
            return
        if any(
            kernel == 1 and sides != (0, 0)
            for _, kernel, _, _, sides in layer.axis_windows(node.inputs[0])
        ):
            yield self.warning(
                f"{node.path}: a kernel_size of 1 needs no padding: windows there cover nothing of "
                "the input",
                node.item,
                "padding",
                "padding: 0",
            )


RULE = PaddedPointwise()
