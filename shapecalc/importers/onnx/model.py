"""An ONNX file as its messages have it: graphs, nodes, attributes and tensors.

Only what a network's shapes follow from is read; a weight is its name and its sizes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.tensors import MOST_DIMS, OnnxTensor, plain_float
from shapecalc.importers.onnx.wire import BYTES, FIXED32, VARINT, WireReader, malformed, signed
from shapecalc.limits import MAXIMUM_ONNX_NESTING, MAXIMUM_ONNX_NODES
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.importers.onnx.wire import WireField

OpenDims = tuple["int | str | None", ...]
"""The sizes of a tensor: numbers, names of open ones, None for nameless ones."""


class OnnxAttribute:
    """An attribute of a node, of whatever kind.

    reference: the attribute of the function around it that it is the same as; "" for most.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.float = 0.0
        self.integer = 0
        self.text = ""
        self.tensor: OnnxTensor | None = None
        self.graph: OnnxGraph | None = None
        self.floats: list[float] = []
        self.integers: list[int] = []
        self.texts: list[str] = []
        self.reference = ""

    @classmethod
    def read(cls, reader: WireReader, field: WireField) -> OnnxAttribute:
        """The attribute of a message. Raises Refusal SC501."""
        reader.expect(field, BYTES)
        attribute = cls()
        for inner in reader.fields(field.value, field.end):
            attribute._read_field(reader, inner)
        return attribute

    def _read_field(self, reader: WireReader, field: WireField) -> None:
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
            self.graph = OnnxGraph.read(reader, field.value, field.end)
        elif number == 7:
            self.floats += reader.floats(field)
        elif number == 8:
            self.integers += reader.integers(field)
        elif number == 9 and field.end - field.value < 1024:
            self.texts.append(reader.text(field))
        elif number == 21:
            self.reference = reader.text(field)


class OnnxNode:
    """A node of a graph.

    scopes: the modules that it is in, where its exporter says that. has_folded_norm: whether that
    says that it folded a batch norm into it. parts: the nodes that it stands for, if these may have
    to be converted after all.
    """

    def __init__(self, op: str, inputs: list[str], outputs: list[str], name: str = "") -> None:
        self.op = op
        self.domain = ""
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes: dict[str, OnnxAttribute] = {}
        self.scopes = ""
        self.has_folded_norm = False
        self.parts: list[OnnxNode] = []

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
                attribute = OnnxAttribute.read(reader, field)
                node.attributes[attribute.name] = attribute
            elif number == 7:
                domain = reader.text(field)
                node.domain = "" if domain == "ai.onnx" else domain
            elif number == 9:
                node._read_entry(reader, field)
        return node

    def _read_entry(self, reader: WireReader, message: WireField) -> None:
        """A key and its value, which is left unread unless it is one that is used here."""
        reader.expect(message, BYTES)
        key = ""
        for field in reader.fields(message.value, message.end):
            if field.number == 1:
                key = reader.text(field)
            elif field.number == 2 and key == "pkg.torch.onnx.name_scopes":
                self.scopes = reader.text(field)
            elif field.number == 2 and key == "pkg.onnxscript.rewriter.rule_name":
                self.has_folded_norm = "FuseBatchNormIntoConv" in reader.text(field)

    def captured(self) -> set[str]:
        """The names that its graphs take, of which some may be those of the graph around it."""
        found: set[str] = set()
        left = [attribute.graph for attribute in self.attributes.values() if attribute.graph]
        while left:
            graph = left.pop()
            found.update(value.name for value in graph.outputs)
            for node in graph.nodes:
                found.update(node.inputs)
                left += [each.graph for each in node.attributes.values() if each.graph]
        return found

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

    def texts(self, name: str) -> list[str]:
        """An attribute that is a list of texts; an empty one where it is not written."""
        found = self.attributes.get(name)
        return [] if found is None else found.texts

    def integers(self, name: str) -> list[int]:
        """An attribute that is a list of integers; an empty one where it is not written."""
        found = self.attributes.get(name)
        return [] if found is None else found.integers


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
        if count > MOST_DIMS:
            raise malformed(f"a tensor of more than {MOST_DIMS} axes", field.end)
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
        reader.depth += 1
        if reader.depth > MAXIMUM_ONNX_NESTING:
            text = f"graphs that are nested more than {MAXIMUM_ONNX_NESTING} deep, the maximum"
            raise Refusal("SC501", text)
        for field in reader.fields(start, end):
            if field.number not in (1, 2, 5, 11, 12, 13, 15):
                continue
            reader.expect(field, BYTES)
            if field.number == 1:
                reader.nodes += 1
                if reader.nodes > MAXIMUM_ONNX_NODES:
                    text = f"more than {MAXIMUM_ONNX_NODES:,} nodes, the maximum of a file"
                    raise Refusal("SC501", text)
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
        reader.depth -= 1
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
                attribute = OnnxAttribute.read(reader, field)
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
