"""The columns of the layer table, each declared once: key, value, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.notes import in_language
from shapecalc.layers.base import Windowed
from shapecalc.shapes.shape import axes_text
from shapecalc.tables.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.analysis.receptive_field import ReceptiveField
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.shapes.shape import Shape
    from shapecalc.tables.table import Cell
    from shapecalc.text.words import Words

LISTED = 8
"""The kinds or windows that a branch's row lists; of more it says what they have in common."""


class View:
    """How a row is to be read: its network, the words, whether it is a branch in detail."""

    __slots__ = ("branch", "summary", "words")

    def __init__(self, summary: Summary, words: Words, branch: bool = False) -> None:
        self.summary = summary
        self.words = words
        self.branch = branch


def agreeing_text(values: tuple[int, ...] | str) -> str:
    """Integers along the axes: one number where they agree, else `1x2`; or a word."""
    if isinstance(values, str):
        return values
    return str(values[0]) if len(set(values)) == 1 else axes_text(values)


def kernel_text(window: Windowed) -> str:
    """The cell of a window's kernel."""
    return axes_text(window.kernel_size)


def stride_text(window: Windowed) -> str:
    """The cell of a window's stride."""
    return agreeing_text(window.stride)


def padding_text(window: Windowed) -> str:
    """The cell of a window's padding."""
    return agreeing_text(window.padding)


def kind(node: InferredLayer, words: Words) -> str:
    """What the table calls a layer, a block, or the layers of a sequence."""
    if node.layer is not None:
        return words.types.get(node.type, node.type)
    block = getattr(node.item, "block", None)
    if block is not None:
        return in_language(block.label, words.language) or node.type
    if node.item.kind == "branches":
        return words.branches
    kinds = [kind(child, words) for child in node.children]
    if not kinds:
        return words.identity
    if len(kinds) > LISTED:
        return words.layers.format(len(kinds))
    return " + ".join(kinds)


def _windowed(key: str, text: Callable[[Windowed], str]) -> Callable[[InferredLayer, View], Cell]:
    """The value of a column that a sliding window has."""

    def value(node: InferredLayer, view: View) -> Cell:
        layer = node.layer
        if layer is not None:
            return text(layer) if isinstance(layer, Windowed) else None
        layers = [inner.layer for inner, _ in node.walk()]
        texts = [text(layer) for layer in layers if isinstance(layer, Windowed)]
        if view.branch and len(texts) <= LISTED:
            return ", ".join(texts) or None
        if len(set(texts)) > 1:
            worded = (node.item.cells or {}).get(key)
            return view.words.several[key] if worded is None else str(worded)
        return texts[0] if texts else None

    return value


def _channels(node: InferredLayer, view: View, of: Callable[[InferredLayer], int]) -> Cell:
    """The channels of a layer that mixes them, or of a block; of a branch, its first layer's."""
    if view.branch and node.layer is None:
        if not node.children:
            return None
        return _channels(node.children[0], View(view.summary, view.words), of)
    if node.layer is None or node.layer.mixes_channels:
        return of(node)
    return None


def _in_channels(node: InferredLayer) -> int:
    return node.sources[0].shape.channels


def _out_channels(node: InferredLayer) -> int:
    return node.tensors[0].shape.channels


def _input(node: InferredLayer, view: View) -> Cell:
    return _shapes([tensor.shape for tensor in node.sources])


def _output(node: InferredLayer, view: View) -> Cell:
    return _shapes([tensor.shape for tensor in node.tensors])


def _shapes(shapes: list[Shape]) -> Cell:
    return shapes[0] if len(shapes) == 1 else tuple(shapes)


def _receptive(of: Callable[[ReceptiveField], object]) -> Callable[[InferredLayer, View], Cell]:
    """The value of a column of receptive fields: along each axis, on each input."""

    def value(node: InferredLayer, view: View) -> Cell:
        texts = {
            name: "?" if axes is None else axes_text(map(of, axes))
            for name, axes in view.summary.receptive_fields(node).items()
        }
        if len(view.summary.input_tensors) == 1:
            return next(iter(texts.values()), None)
        return ", ".join(f"{name} {text}" for name, text in texts.items()) or None

    return value


def _memory(summary: Summary) -> tuple[int, int]:
    return summary.memory, summary.peak_memory


COLUMNS = (
    Column("name", lambda node, view: node.name, default=True),
    Column("path", lambda node, view: node.path),
    Column("type", lambda node, view: kind(node, view.words), default=True),
    Column("input", _input, default=True),
    Column("output", _output, default=True),
    Column("kernel_size", _windowed("kernel_size", kernel_text), default=True),
    Column("stride", _windowed("stride", stride_text), numeric=True, default=True),
    Column("padding", _windowed("padding", padding_text), numeric=True, default=True),
    Column(
        "in_channels",
        lambda node, view: _channels(node, view, _in_channels),
        numeric=True,
        default=True,
    ),
    Column(
        "out_channels",
        lambda node, view: _channels(node, view, _out_channels),
        numeric=True,
        default=True,
    ),
    Column(
        "params",
        lambda node, view: node.params,
        numeric=True,
        totals=lambda summary: (summary.params,),
    ),
    Column(
        "buffers",
        lambda node, view: node.buffers,
        numeric=True,
        totals=lambda summary: (summary.buffers,),
    ),
    Column(
        "macs",
        lambda node, view: node.macs,
        numeric=True,
        totals=lambda summary: (summary.macs,),
    ),
    Column(
        "flops",
        lambda node, view: node.flops,
        numeric=True,
        totals=lambda summary: (summary.flops,),
    ),
    Column(
        "weights",
        lambda node, view: node.weights,
        numeric=True,
        totals=lambda summary: (summary.weights,),
    ),
    Column("memory", lambda node, view: node.memory, numeric=True, totals=_memory),
    Column("receptive_field", _receptive(lambda field: field.size), numeric=True),
    Column("receptive_stride", _receptive(lambda field: field.stride), numeric=True),
    Column("receptive_offset", _receptive(lambda field: field.offset), numeric=True),
    Column("note", lambda node, view: in_language(node.note, view.words.language), default=True),
)
"""Their words are in `shapecalc.text.words`, a file a language."""

BY_KEY = {column.key: column for column in COLUMNS}


def total_text(column: Column, summary: Summary, words: Words) -> str:
    """What the line of totals says of a column that has totals."""
    assert column.totals is not None
    return words.totals[column.key].format(
        *column.totals(summary), convention=words.convention, types=summary.basis.types
    )
