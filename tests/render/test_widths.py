"""The widths of columns: what fits, and how few rows then wrap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shapecalc.render.widths import Measured, fitted
from shapecalc.text.display import fold, width

WORDS = st.lists(st.sampled_from(["a", "bcd", "12345", "efg_hij", "KlmNop", "层名称"]), max_size=5)
TEXTS = WORDS.map(" ".join)
COLUMNS = st.integers(1, 12).flatmap(
    lambda rows: st.lists(
        st.builds(
            Measured,
            TEXTS,
            st.lists(TEXTS, min_size=rows, max_size=rows),
            parted=st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )
)


@given(COLUMNS, st.integers(0, 120))
def test_what_can_fit_does(columns: list[Measured], room: int) -> None:
    widths = fitted(columns, room)
    if widths is None:
        assert sum(column.least for column in columns) > room
        return
    assert sum(widths) <= room or widths == [column.least for column in columns]
    for column, cells in zip(columns, widths, strict=True):
        assert column.least <= cells <= column.natural
        for text in (column.heading, *column.texts):
            assert max(map(width, fold(text, cells))) <= cells


@given(COLUMNS)
def test_nothing_wraps_where_there_is_room(columns: list[Measured]) -> None:
    natural = [column.natural for column in columns]
    assert fitted(columns, sum(natural)) == natural


def test_that_wraps_which_saves_most_for_the_fewest_rows() -> None:
    names = Measured("Layer", ["conv_of_nine"] * 9)
    types = Measured("Type", ["ReLU"] * 8 + ["Conv2d + BatchNorm2d + ReLU"])
    assert fitted([names, types], 40) == [12, 27]
    assert fitted([names, types], 32) == [12, 20]


def test_rows_that_wrap_anyway_cost_nothing_more() -> None:
    wide = Measured("A", ["aaaaaaaaa bbbbbbbbb", "c", "d"])
    same_row = Measured("B", ["eeee fff", "g", "h"])
    other_row = Measured("C", ["i", "jjjj kkk", "l"])
    assert fitted([wide, other_row, same_row], 21) == [9, 8, 4]


def test_headings_fold_before_rows_do() -> None:
    figures = Measured("Out channels", ["1,024", "64"])
    types = Measured("Type", ["Conv2d + ReLU", "Conv2d"])
    assert fitted([figures, types], 21) == [8, 13]
