"""An ONNX file as its messages have it: graphs, nodes, attributes and tensors.

Only what a network's shapes follow from is read; a weight is its name and its sizes.
"""

from __future__ import annotations

import struct
from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import ELEMENTS, FLOATS, Array, is_small
from shapecalc.importers.onnx.wire import BYTES, FIXED32, VARINT, WireReader, malformed, signed
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.importers.onnx.wire import WireField

OpenDims = tuple["int | str | None", ...]
"""The sizes of a tensor: numbers, names of open ones, None for nameless ones."""

_MOST_DIMS = MAXIMUM_RANK * 4


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
                if len(dims) > _MOST_DIMS:
                    raise malformed(f"a tensor of more than {_MOST_DIMS} axes", field.end)
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

    def _unpacked(self, field: WireField) -> list[Any]:
        letter = ELEMENTS[self.type]
        if field.kind != BYTES or field.end - field.value != self.elements * struct.calcsize(
            letter
        ):
            return []
        self.reader.take(self.elements)
        data = self.reader.data[field.value : field.end]
        return list(struct.unpack(f"<{self.elements}{letter}", data))


class OnnxAttribute:
    """An attribute of a node, of whatever kind. reference: the attribute of a function that it is.

    graph: where that lies, for one that is a graph.
    """

    def __init__(self, reader: WireReader, start: int, end: int) -> None:
        self.name = ""
        self.float = 0.0
        self.integer = 0
        self.text = ""
        self.tensor: OnnxTensor | None = None
        self.graph: tuple[int, int] | None = None
        self.floats: list[float] = []
        self.integers: list[int] = []
        self.reference = ""
        for field in reader.fields(start, end):
            number = field.number
            if number == 1:
                self.name = reader.text(field)
            elif number == 2:
                reader.expect(field, FIXED32)
                (self.float,) = reader.floats(field)
            elif number == 3:
                reader.expect(field, VARINT)
                self.integer = signed(field.value)
            elif number == 4 and field.end - field.value < 1024:
                self.text = reader.text(field)
            elif number == 5:
                reader.expect(field, BYTES)
                self.tensor = OnnxTensor(reader, field.value, field.end)
            elif number == 6:
                reader.expect(field, BYTES)
                self.graph = field.value, field.end
            elif number == 7:
                self.floats += reader.floats(field)
            elif number == 8:
                self.integers += reader.integers(field)
            elif number == 21:
                self.reference = reader.text(field)


