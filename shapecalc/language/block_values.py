"""A block or a layer type as the value of an argument, with fields of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate, has_expression
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.language.items import Block
    from shapecalc.layers.base import LayerType


class BlockValue(str):
    """The name of a block or of a layer type, as text: expressions pass it on as they do text.

    found: what it is the name of. fields: what it is given where it is passed, to which the item
    that uses it adds its own; an item's own come first. Without any it equals its name.
    """

    fields: dict[str, Any]
    found: LayerType | Block

    __hash__ = str.__hash__

    def __new__(
        cls, name: str, found: LayerType | Block, fields: dict[str, Any] | None = None
    ) -> BlockValue:
        """The value of a name, with fields that may have expressions."""
        value = super().__new__(cls, name)
        value.found = found
        value.fields = fields or {}
        return value

    @property
    def deferred(self) -> bool:
        """Whether some field of it is an expression, of where it is passed."""
        return any(map(has_expression, self.fields.values()))

    def evaluated(self, evaluate: Callable[[Any], Any]) -> BlockValue:
        """The same with the values of its fields. Raises Refusal as `evaluate` does."""
        fields = {key: evaluate(value) for key, value in self.fields.items()}
        return BlockValue(str(self), self.found, fields)

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and self.fields == getattr(other, "fields", {})

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"{str(self)!r} {self.fields!r}"


def chosen_block(
    value: Any, given: bool, find: Callable[[str], LayerType | Block | None], values: dict[str, Any]
) -> Any:
    """The value of an argument of a network. values: those of the arguments before it.

    given: whether it is given from outside, as a name for `find`. Raises Refusal SC106 for an
    unknown one.
    """
    if isinstance(value, BlockValue):
        return value.evaluated(lambda each: evaluate(each, values)) if value.deferred else value
    if not given or not isinstance(value, str):
        return value
    found = find(value)
    if found is None:
        raise Refusal("SC106", f"unknown layer type or block {shown(value)}")
    return BlockValue(value, found)
