"""Tables on terminals of every width: nothing lost, nothing cut, nothing that acts."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from documents import KEYS, document, googlenet, table
from hypothesis import given
from hypothesis import strategies as st
from lines import written
from running import program

from shapecalc.render.fitting import lines
from shapecalc.shapes.shape import Shape
from shapecalc.tables.table import Document
from shapecalc.text.display import visible, width


def printed(document: Document, cells: int, color: bool = False, encoding: str = "utf-8") -> str:
    return written(lines(document, cells, encoding), color, encoding)


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


LOADED = "import sys; print(*sorted(name for name in sys.modules if name.startswith('rich')))"

WIDE = """\
Layer        Type              Input       Output      Kernel      Stride  Padding  In channels  \
Out channels  Note
"""
FOLDED_HEADINGS = """\
  In       Out
Layer        Type              Input       Output      Kernel      Stride  Padding  channels  \
channels
"""
PAIRED = """\
Layer        Type              Input       Kernel       Stride   In channels
                               Output                  Padding  Out channels
────────────────────────────────────────────────────────────────────────────
conv1        Conv2d            224x224x3   7x7               2             3
                               112x112x64                    3            64

maxpool1     MaxPooling2d      112x112x64  3x3               2             -
                               56x56x64                      1             -

inception3a  Inception Module  28x28x192   多个卷积核        1           192
                               28x28x256                     1           256
────────────────────────────────────────────────────────────────────────────

conv1: 第一个卷积层,使用7x7的大卷积核,步长为2,填充为3,输出64个通道
maxpool1: 第一个最大池化层,使用3x3的池化核,步长为2,填充为1
"""
TYPE_UNDER_NAME = """\
Layer         Input       Kernel       Stride   In channels
Type          Output                  Padding  Out channels
───────────────────────────────────────────────────────────
conv1         224x224x3   7x7               2             3
Conv2d        112x112x64                    3            64

maxpool1      112x112x64  3x3               2             -
MaxPooling2d  56x56x64                      1             -

inception3a   28x28x192   多个卷积核        1           192
Inception     28x28x256                     1           256
Module
───────────────────────────────────────────────────────────
"""
CARDS = """\
conv1
  Type          Conv2d
  Input         224x224x3
  Output        112x112x64
  Kernel        7x7
  Stride        2
  Padding       3
  In channels   3
  Out channels  64
  Note          第一个卷积层,使用7x7的大
                卷积核,步长为2,填充为3,
                输出64个通道

maxpool1
"""
NARROW_CARDS = """\
conv1
  Type  Conv2d
  Input  224x224x3
  Output  112x112x64
  Kernel  7x7
  Stride  2
  Padding  3
  In channels  3
  Out channels  64
  Note
    第一个卷积层,使
    用7x7的大卷积核,
    步长为2,填充为3,
    输出64个通道
