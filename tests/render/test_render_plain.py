"""Plain aligned text: a row a line, nothing cut."""

from __future__ import annotations

import pytest
from documents import document, googlenet, table
from lines import texts

from shapecalc.render.plain import lines
from shapecalc.text.display import width

TOTALS = ["", "Totals  none"]
"""The end of a document of the tests."""


def test_the_document() -> None:
    assert texts(lines(googlenet("en"))) == [
        "GoogLeNet 卷积层参数表",
        "Layer        Type              Input       Output      Kernel      Stride  Padding"
        "  In channels  Out channels  Note",
        "conv1        Conv2d            224x224x3   112x112x64  7x7              2        3"
        "            3            64  第一个卷积层,使用7x7的大卷积核,步长为2,填充为3,输出64个通道",
        "maxpool1     MaxPooling2d      112x112x64  56x56x64    3x3              2        1"
        "            -             -  第一个最大池化层,使用3x3的池化核,步长为2,填充为1",
        "inception3a  Inception Module  28x28x192   28x28x256   多个卷积核       1        1"
        "          192           256  第一个Inception模块,包含多个分支,最终输出256个通道",
        "",
        "Inception 模块 (inception3a) 详细参数",
        "分支     Type                           Input      Output     Kernel    Stride  Padding"
        "  In channels  Out channels  Note",
        "branch2  Conv2d + ReLU + Conv2d + ReLU  28x28x192  28x28x128  1x1, 3x3    1, 1     0, 1"
        "          192            96  1x1卷积核降维至96个通道",
        "branch4  MaxPooling2d + Conv2d + ReLU   28x28x192  28x28x32   3x3, 1x1    1, 1     1, 0"
        "            -             -  -",
        "",
        "参数量           283,952",
        "乘加次数 (MACs)  592,879,616",
    ]


def test_columns_are_aligned_by_cells() -> None:
    names = ("conv", "日本語", "e\u0301\u0301", "👍🏽", "❤\ufe0f", "\x1b[1m", "a\nb")
    rows = [(name, 1) for name in names]
    written = texts(lines(document(table(rows, ("name", "params")))))[1:-2]
    assert {width(line) for line in written} == {len(r"\x1b[1m  params")}


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_what_the_stream_lacks_is_escaped_before_columns_are_aligned(encoding: str) -> None:
    rows = [("层", 1), ("é", 2), ("conv", 3)]
    written = texts(lines(document(table(rows, ("name", "params"))), encoding))[1:-2]
    assert all(line.encode(encoding).decode(encoding) == line for line in written)
    assert len({width(line) for line in written}) == 1


def test_a_tree_is_indented() -> None:
    tree = table([("a", 1), ("b", 2), ("c", 3)], ("name", "params"), depths=(0, 1, 2))
    assert texts(lines(document(tree))) == [
        "title",
        "name   params",
        "a           1",
        "  b         2",
        "    c       3",
        *TOTALS,
    ]


def test_one_long_name_does_not_widen_every_row() -> None:
    rows = [("x" * 1000, "1"), ("y", "2")]
    written = texts(lines(document(table(rows, ("name", "stride")))))
    assert written[2] == "x" * 1000 + "       1"
    assert len(written[3]) == 200 + len("  stride")


def test_no_line_commands_a_ci_runner() -> None:
    rows = [("::error::x", "##[error]x"), ("", "::error::x")]
    written = texts(lines(document(table(rows, ("name", "note"), title="::error::x"))))
    assert written == [
        r"\x3a:error::x",
        "name           note",
        r"\x3a:error::x  #\x23[error]x",
        r"               \x3a:error::x",
        *TOTALS,
    ]


def test_lines_do_not_end_with_spaces() -> None:
    written = texts(lines(document(table([("a", "")], ("name", "note"), title=" x "))))
    assert written == [" x", "name  note", "a", *TOTALS]
