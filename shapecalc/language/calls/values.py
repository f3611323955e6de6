"""The values of arguments, as nodes.

Arithmetic with numbers stays as it is written: it is an expression of the language, which computes
it.
"""

from __future__ import annotations

import ast
from struct import pack
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from shapecalc.language.calls.python import Parsed
    from shapecalc.layers.fields import Field
    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import NodeValue

_ARITHMETIC = (
    *(ast.BinOp, ast.UnaryOp, ast.Constant, ast.USub, ast.UAdd),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
)


class CallValues:
    """Reads the values in what is parsed of a source."""

    def __init__(self, source: Source, parsed: Parsed) -> None:
        self.source = source
        self.parsed = parsed

    def of_field(self, node: ast.expr, field: Field[Any]) -> NodeValue:
        """The value of a field. Raises Refusal with an offset."""
        if isinstance(node, ast.Name) and node.id in field.words:
            return node.id  # print() shows words without quotes
        value = self._value(node)
        if isinstance(node, ast.Constant) and isinstance(value, str) and field.is_expression(value):
            message = f"{field.name} must not be a string, got {clipped(repr(value))}"
            raise self._refusal(node, "SC104", message)
        return value

    def as_list(self, node: ast.expr, value: NodeValue) -> ListNode:
        """A value as the only one of a list."""
        place = self.parsed.place(node)
        return ListNode(self.source, [value], pack("=2I", place, place))

    def _value(self, node: ast.expr) -> NodeValue:
        if isinstance(node, ast.Call) and _is_size(node):
            node = node.args[0]
        if isinstance(node, ast.Tuple | ast.List):
            places = [self.parsed.place(each) for each in (node, *node.elts)]
            return ListNode(
                self.source,
                [self._in_list(item) for item in node.elts],
                pack(f"={len(places)}I", *places),
            )
        return self._plain(node)

    def _in_list(self, node: ast.expr) -> NodeValue:
        value = self._value(node)
        if isinstance(node, ast.Constant) and isinstance(value, str):
            raise self._refusal(node, "SC104", f"expected a number, got {clipped(repr(value))}")
        return value

    def _plain(self, node: ast.expr) -> NodeValue:
        if isinstance(node, ast.Constant):
            return self._constant(node, node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            number = node.operand.value
            if isinstance(number, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
                return self._constant(node, -number if isinstance(node.op, ast.USub) else number)
        if isinstance(node, ast.BinOp | ast.UnaryOp) and _is_arithmetic(node):
            return self.parsed.written(node)
        message = f"expected a value, got {clipped(self.parsed.written(node))}"
        raise self._refusal(node, "SC104", message, "write it out: what is pasted is not run")

    def _constant(self, node: ast.expr, value: object) -> NodeValue:
        if value is None or isinstance(value, bool | str):
            return value
        written = clipped(self.parsed.written(node))
        if isinstance(value, float):
            if abs(value) == float("inf"):
                raise self._refusal(node, "SC010", f"expected a finite number, got {written}")
            return value
        if not isinstance(value, int):
            raise self._refusal(node, "SC104", f"expected a number, got {written}")
        if abs(value) > MAXIMUM_INTEGER:
            hint = f"the maximum is {MAXIMUM_INTEGER}"
            raise self._refusal(node, "SC008", f"integer too large: {written}", hint)
        return value

    def _refusal(self, node: ast.expr, code: str, message: str, hint: str | None = None) -> Refusal:
        return Refusal(code, message, hint, offset=self.parsed.place(node))


def _is_arithmetic(node: ast.expr) -> bool:
    """Whether it computes with numbers alone."""
    for each in ast.walk(node):
        if not isinstance(each, _ARITHMETIC):
            return False
        if isinstance(each, ast.Constant) and type(each.value) not in (int, float):
            return False
    return True


def _is_size(node: ast.Call) -> bool:
    """Whether it is a torch.Size, as print() shows some lists."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "Size" and len(node.args) == 1 and not node.keywords
