"""A class as text: its arguments, `__init__` and `forward` around the statements of its layers."""

from __future__ import annotations

import ast
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import has_expression
from shapecalc.layers.fields import REQUIRED
from shapecalc.render.code.comments import docstring
from shapecalc.render.code.layout import INDENT, Bracket, laid_out
from shapecalc.render.code.trees import Tree
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.fields import tree_of_value
from shapecalc.render.pytorch.statements import (
    Compound,
    Statement,
    Statements,
    lines_of,
    merged,
    returning,
    without_unread,
    words_of_all,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shapecalc.language.arguments import Argument
    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.values import TensorValue

_ANNOTATIONS = {
    "count": "int",
    "integer": "int",
    "number": "float",
    "flag": "bool",
    "axes": "int | tuple[int, ...]",
    "type": "type[nn.Module]",
}
TENSOR = "torch.Tensor"


class SignatureParameter:
    """An argument of a class.

    python: its name there. positional: whether calls leave it out. required: whether they must
    have it. default: what it is otherwise, as text. later: what it is then where that depends on
    others.
    """

    __slots__ = (
        "annotation",
        "default",
        "later",
        "name",
        "positional",
        "python",
        "read",
        "required",
    )

    def __init__(
        self,
        argument: Argument,
        body: ClassBody,
        names: Mapping[str, Tree],
        fixed: Mapping[str, Tree],
        values: list[Any],
    ) -> None:
        self.name = argument.name
        self.python = body.python_name(argument.name)
        self.positional = False
        default = argument.default
        self.required = default is REQUIRED
        self.default: str | None = None
        self.later: Tree | None = None
        self.read = argument.name not in fixed
        if not self.required:
            tree = tree_of_value(default, names)
            if has_expression(default) and not isinstance(tree, ast.Constant):
                self.default = "None"
                self.later = tree
            else:
                self.default = source(tree)
        self.annotation = annotation_of(argument.kind, values, self.default == "None")

    @classmethod
    def passed_on(cls, argument: str, body: ClassBody, values: list[Any]) -> SignatureParameter:
        """An argument of a class around this one, that has these values."""
        found = cls.__new__(cls)
        found.name = argument
        found.python = body.python_name(argument)
        found.positional = False
        found.required = found.read = True
        found.default = found.later = None
        kind = "type" if isinstance(values[0], str) else _KINDS.get(type(values[0]), "list")
        found.annotation = annotation_of(kind, values, False)
        return found


_KINDS: dict[type, str] = {bool: "flag", int: "count", float: "number", tuple: "list"}
"""The kind of an argument that has a value of a type."""


def annotation_of(kind: str, values: list[Any], nullable: bool) -> str:
    """The type of an argument that has these values."""
    word = _ANNOTATIONS.get(kind, "tuple")
    if any(getattr(value, "fields", None) for value in values):
        word = "Callable[..., nn.Module]"
    if kind == "list":
        numbers = {type(number) for value in values for number in value or ()}
        if numbers and numbers <= {int, float}:
            word = "tuple[float, ...]" if float in numbers else "tuple[int, ...]"
    return f"{word} | None" if nullable or None in values else word


class WrittenClass:
    """A class that is written.

    parameters: its arguments but for the channels. reads_channels: whether it has those.
    in_last: whether its input has the channels last, if that is a sequence. out: what it outputs,
    its channels as a tree of the block's arguments. words: the names that it reads.
    """

    __slots__ = ("in_last", "lines", "name", "out", "parameters", "reads_channels", "words")

    def __init__(self, name: str, out: TensorValue, in_last: bool) -> None:
        self.name = name
        self.out = out
        self.in_last = in_last
        self.parameters: list[SignatureParameter] = []
        self.reads_channels = False
        self.lines: Iterable[str] = ()
        self.words: set[str] = set()


def class_text(
    called: str,
    about: str | None,
    body: ClassBody,
    parameters: list[SignatureParameter],
    inputs: list[TensorValue],
    out: TensorValue,
    outputs: list[TensorValue] | None = None,
) -> WrittenClass:
    """The class of a body. outputs: what it returns, if that is not `out`."""
    written = WrittenClass(called, out, inputs[0].last)
    init = merged(without_unread(body.init, set()))
    if outputs is None:
        outputs = list(out.parts.values()) if out.parts is not None else [out]
    returned = ", ".join(each.text for each in outputs)
    several = len(outputs) > 1 or out.parts is not None
    if several and len(outputs) == 1:
        returned = f"({returned},)"
    forward = without_unread(returning(merged(body.forward), returned), set())
    read = words_of_all(init) | {body.python_name(each) for each in body.kept}
    used: list[SignatureParameter] = []
    for parameter in reversed(parameters):
        if parameter.read and parameter.python in read:
            used.insert(0, parameter)
            if parameter.later is not None:
                read |= words_of_all([Statement(body.text(parameter.later))])
    written.parameters = used
    written.reads_channels = body.python_name("in_channels") in read
    _say_positions(used)
    first: Statements = []
    for parameter in used:
        if parameter.later is not None:
            setting = Statement(body.text(parameter.later), parameter.python)
            first.append(Compound(f"if {parameter.python} is None", [setting]))
    kept: Statements = [
        Statement(body.python_name(argument), f"self.{attribute}")
        for argument, attribute in body.kept.items()
    ]
    statements = [*first, *kept, *init]
    written.words = words_of_all([*statements, *forward])
    written.words |= words_of_all([Statement(each.default) for each in used if each.default])
    written.words |= words_of_all([Statement(each.annotation) for each in used])
    written.lines = _lines(written, about, body.python_name, inputs, several, statements, forward)
    return written


def _say_positions(parameters: list[SignatureParameter]) -> None:
    """Leave out the names of the counts that come first, where calls must have them: of one, or of
    all that calls must have."""
    needed = [each for each in parameters if each.required]
    first = list(takewhile(lambda each: each.required and each.annotation == "int", parameters))
    if len(first) in (1, len(needed)):
        for each in first:
            each.positional = True


def _lines(
    written: WrittenClass,
    about: str | None,
    python_name: Callable[[str], str],
    inputs: list[TensorValue],
    several: bool,
    init: Statements,
    forward: Statements,
) -> Iterator[str]:
    yield f"class {written.name}(nn.Module):"
    said = list(docstring([about] if about else [], INDENT))
    yield from said
    arguments = ["self"]
    if written.reads_channels:
        arguments.append(f"{python_name('in_channels')}: int")
    optional = False
    for each in written.parameters:
        if optional and each.default is None and "*" not in arguments:
            arguments.append("*")
        optional |= each.default is not None
        default = "" if each.default is None else f" = {each.default}"
        arguments.append(f"{each.python}: {each.annotation}{default}")
    if init or len(arguments) > 1:
        if said:
            yield ""
        head = Bracket("def __init__(", list(arguments), ") -> None:")
        yield from laid_out(head, INDENT)
        yield from lines_of([Statement("super().__init__()"), *init], 2 * INDENT)
    if said or init or len(arguments) > 1:
        yield ""
    returns = f"tuple[{TENSOR}, ...]" if several else TENSOR
    taken = ["self", *(f"{each.text}: {TENSOR}" for each in inputs)]
    yield from laid_out(Bracket("def forward(", list(taken), f") -> {returns}:"), INDENT)
    yield from lines_of(forward, 2 * INDENT)
