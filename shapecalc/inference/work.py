"""The work that a run may do: steps of expressions, and characters of notes and paths.

Charged where the work is done, whatever it is that repeats it: a spec of a few lines can ask for
more than any machine does.
"""

from __future__ import annotations

from typing import Any

from shapecalc.expressions.expression import Expression
from shapecalc.limits import MAXIMUM_CHARACTERS, MAXIMUM_STEPS
from shapecalc.problems.problem import Refusal


class Work:
    """What is left of it. spent: whether it is used up, which was said then."""

    __slots__ = ("characters", "spent", "steps")

    def __init__(self) -> None:
        self.steps = MAXIMUM_STEPS
        self.characters = MAXIMUM_CHARACTERS
        self.spent = False

    def evaluate(self, value: Any, scope: dict[str, Any]) -> Any:
        """A value with its expressions evaluated. Raises Refusal, SC113 where it takes too long."""
        if type(value) is list:
            return [self.evaluate(item, scope) for item in value]
        if not isinstance(value, Expression):
            return value
        self.steps -= value.cost
        for name in value.names:
            found = scope.get(name)
            if type(found) is tuple or type(found) is list:
                size = len(found) + sum(len(v) for v in found if isinstance(v, tuple))
                self.steps -= size * value.text.count(name)
        if self.steps < 0:
            raise self._used_up(
                f"the expressions of this network take more than {MAXIMUM_STEPS:,} steps",
                "use fewer repeats or shorter expressions and lists, or write the values",
            )
        return value.evaluate(scope)

    def write(self, characters: int) -> None:
        """Charge characters of a note or a path. Raises Refusal SC113 where there are too many."""
        self.characters -= characters
        if self.characters < 0:
            raise self._used_up(
                "the names and notes of this network have more than "
                f"{MAXIMUM_CHARACTERS:,} characters",
                "use fewer repeats, shorter names or shorter notes",
            )

    def _used_up(self, message: str, hint: str) -> Refusal:
        self.spent = True
        return Refusal("SC113", message, hint)
