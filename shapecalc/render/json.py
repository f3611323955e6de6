"""A summary as JSON, for programs: every block and layer, in execution order."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shapecalc.graph.edges import joined, taken
from shapecalc.language.notes import in_language
from shapecalc.layers.base import Windowed
from shapecalc.shapes.shape import Shape
from shapecalc.text.json_lines import json_lines
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from shapecalc.analysis.receptive_field import ReceptiveField, ReceptiveFields
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.tables.document import Options


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The document, a line for each layer. Shapes are lists in the options' layout."""
    layout = options.layout
    fields = lru_cache(4096)(lambda layer: _fields(layer, layout))  # repeats share their layers
    content = {
        "shapecalc": __version__,
        "name": summary.name,
        "variant": summary.variant,
        "layout": layout,
        "batch": summary.batch,
        "dtype": summary.dtype,
        "fuse": summary.fuse,
        "input": one_or_named(summary.inputs, layout),
        "output": one_or_named(summary.outputs, layout),
        "layers": (_layer(node, depth, summary, options, fields) for node, depth in summary.walk()),
        "totals": _totals(summary),
        "convention": words_of(options.language).convention,
    }
    return json_lines(content, options.encoding)


def _totals(summary: Summary) -> dict[str, Any]:
    peak = summary.peak_layer
    return {
        "params": summary.params,
        "buffers": summary.buffers,
        "macs": summary.macs,
        "flops": summary.flops,
        "weight_bytes": summary.weights,
        "activation_bytes": summary.memory,
        "peak_memory": summary.peak_memory,
        "peak_layer": peak and peak.path,
    }


def _layer(
    node: InferredLayer,
    depth: int,
    summary: Summary,
    options: Options,
    fields: Callable[[Layer], dict[str, Any]],
) -> dict[str, Any]:
    layer = node.layer
    layout = options.layout
    window = layer if isinstance(layer, Windowed) else None
    moved = node.bytes_moved
    found = {
        "path": node.path,
        "name": node.name,
        "type": node.type,
        "depth": depth,
        "from": taken(node),
        "inputs": [shape.ordered(layout) for shape in node.inputs],
        "output": node.output.ordered(layout),
        "outputs": [shape.ordered(layout) for shape in node.outputs],
        "kernel_size": window and window.kernel_size,
        "stride": window and window.stride,
        "padding": window and window.padding,
        "params": node.params,
        "buffers": node.buffers,
        "macs": node.macs,
        "flops": node.flops,
        "weight_bytes": node.weights,
        "activation_bytes": node.memory,
        "alive": summary.alive(node),
        "intensity": round(node.macs / moved, 6) if moved else None,
        "receptive_field": _receptive(summary.receptive_fields(node)),
        "note": in_language(node.note, options.language),
    }
    if layer is not None:
        found["fields"] = fields(layer)
    if node.joined:
        found["join"] = node.join
        found["joined"] = joined(node)
    if node.shares is not None:
        found["shares"] = node.shares.path
    return found


def _fields(layer: Layer, layout: str) -> dict[str, Any]:
    """The values of all fields of a layer."""
    return {name: _value(getattr(layer, name), layout) for name in layer.fields}


def _value(value: object, layout: str) -> object:
    """The value of a field: a list for what is along axes, text for what JSON cannot say."""
    if isinstance(value, Shape):
        return value.ordered(layout)
    if isinstance(value, tuple | list):
        return [_value(each, layout) for each in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _receptive(fields: ReceptiveFields) -> Any:
    """Size, stride and offset along each axis; of several inputs, by their names."""
    found = {name: axes and _axes(axes) for name, axes in fields.items()}
    return next(iter(found.values())) if len(found) == 1 else found


def _axes(axes: tuple[ReceptiveField, ...]) -> dict[str, Any]:
    return {
        "size": [field.size for field in axes],
        "stride": [_number(field.stride) for field in axes],
        "offset": [_number(field.offset) for field in axes],
    }


def _number(value: Fraction | int) -> int | str:
    """An integer, or a fraction as text: JSON has no exact one."""
    return value.numerator if value.denominator == 1 else str(value)


def one_or_named(shapes: dict[str, Shape], layout: str) -> Any:
    """A shape; of several, a mapping of names to shapes."""
    if len(shapes) == 1:
        return next(iter(shapes.values())).ordered(layout)
    return {name: shape.ordered(layout) for name, shape in shapes.items()}
