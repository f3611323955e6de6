"""Documents for the tests of the renderers: the two tables of GoogLeNet, and any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecalc.shapes.shape import Shape
from shapecalc.tables.table import Column, Document, Table

if TYPE_CHECKING:
    from shapecalc.tables.table import Cell

KEYS = [
    *("name", "type", "input", "output", "kernel_size", "stride", "padding"),
    *("in_channels", "out_channels", "note"),
]
NUMERIC = ("stride", "padding", "in_channels", "out_channels", "params", "macs")

LAYERS: list[tuple[Cell, ...]] = [
    ("conv1", "Conv2d", Shape((224, 224, 3)), Shape((112, 112, 64)), "7x7", "2", "3", 3, 64,
     "第一个卷积层,使用7x7的大卷积核,步长为2,填充为3,输出64个通道"),
    ("maxpool1", "MaxPooling2d", Shape((112, 112, 64)), Shape((56, 56, 64)), "3x3", "2", "1",
     None, None, "第一个最大池化层,使用3x3的池化核,步长为2,填充为1"),
    ("inception3a", "Inception Module", Shape((28, 28, 192)), Shape((28, 28, 256)), "多个卷积核",
     "1", "1", 192, 256, "第一个Inception模块,包含多个分支,最终输出256个通道"),
]  # fmt: skip
BRANCHES: list[tuple[Cell, ...]] = [
    ("branch2", "Conv2d + ReLU + Conv2d + ReLU", Shape((28, 28, 192)), Shape((28, 28, 128)),
     "1x1, 3x3", "1, 1", "0, 1", 192, 96, "1x1卷积核降维至96个通道"),
    ("branch4", "MaxPooling2d + Conv2d + ReLU", Shape((28, 28, 192)), Shape((28, 28, 32)),
     "3x3, 1x1", "1, 1", "1, 0", None, None, None),
]  # fmt: skip
HEADINGS = {
    "zh": [
        *("层名称", "类型", "输入尺寸", "输出尺寸", "卷积核尺寸", "步长", "填充"),
        *("输入通道数 (Channel)", "输出通道数 (Num)", "备注"),
    ],
    "en": [
        *("Layer", "Type", "Input", "Output", "Kernel", "Stride", "Padding"),
        *("In channels", "Out channels", "Note"),
    ],
}


def columns(keys: Sequence[str]) -> list[Column]:
    return [Column(key, lambda node, view: None, numeric=key in NUMERIC) for key in keys]


def table(
    rows: Sequence[tuple[Cell, ...]],
    keys: Sequence[str] = KEYS,
    headings: Sequence[str] | None = None,
    title: str = "title",
    depths: Sequence[int] = (),
) -> Table:
    return Table(title, columns(keys), headings or list(keys), rows, depths=depths)


def document(*tables: Table, totals: str = "none") -> Document:
    return Document("Network", tables, "", [], lambda exact: [("Totals", totals)])


def googlenet(language: str = "zh") -> Document:
    headings = HEADINGS[language]
    tables = [
        Table("GoogLeNet 卷积层参数表", columns(KEYS), headings, LAYERS, language),
        Table(
            "Inception 模块 (inception3a) 详细参数",
            columns(KEYS),
            ["分支", *headings[1:]],
            BRANCHES,
            language,
        ),
    ]
    explanations = [("层名称", "表示该层在 GoogLeNet 中的具体位置或名称。"), ("步长", "步长。")]
    totals = [("参数量", "283,952"), ("乘加次数 (MACs)", "592,879,616")]
    return Document("GoogLeNet", tables, "表格解释", explanations, lambda exact: totals)
