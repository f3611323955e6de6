"""The layers in a tree of Python's, in their order, with those of each Sequential."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from shapecalc.language.calls.python import CHAINS, SYNTAX, no_chain
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.language.calls.python import Parsed

_PREFIX = re.compile(r"(?:torch\.)?nn\.(?:modules\.\w+\.)?|(?:torchvision\.)?ops\.(?:misc\.)?")
_UNORDERED = ("ModuleList", "ModuleDict")


class PastedPart:
    """A layer or a Sequential.

    place: its offset. label: what it is called, None where it is not; label_place: the offset.
    repeat: how many of it there are, None for one that is not counted.
    """

    __slots__ = ("label", "label_place", "place", "repeat")

    def __init__(self, place: int) -> None:
        self.place = place
        self.label: str | None = None
        self.label_place = place
        self.repeat: int | None = None


class CalledLayer(PastedPart):
    """A layer. name: of its type. values, named: its arguments, the latter by name."""

    __slots__ = ("name", "named", "values")

    def __init__(
        self, place: int, name: str, values: list[ast.expr], named: list[ast.keyword]
    ) -> None:
        super().__init__(place)
        self.name = name
        self.values = values
        self.named = named


class Chain(PastedPart):
    """Layers one after the other."""

    __slots__ = ("parts",)

    def __init__(self, place: int, parts: list[PastedPart]) -> None:
        super().__init__(place)
        self.parts = parts


class Unread(PastedPart):
    """What is no layer, which is said already."""

    __slots__ = ()


class Containers:
    """Finds the layers in what is parsed. report: takes each refusal, which has an offset."""

    def __init__(self, parsed: Parsed, report: Callable[[Refusal], None]) -> None:
        self.parsed = parsed
        self.report = report

    def parts(self) -> list[PastedPart]:
        """What the statements have; of one that is a Sequential and nothing else, its parts."""
        found: list[PastedPart] = []
        for statement in self.parsed.statements:
            if isinstance(statement, ast.Expr):
                found += self._several(statement.value)
            elif isinstance(statement, ast.Assign):
                parts = self._several(statement.value)
                if len(parts) == 1:
                    self._label(parts[0], statement.targets[0])
                found += parts
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                found.append(self._unread(statement))
        if len(found) == 1 and isinstance(found[0], Chain) and found[0].repeat is None:
            return found[0].parts
        return found

    def _several(self, node: ast.expr) -> list[PastedPart]:
        """The parts of a list, or of a tuple as commas make it; else one."""
        if not isinstance(node, ast.Tuple | ast.List):
            return [self._part(node)]
        if self._is_pair(node):
            return [self._pair(node)]
        return [part for each in node.elts for part in self._several(each)]

    def _part(self, node: ast.expr) -> PastedPart:
        place = self.parsed.place(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            number = node.left.value if isinstance(node.left, ast.Constant) else None
            part = self._part(node.right) if type(number) is int else self._unread(node)
            part.repeat = number if type(number) is int else None
            return part
        if isinstance(node, ast.Subscript) and self._name(node.value) in CHAINS:
            entries = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return Chain(place, [self._labelled(entry) for entry in entries])
        values: list[ast.expr] = []
        named: list[ast.keyword] = []
        function: ast.expr = node
        if isinstance(node, ast.Call):
            function, values, named = node.func, node.args, node.keywords
        name = self._name(function)
        if name is None:
            return self._unread(node)
        if name == "Sequential":
            return Chain(place, self._sequential(values, named))
        if name in _UNORDERED:
            return self._refused(no_chain(name, place))
        return CalledLayer(place, name, values, named)

    def _sequential(self, values: list[ast.expr], named: list[ast.keyword]) -> list[PastedPart]:
        first = values[0] if len(values) == 1 else None
        if isinstance(first, ast.Call) and self._name(first.func) in (
            "OrderedDict",
            "collections.OrderedDict",
        ):
            entries = first.args[0] if len(first.args) == 1 else None
            if isinstance(entries, ast.List | ast.Tuple):
                return [self._pair(entry) for entry in entries.elts]
            return [self._unread(first)]
        parts = [self._part(value) for value in values]
        return parts + [self._unread(keyword.value) for keyword in named]

    def _is_pair(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Tuple)
            and len(node.elts) == 2
            and isinstance(node.elts[0], ast.Constant)
        )

    def _pair(self, node: ast.expr) -> PastedPart:
        """The part of `('conv', nn.Conv2d(...))`, as an OrderedDict has it."""
        if not isinstance(node, ast.Tuple) or not self._is_pair(node):
            return self._unread(node)
        part = self._part(node.elts[1])
        self._label(part, node.elts[0])
        return part

    def _labelled(self, node: ast.expr) -> PastedPart:
        """The part of `(0): Conv2d(...)`, as print() has it."""
        if not isinstance(node, ast.Slice) or node.lower is None or node.upper is None:
            return self._unread(node)
        part = self._part(node.upper)
        self._label(part, node.lower)
        return part

    def _label(self, part: PastedPart, node: ast.expr) -> None:
        """Call a part what a label, a string or the target of an assignment says."""
        written = self.parsed.written(node)
        if written[:1] == "(":
            part.label = written.rpartition(")")[0][1:]
        elif written[:1] in "'\"":
            part.label = written[1:-1]
        else:
            part.label = written.rpartition(".")[2]
        part.label_place = self.parsed.place(node)

    def _name(self, node: ast.expr) -> str | None:
        """A name, without what PyTorch's are in; None for anything else."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return None
        written = "".join(self.parsed.written(node).split())
        return _PREFIX.sub("", written, count=1) if _PREFIX.match(written) else written

    def _unread(self, node: ast.expr | ast.stmt) -> PastedPart:
        written = " ".join(self.parsed.written(node)[:200].split())
        message = f"expected a layer, got {clipped(written)}"
        return self._refused(Refusal("SC104", message, SYNTAX, offset=self.parsed.place(node)))

    def _refused(self, refusal: Refusal) -> PastedPart:
        self.report(refusal)
        return Unread(refusal.offset or 0)
