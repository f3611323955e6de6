"""The tables that shapecalc began with, cell for cell, and what else a document says."""

from __future__ import annotations

from pathlib import Path

import shapecalc
from shapecalc import bundled
from shapecalc.render import markdown
from shapecalc.tables.document import (
    Options,
    blocks_with_branches,
    document,
    top_document,
)
from shapecalc.tables.table import Table

PRINTED = Path(__file__).parent / "googlenet-tables.md"
"""The printed tables: GoogLeNet's first five layers, and inception3a in detail."""


def cells(table: str) -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in table.strip().splitlines()]
    return [[cell.strip() for cell in row] for row in rows if set(row[0]) != {"-"}]


def test_the_printed_tables_come_out_cell_for_cell() -> None:
    summary = shapecalc.load("googlenet-stem").summary()
    options = Options("zh", details=blocks_with_branches(summary))
    lines = list(markdown.lines(document(summary, options), options))
    written = "\n".join(lines)
    for table in PRINTED.read_text(encoding="utf-8").split("\n\n"):
        assert table.strip() in written
    layers, detail = (cells(table) for table in PRINTED.read_text(encoding="utf-8").split("\n\n"))
    assert sum(map(len, layers[1:])) == 50
    assert sum(map(len, detail[1:])) == 40
    assert "## GoogLeNet 卷积层参数表" in lines
    assert "## Inception 模块 (inception3a) 详细参数" in lines


def test_a_cell_that_a_block_does_not_word_says_several() -> None:
    spec = Path(bundled.spec_paths()["googlenet-stem"]).read_text(encoding="utf-8")
    summary = shapecalc.loads(spec.replace("cells: {padding: 1}", "")).summary()
    table = document(summary, Options("zh")).tables[0]
    keys = [column.key for column in table.columns]
    row = list(table.texts())[-1]
    assert row[keys.index("padding")] == "多个"
    assert row[keys.index("kernel_size")] == "多个卷积核"
    assert row[keys.index("stride")] == "1"


PAPER_TABLE_1 = {
    "conv1": "112x112x64",
    "maxpool1": "56x56x64",
    "conv2": "56x56x192",
    "maxpool2": "28x28x192",
    "inception3a": "28x28x256",
    "inception3b": "28x28x480",
    "maxpool3": "14x14x480",
    "inception4a": "14x14x512",
    "inception4b": "14x14x512",
    "inception4c": "14x14x512",
    "inception4d": "14x14x528",
    "inception4e": "14x14x832",
    "maxpool4": "7x7x832",
    "inception5a": "7x7x832",
    "inception5b": "7x7x1024",
    "avgpool": "1x1x1024",
    "dropout": "1024",
    "fc": "1000",
    "softmax": "1000",
}
"""Szegedy et al. 2015, table 1: the output size of each row. (It prints the last four as
1x1x1024 and 1x1x1000, which ours reach behind a Flatten.)"""


def test_googlenet_of_the_paper() -> None:
    spec = shapecalc.load("googlenet-paper")
    summary = spec.summary()
    assert (summary.params, summary.macs) == (6_998_552, 1_582_671_872)
    outputs = {item.path: str(item.output) for item in summary.items}
    assert {path: outputs[path] for path in PAPER_TABLE_1} == PAPER_TABLE_1
    with_heads = spec.summary(arguments={"aux": True})
    assert with_heads.params == 13_378_280
    assert list(with_heads.outputs) == ["softmax", "aux1", "aux2"]


def shown(spec: str, batch: int = 1, dtype: str = "float32", **options: object) -> Table:
    summary = shapecalc.loads(spec).summary(batch=batch, dtype=dtype)
    return document(summary, Options(**options)).tables[0]  # type: ignore[arg-type] # by name


def first(table: Table) -> list[str]:
    return next(iter(table.texts()))


SMALL = """
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1x3, stride: [1, 2], padding: [0, 1]}
  - name: stage
    layers:
      - {name: pool, type: MaxPool2d, kernel_size: 2}
      - {name: relu, type: ReLU}
"""


def test_axes_that_differ_are_joined() -> None:
    table = shown(SMALL)
    keys = [column.key for column in table.columns]
    conv = first(table)
    assert conv[keys.index("kernel_size")] == "1x3"
    assert conv[keys.index("stride")] == "1x2"
    assert conv[keys.index("padding")] == "0x1"


def test_a_default_column_that_is_empty_is_left_out_and_a_chosen_one_is_not() -> None:
    assert "note" not in [column.key for column in shown(SMALL).columns]
    assert [c.key for c in shown(SMALL, columns=["name", "note"]).columns] == ["name", "note"]


def test_depth_unfolds_a_tree() -> None:
    table = shown(SMALL, depth=2, columns=["name"])
    assert [row[0] for row in table.texts()] == ["conv", "stage", "pool", "relu"]
    assert list(table.depths) == [0, 0, 1, 1]


def test_layouts() -> None:
    assert first(shown(SMALL, columns=["input"])) == ["8x8x3"]
    assert first(shown(SMALL, columns=["input"], layout="chw")) == ["3x8x8"]


def test_a_batch_scales_what_running_costs_and_not_the_weights() -> None:
    keys = ["params", "macs", "flops", "weight_bytes", "activation_bytes"]
    one = first(shown(SMALL, columns=keys))
    four = first(shown(SMALL, columns=keys, batch=4, dtype="int8"))
    # 1 x 3 x 3 x 4 weights and 4 biases; 8 x 4 positions of 4 channels
    assert one == ["40", str(36 * 32), str(2 * 36 * 32), "160", str(4 * 128)]
    assert four == ["40", str(4 * 36 * 32), str(8 * 36 * 32), "40", str(4 * 128)]


def test_top_lists_the_heaviest_with_their_share() -> None:
    summary = shapecalc.load("alexnet").summary()
    found = top_document(summary, Options(), "params", 3).tables[0]
    rows = list(found.texts())
    heaviest = sorted((layer.params for layer in summary.layers), reverse=True)[:3]
    assert [row[-2] for row in rows] == [str(params) for params in heaviest]
    assert rows[0][-1] == "61.8%"  # 37,752,832 of 61,100,840


def test_top_has_the_columns_that_are_asked_for() -> None:
    options = Options(columns=["type", "params", "kernel_size"])
    table = top_document(shapecalc.load("alexnet").summary(), options, "macs", 2).tables[0]
    keys = [column.key for column in table.columns]
    assert keys == ["path", "type", "params", "kernel_size", "macs", "share"]
