"""Colour, width, streams, and files that are replaced whole."""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapecalc.cli.output import decide_color, drop, reliable, terminal_width
from shapecalc.text.atomic_write import write_atomically


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("wish", "environment", "terminal", "color"),
    [
        (None, {}, True, True),
        (None, {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": ""}, True, True),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        (True, {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        (False, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(
    wish: bool | str | None,
    environment: dict[str, str],
    terminal: bool,
    color: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert decide_color(wish, Terminal() if terminal else io.StringIO()) is color


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        ("132", 132),
        ("20", 20),
        ("0", 80),
        ("", 80),
        ("-5", 80),
        ("x", 80),
        ("²", 80),
        ("9" * 99, 80),
    ],
)
def test_width(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal_width(io.StringIO()) == width


def test_width_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    termios = pytest.importorskip("termios")
    monkeypatch.delenv("COLUMNS", raising=False)
    ours, theirs = os.openpty()
    with open(ours, "wb"), open(theirs, "w") as terminal:
        assert terminal_width(terminal) == 80  # a new one says 0
        termios.tcsetwinsize(terminal, (24, 133))
        assert terminal_width(terminal) == 133


def pipe() -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
    reading, writing = os.pipe()
    return open(reading, encoding="utf-8"), open(writing, "w", encoding="ascii")


def test_a_reliable_stream_loses_its_reader_and_nothing_else() -> None:
    reader, writer = pipe()
    stream = reliable(writer, "standard output")
    stream.write("层\ud800\n")
    stream.flush()
    assert reader.readline() == "\\u5c42\\ud800\n"
    reader.close()
    for _ in range(3):
        stream.write("x" * 100_000)
        stream.flush()
    stream.close()
    writer.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_reliable_stream_says_what_it_is_where_the_disk_is_full() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        stream = reliable(full, "standard output")
        stream.write("x")
        with pytest.raises(OSError, match="No space left") as caught:
            stream.flush()
        assert caught.value.filename == "standard output"
        drop(stream)
        stream.flush()
        stream.close()
        silent = reliable(full)
        silent.write("x")
        silent.close()


def test_streams_that_are_none_or_somebodys_own() -> None:
    own = io.StringIO()
    assert reliable(own) is own
    with reliable(None) as nothing:
        nothing.write("x")


def failing() -> Iterator[str]:
    yield "half"
    raise RuntimeError("interrupted")


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "new.md"
    before = os.umask(0o027)
    try:
        write_atomically(str(path), ["层\n", "x\n"])
    finally:
        os.umask(before)
    assert path.read_bytes() == "层\nx\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["new.md"]


@pytest.mark.parametrize("mode", [0o664, 0o600, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "old.md"
    path.write_text("a long old content")
    path.chmod(mode)
    write_atomically(str(path), ["new"])
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_one(tmp_path: Path, exists: bool) -> None:
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "target.md"
    if exists:
        target.write_text("old")
    link = tmp_path / "link.md"
    link.symlink_to("there/target.md")
    write_atomically(str(link), ["new"])
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert os.listdir(target.parent) == ["target.md"]


def test_the_old_file_is_whole_when_the_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="interrupted"):
        write_atomically(str(path), failing())
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.md"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_the_old_file_is_whole_when_the_disk_is_full(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "old.md"
    path.write_text("old")
    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(str(path), ["new"])
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.md"]


@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o644), (0o755, 0o444)])
def test_what_may_not_be_written_is_not(tmp_path: Path, folder: int, file: int) -> None:
    path = tmp_path / "old.md"
    path.write_text("old")
    path.chmod(file)
    tmp_path.chmod(folder)
    try:
        if os.access(path, os.W_OK) and os.access(tmp_path, os.W_OK):
            pytest.skip("who runs this may write anywhere")
        with pytest.raises(PermissionError) as caught:
            write_atomically(str(path), ["new"])
    finally:
        tmp_path.chmod(0o755)
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "error"),
    [("", FileNotFoundError), ("none/x.md", FileNotFoundError), (".", IsADirectoryError)],
)
def test_places_where_no_file_can_be(
    tmp_path: Path, name: str, error: type[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as caught:
        write_atomically(name, ["new"])
    assert caught.value.filename == name
    assert os.listdir(tmp_path) == []


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()))
    reader.start()
    write_atomically(str(path), ["new"])
    reader.join()
    assert read == ["new"]
    assert stat.S_ISFIFO(path.stat().st_mode)
