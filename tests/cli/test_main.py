"""What every command comes to: an exit status, one line or the problems, and no traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest
from running import program, run

import shapecalc.cli
from shapecalc.__main__ import main
from shapecalc.problems.problem import Problem, SpecError
from shapecalc.text.source import Source

BAD = SpecError([Problem("SC204", "it does not fit", Source("x.yaml", "a: 1\n"), 3)])


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (None, 0, ""),
        (BAD, 1, "error[SC204]: it does not fit\n --> x.yaml:1:4\n"),
        (click.UsageError("no such\n thing."), 2, "error: no such thing (see shapecalc --help)\n"),
        (FileNotFoundError(2, "No such file", "a\nb"), 2, "error: a\\nb: No such file\n"),
        (OSError("odd"), 2, "error: odd\n"),
        (KeyboardInterrupt(), 130, "\n"),
        (ValueError("a\nb"), 2, "error: internal error, please report this bug: "),
        (RecursionError(), 2, "error: internal error, please report this bug: Recursion"),
    ],
)
def test_every_end_has_its_status(
    raised: BaseException | None,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    def command() -> None:
        if raised is not None:
            raise raised

    monkeypatch.setattr(shapecalc.cli, "cli", command)
    monkeypatch.setattr(sys, "argv", ["shapecalc"])
    monkeypatch.delenv("SHAPECALC_DEBUG", raising=False)
    assert main() == status
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(said)
    assert "Traceback" not in written.err


def test_the_status_that_a_command_returns_is_the_exit_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shapecalc.cli, "cli", click.command()(lambda: 1))
    monkeypatch.setattr(sys, "argv", ["shapecalc"])
    assert main() == 1


def test_a_fault_has_its_traceback_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault() -> None:
        raise ValueError("odd")

    monkeypatch.setattr(shapecalc.cli, "cli", click.command()(fault))
    monkeypatch.setattr(sys, "argv", ["shapecalc"])
    monkeypatch.setenv("SHAPECALC_DEBUG", "1")
    assert main() == 2
    assert "Traceback" in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = run(folder=tmp_path)
    assert done.status == 2
    assert done.err.startswith("Usage: shapecalc")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["table", "googlenet-stem"]])
def test_a_full_disk(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path, shell='exec "$@" > /dev/full')
    assert done == (2, "", "error: standard output: No space left on device\n")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    (tmp_path / "bad.yaml").write_text("input: 8x8x3\nlayers: [{type: Nope}]\n")
    try:
        assert run("--help", folder=tmp_path, output=writing) == (0, "", "")
        assert run("table", "googlenet-stem", folder=tmp_path, output=writing) == (0, "", "")
        done = run("table", "bad.yaml", folder=tmp_path, output=writing)
    finally:
        os.close(writing)
    assert done.status == 1
    assert "Nope" in done.err


def test_streams_that_were_never_open(tmp_path: Path) -> None:
    shell = 'exec "$@" >&- 2>&-'
    assert run("table", "googlenet-stem", folder=tmp_path, shell=shell).status == 0


def test_an_ascii_stream(tmp_path: Path) -> None:
    variables = {"PYTHONIOENCODING": "ascii"}
    done = run("table", "googlenet-stem", "--lang", "zh", folder=tmp_path, variables=variables)
    assert r"\u5c42\u540d\u79f0" in done.out
    assert (done.status, done.err) == (0, "")


CALLS = """
import resource
from shapecalc.__main__ import _with_room
def leaf(one=1, two=2, three=3):
    return one
def faults(depth):
    if depth:
        return faults(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(2000):
        leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(_with_room(lambda: max(map(faults, range(500)))))
"""


def test_no_call_of_a_command_comes_to_the_end_of_a_chunk_of_the_stack() -> None:
    """A chunk that begins with a call that returns has its pages made anew by each call."""
    pytest.importorskip("resource")
    assert int(program(CALLS).out) < 1000
