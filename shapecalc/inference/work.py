"""The work that a run may do: layers, steps of expressions, characters of notes and paths, tensors.

Charged where the work is done, whatever it is that repeats it: a spec of a few lines can ask for
more than any machine does. What repeats with the same values is done, and charged, once.
"""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import Expression
from shapecalc.expressions.values import STEPS_OF_FRACTION
from shapecalc.limits import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_LAYERS,
    MAXIMUM_NOTES,
    MAXIMUM_STEPS,
    MAXIMUM_TENSORS,
)
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.inference.inferred import Tensor

_SHORT = 16  # steps of an expression that is sooner evaluated again than compared
_LISTS = (tuple, list)

MAXIMUM_KEPT = 200_000
"""The values of the arguments of blocks that a run keeps: more than code is written of."""

STEPS_OF_SHOWN = 4
"""The steps that it takes to write an integer into a note."""

STEPS_OF_TRUNCATED = 100
"""The steps that it takes to write a list or a fraction, which is truncated."""


def _steps(values: Any) -> int:
    """The steps of going over the values of a list."""
    return sum(
        1
        if type(value) is int
        else (1 + _steps(value) if type(value) in _LISTS else STEPS_OF_FRACTION)
        for value in values
    )


class Work:
    """What is left of it. spent: whether it is used up, which was said then.

    layers: the most that a network may have, which each run may have anew. layers_run: those that
    ran.
    """

    __slots__ = (
        "_kept",
        "_last",
        "characters",
        "layers",
        "layers_run",
        "notes",
        "spent",
        "steps",
        "tensors",
    )

    def __init__(self, layers: int = MAXIMUM_LAYERS) -> None:
        self.layers = layers
        self.layers_run = 0
        self.steps = MAXIMUM_STEPS
        self.characters = MAXIMUM_CHARACTERS
        self.notes = MAXIMUM_NOTES
        self.tensors = MAXIMUM_TENSORS
        self.spent = False
        self._kept = MAXIMUM_KEPT
        self._last: dict[object, tuple[list[Any], Any]] = {}

    def once(
        self,
        key: object,
        names: Iterable[str],
        scope: dict[str, Any],
        make: Callable[[], Any],
    ) -> Any:
        """What is made of the values that names have in a scope, the same while they do not change.

        key: of what is made. An `index` changes with every repeat, other values seldom do.
        """
        given = [scope.get(name) for name in names]
        last = self._last.get(key)
        if last is not None and all(map(is_, last[0], given)):
            return last[1]
        made = make()
        self._last[key] = given, made
        return made

    def evaluate(self, value: Any, scope: dict[str, Any]) -> Any:
        """A value with its expressions evaluated. Raises Refusal, SC113 where it takes too long."""
        if type(value) is list:
            return [self.evaluate(item, scope) for item in value]
        if not isinstance(value, Expression):
            return value
        if value.cost < _SHORT and not any(type(scope.get(each)) in _LISTS for each in value.names):
            return self._evaluated(value, scope)
        return self.once(value, value.names, scope, lambda: self._evaluated(value, scope))

    def _evaluated(self, expression: Expression, scope: dict[str, Any]) -> Any:
        self.steps -= expression.cost
        for name in expression.names:
            found = scope.get(name)
            if isinstance(found, _LISTS):
                self.steps -= _steps(found) * expression.text.count(name)
        if self.steps < 0:
            raise self._used_up(
                f"the expressions of this network take more than {MAXIMUM_STEPS:,} steps",
                "use fewer repeats or shorter expressions and lists, or write the values",
            )
        return expression.evaluate(scope)

    def shown(self, expression: Expression, scope: dict[str, Any]) -> Any:
        """The value of an expression that a note shows, which may take longer than to compute it.

        Raises Refusal, SC113 where it takes too long.
        """
        found = self.evaluate(expression, scope)
        self.steps -= STEPS_OF_SHOWN if type(found) is int else STEPS_OF_TRUNCATED
        return found

    def keeps(self, values: int) -> bool:
        """Whether a run keeps so many values of a block's arguments, for what asks for them."""
        self._kept -= values
        return self._kept >= 0

    def write(self, path: str) -> None:
        """Charge the characters of a path. Raises Refusal SC113 where there are too many."""
        self.characters -= len(path) if path.isascii() else 2 * len(path)
        if self.characters < 0:
            raise self._used_up(
                f"the paths of this network have more than {MAXIMUM_CHARACTERS:,} characters",
                "use fewer repeats or shorter names",
            )

    def note(self, characters: int) -> None:
        """Charge the characters of a note, filled. Raises Refusal SC113."""
        self.notes -= characters
        if self.notes < 0:
            raise self._used_up(
                f"the notes of this network have more than {MAXIMUM_NOTES:,} characters together",
                "use fewer repeats or shorter notes",
            )

    def connect(self, sources: Iterable[Tensor], outputs: int) -> None:
        """Charge the inputs and outputs of a layer that has several, and the paths of the inputs.

        Raises Refusal SC113.
        """
        self.tensors -= outputs
        for tensor in sources:
            self.tensors -= 1
            self.write(
                tensor.producer if isinstance(tensor.producer, str) else tensor.producer.path
            )
        if self.tensors < 0:
            raise self._used_up(
                f"the layers of this network that have several inputs or outputs have more than "
                f"{MAXIMUM_TENSORS:,} together",
                "use fewer repeats, or layers with fewer inputs and outputs",
            )

    def _used_up(self, message: str, hint: str) -> Refusal:
        self.spent = True
        return Refusal("SC113", message, hint)
