"""LaTeX: the lines of a document, what is escaped in them, and that they compile."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latex
import pytest
from lines import texts
from networks import summary_of

import shapecalc
from shapecalc import bundled
from shapecalc.analysis.summary import Summary
from shapecalc.render.exporters import EXPORTERS
from shapecalc.render.latex_text import breakable, in_latex, points
from shapecalc.tables.columns import COLUMNS
from shapecalc.tables.document import Options

SMALL = """
name: Small & fast
about: 100% small.
input: 8x8x3
layers:
  - {name: conv_1, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - name: sum
    join: add
    branches: {body: [{name: relu, type: ReLU}], shortcut: []}
"""

NAMES = [
    *(r"\end{tabular}\input{/etc/passwd}", "^^41^^5c", "%comment", "[1cm]", "*", "$x$ & #1 ~"),
    *("é ü ß ł € → α", "'' `` -- --- ,, !` ?`", "\\", "}", "{", r"\\[3cm]", "a b  c   d", " lead"),
    *("M" * 60, "W" * 19, "#" * 198, "w" * 200, "卷积 😀", "𝛼", "e\u0301", '"q"', "<<x>>", "a\nb"),
    *("x\x1b[31m\u202e\t", r"\catcode`\%=12", "-", "|", "_a_b_", "@", "+=", "1" * 150, "fi ff ffi"),
]


def written(summary: Summary, options: Options | None = None) -> str:
    return "\n".join(texts(EXPORTERS["latex"].export(summary, options or Options()))) + "\n"


def named(names: list[str], note: str = "", repeat: int = 1) -> Summary:
    """A network of layers that are called so, each with a note."""
    noted = {"note": note} if note else {}
    layers = [
        {"name": name[: 200 - len(str(index))] + str(index), "type": "ReLU", **noted}
        for index, name in enumerate(names * repeat)
    ]
    spec = {"name": f"Names {names[0]}", "input": 4, "layers": layers}
    return shapecalc.loads(json.dumps(spec, ensure_ascii=False)).summary()


def test_a_document(hold: Callable[[Path, str], None]) -> None:
    options = Options(source="Source: a_b.yaml")
    text = written(shapecalc.loads(SMALL).summary(), options)
    hold(Path(__file__).with_name("small.tex"), text)


def test_a_long_table_is_a_longtable_with_its_heading_on_every_page() -> None:
    lines = written(shapecalc.load("resnet50").summary(), Options(depth=3)).splitlines()
    start = lines.index(r"\begingroup")
    assert re.fullmatch(r"\\dimen0=0\.\d{5}\\linewidth", lines[start + 1])
    head = (
        r"  \toprule Layer & Type & From & Output & Kernel / Stride / Padding & Params & MACs \\"
        r" \midrule"
    )
    assert lines[start + 5 : start + 12] == [
        r"\setlength{\tabcolsep}{.6em}\setlength{\LTcapwidth}{\linewidth}",
        r"\begin{longtable}{@{}lllllrr@{}}",
        r"  \caption{ResNet (resnet50): layers}\label{tab:resnet-resnet50}\\",
        *(head + r" \endfirsthead", head + r" \endhead", r"  \bottomrule \endfoot"),
        r"  conv1 & Conv2d & - & 112x112x64 & 7x7 / 2 / 3 & 9,408 & 118,013,952 \\",
    ]
    assert r"  \hspace*{1em}conv1 & Conv2d & - & 56x56x64 & 1x1 / 1 / 0 & 4,096 & " in "\n".join(
        lines
    )
    assert r"\begin{table}" not in lines


def test_columns_are_explained_where_that_is_asked_for() -> None:
    lines = written(shapecalc.load("resnet50").summary(), Options(explain=True)).splitlines()
    start = lines.index(r"\section*{\raggedright Columns}")
    told = [line.removeprefix(r"  \item ").partition(":")[0] for line in lines[start + 3 : -2]]
    assert told == ["Layer", "Type", "Output", "Kernel", "Stride", "Padding", "Params", "MACs"]


def test_chinese_needs_an_engine_that_has_its_fonts() -> None:
    summary = shapecalc.load("googlenet-stem").summary()
    lines = written(summary, Options("zh")).splitlines()
    assert lines[:2] == [
        "% !TeX program = xelatex",
        "% This compiles with xelatex and lualatex, which have fonts for Chinese.",
    ]
    assert r"\usepackage{array,booktabs,float,graphicx,longtable,ctex}" in lines
    assert "ctex" not in written(summary)
    ascii = written(summary, Options("zh", encoding="ascii"))
    assert ascii.isascii()
    assert "ctex" not in ascii
    assert r"\textbackslash{}u5377\textbackslash{}u79ef" in ascii.replace(r"\allowbreak{}", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b 100% #1 $x & {y}", r"a\_b 100\% \#1 \$x \& \{y\}"),
        (r"\x^2~", r"\textbackslash{}x\textasciicircum{}2\textasciitilde{}"),
        ("<a|b>", r"\textless{}a\textbar{}b\textgreater{}"),
        ("[x] *", "{[}x{]} {*}"),
        ('"`', r"{\ttfamily\char34}\`{}"),
        ("a--b ''", r"a-\kern0pt{}-b '\kern0pt{}'"),
        ("::error::", r":\kern0pt{}:error:\kern0pt{}:"),
        ("é ü ž ß “x” …", "é ü ž ß “x” …"),
        ("3×3", r"3\ensuremath{\times}3"),
        ("卷积。", "卷积。"),
        ("😀 α € \u0301", r"\textbackslash{}U0001f600 \textbackslash{}u03b1 "
         r"\textbackslash{}u20ac \textbackslash{}u0301"),
    ],
)  # fmt: skip
def test_what_latex_shows_as_a_text(text: str, shown: str) -> None:
    assert in_latex(text) == shown


def test_long_words_may_be_broken() -> None:
    assert breakable("AdaptiveAvgPool2d 1,498,376,192") == "AdaptiveAvgPool2d 1,498,376,192"
    assert breakable("a " + "x" * 30) == r"a " + r"\allowbreak{}".join(
        ["x" * 12, "x" * 12, "x" * 6]
    )
    assert breakable("卷积" * 30) == "卷积" * 30
    long = "features.denseblock1.denselayer1"
    assert breakable(long).split(r"\allowbreak{}") == ["features.", "denseblock1.", "denselayer1"]


def test_no_label_stands_twice_and_all_are_plain() -> None:
    layers = [
        {"name": name, "layers": [{"type": "ReLU"}]}
        for name in ("a b", "a-b", "a_b", "积", "卷", "a b 2")
    ]
    spec = json.dumps({"name": "卷积", "input": 4, "layers": layers})
    text = written(shapecalc.loads(spec).summary())
    labels = re.findall(r"\\label\{(.*?)\}", text)
    assert labels == [
        *("tab:network", "tab:relu-a-b", "tab:relu-a-b-2", "tab:relu-a-b-3"),
        *("tab:relu", "tab:relu-2", "tab:relu-a-b-2-2"),
    ]


# ---------------------------------------------------------------- that it compiles


@pytest.fixture
def pdflatex(request: pytest.FixtureRequest) -> None:
    latex.need(latex.WESTERN, request, ("booktabs", "float"))


@pytest.fixture
def xelatex(request: pytest.FixtureRequest) -> None:
    latex.need(latex.CHINESE, request, ("booktabs", "float", "ctex"))


FAMILIES = [
    (name, next(iter(shapecalc.load(name).variants), None)) for name in bundled.spec_names()
]

SOME = ("googlenet", "resnet", "unet")


@pytest.mark.usefixtures("pdflatex")
@pytest.mark.parametrize(
    ("name", "variant"),
    [pytest.param(*each, marks=() if each[0] in SOME else pytest.mark.slow) for each in FAMILIES],
)
def test_every_network_compiles(name: str, variant: str | None, tmp_path: Path) -> None:
    summary = summary_of(name, variant)
    latex.compiled(written(summary, Options(explain=True)), tmp_path)
    latex.compiled(written(summary, Options(depth=3, fold=False)), tmp_path)


@pytest.mark.usefixtures("xelatex")
@pytest.mark.parametrize(
    ("name", "variant"),
    [
        pytest.param(*each, marks=() if each[0] == "googlenet-paper" else pytest.mark.slow)
        for each in FAMILIES
    ],
)
def test_every_network_compiles_in_chinese(name: str, variant: str | None, tmp_path: Path) -> None:
    latex.compiled(written(summary_of(name, variant), Options("zh")), tmp_path, latex.CHINESE)


KEYS = [column.key for column in COLUMNS]


@pytest.mark.usefixtures("pdflatex")
@pytest.mark.parametrize(
    "options",
    [
        {"columns": KEYS, "depth": 3},
        {"columns": KEYS},
        {"columns": ["name", "path", "type", "params"], "depth": 3, "fold": False},
        {"top": "macs", "rows": 60},
    ],
    ids=str,
)
def test_no_table_is_wider_than_the_page(options: dict[str, Any], tmp_path: Path) -> None:
    latex.compiled(written(shapecalc.load("resnet50").summary(), Options(**options)), tmp_path)


@pytest.mark.usefixtures("xelatex")
@pytest.mark.parametrize(
    ("note", "repeat"),
    [("", 1), ("", 2), ("lorem ipsum " * 800 + "W" * 300, 1), ("卷积" * 500, 2)],
    ids=["few", "many", "long notes", "many notes"],
)
def test_hostile_names_compile(note: str, repeat: int, tmp_path: Path) -> None:
    summary = named(NAMES, note, repeat)
    latex.compiled(written(summary), tmp_path, latex.CHINESE)


@pytest.mark.usefixtures("pdflatex")
def test_every_character_that_is_not_escaped_has_a_glyph(tmp_path: Path) -> None:
    """Below those of Chinese; the others are printable characters of ASCII."""
    known = [chr(code) for code in (*range(32, 127), *range(160, 0x3000))]
    shown = [char for char in known if not in_latex(char).startswith(r"\textbackslash{}u")]
    lines = "\n\n".join(map(in_latex, shown))
    text = written(shapecalc.loads(SMALL).summary())
    latex.compiled(text.replace(r"\end{document}", lines + r"\end{document}"), tmp_path)
    assert 95 + 100 < len(shown) < 95 + 200


@pytest.mark.usefixtures("pdflatex")
def test_a_text_is_no_wider_than_it_is_taken_to_be(tmp_path: Path) -> None:
    pieces = [chr(code) * 10 for code in range(33, 127)] + ["“—…é" * 3, "Conv2d + BatchNorm2d"]
    boxes = "".join(
        f"\\setbox0\\hbox{{{in_latex(each)}}}\\typeout{{width \\the\\wd0}}\n" for each in pieces
    )
    text = written(shapecalc.loads(SMALL).summary())
    log = latex.compiled(text.replace(r"\end{document}", boxes + r"\end{document}"), tmp_path)
    widths = [float(each) for each in re.findall(r"^width ([\d.]+)pt", log, re.MULTILINE)]
    assert len(widths) == len(pieces)
    wider = [
        (piece, width)
        for piece, width in zip(pieces, widths, strict=True)
        if not 0.25 * points(piece) < width <= points(piece)
    ]
    assert wider == []


@pytest.mark.usefixtures("pdflatex")
def test_a_document_of_ones_own_takes_it_in(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    latex.need(latex.WESTERN, request, ("standalone",))
    for name, options in (("googlenet", Options()), ("resnet50", Options(depth=2))):
        text = written(shapecalc.load(name).summary(), options)
        (tmp_path / f"{name}.tex").write_text(text, encoding="utf-8")
        packages = re.findall(r"^% (\\.*)", text, re.MULTILINE)
    own = rf"""
\documentclass{{article}}
{chr(10).join(packages)}
\begin{{document}}
Tables \ref{{tab:googlenet}} and \ref{{tab:resnet-resnet50}}.
\input{{googlenet}}
\input{{resnet50}}
\end{{document}}
"""
    latex.compiled(own, tmp_path, name="own")
    known = (tmp_path / "own.aux").read_text(encoding="utf-8")
    assert known.count(r"\newlabel{tab:googlenet") == 3
    assert r"\newlabel{tab:resnet-resnet50}" in known
