"""The text format of protocol buffers, read into messages of which each value has its place.

It needs no schema: what a field may be is asked where it is used. There is no recursion: a message
inside another waits on a stack.
Source: https://protobuf.dev/reference/protobuf/textformat-spec/.
"""

from __future__ import annotations

import re

from shapecalc.importers.caffe.message import EnumName, ProtoMessage, ProtoScalar, ProtoValue
from shapecalc.limits import MAXIMUM_DEPTH, MAXIMUM_PROTO_VALUES
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

_BETWEEN = r"(?:\s++|[#][^\n]*+){0,1000}+"  # not more at once: what repeats takes memory
_SPACE = re.compile(_BETWEEN)
_TOKEN = re.compile(
    _BETWEEN
    + r"""(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*+)
    |(?P<number>-?\s*+(?:(?i:inf|infinity|nan)\b|0[xX][0-9a-fA-F]++
        |(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+[fF]?+)(?![\w.]))
    |(?P<text>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+')
    |(?P<mark>[{}<>\[\]:,;]))""",
    re.VERBOSE,
)
_EXTENSION = re.compile(r"\[\s*+[\w./-]++\s*+\]")
_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))"
)
_PLAIN_ESCAPES = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_ENDS = {"{": "}", "<": ">"}

LONGEST_NUMBER = 40
"""The maximum length of a number, in characters: no field has one of more."""


class _Tokens:
    """The tokens of a text, one of which is looked at.

    kind: "name", "number", "text", "mark", or "" at the end. token: its characters. offset: its
    place. values: how many values were made of them.
    """

    def __init__(self, text: str) -> None:
        self._source = text
        self._end = 0
        self.values = 0
        self.advance()

    def advance(self) -> None:
        """Look at the next token. Raises Refusal SC501 where there is none of any kind."""
        match = _TOKEN.match(self._source, self._end)
        while match is None:
            between = _SPACE.match(self._source, self._end)
            if between is None or between.end() == self._end:
                break
            self._end = between.end()
            match = _TOKEN.match(self._source, self._end)
        if match is not None:
            self.kind = kind = match.lastgroup or ""
            self.token, self.offset, self._end = match[kind], match.start(kind), match.end()
            return
        self.kind, self.token, self.offset = "", "", self._end
        if self._end < len(self._source):
            character = self._source[self._end]
            text = f"unexpected character {shown(character)}"
            if character in "\"'":
                text = "a text in quotes does not end on its line"
            raise Refusal("SC501", text, offset=self._end)

    def take(self, marks: str) -> str:
        """The mark that is looked at, if it is one of these, which is then past; else ""."""
        if self.kind != "mark" or self.token not in marks:
            return ""
        mark = self.token
        self.advance()
        return mark

    def extension(self) -> str:
        """The name in brackets that is looked at, which is then past. Raises Refusal SC501."""
        match = _EXTENSION.match(self._source, self.offset)
        if match is None:
            raise self.unexpected("the name of a field")
        self._end = match.end()
        self.advance()
        return match.group()

    def unexpected(self, wanted: str) -> Refusal:
        """The refusal of the token that is looked at."""
        found = f"found {shown(self.token)}" if self.kind else "the file ends"
        return Refusal("SC501", f"expected {wanted}, {found}", offset=self.offset)

    def count(self) -> None:
        """Count a value. Raises Refusal SC501 for too many."""
        self.values += 1
        if self.values > MAXIMUM_PROTO_VALUES:
            text = f"more than {MAXIMUM_PROTO_VALUES:,} values, the maximum of a file of Caffe"
            raise Refusal("SC501", text, offset=self.offset)


def parse_proto(text: str) -> ProtoMessage:
    """The message that a text is. Raises Refusal SC501, with its place, for a malformed one."""
    tokens = _Tokens(text)
    message = ProtoMessage(0)
    end = ""  # the mark that ends the message at hand
    values: list[ProtoValue] = []  # of the field at hand
    in_list = wants_value = False
    outer: list[tuple[ProtoMessage, str, list[ProtoValue], bool]] = []
    while True:
        if wants_value:
            tokens.count()
            place = tokens.offset
            opened = tokens.take("{<")
            if opened:
                if len(outer) == MAXIMUM_DEPTH:
                    text = f"messages are nested more than {MAXIMUM_DEPTH} deep"
                    raise Refusal("SC501", text, offset=place)
                outer.append((message, end, values, in_list))
                message, end, wants_value = ProtoMessage(place), _ENDS[opened], False
                values.append(ProtoValue(message, place))
                continue
            values.append(_scalar(tokens))
        elif end and tokens.take(end):
            message, end, values, in_list = outer.pop()
        elif not end and not tokens.kind:
            return message
        else:
            values = message.fields.setdefault(_field_name(tokens), [])
            in_list = _begins_list(tokens)
            if not (in_list and tokens.take("]")):
                wants_value = True
                continue
            in_list = False  # an empty one
        wants_value = in_list and _list_goes_on(tokens)
        if not wants_value:
            tokens.take(",;")


def _begins_list(tokens: _Tokens) -> bool:
    """Whether a list follows the name of a field. Only messages may follow without a colon."""
    colon = tokens.take(":")
    begins = bool(tokens.take("["))
    if not colon and tokens.token not in ("{", "<", "]"):
        raise tokens.unexpected("':' and a value")
    return begins


def _list_goes_on(tokens: _Tokens) -> bool:
    """Whether another value of a list follows. Raises Refusal SC501 for no end."""
    if tokens.take(","):
        return True
    if not tokens.take("]"):
        raise tokens.unexpected("',' or ']'")
    return False


def _field_name(tokens: _Tokens) -> str:
    """The name of a field; of an extension in brackets, with them."""
    name = tokens.token
    if tokens.kind == "name":
        tokens.advance()
        return name
    if name != "[":
        raise tokens.unexpected("the name of a field")
    return tokens.extension()


def _scalar(tokens: _Tokens) -> ProtoValue:
    """A value that is no message. Raises Refusal SC501."""
    kind, token, offset = tokens.kind, tokens.token, tokens.offset
    content: ProtoScalar
    if kind == "name":
        content = EnumName(token)
    elif kind == "number":
        content = _number(token, offset)
    elif kind == "text":
        parts = []
        while tokens.kind == "text":  # neighbours are one text
            parts.append(_unescaped(tokens.token[1:-1]))
            tokens.advance()
        return ProtoValue("".join(parts), offset)
    else:
        raise tokens.unexpected("a value")
    tokens.advance()
    return ProtoValue(content, offset)


def _number(token: str, offset: int) -> int | float:
    digits = "".join(token.split())
    if len(digits) > LONGEST_NUMBER:
        raise Refusal("SC501", f"the number {shown(digits)} is too long", offset=offset)
    sign, digits = (-1, digits[1:]) if digits[0] == "-" else (1, digits)
    lower = digits.lower()
    if lower.startswith("0x"):
        return sign * int(lower, 16)
    if not lower.isdigit():
        return sign * float(lower if lower.startswith("inf") else lower.removesuffix("f"))
    if len(digits) > 1 and digits[0] == "0":
        if "8" in digits or "9" in digits:
            raise Refusal("SC501", f"{digits} is no octal number", offset=offset)
        return sign * int(digits, 8)
    return sign * int(digits)


def _unescaped(text: str) -> str:
    """A text without its escapes."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    octal, *hexadecimals, plain = match.groups()
    if plain is not None:
        return _PLAIN_ESCAPES.get(plain, plain)
    code = int(octal, 8) if octal else int(next(filter(None, hexadecimals)), 16)
    is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else "\ufffd"
