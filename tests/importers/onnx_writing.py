"""Writes ONNX files, of whatever is asked: also what no exporter would."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

FLOAT, INT64, BOOL = 1, 7, 9

Attribute = int | float | str | bytes | Sequence[int]


def varint(value: int) -> bytes:
    """An integer, a negative one as the 64 bits that it is."""
    value &= 2**64 - 1
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def number(field: int, value: int) -> bytes:
    """A field that is an integer."""
    return varint(field << 3) + varint(value)


def message(field: int, content: bytes | str) -> bytes:
    """A field that is a text or a message."""
    data = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(
    name: str, dims: Sequence[int], values: Iterable[float] | None = None, type: int = FLOAT
) -> bytes:
    """A tensor; without numbers where there are no values."""
    found = b"".join(number(1, size) for size in dims) + number(2, type) + message(8, name)
    if values is not None:
        letter = {FLOAT: "f", INT64: "q", BOOL: "?"}[type]
        found += message(9, b"".join(struct.pack(f"<{letter}", value) for value in values))
    return found


def integers(name: str, values: Sequence[int]) -> bytes:
    """A list of integers."""
    return tensor(name, [len(values)], values, INT64)


def value(name: str, dims: Sequence[int | str] | None) -> bytes:
    """An input, an output or a tensor in between, with its sizes."""
    found = number(1, FLOAT)
    if dims is not None:
        axes = (message(2, size) if isinstance(size, str) else number(1, size) for size in dims)
        found += message(2, b"".join(message(1, axis) for axis in axes))
    return message(1, name) + message(2, message(1, found))


def attribute(name: str, content: Attribute) -> bytes:
    """An attribute: an integer, a number, a text, a graph or a tensor as bytes, or a list."""
    found = message(1, name)
    if isinstance(content, int):
        return found + number(3, content)
    if isinstance(content, float):
        return found + varint(2 << 3 | 5) + struct.pack("<f", content)
    if isinstance(content, str):
        return found + message(4, content)
    if isinstance(content, bytes):
        return found + message(6 if name.endswith(("branch", "body")) else 5, content)
    return found + b"".join(number(8, each) for each in content)


def node(
    op: str,
    inputs: Sequence[str] | str,
    outputs: Sequence[str] | str,
    name: str = "",
    domain: str = "",
    **attributes: Attribute,
) -> bytes:
    """A node. inputs, outputs: names, in a text with blanks between."""
    inputs = inputs.split() if isinstance(inputs, str) else inputs
    outputs = outputs.split() if isinstance(outputs, str) else outputs
    found = b"".join(message(1, each) for each in inputs)
    found += b"".join(message(2, each) for each in outputs)
    found += message(3, name) + message(4, op) + message(7, domain)
    return found + b"".join(message(5, attribute(key, attributes[key])) for key in attributes)


def graph(
    nodes: Iterable[bytes],
    inputs: Iterable[bytes] = (),
    outputs: Iterable[bytes] = (),
    initializers: Iterable[bytes] = (),
    values: Iterable[bytes] = (),
    name: str = "",
) -> bytes:
    """A graph."""
    parts = ((1, nodes), (5, initializers), (11, inputs), (12, outputs), (13, values))
    found = message(2, name)
    return found + b"".join(message(field, each) for field, all in parts for each in all)


def function(
    name: str, domain: str, inputs: Sequence[str], outputs: Sequence[str], nodes: Iterable[bytes]
) -> bytes:
    """A function of a file's own."""
    found = message(1, name) + message(10, domain)
    found += b"".join(message(4, each) for each in inputs)
    found += b"".join(message(5, each) for each in outputs)
    return found + b"".join(message(7, each) for each in nodes)


def model(content: bytes, opset: int = 17, functions: Iterable[bytes] = ()) -> bytes:
    """A file."""
    found = number(1, 8) + message(2, "tests") + message(7, content)
    found += message(8, message(1, "") + number(2, opset))
    return found + b"".join(message(25, each) for each in functions)


def network(
    nodes: Iterable[bytes],
    input: Sequence[int | str] | None = (1, 3, 8, 8),
    initializers: Iterable[bytes] = (),
    opset: int = 17,
    output: Sequence[int | str] | None = None,
    functions: Iterable[bytes] = (),
) -> bytes:
    """A file whose nodes lead from `x` to `y`."""
    content = graph(nodes, [value("x", input)], [value("y", output)], initializers)
    return model(content, opset, functions)
