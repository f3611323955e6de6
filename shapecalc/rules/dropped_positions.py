"""SC402: the last window stops short of the input's end, beyond what the stride skips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.layers.base import Windowed
from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule
from shapecalc.shapes.window import effective_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Run


CODE = Code(
    "SC402",
    "dropped rows or columns",
    "The stride does not divide evenly: no window covers the last rows or columns of the "
    "input, so they are ignored.",
    example="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2}
""",
    fix="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2, ceil_mode: true}
""",
)


class DroppedPositions(Rule):
    """The last window stops short of the input's end, beyond what the stride skips."""

    code = CODE

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """Of a layer in a run."""
        layer = node.layer
        if not isinstance(layer, Windowed):
            return
        input = node.inputs[0]
        dropped = layer.dropped(input)
        if any(dropped):
            from shapecalc.shapes.axes import last_positions

            fallen = last_positions(dropped)
            verb = "falls" if sum(dropped) == 1 else "fall"
            arithmetic = dict.fromkeys(
                f"{extent} + {before + after} - {effective_size(kernel, dilation)} is not a "
                f"multiple of {stride}"
                for number, (extent, kernel, stride, dilation, (before, after)) in zip(
                    dropped, layer.axis_windows(input), strict=True
                )
                if number
            )
            yield self.warning(
                f"{node.path}: {' and '.join(fallen)} {verb} outside every window on "
                f"{input}: {', '.join(arithmetic)}",
                node.item,
                None,
                "pad the input, or write ceil_mode: true"
                if "ceil_mode" in layer.fields
                else "pad the input",
            )


RULE = DroppedPositions()
