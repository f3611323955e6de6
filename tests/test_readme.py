"""The README's tour, run as a newcomer would: its files, its commands, and what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from folders import TOP
from running import Run, program, run

README = (TOP / "README.md").read_text(encoding="utf-8")

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

FILES = {
    found[1]: text
    for kind, text in BLOCKS
    if kind in ("yaml", "ini") and (found := re.match(r"# (\S+\.(?:yaml|cfg))\n", text))
}

SESSIONS = [text for kind, text in BLOCKS if kind == "console"]

COMMANDS = [
    line
    for kind, text in BLOCKS
    if kind == "sh"
    for line in text.splitlines()
    if line.startswith("shapecalc ")
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    return tmp_path


def run_line(command: str, folder: Path) -> Run:
    first, *words = shlex.split(command)
    assert first == "shapecalc"
    return run(*words, folder=folder, seconds=10)


def test_the_readme_has_files_sessions_and_commands() -> None:
    assert len(FILES) >= 3
    assert len(SESSIONS) >= 3
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("session", SESSIONS)
def test_sessions_print_what_the_readme_prints(session: str, folder: Path) -> None:
    prompt, _, printed = session.partition("\n")
    result = run_line(prompt.removeprefix("$ "), folder)
    # `...` stands for whatever the line goes on to say
    pattern = re.escape(printed.rstrip()).replace(r"\.\.\.", ".*")
    shown = result.out + result.err
    assert re.fullmatch(pattern, shown.rstrip()), shown


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work(command: str, folder: Path) -> None:
    result = run_line(command, folder)
    assert result.status == 0, result.err
    assert (result.out + result.err).strip() or "-o" in command


def test_the_tables_of_the_readme_are_what_they_should_be(folder: Path) -> None:
    done = run_line("shapecalc export --to markdown --into README.md --check", folder)
    assert (done.status, done.out) == (0, "")
    assert done.err == "README.md: 0 of 1 places stale\n"


def test_the_drawing_of_the_readme_is_what_it_should_be(folder: Path) -> None:
    (drawing,) = [text for kind, text in BLOCKS if kind == "mermaid"]
    (command,) = [each for each in COMMANDS if "mermaid" in each]
    assert run_line(command, folder).out == drawing


def test_the_python_example_runs(folder: Path) -> None:
    (example,) = [text for kind, text in BLOCKS if kind == "python" and "def test" not in text]
    assert program(example, folder).out.splitlines()[0] == "1000 25557032 25557032 7627668224"
