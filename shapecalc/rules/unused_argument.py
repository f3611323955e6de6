"""SC404: an argument that no expression uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.code import Code
from shapecalc.problems.formatting import shown
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Written


CODE = Code(
    "SC404",
    "unused argument",
    "No expression uses this argument of the network or of a block: setting it changes nothing.",
    example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    fix="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
""",
)


class UnusedArgument(Rule):
    """An argument that no expression uses."""

    code = CODE

    def of_written(self, part: Written) -> Iterator[Problem]:
        """Of a network or a block."""
        for name, argument in part.arguments.items():
            if name not in part.used:
                yield self.warning_at(
                    f"unused argument {shown(name)}: no expression in {part.name} uses it",
                    part.source,
                    argument.offset,
                    "use it in an expression, or remove it",
                )


RULE = UnusedArgument()
