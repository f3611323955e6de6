"""The columns of the layer table, each declared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.notes import in_language
from shapecalc.tables import cells
from shapecalc.tables.table import BYTES, COUNT, RATIO, SHARE, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.shapes.shape import Shape

DOCUMENT = "document"
"""The columns of the tables that shapecalc is after, and the word for them."""

NAMED_AXES = ("length", "depth", "height", "width")
"""The axes that have names."""


def _sizes(side: str, shape: Callable[[InferredLayer], Shape | None]) -> list[Column]:
    return [Column(f"{side}_{axis}", cells.size(shape, axis), numeric=True) for axis in NAMED_AXES]


COLUMNS = (
    Column("name", lambda node, view: node.name, default=True),
    Column("path", lambda node, view: node.path),
    Column("type", lambda node, view: cells.kind(node, view.words), default=True),
    Column("from", cells.from_of, varies=True, default=True),
    Column("input", cells.input_of, default=True, said_by=("output", "from")),
    Column("output", cells.output_of, default=True),
    *_sizes("in", lambda node: node.input),
    *_sizes("out", lambda node: node.output),
    Column("kernel_size", cells.windowed("kernel_size", cells.kernel_text), default=True),
    Column("stride", cells.windowed("stride", cells.stride_text), numeric=True, default=True),
    Column("padding", cells.windowed("padding", cells.padding_text), numeric=True, default=True),
    Column(
        "output_padding",
        cells.of_layers("output_padding", cells.output_padding_text),
        numeric=True,
        unusual=lambda node: cells.output_padding_text(node.layer) not in (None, "0"),
    ),
    Column(
        "dilation",
        cells.of_layers("dilation", cells.dilation_text),
        numeric=True,
        unusual=lambda node: cells.dilation_text(node.layer) not in (None, "1"),
    ),
    Column(
        "groups",
        cells.of_layers("groups", cells.groups_text),
        numeric=True,
        unusual=lambda node: cells.groups_text(node.layer) not in (None, "1"),
    ),
    Column("bias", cells.bias),
    Column(
        "in_channels",
        cells.channels(cells.in_channels),
        numeric=True,
        default=True,
        said_by=("input",),
    ),
    Column(
        "out_channels",
        cells.channels(cells.out_channels),
        numeric=True,
        default=True,
        said_by=("output",),
    ),
    Column("params", lambda node, view: node.params, unit=COUNT, figure=True, default=True),
    Column("macs", lambda node, view: node.macs, unit=COUNT, figure=True, default=True),
    Column("params_share", cells.share_of("params"), unit=SHARE, figure=True),
    Column("macs_share", cells.share_of("macs"), unit=SHARE, figure=True),
    Column(
        "trainable_params",
        lambda node, view: node.trainable_params,
        unit=COUNT,
        figure=True,
        varies=True,
    ),
    Column("buffers", lambda node, view: node.buffers, unit=COUNT, figure=True),
    Column("flops", lambda node, view: node.flops, unit=COUNT, figure=True, said_by=("macs",)),
    Column("weight_bytes", lambda node, view: node.weights, unit=BYTES, figure=True),
    Column("activation_bytes", lambda node, view: node.memory, unit=BYTES, figure=True),
    Column("alive", lambda node, view: view.summary.alive(node), unit=BYTES, varies=True),
    Column("intensity", lambda node, view: node.intensity, unit=RATIO),
    Column(
        "receptive_field",
        cells.receptive(lambda field: field.size),
        numeric=True,
        varies=True,
    ),
    Column(
        "receptive_stride",
        cells.receptive(lambda field: field.stride),
        numeric=True,
        varies=True,
    ),
    Column(
        "receptive_offset",
        cells.receptive(lambda field: field.offset),
        numeric=True,
        varies=True,
    ),
    Column("note", lambda node, view: in_language(node.note, view.words.language), default=True),
)
"""Their words are in `shapecalc.text.words`, a file a language."""

BY_KEY = {column.key: column for column in COLUMNS}

SEVERAL = {
    DOCUMENT: (
        "name",
        "type",
        "input",
        "output",
        "kernel_size",
        "stride",
        "padding",
        "in_channels",
        "out_channels",
        "note",
    ),
    "share": ("params_share", "macs_share"),
}
"""Words for several columns."""


def named_columns(keys: Iterable[str]) -> list[str]:
    """The keys of columns, with those of which one is a word for several."""
    found = [each for key in keys for each in SEVERAL.get(key, (key,))]
    return list(dict.fromkeys(found))
