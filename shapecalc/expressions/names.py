"""The program of a name: its value in the scope, or a suggestion if it is unknown."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc.expressions.values import Program, Value, exact, refusal
from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal


def name_program(name: str, offset: int) -> Program:
    """The program that looks a name up in the scope."""

    def look_up(scope: Mapping[str, object]) -> Value:
        try:
            value = scope[name]
        except KeyError:
            raise _unknown_name(name, offset, scope) from None
        if type(value) is int and -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER:
            return value
        return exact(value, offset)

    return look_up


def _unknown_name(name: str, offset: int, scope: Mapping[str, object]) -> Refusal:
    from shapecalc.expressions.functions import FUNCTIONS
    from shapecalc.problems.suggestions import did_you_mean

    if name in FUNCTIONS:
        return refusal(f"'{name}' is a function", offset, f"write {name}(…)", "SC109")
    hint = did_you_mean(name, scope)
    if name == "index":
        hint = "index is defined only inside an item with `repeat`"
    elif hint is None:
        known = ", ".join(scope)
        if not known:
            hint = "no names are defined here"
        elif len(known) <= 80:
            hint = f"defined: {known}"
    return refusal(f"unknown name {shown(name)}", offset, hint, "SC109")
