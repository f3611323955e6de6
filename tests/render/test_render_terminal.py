"""Tables on terminals of every width: nothing lost, nothing cut, nothing that acts."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import pytest
from documents import KEYS, document, googlenet, table
from hypothesis import given
from hypothesis import strategies as st
from lines import written
from running import program

import shapecalc
from shapecalc.bundled import spec_names
from shapecalc.render.fitting import lines
from shapecalc.shapes.shape import Shape
from shapecalc.tables.document import Options
from shapecalc.tables.document import document as bundled_document
from shapecalc.tables.table import Document
from shapecalc.text.display import visible, width
from shapecalc.text.styles import BLOCK, BLOCK_NAME, NAME, NOTHING, RULE
from shapecalc.text.words import LANGUAGES


def printed(document: Document, cells: int, color: bool = False, encoding: str = "utf-8") -> str:
    return written(lines(document, cells, encoding), color, encoding)


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


LOADED = "import sys; print(*sorted(name for name in sys.modules if name.startswith('rich')))"

RESNET50 = {
    100: """\
Layer      Type              Input      Output     Kernel   Stride Padding    Params          MACs
──────────────────────────────────────────────────────────────────────────────────────────────────
conv1      Conv2d            224x224x3  112x112x64 7x7           2       3     9,408   118,013,952
""",
    80: """\
layer4.1-2 2 x Bottleneck 7x7x2048   1x1, 3x3    1 0, 1 8,925,184   436,731,904
avgpool    AdaptiveAvg    1x1x2048   -           -    -         0             0
           Pool2d
flatten    Flatten        2048       -           -    -         0             0
fc         Linear         1000       -           -    - 2,049,000     2,048,000
───────────────────────────────────────────────────────────────────────────────
Not shown: In channels (in Input), Out channels (in Output), Input (Output of
the layer before). --columns shows any.

Input        224x224x3
""",
    60: """\
fc          Linear             1000        -              -
───────────────────────────────────────────────────────────

─────────────────────────────────────────────
Layer       Padding     Params           MACs
─────────────────────────────────────────────
conv1             3      9,408    118,013,952
""",
    26: """\
conv1
  Type  Conv2d
  Input  224x224x3
  Output  112x112x64
  Kernel  7x7
  Stride  2
  Padding  3
  In channels  3
  Out channels  64
  Params  9,408
  MACs  118,013,952

bn1
""",
}
"""What a network looks like in so many cells."""

TREE = """\
fire2                   Fire module       54x54x128  1x1, 3x3      1    0, 1  11,920  34,338,816
├─ squeeze              Conv2d            54x54x16   1x1           1       0   1,552   4,478,976
├─ squeeze_activation   ReLU              54x54x16   -             -       -       0           0
├─ expand1x1            Conv2d            54x54x64   1x1           1       0   1,088   2,985,984
├─ expand1x1_activation ReLU              54x54x64   -             -       -       0           0
├─ expand3x3            Conv2d            54x54x64   3x3           1       1   9,280  26,873,856
│    From: squeeze_activation
├─ expand3x3_activation ReLU              54x54x64   -             -       -       0           0
└─ concat               Concat            54x54x128  -             -       -       0           0
     From: expand1x1_activation, expand3x3_activation
