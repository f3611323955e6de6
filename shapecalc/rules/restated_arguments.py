"""SC407: an expectation made only of arguments, which holds whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import children
from shapecalc.problems.code import Code
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Written


CODE = Code(
    "SC407",
    "expectation restates arguments",
    "An `expect:` made only of arguments changes with them, so it hardly ever fails. Write "
    "the numbers that are known.",
    example="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: [classes]}
""",
    fix="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: 10}
""",
)


class RestatedArguments(Rule):
    """An expectation made only of arguments, which holds whatever they are."""

    code = CODE

    def of_written(self, part: Written) -> Iterator[Problem]:
        """Of a network or a block."""
        pending = [] if part.body is None else [part.body]
        while pending:
            item = pending.pop()
            expected = item.expect
            if isinstance(expected, list) and all(
                getattr(extent, "text", "").strip().isidentifier() for extent in expected
            ):
                yield self.warning(
                    "this expectation only restates arguments, so it changes with them",
                    item,
                    "expect",
                    "write the expected numbers",
                )
            pending.extend(children(item))


RULE = RestatedArguments()
