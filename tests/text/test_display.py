"""Text made visible, measured in cells and folded."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.text.display import (
    encodable,
    fold,
    inert,
    pad,
    percent,
    printable,
    truncate,
    visible,
    width,
)

ANYTHING = st.text(st.characters(codec=None))
MIXED = st.text("ab1 ,.-_x(日本）é\u0301️❤👍🏽+")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\0\x7f\x85\x9b", r"\x00\x7f\x85\x9b"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("a\u202eb\u2066", r"a\u202eb\u2066"),
        ("\u200b\u200d\ufeff\xad", r"\u200b\u200d\ufeff\xad"),
        ("\u034f\u3164\u115f\u180b\U000e0041", r"\u034f\u3164\u115f\u180b\U000e0041"),
        ("\ud800", r"\ud800"),
        ("\ufffe\U0010ffff\ufdd0", r"\ufffe\U0010ffff\ufdd0"),
        ("\u0301e", r"\u0301e"),
        ("x\ufe0f\ufe0f", r"x\ufe0f\ufe0f"),
        ("👨\u200d👩", r"👨\u200d👩"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["", "conv1", "日本語", "e\u0301", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3", "\u00a0", "\\n"]
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_plain_text_is_not_copied() -> None:
    text = "".join(["conv", "1"])
    assert visible(text) is text


@given(st.one_of(ANYTHING, MIXED))
def test_a_long_text_is_shown_as_a_short_one(text: str) -> None:
    assert visible(text + 200 * "日") == visible(text + "日") + 199 * "日"
    assert visible(200 * "日" + text) == 199 * "日" + visible("日" + text)


@given(ANYTHING)
def test_visible_text_is_one_line_of_glyphs_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert visible(shown) == shown
    shown.encode()


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("conv1", 5),
        ("卷积", 4),
        ("ｆ", 2),
        ("e\u0301\u0302", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("❤", 1),
        ("❤\ufe0f", 2),
        ("🇨🇳", 2),
        ("각", 2),
        ("\u1100\u1161\u11a8", 2),
        ("½─", 2),
    ],
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


def test_pad() -> None:
    assert pad("卷积", 6) == "卷积  "
    assert pad("卷积", 6, right=True) == "  卷积"
    assert pad("卷积", 3) == "卷积"


@pytest.mark.parametrize(
    ("cells", "text"), [(11, "卷积 conv1"), (9, "卷积 c..."), (6, "卷..."), (2, ".."), (0, "")]
)
def test_truncate(cells: int, text: str) -> None:
    assert truncate("卷积 conv1", cells) == text


@pytest.mark.parametrize(
    ("text", "size", "short"),
    [
        ("padding: 128", 12, "padding: 128"),
        ("padding: 128", 11, "padding:..."),  # not 1..., which is another number
        ("9" * 50, 9, "999999..."),
        ("'" + "9" * 50, 9, "'99999..."),
        ("e" + "\u0301" * 99, 40, "..."),  # of one cell, but no less long for that
        ("ab" + "\u0301" * 99, 40, "a..."),
        ("x" * 10**7, 5, "xx..."),
    ],
)
def test_truncate_measures_characters_too_and_leaves_numbers_whole(
    text: str, size: int, short: str
) -> None:
    assert truncate(text, size) == short


@given(MIXED, st.integers(0, 20))
def test_what_is_truncated_fits(text: str, size: int) -> None:
    shown = visible(text)
    short = truncate(shown, size)
    assert max(len(short), width(short)) <= size or short == shown
    assert shown.startswith(short.removesuffix("...")) or size < 3


@pytest.mark.parametrize(
    ("part", "whole", "nearest", "up", "down"),
    [
        (1, 3, "33.3", "33.4", "33.3"),
        (2, 3, "66.7", "66.7", "66.6"),
        (1, 2000, "0.1", "0.1", "0.0"),
        (-1, 2000, "-0.1", "-0.0", "-0.1"),
        (-2, 3, "-66.7", "-66.6", "-66.7"),
        (0, 1, "0.0", "0.0", "0.0"),
        (7, 7, "100.0", "100.0", "100.0"),
        (10**40, 3 * 10**40, "33.3", "33.4", "33.3"),
    ],
)
def test_percent(part: int, whole: int, nearest: str, up: str, down: str) -> None:
    assert percent(part, whole) == nearest
    assert percent(part, whole, "up") == up
    assert percent(part, whole, "down") == down


@pytest.mark.parametrize(
    ("text", "encoding", "alone", "inside"),
    [
        ("::error::x", "utf-8", r"\x3a:error::x", "::error::x"),
        (" ::x", "utf-8", r" \x3a:x", " ::x"),
        ("##[error]\x1b层", "utf-8", r"#\x23[error]\x1b层", r"#\x23[error]\x1b层"),
        ("层é", "latin-1", r"\u5c42é", r"\u5c42é"),
    ],
)
def test_printable(text: str, encoding: str, alone: str, inside: str) -> None:
    assert printable(text, encoding) == alone
    assert printable(text, encoding, inside=True) == inside


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("Conv2d + ReLU + Conv2d + ReLU", 16, ["Conv2d + ReLU", "+ Conv2d + ReLU"]),
        ("several kernels", 7, ["several", "kernels"]),
        ("填充为3,输出64个", 9, ["填充为3,", "输出64个"]),
        ("卷积(核)", 6, ["卷积", "(核)"]),
        ("block_3.branch2", 8, ["block_3.", "branch2"]),
        ("224x224x3", 5, ["224x", "224x3"]),
        ("1,582,671,872", 4, ["1,582,671,872"]),
        ("e\u0301" * 3, 2, ["e\u0301" * 2, "e\u0301"]),
        ("a  b", 9, ["a  b"]),
        ("", 5, [""]),
        ("日本", 0, ["日", "本"]),
    ],
)
def test_fold(text: str, cells: int, lines: list[str]) -> None:
    assert fold(text, cells) == lines


@given(MIXED, st.integers(1, 20))
def test_folded_lines_hold_everything_and_fit(text: str, cells: int) -> None:
    shown = visible(text)
    lines = fold(shown, cells)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    for line in lines:
        narrow = re.fullmatch(r"[\d.,]+\W*|.\W*", line)  # a number, or a wide character in one cell
        assert width(line) <= cells or narrow
    numbers = re.findall(r"\d+(?:[.,]\d+)*", shown)
    assert [each for line in lines for each in re.findall(r"\d+(?:[.,]\d+)*", line)] == numbers


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("conv ##[error]x", r"conv #\x23[error]x"),
        ("##vso[task.x]", r"#\x23vso[task.x]"),
        ("conv::x ## [y]", "conv::x ## [y]"),
    ],
)
def test_no_line_is_a_command_for_a_ci_runner(line: str, shown: str) -> None:
    assert inert(line) == shown


def test_what_an_encoding_lacks_is_escaped() -> None:
    assert encodable("层é", "ascii") == r"\u5c42\xe9"
    assert encodable("层é", "latin-1") == r"\u5c42é"
    assert encodable("层é", "UTF-8") == "层é"
