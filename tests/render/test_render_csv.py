"""CSV for spreadsheets: quoted, harmless, numbers as numbers."""

from __future__ import annotations

import csv
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from documents import LAYERS, googlenet, table
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.render.csv import lines
from shapecalc.shapes.shape import Shape
from shapecalc.tables.document import Options

if TYPE_CHECKING:
    from shapecalc.tables.table import Cell


def written(text: Cell) -> str:
    return list(lines(table([(text, 0)], ("name", "params")), Options()))[1].removesuffix(",0")


def test_a_table_under_the_keys_of_its_columns_or_its_headings() -> None:
    in_chinese = googlenet().tables[0]
    header, *rows = lines(in_chinese, Options())
    assert header == ",".join(in_chinese.headings)
    assert rows[:2] == [
        'conv1,Conv2d,224x224x3,112x112x64,7x7,2,3,3,64,"' + str(LAYERS[0][-1]) + '"',
        'maxpool1,MaxPooling2d,112x112x64,56x56x64,3x3,2,1,,,"' + str(LAYERS[1][-1]) + '"',
    ]
    assert len(rows) == len(LAYERS)
    assert next(lines(googlenet("en").tables[0], Options())) == (
        "name,type,input,output,kernel_size,stride,padding,in_channels,out_channels,note"
    )


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", " =1", "＝1", "-"])
def test_text_is_no_formula(text: str) -> None:
    assert written(text) == "'" + text


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (-1, "-1"),
        ("-3", "-3"),
        ("-3x-3", "'-3x-3"),
        (2**80, "1208925819614629174706176"),
        (None, ""),
        (Fraction(1, 3), "0.333333"),
        (Fraction(123456789, 2), "61728394.5"),
        (Shape((4, 3)), "4x3"),
        ("1, 1", '"1, 1"'),
        ('a"b', '"a""b"'),
        ("\t=1", r"\t=1"),
        ("a\r\nb", r"a\r\nb"),
        ("::error::x", r"\x3a:error::x"),
        ("##[error]x", r"#\x23[error]x"),
    ],
)
def test_fields(cell: Cell, field: str) -> None:
    assert written(cell) == field


@given(st.lists(st.tuples(st.text("a,;\"'=\n層"), st.text("b \t|"), st.integers())))
def test_every_row_is_a_line_that_reads_back(rows: list[tuple[str, str, int]]) -> None:
    keys = ("name", "note", "params")
    header, *read = csv.reader(lines(table(rows, keys), Options()))
    assert header == list(keys)
    assert [row[2] for row in read] == [str(row[2]) for row in rows]
