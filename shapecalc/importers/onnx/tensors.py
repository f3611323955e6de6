"""The tensors of an ONNX file: constants, of which most are weights whose numbers are not read."""

from __future__ import annotations

import struct
from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import ELEMENTS, FLOATS, Array, is_small
from shapecalc.importers.onnx.wire import BYTES, VARINT, malformed
from shapecalc.limits import MAXIMUM_ELEMENTS, MAXIMUM_ONNX_ELEMENTS, MAXIMUM_RANK
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.onnx.wire import WireField, WireReader

MOST_DIMS = 4 * MAXIMUM_RANK
"""The most axes of a tensor in a file, of which some may have one place."""


class OnnxTensor:
    """A tensor of the file. data: where its numbers lie, which are read only if they are few."""

    def __init__(self, reader: WireReader, start: int, end: int) -> None:
        self.reader = reader
        self.name = ""
        self.type = 0
        self.is_external = False
        self.data: list[WireField] = []
        dims: list[int] = []
        for field in reader.fields(start, end):
            if field.number == 1:
                dims += reader.integers(field)
                if len(dims) > MOST_DIMS:
                    raise malformed(f"a tensor of more than {MOST_DIMS} axes", field.end)
            elif field.number == 2:
                reader.expect(field, VARINT)
                self.type = field.value
            elif field.number == 8:
                self.name = reader.text(field)
            elif field.number in (4, 5, 7, 9, 10, 11):
                self.data.append(field)
            elif field.number in (13, 14):
                self.is_external = self.is_external or field.kind == BYTES or field.value == 1
        if any(size < 0 for size in dims):
            raise Refusal("SC501", f"the tensor {shown(self.name)} has a size below 0")
        self.dims = tuple(dims)
        if self.elements > MAXIMUM_ELEMENTS:
            text = f"the tensor {shown(self.name)} has more than 2^63 - 1 elements"
            raise Refusal("SC501", text)

    @property
    def elements(self) -> int:
        """How many numbers it has."""
        return prod(self.dims)

    def array(self, is_learned: bool) -> Array | None:
        """Its numbers, where they are few and are in the file. Raises Refusal SC501."""
        if self.is_external or self.type not in ELEMENTS or not is_small(self.dims):
            return None
        values: list[Any] = []
        for field in self.data:
            if field.number == 9:
                values += self._unpacked(field)
            elif field.number in (4, 10):
                values += self.reader.floats(field, field.number == 10)
            else:
                values += self.reader.integers(field)
        if len(values) != self.elements:
            return None  # as of a file whose numbers were taken out
        if self.type == 10 and self.data and self.data[0].number == 5:
            values = [struct.unpack("e", struct.pack("H", value & 0xFFFF))[0] for value in values]
        learned = is_learned and self.type in FLOATS
        return Array(self.dims, values, self.type, self.name, learned)

    def first_numbers(self) -> list[float]:
        """The first of its floating-point numbers; none where they are not in the file."""
        letter = ELEMENTS.get(self.type, "")
        field = self.data[0] if self.data else None
        if self.is_external or field is None or field.number not in (4, 9) or letter not in "fd":
            return []
        if field.kind != BYTES or (field.number == 4 and letter != "f"):
            return []
        size = struct.calcsize(letter)
        count = min(MAXIMUM_ONNX_ELEMENTS, (field.end - field.value) // size)
        self.reader.take(count)
        data = self.reader.data[field.value : field.value + count * size]
        return list(struct.unpack(f"<{count}{letter}", data))

    def _unpacked(self, field: WireField) -> list[Any]:
        letter = ELEMENTS[self.type]
        if field.kind != BYTES or field.end - field.value != self.elements * struct.calcsize(
            letter
        ):
            return []
        self.reader.take(self.elements)
        data = self.reader.data[field.value : field.end]
        return list(struct.unpack(f"<{self.elements}{letter}", data))


def plain_float(value: float) -> float:
    """The number of fewest digits that is the same in 32 bits: 1e-05 of 9.99999974e-06."""
    return float(f"{value:.7g}")
