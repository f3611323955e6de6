"""An explanation as JSON, for programs: each figure with its formula and its arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.analysis.reductions import Savings
from shapecalc.render.json import one_or_named
from shapecalc.shapes.size import Size, derivation, formula, leaves
from shapecalc.text.json_lines import json_lines
from shapecalc.text.words import words_of
from shapecalc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.derivation import Derived
    from shapecalc.analysis.explanation import Explanation
    from shapecalc.analysis.reductions import Saving
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.document import Options
    from shapecalc.text.words import Words


def lines(told: Explanation | Savings, options: Options) -> Iterator[str]:
    """The explanation, a line for each layer. Shapes are lists in the options' layout."""
    words = words_of(options.language)
    summary = told.summary
    content: dict[str, Any] = {
        "shapecalc": __version__,
        "name": summary.name,
        "variant": summary.variant,
        "layout": options.layout,
        "batch": summary.batch,
        "dtype": summary.dtype,
        "fuse": summary.fuse,
        "input": one_or_named(summary.inputs, options.layout),
    }
    if isinstance(told, Savings):
        content["blocks"] = [_block(each, options) for each in told.blocks]
    else:
        content["layers"] = (_layer(told, node, options, words) for node in told.nodes)
        if told.whole:
            content["totals"] = [_figure(each, words) for each in told.totals()]
    content["convention"] = words.convention
    return json_lines(content, options.encoding)


def _block(saving: Saving, options: Options) -> dict[str, Any]:
    """What the reductions of a block save."""
    return {
        **_place(saving.node, options),
        "without": saving.without.output.ordered(options.layout),
        "reductions": [
            {
                "path": each.path,
                "in_channels": each.inputs[0].channels,
                "out_channels": each.output.channels,
            }
            for each in saving.reductions
        ],
        "figures": [
            {"figure": key, "without": without, "with": kept, "saved": without - kept}
            for key, (without, kept) in saving.figures().items()
        ],
    }


def _layer(
    explanation: Explanation, node: InferredLayer, options: Options, words: Words
) -> dict[str, Any]:
    figures = [_figure(each, words) for each in explanation.figures(node)]
    return {**_place(node, options), "figures": figures}


def _place(node: InferredLayer, options: Options) -> dict[str, Any]:
    """Which layer or block it is, and where it is written."""
    source, offset = node.item.source, node.item.place("name")
    return {
        "path": node.path,
        "type": node.type,
        "file": source.path,
        "line": source.position(offset)[0],
        "inputs": [shape.ordered(options.layout) for shape in node.inputs],
        "outputs": [shape.ordered(options.layout) for shape in node.outputs],
    }


def _figure(figure: Derived, words: Words) -> dict[str, Any]:
    """A figure; its names and numbers are those of the formula, in the order of the arithmetic."""
    size = figure.size
    found: dict[str, Any] = {"figure": figure.key}
    if figure.axis is not None:
        found["axis"] = figure.axis
    if figure.of is not None:
        found["of"] = figure.of
    found["value"] = size if size is None or isinstance(size, int) else str(size)
    if isinstance(size, Size):
        found["formula"] = formula(size)
        found["derivation"] = derivation(size)
        found["terms"] = {str(leaf.how): int(leaf) for leaf in leaves(size)}
    if figure.remark is not None:
        key, text = figure.remark
        found["remark"] = words.remarks[key].format(text)
    return found