"""


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        (250, WIDE),
        (108, FOLDED_HEADINGS),
        (76, PAIRED),
        (60, TYPE_UNDER_NAME),
        (40, CARDS),
        (20, NARROW_CARDS),
    ],
)
def test_arrangements(cells: int, part: str) -> None:
    text = printed(googlenet("en"), cells)
    assert part in text


@pytest.mark.parametrize("cells", [0, 1, 10, 19, *range(20, 251, 5)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_figure_is_cut_in_any_width(language: str, cells: int) -> None:
    network = googlenet(language)
    text = printed(network, cells)
    widest = max(map(width, text.splitlines()))
    assert widest <= max(cells, len("592,879,616")) or cells < 11
    expected: Counter[str] = Counter()
    for each in network.tables:
        expected += numbers(each.title)
        for row in each.texts():
            # A note below the table, or a card, is headed by the name of its row.
            expected += numbers(" ".join(row))
    for _, figure in network.totals(False):
        expected += numbers(figure)
    found = numbers(text)
    assert all(found[number] >= count for number, count in expected.items())
    assert found.keys() == expected.keys()


NAMES = st.lists(st.sampled_from([*"ab_.日 []|:-", "e\u0301"]), max_size=40).map("".join)
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.text("XY +z", max_size=40),
        st.builds(Shape, st.lists(st.integers(1, 10**9), min_size=1, max_size=4)),
        st.builds(Shape, st.lists(st.integers(1, 10**9), min_size=1, max_size=4)),
        st.none() | st.just("1x1, 3x3"),
        st.sampled_from([None, "1", "1, 2"]),
        st.sampled_from([None, "0", "1x2"]),
        st.none() | st.integers(1, 2**40),
        st.none() | st.integers(1, 2**40),
        st.none() | st.text("n ,;层，\n[/]", max_size=80),
    ),
    max_size=4,
)


@given(
    ROWS, st.integers(20, 250), st.sets(st.sampled_from(range(len(KEYS))), min_size=1), st.data()
)
def test_any_table_fits_any_width(
    rows: list[tuple[str | int | Shape | None, ...]],
    cells: int,
    chosen: set[int],
    data: st.DataObject,
) -> None:
    indices = data.draw(st.permutations(sorted(chosen)))
    depths = data.draw(st.just([]) | st.just(list(range(len(rows)))))
    picked = [tuple(row[index] for index in indices) for row in rows]
    keys = [KEYS[index] for index in indices]
    network = document(table(picked, keys, [key.upper() for key in keys], depths=depths))
    text = printed(network, cells)
    assert max(map(width, text.split("\n"))) <= cells
    assert all(line == line.rstrip(" ") for line in text.split("\n"))
    text = text.replace(r"\x3a:", "::").replace(r"#\x23", "##")  # what keeps a command inert
    expected = Counter[str]()
    for texts in network.tables[0].texts():
        expected += numbers(" ".join(map(visible, texts)))
    if "name" in keys or "note" not in keys:  # else the first column heads the notes
        assert numbers(text) == expected
    letters = [char for texts in network.tables[0].texts() for char in visible("".join(texts))]
    missing = Counter(letters) - Counter(text)
    assert not set(missing) - set(" -")  # spaces between lines, and cells without a text


def test_text_is_neither_markup_nor_emoji_nor_a_link() -> None:
    name = "[red]x[/] [/y] :smile: https://a.b \x1b]8;;x\x1b\\"
    text = printed(document(table([(name,)], ("name",))), 100, color=True)
    assert f"\x1b[36m{visible(name)}\x1b[0m\n" in text


def test_colour_changes_nothing_else() -> None:
    for cells in (250, 150, 100, 80, 60, 30):
        colored = printed(googlenet(), cells, color=True)
        assert "\x1b[1m" in colored
        assert re.sub(r"\x1b\[[\d;]*m", "", colored) == printed(googlenet(), cells)


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, colored = printed(googlenet(), 80), printed(googlenet(), 80, color=True)
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.setenv(variable, "30")
    monkeypatch.setenv("TERM", "dumb")
    assert printed(googlenet(), 80) == plain
    assert printed(googlenet(), 80, color=True) == colored


@pytest.mark.parametrize(
    ("keys", "heading"),
    [
        ("params macs", "params\n         macs"),
        ("params macs flops", "params   macs\n               flops"),
        ("params buffers macs", " params  macs\n       buffers"),
    ],
)
def test_a_column_is_in_one_pair_alone(keys: str, heading: str) -> None:
    columns = ["name", *keys.split()]
    row = ("layer", *["1"] * (len(columns) - 1))
    text = printed(document(table([row], columns)), 14 + 7 * (len(columns) - 3))
    assert f"name   {heading}\n" in text


@pytest.mark.parametrize("cells", [250, 120, 80, 40])
def test_an_ascii_stream(cells: int) -> None:
    text = printed(googlenet(), cells, encoding="ascii")
    assert r"\u5377\u79ef\u5c42" in text
    assert max(map(len, text.splitlines())) <= cells


def test_a_tree_is_indented_and_its_notes_are_below_their_paths() -> None:
    rows = [("a", "1", "top"), ("b", "2", None), ("c", "3", "x " * 10 + "z")]
    tree = table(rows, ("name", "kernel_size", "note"), depths=(0, 1, 2))
    assert (
        printed(document(tree), 25)
        == """\
title
──────────────────
name   kernel_size
──────────────────
a      1
  b    2
    c  3
──────────────────

a: top
a.b.c: x x x x x x x x
  x x z
"""
    )


def test_of_rich_no_more_is_loaded_than_for_its_own_tables() -> None:
    ours, theirs = (
        set(program(code + LOADED).out.split())
        for code in (
            "import os; from shapecalc.text.styles import *; "
            "write_lines([[('x', NAME)]], open(os.devnull, 'w'), True); ",
            "import rich.console, rich.table; ",
        )
    )
    assert "rich.console" in ours
    assert ours <= theirs
