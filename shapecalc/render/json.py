"""A summary as JSON, for programs: every block and layer, in execution order."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

import shapecalc
from shapecalc.reading import in_language
from shapecalc.summary import CONVENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.document import Options
    from shapecalc.shape import Shape
    from shapecalc.summary import InferredLayer, Summary


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The document, a line for each layer. Shapes are lists in the options' layout."""
    layout = options.layout
    head = {
        "shapecalc": shapecalc.__version__,
        "name": summary.name,
        "variant": summary.variant,
        "layout": layout,
        "input": _one_or_named(summary.inputs, layout),
        "output": _one_or_named(summary.outputs, layout),
    }
    yield "{"
    for key, value in head.items():
        yield f"  {_text(key)}: {_text(value)},"
    yield '  "layers": ['
    before = None
    for node, depth in summary.walk():
        if before is not None:
            yield before + ","
        before = "    " + _text(_layer(node, depth, options))
    if before is not None:
        yield before
    yield "  ],"
    yield f'  "totals": {_text({"params": summary.params, "macs": summary.macs})},'
    yield f'  "convention": {_text(CONVENTIONS[options.language])}'
    yield "}"


def _layer(node: InferredLayer, depth: int, options: Options) -> dict[str, Any]:
    layer = node.layer
    layout = options.layout
    windowed = layer is not None and layer.windowed
    return {
        "path": node.path,
        "name": node.name,
        "type": node.type,
        "depth": depth,
        "inputs": [shape.ordered(layout) for shape in node.inputs],
        "output": node.output.ordered(layout),
        "outputs": [shape.ordered(layout) for shape in node.outputs],
        "kernel_size": _window_value(layer, "kernel_size") if windowed else None,
        "stride": _window_value(layer, "stride") if windowed else None,
        "padding": _window_value(layer, "padding") if windowed else None,
        "params": node.params,
        "macs": node.macs,
        "note": in_language(node.note, options.language),
    }


def _window_value(layer: object, name: str) -> list[int] | str | None:
    value = getattr(layer, name, None)
    return list(value) if isinstance(value, tuple) else value


def _one_or_named(shapes: dict[str, Shape], layout: str) -> Any:
    """A shape; of several, a mapping of names to shapes."""
    if len(shapes) == 1:
        return next(iter(shapes.values())).ordered(layout)
    return {name: shape.ordered(layout) for name, shape in shapes.items()}


def _text(value: object) -> str:
    return dumps(value, ensure_ascii=False)
