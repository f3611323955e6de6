"""A summary as JSON, for programs: every block and layer, in execution order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.graph.edges import joined, taken
from shapecalc.language.notes import in_language
from shapecalc.layers.base import Windowed
from shapecalc.shapes.shape import Shape
from shapecalc.tables.cells import View
from shapecalc.tables.columns import COLUMNS
from shapecalc.tables.table import BYTES, COUNT, Column
from shapecalc.text.json_lines import Members, json_lines, json_text
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from shapecalc.analysis.receptive_field import ReceptiveField, ReceptiveFields
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.document import Options

_FIGURES = [column for column in COLUMNS if column.unit in (COUNT, BYTES)]
"""The columns that are members of a layer. Shares follow from the totals, and a ratio needs no
fraction here."""

_VARYING = [column for column in _FIGURES if column.varies]

_SAME = [column for column in _FIGURES if not column.varies]
"""Those that layers have in common that are otherwise the same."""


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The document, a line for each layer. Shapes are lists in the options' layout."""
    layout = options.layout
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
        "layers": _layers(summary, options),
        "totals": _totals(summary),
        "convention": words_of(options.language).convention,
    }
    return json_lines(content, options.encoding)


def _totals(summary: Summary) -> dict[str, Any]:
    peak = summary.peak_layer
    return {
        "params": summary.params,
        "trainable_params": summary.trainable_params,
        "buffers": summary.buffers,
        "macs": summary.macs,
        "flops": summary.flops,
        "weight_bytes": summary.weights,
        "activation_bytes": summary.memory,
        "peak_memory": summary.peak_memory,
        "peak_layer": peak and peak.path,
    }


def _layers(summary: Summary, options: Options) -> Iterator[Members]:
    """Every block and layer. What many have in common is encoded once."""
    view = View(summary, words_of(options.language))
    figures: dict[object, str] = {}
    fields: dict[int, str] = {}
    for node, depth in summary.walk():
        members = _members(node, depth, view, options)
        alike = _alike(node)
        if alike not in figures:
            if len(figures) >= MOST_KEPT:
                figures.clear()
            found = _figures(node, view, options.layout)
            figures[alike] = json_text(found, options.encoding)
        field = summary.receptive_fields(node)
        if id(field) not in fields:
            if len(fields) >= MOST_KEPT:
                fields.clear()
            found = {"receptive_field": _receptive(field)}
            fields[id(field)] = json_text(found, options.encoding)
        yield Members(json_text(members, options.encoding), figures[alike], fields[id(field)])


MOST_KEPT = 4096
"""The texts that are kept for other layers."""


def _alike(node: InferredLayer) -> object:
    """What nodes with the same figures have in common: repeats share their layers."""
    if node.layer is None or node.basis.fuse:
        return node
    return node.layer, node.inputs, node.shares


def _members(node: InferredLayer, depth: int, view: View, options: Options) -> dict[str, object]:
    """What a node has for itself: its place in the network."""
    found = {
        "path": node.path,
        "name": node.name,
        "type": node.type,
        "depth": depth,
        "note": in_language(node.note, options.language),
        "from": taken(node),
        **_cells(_VARYING, node, view),
    }
    if node.joined:
        found["join"] = node.join
        found["joined"] = joined(node)
    if node.stated:
        found["stated"] = node.stated
    if node.shares is not None:
        found["shares"] = node.shares.path
    return found


def _figures(node: InferredLayer, view: View, layout: str) -> dict[str, object]:
    """What follows from a layer and its inputs."""
    layer = node.layer
    window = layer if isinstance(layer, Windowed) else None
    moved = node.bytes_moved
    found: dict[str, object] = {
        "inputs": [shape.ordered(layout) for shape in node.inputs],
        "output": node.output.ordered(layout),
        "outputs": [shape.ordered(layout) for shape in node.outputs],
        "kernel_size": window and window.kernel_size,
        "stride": window and window.stride,
        "padding": window and window.padding,
        **_cells(_SAME, node, view),
        "intensity": round(node.macs / moved, 6) if moved else None,
    }
    if layer is not None:
        found["fields"] = {name: _value(layer.field_value(name), layout) for name in layer.fields}
    return found


def _cells(columns: Sequence[Column], node: InferredLayer, view: View) -> dict[str, object]:
    """What columns show of a node, by their keys."""
    return {column.key: column.value(node, view) for column in columns}


_PLAIN = frozenset((type(None), bool, int, float, str))
"""The types of what JSON says itself."""


def _value(value: object, layout: str) -> object:
    """The value of a field: a list for what is along axes, text for what JSON cannot say."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Shape):
        return value.ordered(layout)
    if isinstance(value, tuple | list):
        return [each if type(each) in _PLAIN else _value(each, layout) for each in value]
    return str(value)


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
