"""A summary as JSON, for programs: every block and layer, in execution order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.language.notes import in_language
from shapecalc.layers.base import Windowed
from shapecalc.text.json_lines import json_lines
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from shapecalc.analysis.receptive_field import ReceptiveFields
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.shapes.shape import Shape
    from shapecalc.tables.document import Options


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
        "layers": (_layer(node, depth, summary, options) for node, depth in summary.walk()),
        "totals": _totals(summary),
        "convention": words_of(options.language).convention,
    }
    return json_lines(content, options.encoding)


def _totals(summary: Summary) -> dict[str, int]:
    return {
        "params": summary.params,
        "buffers": summary.buffers,
        "macs": summary.macs,
        "flops": summary.flops,
        "weights": summary.weights,
        "memory": summary.memory,
        "peak_memory": summary.peak_memory,
    }


def _layer(node: InferredLayer, depth: int, summary: Summary, options: Options) -> dict[str, Any]:
    layer = node.layer
    layout = options.layout
    window = layer if isinstance(layer, Windowed) else None
    return {
        "path": node.path,
        "name": node.name,
        "type": node.type,
        "depth": depth,
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
        "weights": node.weights,
        "memory": node.memory,
        "receptive_field": _receptive(summary.receptive_fields(node)),
        "note": in_language(node.note, options.language),
    }


def _receptive(fields: ReceptiveFields) -> Any:
    """Size, stride and offset along each axis; of several inputs, by their names."""
    found = {
        name: axes
        and {
            "size": [field.size for field in axes],
            "stride": [_number(field.stride) for field in axes],
            "offset": [_number(field.offset) for field in axes],
        }
        for name, axes in fields.items()
    }
    return next(iter(found.values())) if len(found) == 1 else found


def _number(value: Fraction | int) -> int | str:
    """An integer, or a fraction as text: JSON has no exact one."""
    return value.numerator if value.denominator == 1 else str(value)


def one_or_named(shapes: dict[str, Shape], layout: str) -> Any:
    """A shape; of several, a mapping of names to shapes."""
    if len(shapes) == 1:
        return next(iter(shapes.values())).ordered(layout)
    return {name: shape.ordered(layout) for name, shape in shapes.items()}
