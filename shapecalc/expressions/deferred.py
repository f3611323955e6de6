"""Values that depend on the arguments of a run: expressions, and lists that contain some."""

from __future__ import annotations

from typing import Any


def has_expression(value: object) -> bool:
    """Whether a value is an expression, or a list that contains one at any depth."""
    if type(value) is list:
        return any(has_expression(item) for item in value)
    return hasattr(value, "evaluate")


def names_in(value: object) -> frozenset[str]:
    """The names that the expressions of a value use."""
    if type(value) is list:
        return frozenset().union(*map(names_in, value))
    names: frozenset[str] = getattr(value, "names", frozenset())
    return names


def evaluate(value: Any, scope: dict[str, Any]) -> Any:
    """A value with its expressions evaluated. Raises Refusal."""
    if type(value) is list:
        return [evaluate(item, scope) for item in value]
    return value.evaluate(scope) if hasattr(value, "evaluate") else value
