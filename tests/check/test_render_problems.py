"""Problems with the line that they are about, a mark under it, and what helps."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lines import texts, written

from shapecalc.check.formats.concise import line as concise
from shapecalc.check.formats.full import problem_lines, summary_line
from shapecalc.problems.problem import Problem
from shapecalc.text.display import width
from shapecalc.text.source import Source

SMALL = Source(
    "nets/small.yaml",
    """\
input: 56x56x64
layers:
  - {name: conv1, type: Conv2d, out_channels: 64, groups: 3}
""",
)
OTHER = Source("other.yaml", "block: Fire\n")


def marked(text: str, offset: int) -> tuple[str, str]:
    """The line of the source and the mark under it, without the gutter."""
    shown = texts(problem_lines([Problem("SC100", "m", Source("x.yaml", text), offset)]))
    gutter = shown[3].index("|") + 2
    return shown[3][gutter:], shown[4][gutter:]


def test_all_of_it() -> None:
    problem = Problem(
        "SC204",
        "conv1: groups 3 does not divide in_channels 64",
        SMALL,
        SMALL.text.index("3}"),
        "groups must divide 64",
        [
            ("the input has 64 channels", SMALL, SMALL.text.index("56x56")),
            ("Fire is declared here", OTHER, 7),
            ("channels are counted from the input", None, None),
        ],
    )
    assert texts(problem_lines([problem])) == [
        "error[SC204]: conv1: groups 3 does not divide in_channels 64",
        " --> nets/small.yaml:3:59",
        "  |",
        "3 |   - {name: conv1, type: Conv2d, out_channels: 64, groups: 3}",
        "  |                                                           ^",
        "  = note: the input has 64 channels (line 1)",
        "  = note: Fire is declared here (other.yaml:1:8)",
        "  = note: channels are counted from the input",
        "  = help: groups must divide 64",
        "",
    ]
    assert concise(problem) == (
        "nets/small.yaml:3:59: error[SC204] conv1: groups 3 does not divide in_channels 64"
    )


def test_colour_changes_nothing_else() -> None:
    problems = [
        Problem("SC100", "m", SMALL, 0, "help", [("note", OTHER, 0)]),
        Problem("SC300", "w", SMALL, 7, severity="warning"),
    ]
    colored = written(problem_lines(problems), color=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == written(problem_lines(problems))
    assert "\x1b[1;31merror[SC100]\x1b[0m" in colored
    assert "\x1b[1;33mwarning[SC300]\x1b[0m" in colored


@pytest.mark.parametrize(
    ("text", "at", "mark"),
    [
        ("{type: Conv2d, x: 1}", "Conv2d", "^^^^^^"),
        ("type: Conv2d", "type", "^^^^"),
        ("{kernel: [3, 12]}", "12", "^^"),
        ("{kernel: [3, 12]}", "[", "^"),
        ("{kernel: [3, 12]}", "{", "^"),
        ("x: 'a, b' # c", "'", "^^^^^^"),
        ("x: 'a, b", "'", "^^^^^"),
        ("x: '4 * plans'", "plans", "^^^^^"),
        ("x:", "x:", "^"),
        (":", ":", "^"),
        ("n: 层é, b", "层", "^^^"),
    ],
)
def test_the_mark_stands_under_the_word(text: str, at: str, mark: str) -> None:
    place = text.index(at)
    assert marked(text, place) == (text, " " * place + mark)


def test_the_mark_may_stand_behind_the_end() -> None:
    assert marked("abc\ndef", 3) == ("abc", "   ^")


def test_where_there_is_no_text_no_line_is_shown() -> None:
    shown = texts(problem_lines([Problem("SC011", "empty", Source("x", ""), 0)]))
    assert shown == ["error[SC011]: empty", " --> x:1:1", ""]


@pytest.mark.parametrize("before", ["\t", "日本語", "e\u0301", "\u202e\x1b[1m", "❤\ufe0f", "👍🏽"])
def test_the_mark_is_aligned_by_cells(before: str) -> None:
    line, mark = marked(f"{before}: BAD", len(before) + 2)
    assert width(line) == width(mark)
    assert mark.endswith(" ^^^")
    assert not re.search("[\t\u202e\x1b]", line)


def test_a_long_line_is_shown_around_the_mark() -> None:
    text = "x, " * 100_000 + "BAD, " + "y, " * 100_000
    line, mark = marked(text, text.index("BAD"))
    assert line.startswith("...") and line.endswith("...")
    assert len(line) <= 103
    assert line[len(mark) - 3 : len(mark)] == "BAD"
    line, mark = marked("'" + "z" * 1000, 0)
    assert line.startswith("'zzz") and line.endswith("...") and len(mark) <= 40


@given(st.text("ab :,{}[]'\"\t层e\u0301\u202e❤\ufe0f", min_size=1, max_size=300), st.data())
def test_any_line_is_shown_with_the_mark_under_it(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, mark = marked(text, offset)
    assert re.fullmatch(r" *\^+", mark)
    assert width(line) <= 103
    assert width(mark) <= width(line) + len("   ^")  # spaces at the end of a line are not written


def test_what_a_message_holds_does_not_act() -> None:
    source = Source("::error::\n.yaml", "x")
    problem = Problem("SC100", "\x1b[31m ##[error]\n", source, 0, "a\nb", [("c\nd", OTHER, 0)])
    assert texts(problem_lines([problem])) == [
        r"error[SC100]: \x1b[31m #\x23[error]\n",
        r" --> ::error::\n.yaml:1:1",
        "  |",
        "1 | x",
        "  | ^",
        r"  = note: c\nd (other.yaml:1:1)",
        r"  = help: a\nb",
        "",
    ]
    assert concise(problem).startswith(r"\x3a:error::\n.yaml:1:1: error[SC100]")


def test_summary_line() -> None:
    error = Problem("SC100", "m", SMALL, 0)
    warning = Problem("SC300", "w", SMALL, 0, severity="warning")
    assert summary_line([error, error, warning]) == "2 errors, 1 warning in nets/small.yaml"
    assert summary_line([warning]) == "1 warning in nets/small.yaml"
    assert summary_line([error, Problem("SC100", "m", OTHER, 0)]) == "2 errors in 2 files"
