"""What holds on Windows, as far as Linux can show it: see `windows`, which runs the command so."""

from __future__ import annotations

import errno
import json
import multiprocessing
import ntpath
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from io import FileIO
from multiprocessing import resource_tracker
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import running
import windows
from folders import SPECS

from shapecalc.check.check import check
from shapecalc.check.formats import FORMATS, sarif
from shapecalc.check.formats.locations import file_name
from shapecalc.check.report import CheckedFile, Report
from shapecalc.cli import output
from shapecalc.render.exporters import EXPLANATION_FORMATS, EXPORTERS
from shapecalc.text.source import Source

BLOCKS = "blocks: {Own: {layers: [{type: ReLU}]}}\n"
RIGHT = """\
import: [more/blocks.yaml]
input: 8x8x3
layers: [{type: Own}, {name: "é×层", type: Conv2d, out_channels: 4, kernel_size: 3}]
"""
WRONG = "input: 8x8x3\nlayers: [{name: é×层, type: Conv2d, out_channels: 4, kernel_size: 9}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets" / "more").mkdir(parents=True)
    (tmp_path / "nets" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "nets" / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "nets" / "more" / "blocks.yaml").write_text(BLOCKS, encoding="utf-8")
    return tmp_path


def on_windows(*words: str, folder: Path, **variables: str) -> running.Run:
    """A run of the command on Windows, whose output ends its lines as there."""
    done = subprocess.run(
        [sys.executable, windows.__file__, *words],
        cwd=folder,
        env=running.environment({"PYTHONIOENCODING": "utf-8", **variables}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in err
    assert "internal error" not in err
    for text in (out, err):
        assert text.count("\r\n") == text.count("\n") == text.count("\r")
    return running.Run(done.returncode, out.replace("\r", ""), err.replace("\r", ""))


def whole(folder: Path) -> str:
    """The path of a folder with its drive."""
    return "C:" + str(folder).replace("/", "\\")


EVERY_COMMAND = [
    ["table", "nets/a.yaml"],
    ["table", "nets/a.yaml", "--lang", "zh"],
    ["table", "nets/wrong.yaml"],
    ["check", "nets"],
    ["check", "nets", "--lock"],
    *(["check", "nets", "--format", name] for name in FORMATS),
    *(["export", "nets/a.yaml", "--to", name] for name in EXPORTERS),
    ["diff", "nets/a.yaml", "resnet18"],
    ["diff", "nets/a.yaml", "resnet18", "--format", "markdown"],
    ["summary", "nets"],
    *(["explain", "nets/a.yaml", "--to", name] for name in EXPLANATION_FORMATS),
    ["layers", "Inception"],
    ["specs"],
    ["schema"],
    ["explain-code", "SC204"],
    ["docs"],
    ["docs", "language"],
]
every_command = pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)


@every_command
def test_every_command_says_there_what_it_says_here(words: list[str], folder: Path) -> None:
    here = running.run(*words, folder=folder)
    (folder / "nets" / "a.lock").unlink(missing_ok=True)
    there = on_windows(*[word.replace("nets/", "nets\\") for word in words], folder=folder)
    assert there.status == here.status
    for one, other in ((here.out, there.out), (here.err, there.err)):
        other = other.replace(r"\textbackslash{}", "\\")  # as LaTeX writes it
        assert re.sub(r"(?<=nets)\\+|(?<=more)\\+", "/", other) == one


@pytest.mark.parametrize(
    "name", ["nets\\a.yaml", "nets/a.yaml", "C:{}\\nets\\a.yaml", "NETS\\A.yaml"]
)
def test_a_spec_is_found_with_what_it_imports(name: str, folder: Path) -> None:
    name = name.replace("C:{}", whole(folder))
    assert on_windows("check", name, folder=folder) == running.Run(
        0, "", "1 spec checked, no problems found\n"
    )
    assert "é×层" in on_windows("table", name, folder=folder).out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("more\\blocks.yaml", "help: write / between folders: 'more/blocks.yaml'"),
        ("..\\nets\\more\\blocks.yaml", "has backslashes"),
        ("C:\\blocks.yaml", "is not a relative path"),
        ("C:blocks.yaml", "is not a relative path"),
        ("\\\\server\\share\\blocks.yaml", "is not a relative path"),
        ("//server/share/blocks.yaml", "is not a relative path"),
        ("\\blocks.yaml", "is not a relative path"),
        ("/blocks.yaml", "is not a relative path"),
        ("blocks.yaml:stream", "is not a relative path"),
        ("../nets/more/blocks.yaml", "is outside the folder of the spec"),
        ("nul.yaml", "is outside the folder of the spec"),
        ("A.yaml", "circular import"),
    ],
)
def test_an_import_stays_in_the_folder(name: str, message: str, folder: Path) -> None:
    text = RIGHT.replace("[more/blocks.yaml]", f"'{name}'")
    (folder / "nets" / "a.yaml").write_text(text, encoding="utf-8")
    done = on_windows("check", "nets\\a.yaml", folder=folder)
    assert done.status == 1
    assert message in done.out
    assert "error[SC114]" in running.run("check", "nets/a.yaml", folder=folder).out


