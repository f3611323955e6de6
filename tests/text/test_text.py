"""Lines and columns; bytes, files and streams to text."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_reading import places

from shapecalc.limits import MAXIMUM_BYTES
from shapecalc.problems.problem import Problem, Problems
from shapecalc.text.files import ReadError, load_bytes, read_stream
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode
from shapecalc.yaml.reader import read_yaml


def naive_position(text: str, offset: int) -> tuple[int, int]:
    ends = [each.end() for each in re.finditer(r"\r\n?|\n", text) if each.end() <= offset]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


@given(st.text("ab😀\r\n"), st.integers(1, 5))
def test_positions_and_lines(text: str, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shapecalc.text.source._CHUNK", chunk)
        source = Source("<text>", text)
        lines = re.split(r"\r\n?|\n", text)
        for offset in range(len(text) + 1):
            assert source.position(offset) == naive_position(text, offset)
        assert [source.line(number + 1) for number in range(len(lines) + 2)] == [*lines, "", ""]
        for offset in range(len(text) + 1):
            line, column = naive_position(text, offset)
            before, behind = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
            assert source.around(offset, 99, 99) == (before, behind)
            assert source.around(offset, 1, 1) == (
                text[max(offset - 1, 0) : offset].strip("\r\n"),
                behind[:1],
            )


def test_a_long_text_has_its_lines() -> None:
    source = Source("<text>", "ab\r\n" * 10_000)
    assert source.position(4 * 7000 + 1) == (7001, 2)
    assert source.line(7001) == "ab"
    assert source.position(10**9) == (10_001, 1)


UNDECODED = {
    "UTF-16 with a mark": ("a: 1".encode("utf-16"), "UTF-16", 1, 1),
    "UTF-16 without": ("a: 1".encode("utf-16-le"), "UTF-16", 1, 1),
    "UTF-16 the other way round": ("a: 1".encode("utf-16-be"), "UTF-16", 1, 1),
    "UTF-32": ("a: 1".encode("utf-32"), "UTF-32", 1, 1),
    "Latin-1": ("é: ü\nb: né".encode() + "é".encode("latin-1"), "0xe9", 2, 6),
    "Latin-1 behind a mark": (b"\xef\xbb\xbfa: \xe9", "0xe9", 1, 4),
    "a character cut short": ("a: 😀".encode()[:-1], "0xf0", 1, 4),
    "a surrogate": (b"a: \xed\xa0\x80", "0xed", 1, 4),
}


@pytest.mark.parametrize(("data", "word", "line", "column"), UNDECODED.values(), ids=UNDECODED)
def test_what_is_not_utf8(data: bytes, word: str, line: int, column: int) -> None:
    problem = decode(data, "net.yaml")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.path, problem.line, problem.column) == (
        "SC001",
        "net.yaml",
        line,
        column,
    )
    assert word in problem.message
    assert problem.hint == "save the file as UTF-8"


def test_a_byte_order_mark_takes_no_column() -> None:
    source = decode(b"\xef\xbb\xbfa: [\n", "net.yaml")
    assert isinstance(source, Source)
    problems = Problems()
    assert read_yaml(source, problems) is None
    assert places(list(problems)) == [("SC002", 1, 4)]
    assert source.line(1) == "a: ["


def test_snippets_have_no_carriage_return() -> None:
    source = Source("<text>", "a: 1\r\nb: 2\rc: 3")
    assert [source.line(number) for number in (1, 2, 3)] == ["a: 1", "b: 2", "c: 3"]


def test_load_bytes(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(b"a: 1\r\n")
    assert load_bytes(path) == load_bytes(str(path)) == b"a: 1\r\n"
    with pytest.raises(FileNotFoundError):
        load_bytes(tmp_path / "missing.yaml")


def test_load_bytes_refuses_what_is_not_a_file_to_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as stream:
        stream.truncate(MAXIMUM_BYTES + 1)
    refused = {str(large): "32 MiB", str(tmp_path): "folder", "a\0b": "not a file name"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        refused[str(tmp_path / "pipe")] = "not a regular file"
    if os.path.exists("/dev/zero"):
        refused["/dev/zero"] = "not a regular file"
    for name, word in refused.items():
        with pytest.raises(ReadError, match=word) as caught:
            load_bytes(name)
        assert caught.value.filename == name
        assert "\n" not in str(caught.value)


def test_load_bytes_takes_the_largest_file(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    with path.open("wb") as stream:
        stream.truncate(MAXIMUM_BYTES)
    assert len(load_bytes(path)) == MAXIMUM_BYTES


def test_read_stream() -> None:
    assert read_stream(io.BytesIO(b"a: 1")) == b"a: 1"
    assert read_stream(io.BytesIO(b"x" * 10), 10) == b"x" * 10
    with pytest.raises(ReadError, match="too large"):
        read_stream(io.BytesIO(b"x" * 11), 10)
