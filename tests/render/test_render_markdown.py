"""Markdown that GitHub shows as it was meant, whatever it holds."""

from __future__ import annotations

from itertools import islice, pairwise, repeat
from typing import Any

import pytest
from documents import document, googlenet, table
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shapecalc.render.markdown import inline, lines
from shapecalc.tables.document import Options
from shapecalc.tables.table import Document
from shapecalc.text.display import visible

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

NASTY = st.lists(
    st.sampled_from(
        [
            *"|\\`*_~[]()!#&<>$@:+-=.^'\"{} ",
            *("\t", "\n", "\x1b", "\u3000", "\u0301", "e\u0301", "层", "x", "1", "1.", "7x7"),
            *("&amp;", "&#65;", "<b>", "</td>", "<!--", "-->", "---", "|---|", "\\|", "`|`"),
            *("https://a.b", "www.a.b", "@me", "a@b.c", "#1", ":smile:", "[^1]", "[x](y)"),
        ]
    ),
    max_size=8,
).map("".join)


def shown(token: Token) -> str:
    """The text of a cell, a heading or a paragraph, which nothing in it may mark up.

    But a cell is bold as a whole, where it is that of a block.
    """
    text = ""
    children = [each for each in token.children or [] if each.content or each.type != "text"]
    if children and children[0].type == "strong_open":
        assert children[-1].type == "strong_close"
        children = children[1:-1]
    for child in children:
        assert child.type in ("text", "html_inline"), child
        if child.type == "html_inline":
            assert child.content in ("<!-- -->", "<span>", "</span>")
        else:
            text += child.content
    return text


def blocks(markdown: str) -> list[tuple[str, str]]:
    """Each inline text of a page, with the element that it stands in."""
    tokens = PARSER.parse(markdown)
    return [
        (before.tag, shown(token)) for before, token in pairwise(tokens) if token.type == "inline"
    ]


def page(document: Document) -> str:
    return "".join(line + "\n" for line in lines(document, Options()))


def test_the_document_as_it_is_printed() -> None:
    printed = googlenet()
    printed.printed = True
    assert (
        page(printed)
        == """\
# GoogLeNet

## GoogLeNet 卷积层参数表

| 层名称 | 类型 | 输入尺寸 | 输出尺寸 | 卷积核尺寸 | 步长 | 填充 | 输入通道数 (Channel) \
| 输出通道数 (Num) | 备注 |
|---|---|---|---|---|---|---|---|---|---|
| conv1 | Conv2d | 224x224x3 | 112x112x64 | 7x7 | 2 | 3 | 3 | 64 \
| 第一个卷积层,使用7x7的大卷积核,步长为2,填充为3,输出64个通道 |
| maxpool1 | MaxPooling2d | 112x112x64 | 56x56x64 | 3x3 | 2 | 1 | - | - \
| 第一个最大池化层,使用3x3的池化核,步长为2,填充为1 |
| inception3a | Inception Module | 28x28x192 | 28x28x256 | 多个卷积核 | 1 | 1 | 192 | 256 \
| 第一个Inception模块,包含多个分支,最终输出256个通道 |

- 参数量:283,952
- 乘加次数 (MACs):592,879,616

## Inception 模块 (inception3a) 详细参数

| 分支 | 类型 | 输入尺寸 | 输出尺寸 | 卷积核尺寸 | 步长 | 填充 | 输入通道数 (Channel) \
| 输出通道数 (Num) | 备注 |
|---|---|---|---|---|---|---|---|---|---|
| branch2 | Conv2d + ReLU + Conv2d + ReLU | 28x28x192 | 28x28x128 | 1x1, 3x3 | 1, 1 | 0, 1 \
| 192 | 96 | 1x1卷积核降维至96个通道 |
| branch4 | MaxPooling2d + Conv2d + ReLU | 28x28x192 | 28x28x32 | 3x3, 1x1 | 1, 1 | 1, 0 \
| - | - | - |

## 表格解释

- 层名称:表示该层在 GoogLeNet 中的具体位置或名称。
- 步长:步长。
"""
    )


def test_any_other_document() -> None:
    network = table([("a", 1000), ("b", 2)], ("name", "params"), title="Network: layers")
    network.blocks = [True, False]
    block = table([("c", 998)], ("name", "params"), title="Block (a)")
    block.about = "What it is."
    shown = document(network, block, totals="1,002")
    shown.lead = ["A network.", "1. Source"]
    assert (
        page(shown)
        == """\
# Network

A network.

1\\. Source

| name | params |
|---|--:|
| **a** | 1000 |
| b | 2 |

- Totals: 1,002

## Block (a)

What it is.

| name | params |
|---|--:|
| c | 998 |
"""
    )


@pytest.mark.parametrize(
    "text",
    ["conv_1", "reduce_relu_2", "a -> b", "R&D", "a < b", "wow!", "12:30", "(x)", "3x3 # 2", "a@"],
)
def test_ordinary_text_is_written_as_it_is(text: str) -> None:
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a|b", r"a\|b"),
        ("a\\", r"a\\"),
        ("_a_ b__", r"\_a\_ b\_\_"),
        ("<script>", r"\<script>"),
        ("&lt;", r"\&lt;"),
        ("https://x.y", r"https\://x.y"),
        ("www.x.y", r"www\.x.y"),
        ("@me a@b.c", "@<!-- -->me a@<!-- -->b.c"),
        ("#12", "#<!-- -->12"),
        (":+1:", ":<!-- -->+1:"),
        ("$x$", "<span>$</span>x<span>$</span>"),
        (" x ", "&#32;x&#32;"),
        (" ", "&#32;"),
        ("a\nb", r"a\\nb"),
    ],
)
def test_text_that_would_act(text: str, markdown: str) -> None:
    assert inline(text) == markdown


@given(st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=3), NASTY, NASTY)
def test_every_text_is_shown_as_it_is(
    rows: list[tuple[str, str]], title: str, sentence: str
) -> None:
    first, second = (table(rows, ("name", "note"), rows[0], title) for _ in "ab")
    first.blocks = [False, *[True] * (len(rows) - 1)]
    second.about = sentence or "about"
    explanations = [(rows[0][0], sentence)]
    network = Document(
        title, [first, second], title, explanations, lambda exact: [("T", sentence)], [title or "-"]
    )
    cells = [("th", text) for text in rows[0]] + [("td", text) for row in rows for text in row]
    assert blocks(page(network)) == [
        (tag, visible(text))
        for tag, text in [
            ("h1", title),
            ("p", title or "-"),
            *cells,
            ("p", f"T: {sentence}"),
            ("h2", title),
            ("p", sentence or "about"),
            *cells,
            ("h2", title),
            ("p", f"{rows[0][0]}: {sentence}"),
        ]
    ]


def test_a_tree_is_indented_by_entities() -> None:
    tree = table([("a|",), ("b",), ("c",)], ("name",), title="", depths=(0, 1, 2))
    assert list(lines(document(tree), Options()))[4:7] == [
        r"| a\| |",
        "| &emsp;b |",
        "| &emsp;&emsp;c |",
    ]


def test_rows_are_written_as_they_come() -> None:
    endless: Any = repeat((1,))
    written = lines(document(table(endless, ("params",))), Options())
    assert list(islice(written, 3, 6)) == ["|--:|", "| 1 |", "| 1 |"]