@pytest.mark.parametrize("name", ["nul", "con", "NUL.yaml", "nets\\aux.yaml", "C:\\prn.x.yaml"])
def test_a_name_of_a_device_is_no_spec(name: str, folder: Path) -> None:
    for command in ("table", "check"):
        done = on_windows(command, name, folder=folder)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {name}: not a regular file")
    words = ["export", "nets\\a.yaml", "--to", "csv", "-o", name]
    assert on_windows(*words, folder=folder) == running.Run(0, "", "")


def test_what_is_no_name_there_is_said(folder: Path) -> None:
    for name in ("a|b.yaml", "<a>.yaml", "D:\\a.yaml", "nets\\b.yaml@x\\y"):
        done = on_windows("table", name, folder=folder)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {name}: ")


def test_a_lock_is_one_however_git_ends_its_lines_and_its_name_is_written(folder: Path) -> None:
    assert on_windows("check", "--lock", "nets\\a.yaml", folder=folder).status == 0
    lock = folder / "nets" / "a.lock"
    written_there = lock.read_bytes()
    assert b"\r" not in written_there
    lock.unlink()
    assert running.run("check", "--lock", "nets/a.yaml", folder=folder).status == 0
    assert lock.read_bytes() == written_there
    lock.write_bytes(written_there.replace(b"\n", b"\r\n"))  # git's core.autocrlf
    for name in ("nets\\a.yaml", "nets\\A.yaml"):
        assert on_windows("check", name, folder=folder).status == 0
    assert running.run("check", "nets/a.yaml", folder=folder).status == 0
    lock.write_bytes(written_there.replace(b"6x6x4", b"6x6x5").replace(b"\n", b"\r\n"))
    done = on_windows("check", "nets\\a.yaml", folder=folder)
    assert done.status == 1
    assert "differs from the lock: output 6x6x5 -> 6x6x4" in done.out
    assert "`shapecalc check --lock nets/a.yaml` accepts it" in done.out


def test_an_output_is_never_what_is_read(folder: Path) -> None:
    for name in ("nets\\a.yaml", "NETS\\A.YAML", "nets/./a.yaml", f"{whole(folder)}\\nets\\a.yaml"):
        done = on_windows("export", "nets\\a.yaml", "--to", "csv", "-o", name, folder=folder)
        assert done.status == 2
        assert "would overwrite a file that is read" in done.err
    assert (folder / "nets" / "a.yaml").read_text(encoding="utf-8") == RIGHT


def test_an_output_ends_its_lines_as_everywhere(folder: Path) -> None:
    words = ["export", "nets/a.yaml", "--to", "csv", "-o"]
    assert on_windows(*words, "nets\\a.csv", folder=folder).status == 0
    assert running.run(*words, "here.csv", folder=folder).status == 0
    assert (folder / "nets" / "a.csv").read_bytes() == (folder / "here.csv").read_bytes()


def test_patterns_are_of_files_to_check_and_nothing_else_is_replaced(folder: Path) -> None:
    """Elsewhere the shell does that. Click would do it to every word, variables included."""
    for name in ("%TOKEN%.yaml", "$TOKEN.yaml", "~.yaml"):
        (folder / name).write_text(WRONG, encoding="utf-8")
        words = ["check", name, "--format", "concise"]
        done = on_windows(*words, folder=folder, TOKEN="secret", HOME="secret")
        assert done.out.startswith(f"{name}:2:")
        assert "secret" not in done.out + done.err
    for path, pattern, files in (
        ("n*\\*.yaml", "*.yaml", ["nets\\a.yaml", "nets\\wrong.yaml"]),
        ("nets", "wrong*", ["nets\\a.yaml", "nets\\more\\blocks.yaml"]),
    ):
        done = on_windows("check", path, "--exclude", pattern, "--format", "json", folder=folder)
        assert json.loads(done.out)["files"] == files
    done = on_windows("check", "none*.yaml", folder=folder)
    assert (done.status, done.err.splitlines()[0]) == (2, "error: none*.yaml: Invalid argument")


