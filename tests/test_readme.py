"""The README's tour, run as a newcomer would: its files, its commands, and what they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from folders import TOP

README = (TOP / "README.md").read_text(encoding="utf-8")

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

FILES = {
    found[1]: text
    for kind, text in BLOCKS
    if kind == "yaml" and (found := re.match(r"# (\S+\.yaml)\n", text))
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
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "shapecalc"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(TOP)}
    for name in ("GITHUB_ACTIONS", "FORCE_COLOR"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "shapecalc", *words[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_readme_has_files_sessions_and_commands() -> None:
    assert len(FILES) >= 3
    assert len(SESSIONS) >= 3
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("session", SESSIONS)
def test_sessions_print_what_the_readme_prints(session: str, folder: Path) -> None:
    prompt, _, printed = session.partition("\n")
    result = run(prompt.removeprefix("$ "), folder)
    # `...` stands for whatever the line goes on to say
    pattern = re.escape(printed.rstrip()).replace(r"\.\.\.", ".*")
    assert re.fullmatch(pattern, result.stdout.rstrip()), result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work(command: str, folder: Path) -> None:
    result = run(command, folder)
    assert result.returncode == 0, result.stdout
    assert result.stdout.strip() or "-o" in command


def test_the_python_example_runs(folder: Path) -> None:
    (example,) = [text for kind, text in BLOCKS if kind == "python"]
    result = subprocess.run(
        [sys.executable, "-c", example], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == "1000 25557032 7627668224"
