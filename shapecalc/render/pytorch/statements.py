"""The statements of a function, from which its lines are made once it is known what they need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecalc.render.code.comments import LINE_WIDTH, comment
from shapecalc.render.code.layout import INDENT, Bracket, Part, flat, laid_out, prefixed

_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*(?![\w])(?!=[^=])")
"""A name that is read: no attribute, and no keyword of a call."""


class Statement:
    """A statement of one part, such as a call or an assignment.

    target: the name that it assigns to; empty for none. call: whether it does something even if
    nothing reads the name.
    """

    __slots__ = ("call", "part", "target")

    def __init__(self, part: Part, target: str = "", call: bool = True) -> None:
        self.part = part
        self.target = target
        self.call = call

    def whole(self) -> Part:
        """With its target."""
        return prefixed(f"{self.target} = ", self.part) if self.target else self.part


class Remark:
    """A comment of its own."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Compound:
    """Statements under a head such as `if stride > 1`."""

    __slots__ = ("body", "head")

    def __init__(self, head: str, body: Statements) -> None:
        self.head = head
        self.body = body


Statements = list[Statement | Remark | Compound]


def words_of_all(statements: Statements) -> set[str]:
    """The words in statements, but for comments: the names that they read, among others."""
    found: set[str] = set()
    pending = list(statements)
    while pending:
        each = pending.pop()
        if isinstance(each, Compound):
            found.update(_WORD.findall(each.head))
            pending += each.body
        elif isinstance(each, Statement):
            found.update(_WORD.findall(flat(each.whole())))
    return found


def without_unread(statements: Statements, read: set[str]) -> Statements:
    """The statements but for assignments that nothing reads: of those, calls stay alone.

    read: the names that are read later; those that these read are added to it.
    """
    kept: Statements = []
    for each in reversed(statements):
        if isinstance(each, Compound):
            # twice, for what a loop reads of the run before
            body = each.body
            before = set(read)
            while True:
                body = without_unread(each.body, read)
                if read == before:
                    break
                before = set(read)
            if any(not isinstance(inner, Remark) for inner in body):
                read.update(_WORD.findall(each.head))
                kept.append(Compound(each.head, body))
            continue
        if isinstance(each, Statement):
            if each.target and "." not in each.target and not _assigned(each.target) & read:
                if not each.call:
                    continue
                each = Statement(each.part)
            elif "," in each.target:  # of several, those that nothing reads have no name
                names = _WORD.sub(lambda word: word[0] if word[0] in read else "_", each.target)
                each = Statement(each.part, names.replace("(_, _)", "_"), each.call)
            read.update(_WORD.findall(flat(each.part)))
        kept.append(each)
    return kept[::-1]


def merged(statements: Statements) -> Statements:
    """The statements with those under one condition, one after the other, together."""
    found: Statements = []
    for each in statements:
        last = found[-1] if found else None
        if isinstance(each, Compound):
            if isinstance(last, Compound) and last.head == each.head and each.head[:3] == "if ":
                last.body = merged([*last.body, *each.body])
                continue
            each = Compound(each.head, merged(each.body))
        elif isinstance(each, Statement) and isinstance(last, Statement):
            listed = _extended(last, each)
            if listed is not None:
                found[-1] = listed
                continue
        found.append(each)
    return found


APPEND = ".append("


def _extended(first: Statement, second: Statement) -> Statement | None:
    """Two calls that put modules into one list as one; None where they are not that."""
    one, other = first.part, second.part
    if not isinstance(one, Bracket) or not isinstance(other, Bracket):
        return None
    if not other.open.endswith(APPEND):
        return None
    extends = other.open.removesuffix(APPEND) + " += ["
    if one.open not in (other.open, extends):
        return None
    return Statement(Bracket(extends, [*one.items, *other.items], "]", long=True))


def _assigned(target: str) -> set[str]:
    """The names that are assigned to: one, or several in a tuple."""
    return set(_WORD.findall(target.partition(":")[0]))


def returning(statements: Statements, value: str) -> Statements:
    """The statements with a `return` of a value, or of what is assigned to it last."""
    last = statements[-1] if statements else None
    if isinstance(last, Statement) and last.target == value:
        return [*statements[:-1], Statement(prefixed("return ", last.part))]
    return [*statements, Statement(f"return {value}")]


def lines_of(statements: Statements, indent: int) -> Iterator[str]:
    """The lines of statements. Formatters are told to leave those that are too long."""
    for each in statements:
        if isinstance(each, Remark):
            yield from comment(each.text, indent)
            continue
        margin = " " * indent
        if isinstance(each, Compound):
            lines = [f"{margin}{each.head}:"]
        else:
            part = each.whole()
            lines = [margin + part] if isinstance(part, str) else list(laid_out(part, indent))
        too_long = any(len(line) > LINE_WIDTH for line in lines)
        if too_long and len(lines) == 1:
            lines[0] += "  # fmt: skip"
        elif too_long:
            lines = [f"{margin}# fmt: off", *lines, f"{margin}# fmt: on"]
        yield from lines
        if isinstance(each, Compound):
            yield from lines_of(each.body, indent + INDENT)