def test_standard_input_is_named_inside_the_working_directory(folder: Path) -> None:
    for name, refused in (("nets\\z.yaml", False), ("..\\z.yaml", True), ("D:\\z.yaml", True)):
        words = f"check - --format concise --stdin-filename {name}"
        code = (
            "import io, sys, windows; from shapecalc.__main__ import main; windows.move_in();"
            f"sys.argv = ['shapecalc', *{words.split()!r}];"
            f"sys.stdin = io.TextIOWrapper(io.BytesIO({RIGHT.encode()!r})); print(main())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env=running.environment({"PYTHONPATH": os.pathsep.join(sys.path)}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = "standard input is named outside the working directory" in done.stdout
        assert said is refused, done.stderr


# ------------------------------------------------------------------ paths in reports


@pytest.mark.parametrize(
    ("path", "name", "uri"),
    [
        ("nets\\a b.yaml", "nets/a b.yaml", "nets/a%20b.yaml"),
        (".\\nets\\a.yaml", "nets/a.yaml", "nets/a.yaml"),
        ("..\\a.yaml", "../a.yaml", "../a.yaml"),
        ("C:\\x y\\a.yaml", "C:/x y/a.yaml", "file:///C:/x%20y/a.yaml"),
        ("C:a.yaml", "C:a.yaml", "C%3Aa.yaml"),
        ("\\\\server\\my share\\a.yaml", "//server/my share/a.yaml",
         "file://server/my%20share/a.yaml"),
    ],
)  # fmt: skip
def test_reports_name_files_with_slashes(
    path: str, name: str, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flavour = SimpleNamespace(path=ntpath, sep="\\")
    monkeypatch.setattr(sarif, "os", flavour)
    monkeypatch.setattr("shapecalc.check.formats.locations.os", flavour)
    assert file_name(path) == name
    assert sarif.uri(path) == uri
    report = Report([CheckedFile(path, check(Source(path, WRONG)).problems)])
    (entry,) = json.loads("\n".join(map(str, FORMATS["gitlab"].lines(report))))
    assert entry["location"]["path"] == name
    (command,) = FORMATS["github"].lines(report)
    assert f"file={name.replace(':', '%3A')}," in command


# ------------------------------------------------------------------ line ends and encodings

GOLDENS = sorted([*SPECS.glob("ok/*.yaml"), *SPECS.glob("err/*.yaml")])


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_line_ends_change_nothing(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")

    def said(end: str) -> list[tuple[str, str, int, int]]:
        source = Source(str(path), text.replace("\n", end))
        problems = check(source).problems
        return [(each.code, each.message, each.line, each.column) for each in problems]

    if "\r" not in text:
        assert said("\r\n") == said("\r") == said("\n")


ENCODINGS = [
    "cp1252",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("cp437", "cp932", "ascii")),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@every_command
def test_every_command_writes_in_any_encoding(
    words: list[str], encoding: str, folder: Path
) -> None:
    done = subprocess.run(
        running.command(*words),
        cwd=folder,
        env=running.environment({"PYTHONIOENCODING": f"{encoding}:strict"}),
        capture_output=True,
        timeout=60,
        check=False,
    )
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    (folder / "nets" / "a.lock").unlink(missing_ok=True)
    here = running.run(*words, folder=folder)

    def escaped(text: str) -> str:
        return text.encode(encoding, "backslashreplace").decode(encoding)

    def squeezed(text: str) -> str:  # columns are as wide as what is in them
        return re.sub(" +|-{3,}", " ", text)

    assert done.returncode == here.status
    if "junit" in words:
        assert done.stdout.decode("utf-8") == here.out
        ElementTree.fromstring(done.stdout)
    elif here.out[:1] == "{":
        assert json.loads(out) == json.loads(here.out)
    elif {"latex", "mermaid", "dot"} & {*words} and encoding != "utf-8":
        # where a backslash does something, so that it is escaped itself
        assert re.search(r"(?:\\\\|#92;|\\textbackslash\{\})u5c42", out)
        assert "层" not in out
    else:
        assert squeezed(out) == squeezed(escaped(here.out))
    assert err == escaped(here.err)


# ------------------------------------------------------------------ streams, colours, processes


def test_a_pipe_without_a_reader_is_told_there_by_another_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed(FileIO):
        def write(self, data: Any, /) -> int:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(output, "_Reliable", type("Pipe", (output._Reliable, Closed), {}))
    reading, writing = os.pipe()
    with open(reading, "rb"), open(writing, "w", encoding="cp1252") as pipe:
        stream = output.reliable(pipe, "standard output")
        for _ in range(2):
            stream.write("x")
            stream.flush()


def test_escapes_colour_what_is_no_console() -> None:
    """An old console of Windows is coloured by other means; what is redirected is no console."""
    code = (
        "import rich.console, sys; from shapecalc.text.styles import ERROR, write_lines;"
        "rich.console.WINDOWS = True; rich.console.detect_legacy_windows = lambda: True;"
        "write_lines([[('x', ERROR)]], sys.stdout, True)"
    )
    assert running.program(code).out == "\x1b[1;31mx\x1b[0m\n"


def test_workers_need_no_masks_of_signals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shapecalc.check.batch import Asked, check_all
    from shapecalc.check.spec_files import find_specs

    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(WRONG, encoding="utf-8")
    process = multiprocessing.get_context("spawn").Process
    monkeypatch.setattr(multiprocessing, "Process", process)
    found = find_specs([str(tmp_path)], [])
    resource_tracker.ensure_running()
    monkeypatch.delattr(signal, "pthread_sigmask")
    outcomes = check_all(found, Asked(), 2)
    assert [len(each.file.problems) for each in outcomes if each.file is not None] == [1, 1]
    assert {each.failure for each in outcomes} == {None}
