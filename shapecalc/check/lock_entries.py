"""The entries of a lock: a line for each layer and join of each run, and one for the network.

A line has the variant and the path, then the type, the fields that are not the default, what it
takes where that is not the layer in the line before, the shapes and the costs:

    - conv1: Conv2d out_channels=4 kernel_size=3x3 8x8x3 -> 6x6x4 params=112 macs=3888

These are the things that `shapecalc diff` compares, under the same names and in the same order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shapecalc.graph.edges import joined, taken
from shapecalc.graph.structure import FOLLOWING, chosen_fields
from shapecalc.shapes.shape import Shape, axes_text
from shapecalc.text.display import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer

NO_VARIANT = "-"
"""What stands for the run without a variant."""

NETWORK = "(network)"
"""What stands for the path of the network."""

COSTS = FOLLOWING[2:]
"""The keys of integers."""

NO_INPUT = "none"
"""What stands for the shapes of no input."""

_SHAPES = r"[0-9x]+(?:,[0-9x]+)*"
_FIELDS = r"(?: [a-z0-9_]+=\S+)*"
_COUNT = "0|[1-9][0-9]{0,98}"
_key = re.compile(r"\S+ \S+").fullmatch
_locked = re.compile(
    rf"(\S+)({_FIELDS}) ({_SHAPES}|{NO_INPUT}) -> ({_SHAPES}) params=({_COUNT}) macs=({_COUNT})"
).fullmatch


def lines(summary: Summary, variant: str | None) -> Iterator[str]:
    """The lines of a run, in execution order, with their ends."""
    run = NO_VARIANT if variant is None else word(variant)
    yield f"{run} {NETWORK}: {_network(summary)}\n"
    before = next(iter(summary.input_tensors), None) if len(summary.input_tensors) == 1 else None
    kept: dict[object, tuple[str, str]] = {}
    for node in summary.operations():
        key = node if node.layer is None else (node.layer, node.inputs)
        found = kept.get(key)
        if found is None:
            if len(kept) >= _MOST:
                kept.clear()
            found = kept[key] = _start(node), _end(node)
        sources = joined(node) or taken(node)
        start, end = found
        if node.joined or (sources and sources != [before]):
            start += f" from={','.join(map(word, sources))}"
        if node.shares is not None:
            start += f" shares={word(node.shares.path)}"
            end = _end(node)
        if not node.trainable:
            start += " trainable=false"
        yield f"{run} {word(node.path)}: {start} {end}\n"
        before = node.path if len(node.passed_on) == 1 else None


_MOST = 4096
"""The texts that are kept for other layers: repeats share theirs."""


def _start(node: InferredLayer) -> str:
    """The type, and the fields that are not the default; of a join, how it joins."""
    if node.layer is None:
        return f"{word(node.type)} join={node.join}"
    return " ".join([node.type, *_fields(node.layer)])


def _end(node: InferredLayer) -> str:
    """The shapes and costs; a join has none, as what is inside has lines of its own."""
    costs = (0, 0) if node.layer is None else (node.params, node.macs)
    return _figures(node.inputs, node.outputs, *costs)


def parsed(line: str) -> tuple[str, str] | None:
    """The key and what is locked of a line; None for one that shapecalc does not write."""
    key, _, locked = line.partition(": ")
    if visible(line) != line or _key(key) is None or _locked(locked) is None:
        return None
    return key, locked


def fields(locked: str) -> dict[str, str]:
    """What is locked, by the names that `shapecalc diff` has for it."""
    found = _locked(locked)
    assert found is not None
    named = dict(each.split("=", 1) for each in found[2].split())
    return {"type": found[1], **named, **dict(zip(FOLLOWING, found.groups()[2:], strict=True))}


def word(text: str) -> str:
    """A name with spaces, colons and the like escaped, so that different names stay different."""
    found = _SEPARATORS.sub(_escape, visible(text.replace("\\", "\\\\")))
    return f"\\x{ord(found[0]):02x}{found[1:]}" if found in (NO_VARIANT, NETWORK) else found


_SEPARATORS = re.compile(r"[\s:,]")
"""What stands between words: spaces are those of all scripts."""


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _network(summary: Summary) -> str:
    outputs = [word(tensor.path) for tensor in summary.results.values()]
    shapes = summary.inputs.values(), summary.outputs.values()
    return (
        f"Network inputs={','.join(map(word, summary.inputs))} outputs={','.join(outputs)} "
        f"{_figures(*shapes, summary.params, summary.macs)}"
    )


def _figures(inputs: Iterable[Shape], outputs: Iterable[Shape], params: int, macs: int) -> str:
    before, after = (",".join(map(str, shapes)) for shapes in (inputs, outputs))
    return f"{before or NO_INPUT} -> {after} params={params} macs={macs}"


def _fields(layer: Layer) -> list[str]:
    """The fields that are not the default."""
    return [f"{name}={_text(name, value, layer)}" for name, value in chosen_fields(layer).items()]


def own_word(layer: Layer, name: str) -> str:
    """The value of a field as it would be locked."""
    return _text(name, layer.field_value(name), layer)


def default_word(layer: Layer, name: str, others: dict[str, str]) -> str:
    """The default of a field as it would be locked. others: the fields that are locked."""
    like = layer.type.fields[name].like
    if like is not None:
        along = others.get(like, "null").split("x")
        return along[0] if len(set(along)) == 1 else "x".join(along)
    return _text(name, (layer.type.defaults or {})[name], layer)


def _text(name: str, value: Any, layer: Layer) -> str:
    """A value: one number where it is the same along all axes, but for a kernel."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Shape) or not isinstance(value, tuple | list):
        text = str(value)
        return word(text.removesuffix(".0") if isinstance(value, float) else text)
    if any(type(each) is not int for each in value):
        return f"[{','.join(_text(name, each, layer) for each in value)}]"
    if name != "kernel_size" and len(value) == layer.rank and len(set(value)) == 1:
        return str(value[0])
    return axes_text(value) or "[]"
