"""SC408: an input that looks like a PyTorch shape, with the channels first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.rules.rule import Rule
from shapecalc.problems.codes.code import Code
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems.problem import Problem
    from shapecalc.spec import Spec


CODE = Code(
    "SC408",
    "channels first",
    "An input such as 3x224x224 looks like a PyTorch shape, with the channels first. In a spec "
    "the channels come last, so it means 224 channels of 3 x 224.",
    example="""\
input: 3x32x32
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
    fix="""\
input: 32x32x3
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
)


class ChannelsFirst(Rule):
    """An input that looks like a PyTorch shape, with the channels first."""

    code = CODE

    def of_spec(self, spec: Spec) -> Iterator[Problem]:
        """Of the inputs."""
        for name, shape in (spec.inputs or {}).items():
            if not isinstance(shape, Shape) or len(shape) != 3:
                continue
            height, width, last = shape
            if height in (1, 3) and width == last and width > 4:
                yield self.warning_at(
                    f"{name} {shape} has {last} channels of {height}x{width}: shapes have their "
                    "channels last",
                    spec.source,
                    spec.node.place_of_value("input"),
                    f"{width}x{last}x{height}, if it is an image of {height} "
                    f"channel{'' if height == 1 else 's'}",
                )


RULE = ChannelsFirst()
