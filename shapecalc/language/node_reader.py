"""Reads nodes: a value of the expected type, or None and a problem at its offset."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from shapecalc.language.notes import Note
from shapecalc.limits import (
    MAXIMUM_HINTS,
    MAXIMUM_LIST,
    MAXIMUM_LISTED,
    MAXIMUM_NAME,
    MAXIMUM_NOTE,
    MAXIMUM_WORDS,
    Allowance,
)
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, Problems, Refusal
from shapecalc.problems.suggestions import misspelled, nearest, suggestion
from shapecalc.text.source import Source
from shapecalc.text.words import LANGUAGES
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from shapecalc.expressions.expression import Expression


LONGEST_CUT = 1_000
"""The characters after a comma that are searched for the end of an expression."""


class NodeReader:
    """Reads the nodes of one source and collects their problems.

    failures: the number of problems found, including those that are not reported again.
    unread: the offsets of values that the YAML reader refused; they have a problem already.
    meant: the keys that unknown keys were probably meant as, each with its mapping's offset.
    allowance: what is left of what the source may have together with all that it imports.
    """

    __slots__ = ("_after_cut", "allowance", "failures", "meant", "problems", "source", "unread")

    def __init__(
        self, source: Source, problems: Problems, allowance: Allowance | None = None
    ) -> None:
        self.source = source
        self.problems = problems
        self.allowance = allowance or Allowance()
        self.failures = 0
        self.unread = {
            problem.place.offset
            for problem in problems
            if problem.code < "SC1" and problem.place.source is source
        }
        self.meant: dict[tuple[int, str], int] = {}
        self._after_cut = range(0)

    def problem(
        self,
        code: str,
        message: str,
        offset: int,
        hint: str | None = None,
        related: Iterable[tuple[str, Source, int] | tuple[str, None, None]] = (),
        instead: tuple[str, str] | None = None,
    ) -> None:
        """Report a problem, unless the YAML reader has refused the value at `offset`.

        instead: the word there and what is to be written instead, where that is certain.
        """
        self.failures += 1
        if offset in self.unread:
            return
        problem = Problem(code, message, self.source, offset, hint, related)
        if instead is not None:
            from shapecalc.problems.edit import rewording

            problem.edit = rewording(self.source, offset, *instead)
        self.problems.add(problem)

    def refusal(self, refusal: Refusal, offset: int, prefix: str = "") -> None:
        """Report a refusal. offset: that of the value; an expression's refusal has a finer one."""
        if refusal.offset is not None:
            offset = self.source.inside(offset, refusal.offset)
        message = prefix + refusal.message
        self.problem(refusal.code, message, offset, refusal.hint, instead=refusal.instead)

    def mapping(self, value: object, offset: int, what: str, hint: str) -> MappingNode | None:
        """The value if it is a mapping, else None and a problem. what: how a message names it."""
        if isinstance(value, MappingNode):
            return value
        self.problem("SC101", f"{what} must be a mapping, not {shown(value)}", offset, hint)
        return None

    def sequence(self, value: object, offset: int, what: str, hint: str) -> ListNode | None:
        """The value if it is a list, else None and a problem. what: how a message names it."""
        if isinstance(value, ListNode):
            return value
        self.problem("SC101", f"{what} must be a list, not {shown(value)}", offset, hint)
        return None

    def text(self, node: MappingNode, key: str, limit: int = 10_000) -> str | None:
        """The string under a key, None without it; None and a problem if it is not a string of 1
        to `limit` characters."""
        value = node.values.get(key)
        if value is None and key not in node.values:
            return None
        if not isinstance(value, str):
            number = isinstance(value, int | float)
            self.problem(
                "SC104",
                f"{key} must be a string, not {shown(value)}",
                node.place_of_value(key),
                f'quote it: "{value}"' if number else None,
                instead=(str(value), f'"{value}"') if number and key == "name" else None,
            )
            return None
        if not value or len(value) > limit:
            self.problem(
                "SC104",
                f"{key} must have 1 to {limit} characters, got {len(value)}",
                node.place_of_value(key),
            )
            return None
        return value

    def short_name(self, name: str, node: MappingNode, what: str) -> bool:
        """Whether a key has 1 to MAXIMUM_NAME characters; otherwise there is a problem."""
        if 0 < len(name) <= MAXIMUM_NAME:
            return True
        text = f"the name of {what} must have 1 to {MAXIMUM_NAME} characters, got {len(name)}"
        self.problem("SC104", text, node.place_of_key(name))
        return False

    def note(self, node: MappingNode, key: str = "note") -> Note | None:
        """The note under a key: a string, or a mapping of languages to strings; None without it."""
        value = node.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return value if self._short_note(value, node.place_of_value(key)) else None
        mapping = value if isinstance(value, MappingNode) else None
        if mapping is None:
            hint, instead = f"write {key}: TEXT, or {key}: {{en: TEXT, zh: TEXT}}", None
            if isinstance(value, int | float) and not isinstance(value, bool):
                hint, instead = f'quote it: "{value}"', (str(value), f'"{value}"')
            self.problem(
                "SC104",
                f"{key} must be a string, not {shown(value)}",
                node.place_of_value(key),
                hint,
                instead=instead,
            )
            return None
        self.known_keys(mapping, LANGUAGES, key, "language")
        texts = ((language, self.text(mapping, language)) for language in LANGUAGES)
        return {
            language: text
            for language, text in texts
            if text is not None and self._short_note(text, mapping.place_of_value(language))
        }

    def _short_note(self, text: str, place: int) -> bool:
        """Whether a text is short enough for a note; otherwise, its problem is reported."""
        if len(text) <= MAXIMUM_NOTE:
            return True
        message = f"a note of {len(text):,} characters: the maximum is {MAXIMUM_NOTE:,}"
        self.problem("SC104", message, place, "write the rest in a comment")
        return False

    def known_keys(
        self,
        node: MappingNode,
        known: Iterable[str],
        owner: str,
        noun: str = "key",
        otherwise: str | None = None,
        uncertain: Collection[str] = (),
    ) -> None:
        """Report every key that is not in `known`, with the nearest one that is.

        owner, noun: as a message names the mapping and its keys, such as Conv2d and field.
        otherwise: the hint if no known key is near and there are too many to list.
        uncertain: the known keys that are not certainly meant by what is near.
        """
        known = tuple(known)
        for key in node.values:
            if key not in known and node.place_of_key(key) not in self._after_cut:
                self.unknown_key(node, key, known, owner, noun, otherwise, uncertain)

    def unknown_key(
        self,
        node: MappingNode,
        key: str,
        known: Iterable[str],
        owner: str,
        noun: str = "key",
        otherwise: str | None = None,
        uncertain: Collection[str] = (),
    ) -> None:
        """Report a key that is not in `known`, with what it was meant as: by what other frameworks
        call the same, else by its spelling."""
        place = node.place_of_key(key)
        message = f"unknown {noun} {shown(key)} in {owner}"
        word, colon, value = key.partition(":")
        if colon and word in known:
            hint = f"add a space after the colon: {word}: {value}"
            plain = node.values[key] is None and self.source.text.startswith(key, place)
            instead = (key, f"{word}: {value}") if plain and word not in node.values else None
            self.problem("SC102", message, place, hint, instead=instead)
            self._mean(node, word, place)
            return
        meant, answer = None, None
        if len(self.problems) < MAXIMUM_HINTS:
            from shapecalc.language.other_frameworks.answers import key_hint

            known = tuple(known)
            meant, answer = key_hint(key, known)
            uncertain = {*uncertain, *node.values}
        if answer is None:
            meant = self.unknown("SC102", message, key, known, place, otherwise, uncertain)
        else:
            instead = misspelled(key, known, answer, uncertain)
            self.problem("SC102", message, place, answer, instead=instead)
        if meant is not None:
            self._mean(node, meant, place)

    def _mean(self, node: MappingNode, key: str, place: int) -> None:
        """Note which key the unknown one at a place was probably meant as.

        Where another one was as well, it is not certain which of them is to be that key.
        """
        first = self.meant.setdefault((node.start, key), place)
        if first != place:
            for problem in self.problems:
                if problem.place.offset in (first, place) and problem.place.source is self.source:
                    problem.edit = None

    def missing(self, node: MappingNode, key: str, what: str, hint: str) -> None:
        """Report a missing key, unless an unknown one was probably meant as it."""
        if (node.start, key) not in self.meant:
            self.problem("SC103", f"missing {key} in {what}", node.start, hint)

    def unknown(
        self,
        code: str,
        message: str,
        word: str,
        known: Iterable[str],
        offset: int,
        otherwise: str | None = None,
        uncertain: Collection[str] = (),
    ) -> str | None:
        """Report an unknown word. Returns the nearest known one; None if none is near.

        otherwise: the hint if no known word is near and there are too many to list.
        uncertain: the known words that are not certainly meant, such as those that specs make up.
        """
        if len(self.problems) >= MAXIMUM_HINTS:
            self.problem(code, message, offset)
            return None
        words = list(known)
        meant = nearest(word, words) if len(words) <= MAXIMUM_WORDS else None
        instead = None
        if meant is not None:
            hint: str | None = suggestion(meant)
            instead = misspelled(word, words, hint, uncertain)
        elif 0 < len(words) <= MAXIMUM_LISTED:
            hint = "allowed: " + ", ".join(words)
        else:
            hint = otherwise
        self.problem(code, message, offset, hint, instead=instead)
        return meant

    def value(self, value: object, offset: int) -> Any:
        """The plain value of a node, a list as a Python list; None and a problem for a mapping."""
        if isinstance(value, ListNode):
            return [
                self.value(item, value.place_of(index)) for index, item in enumerate(value.values)
            ]
        if isinstance(value, MappingNode):
            self.problem("SC104", "expected a number, a list or a boolean, got a mapping", offset)
            return None
        if value is None and offset in self.unread:
            self.failures += 1
        return value

    def short_list(self, value: ListNode, offset: int) -> bool:
        """Whether a list has at most MAXIMUM_LIST values, nested ones included, as every use of a
        block may read them all; otherwise there is a problem."""
        count = 0
        pending = [value]
        while pending:
            node = pending.pop()
            count += len(node.values)
            if count > MAXIMUM_LIST:
                self.problem(
                    "SC104", f"too many values in a list: the maximum is {MAXIMUM_LIST}", offset
                )
                return False
            pending.extend(each for each in node.values if isinstance(each, ListNode))
        return True

    def joined(self, value: object, offset: int) -> Any:
        """The text of an integer written as `0x3`, which may be sizes joined by x although YAML
        reads hexadecimal; any other value as it is."""
        text = self.source.text
        if type(value) is not int or not text.startswith("0x", offset):
            return value
        end = offset + 2
        while text[end : end + 1].isalnum():
            end += 1
        return text[offset:end]

    def sizes(self, value: object, offset: int, what: str) -> Any:
        """A value along axes: the text of sizes written as `0x3`, any other value as it is.

        Raises Refusal SC009 for a hexadecimal number such as `0x1F`.
        """
        joined = self.joined(value, offset)
        if joined is not value and not joined[2:].isdigit():
            text = f"{what} must be written in decimal, not as {joined}"
            refusal = Refusal("SC009", text, f"write {value}")
            refusal.instead = joined, str(value)
            raise refusal
        return joined

    def expression(self, text: str, offset: int) -> Expression | None:
        """The expression in a string, or None and a problem. offset: that of the string."""
        from shapecalc.expressions.expression import parse_expression

        try:
            return parse_expression(text)
        except Refusal as refusal:
            if refusal.hint is None and self._is_cut_by_comma(text, offset):
                refusal.hint = "a comma ends a value inside { } and [ ]: quote the expression"
                if text[0] == "(":
                    refusal.hint = "write a list in square brackets, such as [1, 7]"
            self.refusal(refusal, offset)
            return None

    def _is_cut_by_comma(self, text: str, offset: int) -> bool:
        """Whether an unquoted expression ends at a comma inside one of its brackets.

        The text after the comma, up to the closing bracket, is then not reported as a key.
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
        """A shape, or None and a problem. offset: that of the value."""
        from shapecalc.shapes.shape import parse_shape

        if isinstance(value, ListNode) and any(
            value.place_of(index) in self.unread for index in range(len(value.values))
        ):
            return None  # the problem is already reported
        try:
            return parse_shape(self.joined(self.value(value, offset), offset))
        except Refusal as refusal:
            self.refusal(refusal, offset)
            return None
