"""CSV for spreadsheets: quoted, harmless, numbers as numbers."""

from __future__ import annotations

import csv

import pytest
from documents import LAYERS, googlenet, table
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.render.csv import lines
from shapecalc.shapes.shape import Shape
from shapecalc.tables.document import Options


def written(text: str | int | Shape | None) -> str:
    return list(lines(table([(text, 0)], ("name", "params")), Options()))[1].removesuffix(",0")


def test_the_first_table_under_the_keys_of_its_columns() -> None:
    assert list(lines(googlenet().tables[0], Options()))[:3] == [
        "name,type,input,output,kernel_size,stride,padding,in_channels,out_channels,note",
        'conv1,Conv2d,224x224x3,112x112x64,7x7,2,3,3,64,"' + str(LAYERS[0][-1]) + '"',
        'maxpool1,MaxPooling2d,112x112x64,56x56x64,3x3,2,1,,,"' + str(LAYERS[1][-1]) + '"',
    ]
    assert len(list(lines(googlenet().tables[0], Options()))) == 1 + len(LAYERS)


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
        (Shape((4, 3)), "4x3"),
        ("1, 1", '"1, 1"'),
        ('a"b', '"a""b"'),
        ("\t=1", r"\t=1"),
        ("a\r\nb", r"a\r\nb"),
        ("::error::x", r"\x3a:error::x"),
        ("##[error]x", r"#\x23[error]x"),
    ],
)
def test_fields(cell: str | int | Shape | None, field: str) -> None:
    assert written(cell) == field


@given(st.lists(st.tuples(st.text("a,;\"'=\n層"), st.text("b \t|"), st.integers())))
def test_every_row_is_a_line_that_reads_back(rows: list[tuple[str, str, int]]) -> None:
    keys = ("name", "note", "params")
    header, *read = csv.reader(lines(table(rows, keys), Options()))
    assert header == list(keys)
    assert [row[2] for row in read] == [str(row[2]) for row in rows]
