"""How the language is read off nodes: the wanted kind of node, or a problem at its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shapecalc.language.notes import Note
from shapecalc.limits import (
    MAXIMUM_HINTS,
    MAXIMUM_LIST,
    MAXIMUM_LISTED,
    MAXIMUM_NAME,
    MAXIMUM_WORDS,
)
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, Problems, Refusal
from shapecalc.text.source import Source
from shapecalc.text.words import LANGUAGES
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from shapecalc.expressions.expression import Expression


LONGEST_CUT = 1_000
"""The characters behind a comma among which the end of an expression is looked for."""


class NodeReader:
    """Reads the nodes of one source and keeps what is wrong with them.

    failures: how often something was wrong, what is not said twice included.
    unread: the places of values that the YAML reader refused: more is not said of them.
    meant: the words that unknown keys seem to stand for, each with its mapping's place.
    """

    __slots__ = ("_after_cut", "failures", "meant", "problems", "source", "unread")

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.failures = 0
        self.unread = {
            problem.place.offset
            for problem in problems
            if problem.code < "SC1" and problem.place.source is source
        }
        self.meant: set[tuple[int, str]] = set()
        self._after_cut = range(0)

    def problem(
        self,
        code: str,
        message: str,
        offset: int,
        hint: str | None = None,
        related: Iterable[tuple[str, Source, int] | tuple[str, None, None]] = (),
    ) -> None:
        """Note one thing that is wrong."""
        self.failures += 1
        if offset not in self.unread:
            self.problems.add(Problem(code, message, self.source, offset, hint, related))

    def refusal(self, refusal: Refusal, offset: int, prefix: str = "") -> None:
        """Note what was refused, at its place."""
        if refusal.offset is not None:
            offset = self.source.inside(offset, refusal.offset)
        self.problem(refusal.code, prefix + refusal.message, offset, refusal.hint)

    def mapping(self, value: object, offset: int, what: str, wanted: str) -> MappingNode | None:
        """The mapping that is wanted here, or None and a problem."""
        if isinstance(value, MappingNode):
            return value
        self.problem("SC101", f"{what} must be a mapping, not {shown(value)}", offset, wanted)
        return None

    def sequence(self, value: object, offset: int, what: str, wanted: str) -> ListNode | None:
        """The list that is wanted here, or None and a problem."""
        if isinstance(value, ListNode):
            return value
        self.problem("SC101", f"{what} must be a list, not {shown(value)}", offset, wanted)
        return None

    def text(self, node: MappingNode, key: str, limit: int = 10_000) -> str | None:
        """The text under a key; None where there is none, or a problem."""
        value = node.values.get(key)
        if value is None and key not in node.values:
            return None
        if not isinstance(value, str):
            hint = f'write it in quotes: "{value}"' if isinstance(value, int | float) else None
            self.problem(
                "SC104", f"{key} must be text, not {shown(value)}", node.place_of_value(key), hint
            )
            return None
        if not value or len(value) > limit:
            self.problem(
                "SC104",
                f"{key} must have 1 to {limit} characters, not {len(value)}",
                node.place_of_value(key),
            )
            return None
        return value

    def short_name(self, name: str, node: MappingNode, what: str) -> bool:
        """Whether a key of a mapping is short enough to be the name of something."""
        if 0 < len(name) <= MAXIMUM_NAME:
            return True
        text = f"the name of {what} must have 1 to {MAXIMUM_NAME} characters, not {len(name)}"
        self.problem("SC104", text, node.place_of_key(name))
        return False

    def note(self, node: MappingNode, key: str = "note") -> Note | None:
        """A text, or a mapping of language to text."""
        value = node.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return {"": value}
        mapping = value if isinstance(value, MappingNode) else None
        if mapping is None:
            hint = f"write {key}: text, or {key}: {{en: text, zh: text}}"
            if isinstance(value, int | float) and not isinstance(value, bool):
                hint = f'write it in quotes: "{value}"'
            self.problem(
                "SC104", f"{key} must be text, not {shown(value)}", node.place_of_value(key), hint
            )
            return None
        self.known_keys(mapping, LANGUAGES, f"a language of {key}")
        texts = ((language, self.text(mapping, language)) for language in LANGUAGES)
        return {language: text for language, text in texts if text is not None}

    def known_keys(
        self, node: MappingNode, known: Iterable[str], what: str, otherwise: str | None = None
    ) -> None:
        """Report every key that is none of those known, with the nearest that is.

        otherwise: the hint where no known key is near and there are many.
        """
        known = tuple(known)
        for key in node.values:
            if key not in known and node.place_of_key(key) not in self._after_cut:
                self.unknown_key(node, key, known, what, otherwise)

    def unknown_key(
        self,
        node: MappingNode,
        key: str,
        known: Iterable[str],
        what: str,
        otherwise: str | None = None,
    ) -> None:
        """Report a key that is none of those known, with the nearest that is."""
        place = node.place_of_key(key)
        message = f"{shown(key)} is not {what}"
        word, colon, value = key.partition(":")
        if colon and word in known:
            hint = f"a space is missing after the colon: {word}: {value}"
            self.problem("SC102", message, place, hint)
            self.meant.add((node.start, word))
            return
        from shapecalc.language.other_frameworks import KEY_HINTS

        called = KEY_HINTS.get(key, "")
        if called in known:
            self.problem("SC102", message, place, f"did you mean {called!r}?")
            self.meant.add((node.start, called))
            return
        if " " in called:
            self.problem("SC102", message, place, called)
            return
        meant = self.unknown("SC102", message, key, known, place, otherwise)
        if meant is not None:
            self.meant.add((node.start, meant))

    def missing(self, node: MappingNode, key: str, what: str, hint: str) -> None:
        """Report a key that must be written, unless an unknown one seems to stand for it."""
        if (node.start, key) not in self.meant:
            self.problem("SC103", f"{what} needs {key}", node.start, hint)

    def unknown(
        self,
        code: str,
        message: str,
        word: str,
        known: Iterable[str],
        offset: int,
        otherwise: str | None = None,
    ) -> str | None:
        """Report a word that nobody knows, with the nearest known one, which is returned.

        otherwise: the hint where no known word is near and there are many.
        """
        if len(self.problems) >= MAXIMUM_HINTS:
            self.problem(code, message, offset)
            return None
        from shapecalc.problems.suggestions import nearest

        words = list(known)
        meant = nearest(word, words) if len(words) <= MAXIMUM_WORDS else None
        if meant is not None:
            hint: str | None = f"did you mean '{meant}'?"
        elif 0 < len(words) <= MAXIMUM_LISTED:
            hint = "known: " + ", ".join(words)
        else:
            hint = otherwise
        self.problem(code, message, offset, hint)
        return meant

    def value(self, value: object, offset: int) -> Any:
        """A plain value of a node: lists for sequences; None and a problem for a mapping."""
        if isinstance(value, ListNode):
            return [
                self.value(item, value.place_of(index)) for index, item in enumerate(value.values)
            ]
        if isinstance(value, MappingNode):
            self.problem("SC104", "a number, a list or a truth value is wanted here", offset)
            return None
        if value is None and offset in self.unread:
            self.failures += 1
        return value

    def short_list(self, value: ListNode, offset: int) -> bool:
        """Whether a list of values is short enough: every use of a block may read all of it."""
        count = 0
        pending = [value]
        while pending:
            node = pending.pop()
            count += len(node.values)
            if count > MAXIMUM_LIST:
                self.problem("SC104", f"a list has at most {MAXIMUM_LIST} values", offset)
                return False
            pending.extend(each for each in node.values if isinstance(each, ListNode))
        return True

    def hexadecimal(self, value: object, place: int, what: str) -> bool:
        """Refuse a number that is written as `0x3`, where sizes may be meant."""
        if type(value) is not int or not self.source.text.startswith("0x", place):
            return False
        text = f"{what} is ambiguous: YAML reads 0x as hexadecimal, {value}"
        hint = f"write [0, {value}] for one of each axis, or {value} for all"
        self.problem("SC009", text, place, hint)
        return True

    def expression(self, text: str, offset: int) -> Expression | None:
        """The expression in a string, or None and a problem."""
        from shapecalc.expressions.expression import parse_expression

        try:
            return parse_expression(text)
        except Refusal as refusal:
            if refusal.hint is None and self._is_cut_by_comma(text, offset):
                refusal.hint = "a comma ends a value in { } and [ ]: put the expression in quotes"
                if text[0] == "(":
                    refusal.hint = "write a list in square brackets, such as [1, 7]"
            self.refusal(refusal, offset)
            return None

    def _is_cut_by_comma(self, text: str, offset: int) -> bool:
        """Whether an unquoted expression ends at a comma with a bracket of it still open.

        What stands behind the comma, up to the closing bracket, is then no key of its own.
        """
        whole = self.source.text
        end = offset + len(text)
        if (
            text.count("(") <= text.count(")")
            or whole[offset:end] != text
            or whole[end : end + 1] != ","
        ):
            return False
        rest = whole[end : end + LONGEST_CUT].partition("\n")[0]
        self._after_cut = range(end, end + rest.find(")") + 1)
        return True

    def shape(self, value: object, offset: int) -> Any:
        """A shape as it is written, or None and a problem."""
        from shapecalc.shapes.shape import parse_shape

        if isinstance(value, ListNode) and any(
            value.place_of(index) in self.unread for index in range(len(value.values))
        ):
            return None  # what could not be read is reported already
        try:
            return parse_shape(self.value(value, offset))
        except Refusal as refusal:
            self.refusal(refusal, offset)
            return None
