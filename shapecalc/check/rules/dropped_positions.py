"""SC402: the last window stops short of the input's end, beyond what the stride skips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.rules.rule import Rule, is_bundled
from shapecalc.layers.base import Windowed
from shapecalc.problems.codes.code import Code
from shapecalc.shapes.window import effective_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.rules.rule import Run
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.problems.problem import Problem


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
        if (
            not isinstance(layer, Windowed)
            or layer.transposed
            or layer.ceil_mode
            or is_bundled(node)
        ):
            return
        axes = len(layer.kernel_size)
        names = (("position",), ("row", "column"), ("slice", "row", "column"))[axes - 1]
        fallen: list[str] = []
        arithmetic: list[str] = []
        for name, extent, kernel, stride, dilation, (before, after) in zip(
            names,
            node.inputs[0].spatial,
            layer.kernel_size,
            layer.stride,
            layer.dilation,
            layer.ends(),
            strict=True,
        ):
            covers = effective_size(kernel, dilation)
            left = (extent + before + after - covers) % stride
            dropped = left - after - max(0, stride - covers)
            if dropped > 0:
                fallen.append(f"the last {name}" if dropped == 1 else f"the last {dropped} {name}s")
                sum = f"{extent} + {before + after} - {covers} is not a multiple of {stride}"
                arithmetic += [] if sum in arithmetic else [sum]
        if fallen:
            verb = "falls" if len(fallen) == 1 and fallen[0][-1] != "s" else "fall"
            yield self.warning(
                f"{node.path}: {' and '.join(fallen)} {verb} outside every window on "
                f"{node.inputs[0]}: {', '.join(arithmetic)}",
                node.item,
                None,
                "pad the input, or write ceil_mode: true"
                if "ceil_mode" in layer.fields
                else "pad the input",
            )


RULE = DroppedPositions()
