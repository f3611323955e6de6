"""The wire format of protocol buffers: the fields of a message, without their meaning.

A message is read where it lies, in bytes or in a file that is mapped into memory: a field that is
a text, a message or a list is where it starts and ends, and none of its bytes is touched until it
is asked for. So is a weight of gigabytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from shapecalc.limits import MAXIMUM_ONNX_FIELDS, MAXIMUM_ONNX_TEXT
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.importers.converting import Data

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)
"""How the value of a field is written."""

_LONGEST_VARINT = 10
_MASK = 2**64 - 1


class WireField(NamedTuple):
    """A field of a message.

    number: which one. kind: how it is written. value: its number, for one that is a varint; else
    where it starts. end: where it ends.
    """

    number: int
    kind: int
    value: int
    end: int


class WireReader:
    """Reads messages of some bytes.

    left: how many fields may still be read of all of them. depth: how deep graphs are nested here.
    nodes: how many nodes were read.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self.left = MAXIMUM_ONNX_FIELDS
        self.depth = 0
        self.nodes = 0

    def take(self, count: int = 1) -> None:
        """Charge fields, or numbers of a list. Raises Refusal SC501 for too many."""
        self.left -= count
        if self.left < 0:
            text = f"more than {MAXIMUM_ONNX_FIELDS:,} fields and numbers, the maximum of a file"
            raise Refusal("SC501", text)

    def fields(self, start: int, end: int) -> Iterator[WireField]:
        """The fields of the message between two places; groups are skipped.

        Raises Refusal SC501 for what is not the wire format.
        """
        at = start
        while at < end:
            tag, at = self.varint(at, end)
            number, kind = tag >> 3, tag & 7
            self.take()
            if not number:
                raise malformed("a field has the number 0", at)
            if kind == VARINT:
                value, at = self.varint(at, end)
                yield WireField(number, kind, value, at)
            elif kind == GROUP:
                at = self._after_group(number, at, end)
            else:
                value, at = self._extent(kind, at, end)
                yield WireField(number, kind, value, at)

    def _extent(self, kind: int, at: int, end: int) -> tuple[int, int]:
        """Where the value of a field that is no varint starts and ends."""
        if kind == BYTES:
            length, at = self.varint(at, end)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            raise malformed(f"a field is written in the way {kind}, which there is not", at)
        if length > end - at:
            raise malformed(f"a field of {length:,} bytes is longer than what it is in", at)
        return at, at + length

    def _after_group(self, number: int, at: int, end: int) -> int:
        """Where what comes after a group starts, whose fields were never part of this format."""
        opened = [number]
        while opened:
            tag, at = self.varint(at, end)
            number, kind = tag >> 3, tag & 7
            self.take()
            if kind == GROUP:
                opened.append(number)
            elif kind == GROUP_END:
                if opened.pop() != number:
                    raise malformed("a group ends that did not start", at)
            elif kind == VARINT:
                _, at = self.varint(at, end)
            else:
                _, at = self._extent(kind, at, end)
        return at

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """The number that starts at a place, and where what comes after it starts."""
        if at < end and (byte := self.data[at]) < 0x80:
            return byte, at + 1
        value = shift = 0
        last = min(end, at + _LONGEST_VARINT)
        while at < last:
            byte = self.data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & _MASK, at
            shift += 7
        if at == end:
            raise malformed("it ends within a number", at)
        raise malformed(f"a number is longer than {_LONGEST_VARINT} bytes", at)

    def text(self, field: WireField) -> str:
        """A text. Raises Refusal SC501 for one that is too long."""
        self.expect(field, BYTES)
        if field.end - field.value > MAXIMUM_ONNX_TEXT:
            text = f"a text of {field.end - field.value:,} bytes: the maximum is "
            raise malformed(f"{text}{MAXIMUM_ONNX_TEXT:,}", field.value)
        return self.data[field.value : field.end].decode("utf-8", "replace")

    def integers(self, field: WireField) -> list[int]:
        """The signed integers of a repeated field, of which one or several are in a row."""
        if field.kind == VARINT:
            return [signed(field.value)]
        self.expect(field, BYTES)
        found = []
        at = field.value
        while at < field.end:
            self.take()
            value, at = self.varint(at, field.end)
            found.append(signed(value))
        return found

    def floats(self, field: WireField, is_double: bool = False) -> list[float]:
        """The floating-point numbers of a field, of which one or several are in a row."""
        if field.kind != (FIXED64 if is_double else FIXED32):
            self.expect(field, BYTES)
        size, letter = (8, "d") if is_double else (4, "f")
        count, rest = divmod(field.end - field.value, size)
        if rest:
            raise malformed("a list of numbers ends within one", field.end)
        self.take(count)
        return list(struct.unpack(f"<{count}{letter}", self.data[field.value : field.end]))

    def expect(self, field: WireField, kind: int) -> None:
        """Refuse a field that is written in another way than it should. Raises Refusal SC501."""
        if field.kind != kind:
            raise malformed(f"the field {field.number} is not written as it should be", field.end)


def signed(value: int) -> int:
    """A varint as the integer of 64 bits that it is."""
    return value - 2**64 if value >= 2**63 else value


def malformed(what: str, at: int) -> Refusal:
    """The refusal of bytes that are no protocol buffer."""
    return Refusal("SC501", f"malformed ONNX: {what} (byte {at:,})")