fire3                   Fire module       54x54x128  1x1, 3x3      1    0, 1  12,432  35,831,808
"""


def shown(name: str, cells: int, depth: int | None = None, **options: Any) -> str:
    summary = shapecalc.load(name).summary()
    return printed(bundled_document(summary, Options(depth=depth, **options)), cells)


@pytest.mark.parametrize("cells", RESNET50)
def test_a_network_in_so_many_cells(cells: int) -> None:
    assert RESNET50[cells] in shown("resnet50", cells)


def test_a_tree_has_lines_and_what_is_taken_from_elsewhere_below_its_row() -> None:
    assert TREE in shown("squeezenet1_0", 100, 2)


def test_columns_that_are_asked_for_do_not_give_way() -> None:
    columns = ["name", "input", "output", "in_channels", "out_channels", "macs", "flops"]
    for cells in (60, 40, 30):
        text = shown("resnet50", cells, columns=columns)
        assert "Not shown" not in text
        assert numbers(text)["1"] >= len(["bn1", "conv1"])
        assert "FLOPs" in text
        assert "In" in text
        assert text.count("8,925,184") == 0


def test_one_wide_cell_wraps_in_its_own_row() -> None:
    rows = [(f"layer{number}", "ReLU", 10**9) for number in range(20)]
    rows[7] = ("layer7", "Conv2d + BatchNorm2d + ReLU + " * 3 + "ReLU", 10**9)
    written = printed(document(table(rows, ("name", "type", "macs"))), 60).splitlines()
    assert sum(line.startswith("layer") for line in written) == 20
    assert len(written) <= len(rows) + 4 + 3 + 2
    assert "layer6   ReLU" in "\n".join(written)


def test_blocks_and_layers_are_told_apart_and_nothing_is_dim() -> None:
    summary = shapecalc.load("resnet50").summary()
    pieces = [
        piece for line in lines(bundled_document(summary, Options(depth=2)), 120) for piece in line
    ]
    roles = {text.strip(): role for text, role in pieces}
    assert roles["layer1.0"] == BLOCK_NAME
    assert roles["Bottleneck"] == BLOCK
    assert roles["maxpool"] == NAME
    assert roles["├─"] == RULE
    assert roles["0"] == roles["-"] == NOTHING


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
    assert not expected - numbers(text)
    if "name" in keys:  # else the first column is in each part, and heads the notes
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


@pytest.mark.parametrize("cells", [250, 120, 80, 40])
def test_an_ascii_stream(cells: int) -> None:
    text = printed(googlenet(), cells, encoding="ascii")
    assert r"\u5377\u79ef\u5c42" in text
    assert max(map(len, text.splitlines())) <= cells


NOTED_TREE = """\
title
────────────────────
name     kernel_size
────────────────────
a        1
├─ b     2
│  └─ c  3
└─ d     4
────────────────────

a: top
a.b.c: x x x x x x x x
  x x z

Totals  none
"""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_notes_of_a_tree_are_below_their_paths(encoding: str) -> None:
    rows = [("a", "1", "top"), ("b", "2", None), ("c", "3", "x " * 10 + "z"), ("d", "4", None)]
    tree = table(rows, ("name", "kernel_size", "note"), depths=(0, 1, 2, 1))
    expected = NOTED_TREE
    if encoding == "ascii":
        expected = expected.translate(str.maketrans("─│├└", "-||`"))
    assert printed(document(tree), 25, encoding=encoding) == expected


RULES = re.compile("─+")
SAMPLE = ("googlenet-paper", "squeezenet", "unet")
CROWDED = {
    "deeplabv3plus",
    "dla",
    "dpn",
    "eca_resnet",
    "faster_rcnn",
    "faster_rcnn_mobilenet_v3",
    "fcos_resnet50_fpn",
    "hrnet",
    "inception_v4",
    "mvit",
    "nasnetalarge",
    "pnasnet5large",
    "r2plus1d_18",
    "raft",
    "res2net",
    "s3d",
    "segnet",
    "ssd300_vgg16",
    "ssdlite320_mobilenet_v3_large",
    "unet_resnet34",
    "vovnet",
    "wavenet",
    "yolov8",
}
"""Networks of which more than one row in five must wrap below 160 columns, as most of their rows
have several inputs, outputs or kernels."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in SAMPLE else pytest.mark.slow) for n in spec_names()],
)
def test_every_bundled_network_fits_every_width(name: str, language: str) -> None:
    spec = shapecalc.load(name)
    for variant in spec.variants or [None]:
        summary = spec.summary(variant=variant)
        for depth in (1, 2, 3, 4):
            network = bundled_document(summary, Options(language=language, depth=depth))
            for cells in (60, 80, 100, 120, 160, 250):
                crowded = cells < 160 and name in CROWDED
                assert_fits(network, cells, 1.8 if crowded else 1.3)


def assert_fits(network: Document, cells: int, lines: float = 1.3) -> None:
    """No wider than the terminal, all figures there, and few rows of more than a line: so many
    lines for each row at the most."""
    text = printed(network, cells)
    written = text.splitlines()
    assert max(map(width, written)) <= cells
    (table,) = network.tables
    keys = [column.key for column in table.columns]
    figures = [keys.index("params"), keys.index("macs")] if "macs" in keys else []
    expected = Counter(texts[index] for texts in table.texts(False) for index in figures)
    found = Counter(re.findall(r"(?<!\S)[\d,]+(?!\S)", text))
    assert not expected - found
    if cells >= 100:
        rules = [index for index, line in enumerate(written) if RULES.fullmatch(line)]
        assert len(rules) == 3
        rows = len(table.rows)
        long = 0  # of more names than a line has room for, beside the figures
        if "from" in keys:
            long = sum(texts[keys.index("from")].count(",") > 5 for texts in table.texts(False))
        assert rules[2] - rules[1] - 1 <= math.ceil(lines * rows) + long


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