class OnnxNode:
    """A node of a graph. scope: the module that it is in, where its exporter says that."""

    def __init__(self, op: str, inputs: list[str], outputs: list[str], name: str = "") -> None:
        self.op = op
        self.domain = ""
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes: dict[str, OnnxAttribute] = {}
        self.scopes = ""

    @classmethod
    def read(cls, reader: WireReader, start: int, end: int) -> OnnxNode:
        """The node of a message. Raises Refusal SC501."""
        node = cls("", [], [])
        for field in reader.fields(start, end):
            number = field.number
            if number == 1:
                node.inputs.append(reader.text(field))
            elif number == 2:
                node.outputs.append(reader.text(field))
            elif number == 3:
                node.name = reader.text(field)
            elif number == 4:
                node.op = reader.text(field)
            elif number == 5:
                reader.expect(field, BYTES)
                attribute = OnnxAttribute(reader, field.value, field.end)
                node.attributes[attribute.name] = attribute
            elif number == 7:
                domain = reader.text(field)
                node.domain = "" if domain == "ai.onnx" else domain
            elif number == 9:
                key, value = _entry(reader, field)
                if key == "pkg.torch.onnx.name_scopes":
                    node.scopes = value
        return node

    def input(self, index: int) -> str:
        """The name of an input, "" where it is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""

    def has(self, name: str) -> bool:
        """Whether an attribute is written."""
        return name in self.attributes

    def integer(self, name: str, default: int) -> int:
        """An attribute that is an integer."""
        found = self.attributes.get(name)
        return default if found is None else found.integer

    def float(self, name: str, default: float) -> float:
        """An attribute that is a floating-point number, as it was before it was rounded to 32 bits,
        where few digits tell it."""
        found = self.attributes.get(name)
        return default if found is None else plain_float(found.float)

    def text(self, name: str, default: str) -> str:
        """An attribute that is a text."""
        found = self.attributes.get(name)
        return default if found is None else found.text

    def integers(self, name: str) -> list[int]:
        """An attribute that is a list of integers; an empty one where it is not written."""
        found = self.attributes.get(name)
        return [] if found is None else found.integers


def plain_float(value: float) -> float:
    """The number of fewest digits that is the same in 32 bits: 1e-05 of 9.99999974e-06."""
    return float(f"{value:.7g}")


class OnnxValue:
    """An input or output, or another tensor of which the file says the sizes."""

    def __init__(self, reader: WireReader, start: int, end: int) -> None:
        self.name = ""
        self.dims: OpenDims | None = None
        self.is_tensor = True
        for field in reader.fields(start, end):
            if field.number == 1:
                self.name = reader.text(field)
            elif field.number == 2:
                reader.expect(field, BYTES)
                self._read_type(reader, field)

    def _read_type(self, reader: WireReader, type: WireField) -> None:
        for field in reader.fields(type.value, type.end):
            self.is_tensor = field.number == 1
            if field.number != 1:
                continue
            reader.expect(field, BYTES)
            for inner in reader.fields(field.value, field.end):
                if inner.number == 2:
                    reader.expect(inner, BYTES)
                    self.dims = tuple(_sizes(reader, inner))


def _sizes(reader: WireReader, shape: WireField) -> Iterator[int | str | None]:
    for count, field in enumerate(reader.fields(shape.value, shape.end)):
        if field.number != 1:
            continue
        reader.expect(field, BYTES)
        if count > _MOST_DIMS:
            raise malformed(f"a tensor of more than {_MOST_DIMS} axes", field.end)
        size: int | str | None = None
        for inner in reader.fields(field.value, field.end):
            if inner.number == 1:
                reader.expect(inner, VARINT)
                size = signed(inner.value)
            elif inner.number == 2:
                size = reader.text(inner) or None
        yield size if not isinstance(size, int) or size > 0 else None


class OnnxGraph:
    """A graph, or the body of a function. initializers: by name, their numbers unread."""

    def __init__(self) -> None:
        self.name = ""
        self.nodes: list[OnnxNode] = []
        self.initializers: dict[str, OnnxTensor] = {}
        self.inputs: list[OnnxValue] = []
        self.outputs: list[OnnxValue] = []
        self.values: dict[str, OnnxValue] = {}

    @classmethod
    def read(cls, reader: WireReader, start: int, end: int) -> OnnxGraph:
        """The graph of a message. Raises Refusal SC501."""
        graph = cls()
        for field in reader.fields(start, end):
            if field.number not in (1, 2, 5, 11, 12, 13, 15):
                continue
            reader.expect(field, BYTES)
            if field.number == 1:
                graph.nodes.append(OnnxNode.read(reader, field.value, field.end))
            elif field.number == 2:
                graph.name = reader.text(field)
            elif field.number == 5:
                tensor = OnnxTensor(reader, field.value, field.end)
                graph.initializers[tensor.name] = tensor
            elif field.number == 15:
                graph._read_sparse(reader, field)
            else:
                value = OnnxValue(reader, field.value, field.end)
                if field.number == 11:
                    graph.inputs.append(value)
                elif field.number == 12:
                    graph.outputs.append(value)
                graph.values[value.name] = value
        return graph

    def _read_sparse(self, reader: WireReader, message: WireField) -> None:
        """A sparse initializer, which is as large as it is when it is full."""
        dims: list[int] = []
        values = None
        for field in reader.fields(message.value, message.end):
            if field.number == 1:
                reader.expect(field, BYTES)
                values = OnnxTensor(reader, field.value, field.end)
            elif field.number == 3:
                dims += reader.integers(field)
        if values is not None:
            values.dims = tuple(dims)
            values.data = []
            self.initializers[values.name] = values


class OnnxFunction(OnnxGraph):
    """A function of the file's own. parameters, results: the names of its inputs and outputs."""

    def __init__(self, reader: WireReader, start: int, end: int) -> None:
        super().__init__()
        self.domain = ""
        self.parameters: list[str] = []
        self.results: list[str] = []
        self.defaults: dict[str, OnnxAttribute] = {}
        for field in reader.fields(start, end):
            number = field.number
            if number == 1:
                self.name = reader.text(field)
            elif number == 4:
                self.parameters.append(reader.text(field))
            elif number == 5:
                self.results.append(reader.text(field))
            elif number == 7:
                reader.expect(field, BYTES)
                self.nodes.append(OnnxNode.read(reader, field.value, field.end))
            elif number == 10:
                self.domain = reader.text(field)
            elif number == 11:
                reader.expect(field, BYTES)
                attribute = OnnxAttribute(reader, field.value, field.end)
                self.defaults[attribute.name] = attribute


class OnnxModel:
    """A file. opsets: the version of each domain's operators."""

    def __init__(self, reader: WireReader) -> None:
        self.reader = reader
        self.graph: OnnxGraph | None = None
        self.producer = ""
        self.opsets: dict[str, int] = {}
        self.functions: dict[tuple[str, str], OnnxFunction] = {}
        for field in reader.fields(0, len(reader.data)):
            if field.number == 2:
                self.producer = reader.text(field)
            elif field.number == 7:
                reader.expect(field, BYTES)
                self.graph = OnnxGraph.read(reader, field.value, field.end)
            elif field.number == 8:
                reader.expect(field, BYTES)
                self._read_opset(field)
            elif field.number == 25:
                reader.expect(field, BYTES)
                function = OnnxFunction(reader, field.value, field.end)
                self.functions[function.domain, function.name] = function

    def _read_opset(self, message: WireField) -> None:
        domain, version = "", 0
        for field in self.reader.fields(message.value, message.end):
            if field.number == 1:
                domain = self.reader.text(field)
            elif field.number == 2:
                self.reader.expect(field, VARINT)
                version = field.value
        self.opsets["" if domain == "ai.onnx" else domain] = version


def _entry(reader: WireReader, message: WireField) -> tuple[str, str]:
    """A key and its value, which is left unread unless it is the module that a node is in."""
    reader.expect(message, BYTES)
    key = value = ""
    for field in reader.fields(message.value, message.end):
        if field.number == 1:
            key = reader.text(field)
        elif field.number == 2 and key == "pkg.torch.onnx.name_scopes":
            value = reader.text(field)
    return key, value
