"""YAML text to positioned nodes, in one bounded pass over the parser's events.

Values are plain Python; their offsets in the text are kept beside them, packed, and lines and
columns are computed only on demand. An alias shares the node of its anchor, nothing is copied. A
merge key (`<<`) copies the entries of the mappings that it names, with their original positions;
an entry of the mapping itself takes precedence over a merged one, and an earlier merge over a
later one.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from shapecalc.limits import (
    MAXIMUM_BYTES,
    MAXIMUM_DEPTH,
    MAXIMUM_KEYS,
    MAXIMUM_NODES,
    MAXIMUM_PROBLEMS,
    MAXIMUM_WIDE,
    Allowance,
)
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Problem, Problems, Refusal
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import ListNode, MappingNode, NodeValue
from shapecalc.yaml.pyyaml import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    Parser,
    ReaderError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from shapecalc.yaml.scalars import NUMBER_STARTS, YAML_CONSTANTS, read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn, TypeAlias

    from yaml.events import Event, NodeEvent

    from shapecalc.yaml.anchors import Anchor, Anchors

    _Frame: TypeAlias = (
        "tuple[dict[Any, NodeValue] | None, list[NodeValue], list[int], Any, bool, Anchor | None]"
    )


_MAXIMUM_CACHED = 4096  # plain scalars that are read once, then looked up
_ROOM_OF_MAPPING = 2 * MAXIMUM_KEYS + 1  # places: its own, and of each key and value
_TOO_DEEP = f"nested too deeply: the maximum is {MAXIMUM_DEPTH} mappings and lists"
_ONE_DOCUMENT = "put each document in its own file"
_SPECIAL_STARTS = NUMBER_STARTS | {"<"}
_BEFORE_TAG_DIRECTIVE = (
    r"(?:(?:[ \t]*(?:#[^\r\n]*)?|\.\.\.[^\r\n]*|%(?!TAG)[^\r\n]*)[\r\n]+)*+(?=%TAG)"
)


def read_yaml(source: Source, problems: Problems, allowance: Allowance | None = None) -> NodeValue:
    """The value of a text. Its problems are added to `problems`.

    allowance: what is left of what the text may have together with others; None for one that stands
    alone.

    Never raises. A single value that is refused (a number out of range, an undefined alias) is
    None, with a problem at its offset. The result is None, with a problem, if the text is empty
    or cannot be read to its end.
    """
    try:
        return _YamlReader(source, problems, allowance or Allowance()).read()
    except _Stop:
        return None
    except (ReaderError, UnicodeEncodeError):  # the latter for lone surrogates
        from shapecalc.yaml.syntax_errors import bad_character

        problems.add(bad_character(source))
    return None


class _Stop(Exception):  # noqa: N818 - not an error: the problem is reported, reading stops
    pass


class _OddKey:
    # Placeholder for a key until its mapping ends: `<<`, or one that is refused with its value.
    __slots__ = ("merges",)

    def __init__(self, merges: bool) -> None:
        self.merges = merges


_UNKNOWN = object()


class _YamlReader:
    def __init__(self, source: Source, problems: Problems, allowance: Allowance) -> None:
        self._source = source
        self._problems = problems
        self._allowance = allowance
        self._problems_before = len(problems)
        self._memo: dict[str, NodeValue] = dict(YAML_CONSTANTS)
        self._anchors: Anchors | None = None  # until there is one
        self._broken: set[int] = set()  # the offsets of aliases without an anchor
        self._nodes = 0  # in what has ended, including those that aliases repeat

    def read(self) -> NodeValue:
        if not self._allowance.take(self._source.text):
            message = (
                f"text too long: the maximum is {MAXIMUM_BYTES:,} characters, or {MAXIMUM_WIDE:,} "
                "if not all are ASCII, together with what is imported"
            )
            self._stop("SC008", message, 0)
        self._refuse_tag_directives(0)
        parser = Parser(self._source.text)
        try:
            documents = self._documents(parser.get_event)
        finally:
            parser.dispose()
        value = documents[0] if documents else None
        if value is None and len(self._problems) == self._problems_before:
            self._problem("SC011", "the document is empty", 0)
        return value

    def _documents(self, get_event: Callable[[], Event | None]) -> list[NodeValue]:
        # One loop over all events, with its state in local variables: it runs about fourteen times
        # per layer, and a method call each time would double its cost.
        source = self._source
        memo = self._memo
        recall = memo.get
        packers: dict[int, Callable[..., bytes]] = {}
        stack: list[_Frame] = []
        documents: list[NodeValue] = []
        # The innermost open node: a mapping if `values` is not None, otherwise a list.
        values: dict[Any, NodeValue] | None = None
        items = documents
        places: list[int] = []  # as in MappingNode and ListNode
        key: Any = None  # of the next value; None if a key comes next
        odd = False  # whether the mapping has an _OddKey
        anchor: Anchor | None = None  # of the innermost open mapping or list
        left = self._allowance.nodes  # for places of whatever is open
        room = left  # the maximum number of places in it
        while True:
            try:
                event: Any = get_event()
            except MarkedYAMLError as error:
                from shapecalc.yaml.syntax_errors import syntax_problem

                self._add(syntax_problem(error, source, places[0] if places else 0))
                raise _Stop from None
            kind = type(event)
            value: Any
            if kind is ScalarEvent:
                offset = event.start_mark.index
                value = text = event.value
                if not event.style:  # plain
                    value = recall(text, _UNKNOWN)
                    if value is _UNKNOWN:
                        if text[0] in _SPECIAL_STARTS:
                            value = self._special(text, offset, values is not None and key is None)
                        else:
                            value = self._remember(text, text)
                if event.anchor is not None or event.tag is not None:
                    scalar_anchor, offset = self._properties(event, offset)
                    if scalar_anchor is not None:
                        scalar_anchor.close(value, self._nodes)
                        if type(value) is int and text.startswith("0x"):
                            scalar_anchor.digits = offset
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                offset = event.start_mark.index
                if len(stack) == MAXIMUM_DEPTH:
                    self._stop("SC005", _TOO_DEEP, offset)
                stack.append((values, items, places, key, odd, anchor))
                left -= len(places)
                anchor = None
                if event.anchor is not None or event.tag is not None:
                    anchor, offset = self._properties(event, offset)
                values, items, room = None, [], left
                if kind is MappingStartEvent:
                    values, room = {}, min(left, _ROOM_OF_MAPPING)
                places = [offset]
                key = None
                odd = False
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if odd and values is not None:
                    values, places = self._resolve_keys(values, places)
                count = len(places)
                pack = packers.get(count)
                if pack is None:
                    pack = packers[count] = Struct(f"={count}I").pack
                if values is not None:
                    self._nodes += len(values)
                    value = MappingNode(source, values, pack(*places))
                else:
                    self._nodes += len(items)
                    value = ListNode(source, items, pack(*places))
                offset = places[0]
                if anchor is not None:
                    anchor.close(value, self._nodes)
                values, items, places, key, odd, anchor = stack.pop()
                left += len(places) - count
                room = left if values is None else min(left, _ROOM_OF_MAPPING)
            elif kind is AliasEvent:
                value, offset = self._alias(event.anchor, event.start_mark.index)
            elif kind is DocumentStartEvent and documents:
                offset = event.start_mark.index
                self._problem("SC012", "a second document starts here", offset, _ONE_DOCUMENT)
                return documents
            elif kind is DocumentEndEvent:
                self._refuse_tag_directives(event.end_mark.index)
                continue
            elif kind is StreamEndEvent:
                self._allowance.nodes = left
                return documents
            else:
                continue

            places.append(offset)
            if len(places) > room:
                self._full(room < left, offset)
            if values is None:
                items.append(value)
            elif key is not None:
                values[key] = value
                key = None
            elif type(value) is str and value not in values:
                key = value
            else:
                key = self._odd_key(value, event, values, places)
                odd = True

    def _full(self, one_mapping: bool, offset: int) -> NoReturn:
        # Stops at the first key or value that is too many.
        text = f"too many keys and values: the maximum is {MAXIMUM_NODES:,}, with those imported"
        if one_mapping:
            text = f"too many keys in a mapping: the maximum is {MAXIMUM_KEYS:,}"
        self._stop("SC008", text, offset, "write several files" if one_mapping else None)

    def _remember(self, text: str, value: NodeValue) -> NodeValue:
        # Most scalars of a spec occur many times; the cache must not grow with the others.
        if len(self._memo) >= _MAXIMUM_CACHED:
            self._memo.clear()
            self._memo.update(YAML_CONSTANTS)
        self._memo[text] = value
        return value

    def _special(self, text: str, offset: int, is_key: bool) -> NodeValue | _OddKey:
        # A plain scalar that may be a number or the merge key.
        if text == "<<":
            return _OddKey(merges=True) if is_key else text
        try:
            return self._remember(text, read_number(text))
        except Refusal as refusal:
            if is_key:
                return 0  # any number: none can be a key
            self._problem(refusal.code, refusal.message, offset, refusal.hint)
            return None

    def _properties(self, event: NodeEvent, offset: int) -> tuple[Anchor | None, int]:
        # Refuses the tag of a node and records its anchor. Returns the offset of its content.
        text = self._source.text
        if event.tag is not None:  # type: ignore[attr-defined] # all but aliases have one
            from shapecalc.yaml.syntax_errors import tag_problem

            self._add(tag_problem(self._source, text.find("!", offset)))
        if event.anchor is None:
            return None, offset
        try:
            anchor = self._named().open(event.anchor, self._nodes)
        except Refusal as refusal:
            self._stop(refusal.code, refusal.message, offset)
        is_empty = isinstance(event, ScalarEvent) and not event.value and not event.style
        if text[offset] == "&" and not is_empty:
            import re

            prefix = re.compile(r"&[\w-]+(?:[ \t\r\n]+|#[^\r\n]*)*+").match(text, offset)
            offset = prefix.end() if prefix else offset
        return anchor, offset

    def _named(self) -> Anchors:
        # The anchors so far.
        if self._anchors is None:
            from shapecalc.yaml.anchors import Anchors

            self._anchors = Anchors(self._allowance)
        return self._anchors

    def _alias(self, name: str, offset: int) -> tuple[NodeValue, int]:
        # The value of an alias and its place: its own, or that of a hexadecimal number.
        try:
            anchor = self._named().repeat(name)
        except Refusal as refusal:
            self._problem(refusal.code, refusal.message, offset, refusal.hint)
            if refusal.code == "SC008":
                raise _Stop from None
            self._broken.add(offset)
            return None, offset
        self._nodes += anchor.size
        return anchor.value, offset if anchor.digits is None else anchor.digits

    def _odd_key(
        self,
        key: NodeValue | _OddKey,
        event: Event,
        values: dict[Any, NodeValue],
        places: list[int],
    ) -> _OddKey:
        # The placeholder for a key that is not a string, or not new to its mapping.
        if isinstance(key, _OddKey):
            return key
        offset = places[-1]
        if isinstance(key, str):
            first = places[1 + 2 * list(values).index(key)]
            related = ("first used here", self._source, first)
            message = f"duplicate key '{clipped(key)}'"
            self._problem("SC003", message, offset, "remove one of them", (related,))
        elif offset not in self._broken or isinstance(key, MappingNode | ListNode):
            from shapecalc.yaml.syntax_errors import key_problem

            self._add(key_problem(self._source, key, event, offset))
        return _OddKey(merges=False)

    def _resolve_keys(
        self, values: dict[Any, NodeValue], places: list[int]
    ) -> tuple[dict[Any, NodeValue], list[int]]:
        # The entries without those whose key is refused, and with the merged ones.
        kept: dict[Any, NodeValue] = {}
        kept_places = places[:1]
        for index, (key, value) in enumerate(values.items()):
            key_place, value_place = places[1 + 2 * index : 3 + 2 * index]
            if not isinstance(key, _OddKey):
                kept[key] = value
                kept_places += key_place, value_place
            elif key.merges:
                for node in self._merged(value, value_place):
                    for name, copied, *copied_places in node.entries():
                        if name not in values and name not in kept:
                            kept[name] = copied
                            kept_places += copied_places
        return kept, kept_places

    def _merged(self, value: NodeValue, offset: int) -> Iterator[MappingNode]:
        # The mappings that a merge key names.
        if isinstance(value, ListNode):
            named = [(each, value.place_of(index)) for index, each in enumerate(value.values)]
        else:
            named = [(value, offset)]
        for each, place in named:
            if isinstance(each, MappingNode):
                yield each
            elif place not in self._broken:
                hint = (
                    "write '<<: *name' to merge the mapping at '&name'; quote '<<' if it is a key"
                )
                self._problem(
                    "SC013", "expected a mapping or a list of mappings for '<<'", place, hint
                )

    def _refuse_tag_directives(self, offset: int) -> None:
        # Between documents, ahead of the parser: libyaml compares each %TAG with all those before
        # it, which takes hours for a few megabytes of them.
        text = self._source.text
        if text.find("%TAG", offset) >= 0:
            import re

            from shapecalc.yaml.syntax_errors import tag_problem

            found = re.compile(_BEFORE_TAG_DIRECTIVE).match(text, offset)
            if found:
                self._add(tag_problem(self._source, found.end()))
                raise _Stop

    def _stop(self, code: str, message: str, offset: int, hint: str | None = None) -> NoReturn:
        self._problem(code, message, offset, hint)
        raise _Stop

    def _problem(
        self,
        code: str,
        message: str,
        offset: int,
        hint: str | None = None,
        related: Iterable[tuple[str, Source, int]] = (),
    ) -> None:
        self._add(Problem(code, message, self._source, offset, hint, related))

    def _add(self, problem: Problem) -> None:
        self._problems.add(problem)
        if len(self._problems) == self._problems_before + MAXIMUM_PROBLEMS:
            message = "too many problems: stopped reading here"
            self._stop("SC008", message, problem.place.offset)
