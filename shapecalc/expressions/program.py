"""The tree of an expression, turned once into nested closures that compute its value.

Only the node types listed at the end are in the language: a new one of Python's is refused until
it is added here.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from shapecalc.expressions.functions import FUNCTIONS, Function
from shapecalc.expressions.syntax import parse_tree
from shapecalc.expressions.values import (
    CONSTANTS,
    STEPS_OF_FRACTION,
    STEPS_OF_IRRATIONAL,
    Number,
    Program,
    Value,
    bounded,
    exact,
    is_irrational,
    is_number,
    name_program,
    not_rational,
    number,
    out_of_range,
    refusal,
    too_deep,
)
from shapecalc.limits import MAXIMUM_EXPRESSION_NESTING, MAXIMUM_INTEGER
from shapecalc.problems.formatting import shown
from shapecalc.problems.suggestions import did_you_mean

Handler = TypeVar("Handler")


def compile_tree(text: str) -> tuple[frozenset[str], Program, int]:
    """The names that a text reads from the scope, its program and its cost. Raises Refusal."""
    tree, indentation = parse_tree(text)
    compiler = _Compiler(text, indentation)
    program = compiler.program(tree, 1)
    if compiler.irrational:
        program = _rational(program)
    return frozenset(compiler.names), program, 2 + sum(map(_steps, ast.walk(tree)))


def _rational(program: Program) -> Program:
    """A program whose result is not a root or a logarithm that is not rational."""

    def run(scope: Mapping[str, object]) -> Value:
        value = program(scope)
        if is_irrational(value):
            raise not_rational(value, 0)
        return value

    return run


def _steps(node: ast.AST) -> int:
    if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("log2", "sqrt"):
        return STEPS_OF_IRRATIONAL
    fraction = isinstance(node, ast.Div) or (
        isinstance(node, ast.Constant) and isinstance(node.value, float)
    )
    return STEPS_OF_FRACTION if fraction else 1


def _divide(left: Number, right: Number) -> Number:
    from fractions import Fraction

    return Fraction(left) / right


def _power(base: Number, exponent: Number) -> Number:
    """The power. Raises OverflowError, before computing it, if it is out of range, and ValueError
    if the exponent is not an integer."""
    if exponent.denominator != 1:
        raise ValueError
    times, largest = exponent.numerator, max(abs(base.numerator), base.denominator)
    if (largest.bit_length() - 1) * abs(times) >= MAXIMUM_INTEGER.bit_length():
        raise OverflowError
    if times < 0:
        base, times = _divide(1, base), -times
    return cast("Number", base**times)


_ARITHMETIC: dict[type[Any], tuple[str, Callable[[Any, Any], Number]]] = {
    ast.Add: ("'+'", operator.add),
    ast.Sub: ("'-'", operator.sub),
    ast.Mult: ("'*'", operator.mul),
    ast.Div: ("'/'", _divide),
    ast.FloorDiv: ("'//'", operator.floordiv),
    ast.Mod: ("'%'", operator.mod),
    ast.Pow: ("'**'", _power),
}
_SIGNS: dict[type[Any], tuple[str, Callable[[Any], Number]]] = {
    ast.UAdd: ("'+'", operator.pos),
    ast.USub: ("'-'", operator.neg),
}
_COMPARISONS: dict[type[Any], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Eq: ("'=='", operator.eq),
    ast.NotEq: ("'!='", operator.ne),
    ast.Lt: ("'<'", operator.lt),
    ast.LtE: ("'<='", operator.le),
    ast.Gt: ("'>'", operator.gt),
    ast.GtE: ("'>='", operator.ge),
}


def _truth(value: Value, operation: str, offset: int) -> bool:
    if isinstance(value, bool):
        return value
    if is_number(value):
        return value != 0
    raise refusal(f"{operation} expects true, false or a number, got {shown(value)}", offset)


def _comparable(symbol: str, left: Value, right: Value) -> bool:
    if is_number(left) and is_number(right):
        return True
    if symbol not in ("'=='", "'!='"):
        return False
    if isinstance(left, bool) and isinstance(right, bool):
        return True
    return any(value is None or isinstance(value, str) for value in (left, right))


def _of_irrational(
    symbol: str, compute: Callable[[Any, Any], Any], value: Any, other: Any, offset: int
) -> Any:
    """What an operator makes of values of which one is not rational. Raises Refusal SC108."""
    for each in (value, other):
        if not is_irrational(each) or symbol not in ("'+'", "'-'", "'*'", "'/'"):
            number(each, symbol, offset)
    try:
        return value / other if symbol == "'/'" else compute(value, other)
    except ZeroDivisionError:
        raise refusal("division by zero", offset) from None


def _constant(value: Value) -> Program:
    return lambda scope: value


class _Compiler:
    """Compiles the nodes of one text into programs, and collects the names that they use."""

    __slots__ = ("_indentation", "_text", "irrational", "names")

    def __init__(self, text: str, indentation: int) -> None:
        self._text = text
        self._indentation = indentation
        self.names: set[str] = set()
        self.irrational = False

    def program(self, node: ast.expr, depth: int) -> Program:
        """The program of a node, `depth` levels deep. Raises Refusal if that is too deep."""
        if depth > MAXIMUM_EXPRESSION_NESTING:
            raise too_deep(self.offset(node))
        return self.known(_NODES, node, node)(self, node, depth)

    def known(self, table: dict[type[Any], Handler], kind: ast.AST, node: ast.expr) -> Handler:
        """The table's entry for a type of node or operator. Raises Refusal if it has none."""
        entry = table.get(type(kind))
        if entry is None:
            found = shown(self.source(node))
            raise refusal(f"{found} is not allowed in an expression", self.offset(node))
        return entry

    def offset(self, node: ast.expr | ast.keyword) -> int:
        """Where a node starts, in characters of the text."""
        return self._characters(node.col_offset)

    def source(self, node: ast.expr) -> str:
        """A node as it was written: `ast` normalizes some names and rounds decimals."""
        return self._text[self.offset(node) : self._characters(node.end_col_offset or 0)]

    def _characters(self, column: int) -> int:
        if not self._text.isascii():
            line = self._text[self._indentation :].encode()
            column = len(line[:column].decode())
        return self._indentation + column

    def constant(self, node: ast.Constant, depth: int) -> Program:
        offset = self.offset(node)
        if node.value is None or isinstance(node.value, bool):
            return _constant(node.value)
        if isinstance(node.value, int):
            return _constant(bounded(node.value, offset))
        from fractions import Fraction

        return _constant(bounded(Fraction(self.source(node)), offset))

    def name(self, node: ast.Name, depth: int) -> Program:
        name = self.source(node)
        if name in CONSTANTS:
            return _constant(CONSTANTS[name])
        self.names.add(name)
        return name_program(name, self.offset(node))

    def list_display(self, node: ast.List, depth: int) -> Program:
        programs = [self.program(element, depth + 1) for element in node.elts]
        return lambda scope: [program(scope) for program in programs]

    def tuple_display(self, node: ast.Tuple, depth: int) -> Program:
        hint = "write a list in square brackets: [1, 2]"
        raise refusal("values separated by commas must be in a list", self.offset(node), hint)

    def unary(self, node: ast.UnaryOp, depth: int) -> Program:
        operand, offset = self.program(node.operand, depth + 1), self.offset(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda scope: not _truth(operand(scope), "'not'", offset)
        symbol, compute = self.known(_SIGNS, node.op, node)

        def run(scope: Mapping[str, object]) -> Value:
            value: Any = operand(scope)
            return compute(value if is_irrational(value) else number(value, symbol, offset))

        return run

    def arithmetic(self, node: ast.BinOp, depth: int) -> Program:
        # The left operands of a chain are walked in a loop: a chain of any length is one level.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        leftmost = chain[-1].left
        first, start = self.program(leftmost, depth + 1), self.offset(leftmost)
        steps = [
            (
                *self.known(_ARITHMETIC, link.op, link),
                self.program(link.right, depth + 1),
                self.offset(link.right),
            )
            for link in reversed(chain)
        ]

        def run(scope: Mapping[str, object]) -> Value:
            value = first(scope)
            for symbol, compute, operand, offset in steps:
                other = operand(scope)
                if type(value) is not int or type(other) is not int:
                    if is_irrational(value) or is_irrational(other):
                        value = _of_irrational(symbol, compute, value, other, offset)
                        continue
                    number(value, symbol, start)
                    number(other, symbol, offset)
                try:
                    value = compute(value, other)
                except ZeroDivisionError:
                    raise refusal("division by zero", offset) from None
                except OverflowError:
                    raise out_of_range(start) from None
                except ValueError:
                    message = f"the exponent of '**' must be an integer, not {shown(other)}"
                    raise refusal(message, offset) from None
                if type(value) is not int or not -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER:
                    value = bounded(value, start)
            return value

        return run

    def comparison(self, node: ast.Compare, depth: int) -> Program:
        first, start = self.program(node.left, depth + 1), self.offset(node.left)
        steps = [
            (*self.known(_COMPARISONS, op, node), self.program(right, depth + 1))
            for op, right in zip(node.ops, node.comparators, strict=True)
        ]

        def run(scope: Mapping[str, object]) -> Value:
            left = first(scope)
            for symbol, compare, operand in steps:
                right = operand(scope)
                if not _comparable(symbol, left, right):
                    message = f"{symbol} cannot compare {shown(left)} with {shown(right)}"
                    raise refusal(message, start)
                if not compare(left, right):
                    return False
                left = right
            return True

        return run

    def logic(self, node: ast.BoolOp, depth: int) -> Program:
        decisive = isinstance(node.op, ast.Or)
        operation = "'or'" if decisive else "'and'"
        programs = [self.program(operand, depth + 1) for operand in node.values]
        offsets = [self.offset(operand) for operand in node.values]
        last = programs.pop()

        def run(scope: Mapping[str, object]) -> Value:
            for program, offset in zip(programs, offsets, strict=False):
                value = program(scope)
                if _truth(value, operation, offset) is decisive:
                    return value
            return last(scope)

        return run

    def condition(self, node: ast.IfExp, depth: int) -> Program:
        body = self.program(node.body, depth + 1)
        test, offset = self.program(node.test, depth + 1), self.offset(node.test)
        other = self.program(node.orelse, depth + 1)
        return lambda scope: (body if _truth(test(scope), "'if'", offset) else other)(scope)

    def indexing(self, node: ast.Subscript, depth: int) -> Program:
        values, start = self.program(node.value, depth + 1), self.offset(node.value)
        offset = self.offset(node.slice)
        if isinstance(node.slice, ast.Tuple):
            hint = "index one level at a time: values[0][1]"
            raise refusal("expected one index, got several", offset, hint)
        index = self.program(node.slice, depth + 1)

        def run(scope: Mapping[str, object]) -> Value:
            indexed, position = values(scope), index(scope)
            if not isinstance(indexed, (list, tuple)):
                raise refusal(f"only a list can be indexed, not {shown(indexed)}", start)
            if type(position) is not int:
                raise refusal(f"an index must be an integer, not {shown(position)}", offset)
            size = len(indexed)
            if not -size <= position < size:
                hint = f"the last index is {size - 1}" if size else None
                message = f"index {position} is out of range for a list of length {size}"
                raise refusal(message, offset, hint)
            return exact(indexed[position], start)

        return run

    def call(self, node: ast.Call, depth: int) -> Program:
        start = self.offset(node)
        if not isinstance(node.func, ast.Name):
            raise refusal("only a function can be called", start, "write * to multiply")
        name = self.source(node.func)
        function = FUNCTIONS.get(name)
        if function is None:
            hint = did_you_mean(name, FUNCTIONS) or f"allowed: {', '.join(FUNCTIONS)}"
            raise refusal(f"unknown function {shown(name)}", start, hint, "SC109")
        given = self.arguments(name, function, node)
        self.irrational |= name in ("log2", "sqrt")
        compute = function.compute
        positions = range(max(len(given), len(function.defaults)))
        programs = [
            self.program(given[position], depth + 1)
            if position in given
            else _constant(function.defaults[position])
            for position in positions
        ]
        offsets = [
            self.offset(given[position]) if position in given else start for position in positions
        ]
        return lambda scope: compute([program(scope) for program in programs], offsets)

    def arguments(self, name: str, function: Function, node: ast.Call) -> dict[int, ast.expr]:
        """The arguments of a call by position, keyword arguments included."""
        given = dict(enumerate(node.args))
        for keyword in node.keywords:
            offset = self.offset(keyword)
            if keyword.arg not in function.parameters:
                allowed = ", ".join(function.parameters)
                found = f"argument {shown(keyword.arg)}" if keyword.arg else "keyword arguments"
                hint = f"allowed: {allowed}" if allowed else None
                raise refusal(f"{name}() has no {found}", offset, hint)
            position = function.parameters.index(keyword.arg)
            if position in given:
                raise refusal(f"{name}() got multiple values for '{keyword.arg}'", offset)
            given[position] = keyword.value
        most = function.most
        if most is not None and len(given) > most:
            allowed = "1 argument" if most == 1 else f"at most {most} arguments"
            raise refusal(f"{name}() expects {allowed}, got {len(given)}", self.offset(node))
        if 0 not in given:
            raise refusal(f"{name}() needs at least one value", self.offset(node))
        return given


_NODES: dict[type[Any], Callable[[_Compiler, Any, int], Program]] = {
    ast.Constant: _Compiler.constant,
    ast.Name: _Compiler.name,
    ast.List: _Compiler.list_display,
    ast.Tuple: _Compiler.tuple_display,
    ast.UnaryOp: _Compiler.unary,
    ast.BinOp: _Compiler.arithmetic,
    ast.Compare: _Compiler.comparison,
    ast.BoolOp: _Compiler.logic,
    ast.IfExp: _Compiler.condition,
    ast.Subscript: _Compiler.indexing,
    ast.Call: _Compiler.call,
}
